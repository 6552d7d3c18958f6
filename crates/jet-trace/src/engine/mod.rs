//! The engine of this project behind the calls of scripts.
//!
//! Invariants:
//! - nothing runs beside the calls: no thread, a clock that goes on when it is asked, random numbers from a seed
//! - threads of scripts are numbers for the engine, all calls come from one thread
//! - texts of the engine name files as scripts do

mod calls;
mod info;
mod paths;
mod tables;

use std::path::Path;
use std::sync::Arc;

use jet_api::engine::{
    AttachBits, CreateBits, Engine, Handle, InitOptions, OpenBits, Outside, ParameterValue, SystemOutside,
    ThreadId, system_setup,
};
use jet_api::{JetCode, JetError};
use jet_log::outside::{SeededRandom, SteppingClock};
use jet_session::Entry;
use jet_session::params::{Kind, ParamId};

use self::paths::Paths;
use crate::answer::{Answer, Output};
use crate::call::{Call, Instance, Session, Text};
use crate::jet::{Jet, Machine, Thread, Whole};
use crate::transcript::{latin1, to_latin1};

/// 2023-11-14, in milliseconds since 1970.
const START: u64 = 1_700_000_000_000;
const SEED: u64 = 1;
/// So many calls are a second to the engine: what is due is done then.
const CALLS_PER_SECOND: u64 = 500;

/// JET_bitReplayIgnoreMissingDB.
const IGNORES_MISSING: u32 = 0x4;
/// JET_dbidNil.
const NO_DATABASE: u32 = u32::MAX;

/// Starts engines of this project.
#[derive(Clone, Copy, Debug, Default)]
pub struct Engines;

impl Machine for Engines {
    fn start(&mut self, folder: &Path, known_as: &str) -> Box<dyn Jet + '_> {
        Box::new(Whole::new(RealEngine::new(folder, known_as), folder, known_as))
    }
}

/// The engine of this project in a process of its own. Dropping it ends the process: its files are left as they are.
#[derive(Debug)]
pub struct RealEngine {
    engine: Engine,
    paths: Paths,
    instances: Vec<Handle>,
    calls: u64,
}

impl RealEngine {
    /// Arguments as for [`Machine::start`].
    pub fn new(folder: &Path, known_as: &str) -> Self {
        let paths = Paths::new(&folder.to_string_lossy(), known_as);
        let mut setup = system_setup();
        setup.around.clock = Arc::new(SteppingClock::new(START, 1));
        setup.around.random = Arc::new(SeededRandom::new(SEED));
        let outside = InFolder {
            folder: paths.folder().to_owned(),
            waiting: SystemOutside::default(),
        };
        Self {
            engine: Engine::new(setup, Arc::new(outside)),
            paths,
            instances: Vec::new(),
            calls: 0,
        }
    }

    /// JetInit, which also writes the handle: that of the only instance, or none when the instance is gone.
    fn init(&mut self, instance: Option<u64>) -> Answer {
        let given = instance.map(Handle::from_number);
        let is_there = |handle: Handle| self.engine.process().instance(handle).is_ok();
        let was_there = given.is_some_and(is_there);
        match self.engine.init(given, &InitOptions::default()) {
            Ok((instance, code)) => {
                self.instances.push(instance);
                Answer::Returned {
                    code: code.number(),
                    output: Output::Handle(Some(instance.number())),
                }
            }
            Err(error) => {
                let is_gone = was_there && !given.is_some_and(is_there);
                Answer::Returned {
                    code: error.code().number(),
                    output: Output::Handle(if is_gone { Some(0) } else { instance }),
                }
            }
        }
    }

    /// JetInit2, and JetInit3 with one database that was moved.
    fn init_with(
        &mut self,
        instance: Instance,
        bits: u32,
        moved: Option<(&Text, &Text)>,
    ) -> Result<Answer, JetError> {
        let moved = moved.map(|(from, to)| (text(from), self.path(to).into()));
        let options = InitOptions {
            ignores_missing: bits & IGNORES_MISSING != 0,
            moved: moved.into_iter().collect(),
        };
        let given = Handle::from_number(instance.0);
        let (instance, code) = self.engine.init(Some(given), &options)?;
        self.instances.push(instance);
        Ok(Answer::code(code.number()))
    }

    fn create(
        &self,
        session: Session,
        thread: ThreadId,
        path: &Text,
        pages_max: u32,
        bits: u32,
    ) -> Result<Answer, JetError> {
        let (session, path) = (Handle::from_number(session.0), self.path(path));
        let made = self
            .engine
            .create_database(session, thread, &path, pages_max, CreateBits(bits))?;
        Ok(written(Output::Handle(Some(made.into()))))
    }

    /// Once the call is inside the session, errors leave no database in the place of its number.
    fn open(&self, session: Session, thread: ThreadId, path: &Text, bits: u32) -> Result<Answer, JetError> {
        self.enter(session, thread)?;
        let (session, path) = (Handle::from_number(session.0), self.path(path));
        let opened = self.engine.open_database(session, thread, &path, OpenBits(bits));
        let (id, code) = match opened {
            Ok((id, code)) => (id, code.number()),
            Err(error) => (NO_DATABASE, error.code().number()),
        };
        Ok(Answer::Returned {
            code,
            output: Output::Handle(Some(id.into())),
        })
    }

