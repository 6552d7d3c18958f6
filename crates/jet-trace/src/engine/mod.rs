//! The engine of this project behind the calls of scripts.
//!
//! Invariants:
//! - nothing runs beside the calls: no thread, a clock that goes on when it is asked, random numbers from a seed
//! - threads of scripts are numbers for the engine, all calls come from one thread
//! - texts of the engine name files as scripts do

mod info;
mod paths;

use std::path::Path;
use std::sync::Arc;

use jet_api::engine::{
    AttachBits, BeginBits, CommitBits, CreateBits, Engine, Handle, InitOptions, Input, OpenBits, Outside,
    ParameterValue, RollbackBits, StopBits, SystemOutside, TermBits, ThreadId, system_setup,
};
use jet_api::{JetCode, JetError};
use jet_log::outside::{SeededRandom, SteppingClock};
use jet_session::Entry;
use jet_session::params::{Kind, ParamId};

use self::paths::Paths;
use crate::answer::{Answer, Output};
use crate::call::{Call, Session, SessionSetting, Setting, Text, low};
use crate::jet::{Jet, Machine, Thread, Whole};
use crate::transcript::{latin1, to_latin1};

/// 2023-11-14, in milliseconds since 1970.
const START: u64 = 1_700_000_000_000;
const SEED: u64 = 1;
/// So many calls are a second to the engine: what is due is done then.
const CALLS_PER_SECOND: u64 = 500;