    fn attach(
        &self,
        session: Session,
        thread: ThreadId,
        path: &Text,
        pages_max: u32,
        bits: u32,
    ) -> Result<Answer, JetError> {
        let (session, path) = (Handle::from_number(session.0), self.path(path));
        let code = self
            .engine
            .attach_database(session, thread, &path, pages_max, AttachBits(bits))?;
        Ok(Answer::code(code.number()))
    }

    /// A text for a parameter: paths become real ones.
    fn parameter_text(&self, id: u32, bytes: &[u8]) -> String {
        let text = latin1(bytes);
        let kind = ParamId::new(id).map(|id| id.parameter().kind);
        match kind {
            Ok(Kind::Folder | Kind::Path) if !text.is_empty() => self.paths.real(&text),
            _ => text,
        }
    }

    /// A parameter in a buffer of `room` bytes, the final zero among them. With a number comes an empty text.
    fn parameter(&self, value: ParameterValue, room: u32) -> Answer {
        let room = usize::try_from(room).unwrap_or(usize::MAX);
        let (number, text) = match value {
            ParameterValue::Number(number) => (Some(number), String::new()),
            ParameterValue::Text(text) => (None, self.paths.told(&text)),
        };
        let mut text = to_latin1(&text);
        text.truncate(room.saturating_sub(1));
        written(Output::Parameter {
            number,
            text: (room > 0).then_some(text),
        })
    }

    /// The size is told with the errors of the buffer, too.
    fn session_parameter(&self, session: Session, id: u32, room: u32) -> Answer {
        let session = Handle::from_number(session.0);
        let size_of = |bytes: &[u8]| u32::try_from(bytes.len()).ok();
        match self
            .engine
            .session_parameter(session, id, usize::try_from(room).ok())
        {
            Ok(bytes) => written(Output::Bytes {
                actual: size_of(&bytes),
                bytes,
            }),
            Err(error) => {
                let needed = self.engine.session_parameter(session, id, None);
                Answer::Returned {
                    code: error.code().number(),
                    output: Output::Bytes {
                        actual: needed.map_or(Some(0), |bytes| size_of(&bytes)),
                        bytes: Vec::new(),
                    },
                }
            }
        }
    }

    /// JetGetVersion. Scripts do not compare the number; that of this engine is none of Windows.
    fn version(&self, session: Session, thread: ThreadId) -> Answer {
        let code = match self.enter(session, thread) {
            Ok(()) => 0,
            Err(error) => error.code().number(),
        };
        Answer::Returned {
            code,
            output: Output::Number(0),
        }
    }

    /// JetIdle: what is due is done at once, so that nothing is left for a second call.
    fn idle(&mut self, session: Session, thread: ThreadId, bits: u32) -> Result<Answer, JetError> {
        self.enter(session, thread)?;
        if bits != 0 {
            return Ok(Answer::code(0));
        }
        self.upkeep();
        Ok(Answer::code(JetCode::WARN_NO_IDLE_ACTIVITY.number()))
    }

    fn enter(&self, session: Session, thread: ThreadId) -> Result<(), JetError> {
        let session = self.engine.process().session(Handle::from_number(session.0))?;
        session.enter(thread, Entry::Service)?;
        Ok(())
    }

    /// What a thread of its own does in other programs. What fails is told by the calls after it.
    fn upkeep(&mut self) {
        let Self {
            engine, instances, ..
        } = self;
        instances.retain(|&instance| engine.process().instance(instance).is_ok());
        for &instance in &*instances {
            _ = engine.upkeep(instance);
        }
    }

    fn path(&self, path: &Text) -> String {
        self.paths.real(&text(path))
    }

    /// The same for a call without an engine, which knows no folder.
    fn file(&self, path: &Text) -> String {
        let path = self.path(path);
        match path.starts_with('/') {
            true => path,
            false => format!("{}/{path}", self.paths.folder()),
        }
    }
}

impl Jet for RealEngine {
    fn call(&mut self, thread: Thread, call: &Call) -> Answer {
        self.calls += 1;
        if self.calls.is_multiple_of(CALLS_PER_SECOND) {
            self.upkeep();
        }
        let thread = ThreadId::from_number(u64::from(thread.0) + 1);
        match self.answer(thread, call) {
            Ok(answer) => answer,
            Err(error) => Answer::code(error.code().number()),
        }
    }
}

/// The surroundings of a process that works in this folder.
#[derive(Debug)]
struct InFolder {
    folder: String,
    waiting: SystemOutside,
}

impl Outside for InFolder {
    fn current_folder(&self) -> String {
        self.folder.clone()
    }

    fn has_memory(&self, bytes: usize) -> bool {
        self.waiting.has_memory(bytes)
    }

    fn ticket(&self) -> u64 {
        self.waiting.ticket()
    }

    fn wait(&self, ticket: u64) {
        self.waiting.wait(ticket);
    }

    fn notify(&self) {
        self.waiting.notify();
    }
}

const fn written(output: Output) -> Answer {
    Answer::Returned { code: 0, output }
}

/// The null pointer is an empty text.
fn text(text: &Text) -> String {
    latin1(text.0.as_deref().unwrap_or_default())
}