/// JET_bitReplayIgnoreMissingDB.
const IGNORES_MISSING: u32 = 0x4;

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

    fn answer(&mut self, thread: ThreadId, call: &Call) -> Result<Answer, JetError> {
        let engine = &self.engine;
        let number = Handle::from_number;
        Ok(match call {
            Call::SetSystemParameter(instance, session, id, setting) => {
                let (value, text) = match setting {
                    Setting::Number(number) => (*number, None),
                    Setting::Text(text) => (0, Some(self.parameter_text(id.0, text))),
                };
                let (instance, session) = (number(instance.0), number(session.0));
                done(engine.set_parameter(instance, session, id.0, value, text.as_deref())?)
            }
            Call::GetSystemParameter(instance, session, id, room, preset) => {
                let asked = preset.map_or(0, |preset| low(preset.0).cast_signed());
                let value = engine.parameter(number(instance.0), number(session.0), id.0, asked)?;
                self.parameter(value, room.0)
            }
            Call::ErrorString(code) => {
                let id = ParamId::ERROR_TO_STRING.number().into();
                match engine.parameter(Handle::NONE, Handle::NONE, id, code.0.cast_signed())? {
                    ParameterValue::Text(text) => written(Output::Text(to_latin1(&text))),
                    ParameterValue::Number(_) => Answer::code(0),
                }
            }
            Call::CreateInstance(name) | Call::CreateInstance2(name, ..) => {
                let made = engine.create_instance(&text(name))?;
                self.instances.push(made);
                handle(made)
            }
            Call::Init(instance) => self.init(instance.map(|instance| instance.0)),
            Call::Init2(instance, bits) | Call::Init3(instance, bits, None, None) => {
                let options = InitOptions {
                    ignores_missing: bits.0 & IGNORES_MISSING != 0,
                };
                let (instance, code) = engine.init(Some(number(instance.0)), &options)?;
                self.instances.push(instance);
                Answer::code(code.number())
            }
            Call::Term(instance) => done(engine.term(number(instance.0), TermBits::default())?),
            Call::Term2(instance, bits) => done(engine.term(number(instance.0), TermBits(bits.0))?),
            Call::StopService() => done(engine.process().stop_single_service()?),
            Call::StopServiceInstance(instance) => {
                done(engine.process().stop_all_service(number(instance.0))?)
            }
            Call::StopServiceInstance2(instance, bits) => {
                done(engine.stop_service(number(instance.0), StopBits(bits.0))?)
            }

            Call::BeginSession(instance, ..) => handle(engine.begin_session(number(instance.0))?),
            Call::DupSession(session) => handle(engine.dup_session(number(session.0), thread)?),
            Call::EndSession(session, _) => done(engine.end_session(number(session.0), thread)?),
            Call::GetVersion(session) => self.version(*session, thread),
            Call::Idle(session, bits) => self.idle(*session, thread, bits.0)?,
            Call::SetSessionContext(session, context) => {
                done(engine.set_context(number(session.0), thread, context.0)?)
            }
            Call::ResetSessionContext(session) => done(engine.reset_context(number(session.0), thread)?),
            Call::SetSessionParameter(session, id, setting) => {
                done(engine.set_session_parameter(number(session.0), thread, id.0, input(setting))?)
            }
            Call::GetSessionParameter(session, id, room) => self.session_parameter(*session, id.0, room.0),
            Call::GetSessionInfo(session, level, size) => {
                info::session(engine, number(session.0), thread, level.0, size.0)?
            }
            Call::BeginTransaction(session) => {
                done(engine.begin_transaction(number(session.0), thread, BeginBits::default())?)
            }
            Call::BeginTransaction2(session, bits) | Call::BeginTransaction3(session, _, bits) => {
                done(engine.begin_transaction(number(session.0), thread, BeginBits(bits.0))?)
            }
            Call::CommitTransaction(session, bits) => {
                engine.commit(number(session.0), thread, CommitBits(bits.0), 0)?;
                Answer::code(0)
            }
            Call::CommitTransaction2(session, bits, delay) => {
                engine.commit(number(session.0), thread, CommitBits(bits.0), delay.0)?;
                Answer::code(0)
            }
            Call::Rollback(session, bits) => {
                done(engine.roll_back(number(session.0), thread, RollbackBits(bits.0))?)
            }

            Call::CreateDatabase(session, path, bits) => self.create(*session, thread, path, 0, bits.0)?,
            Call::CreateDatabase2(session, path, pages, bits) => {
                self.create(*session, thread, path, pages.0, bits.0)?
            }
            Call::OpenDatabase(session, path, bits) => {
                let path = self.path(path);
                let (id, code) = engine.open_database(number(session.0), thread, &path, OpenBits(bits.0))?;
                Answer::Returned {
                    code: code.number(),
                    output: Output::Handle(Some(id.into())),
                }
            }
            Call::AttachDatabase(session, path, bits) => self.attach(*session, thread, path, 0, bits.0)?,
            Call::AttachDatabase2(session, path, pages, bits) => {
                self.attach(*session, thread, path, pages.0, bits.0)?
            }
            Call::DetachDatabase(session, path) | Call::DetachDatabase2(session, path, _) => {
                let path = path.0.is_some().then(|| self.path(path));
                done(engine.detach_database(number(session.0), thread, path.as_deref())?)
            }
            Call::CloseDatabase(session, database, _) => {
                done(engine.close_database(number(session.0), thread, database.0)?)
            }
            Call::GetDatabaseInfo(session, database, level, size) => {
                let caller = (number(session.0), thread);
                info::database(engine, &self.paths, caller, database.0, level.0, size.0)?
            }
            Call::GetDatabaseFileInfo(path, level, size) => info::file(&self.file(path), level.0, size.0)?,
            Call::FileState(path) => info::file_state(&self.file(path))?,

            Call::Sleep(_) => {
                self.upkeep();
                Answer::code(0)
            }
            _ => Answer::Unsupported,
        })
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

fn done((): ()) -> Answer {
    Answer::code(0)
}

const fn written(output: Output) -> Answer {
    Answer::Returned { code: 0, output }
}

const fn handle(handle: Handle) -> Answer {
    written(Output::Handle(Some(handle.number())))
}

/// The null pointer is an empty text.
fn text(text: &Text) -> String {
    latin1(text.0.as_deref().unwrap_or_default())
}

fn input(setting: &SessionSetting) -> Input<'_> {
    match &setting.bytes {
        Some(bytes) => Input::Bytes(bytes),
        None => Input::Missing(usize::try_from(setting.size).unwrap_or(usize::MAX)),
    }
}
