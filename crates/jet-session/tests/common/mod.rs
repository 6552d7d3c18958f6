//! An engine in memory that does what the rules of sessions ask for, tells what was asked, and fails when told; and
//! surroundings in which waiting runs the next step of a plan.

#![allow(dead_code, clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};

use jet_session::engine::{
    Backup, Begin, Commit, Durable, End, Engine, InitNote, Service, SessionNumber, Start, Started,
};
use jet_session::options::TermBits;
use jet_session::params::{ParamId, Value};
use jet_session::{CallError, Fatal, Handle, Outside, Process, Session, SessionError, ThreadId};
use parking_lot::{Condvar, Mutex};

/// What the engines of a test share with it.
#[derive(Debug, Default)]
pub(crate) struct Stage {
    /// What was asked of engines, in order.
    pub(crate) events: Mutex<Vec<String>>,
    /// Steps that fail, by the first word of their event.
    pub(crate) failing: Mutex<BTreeSet<&'static str>>,
    /// A failure is fatal.
    pub(crate) fatal: Mutex<Option<Fatal>>,
    pub(crate) backup: Mutex<Option<Backup>>,
    pub(crate) is_attached: AtomicBool,
    /// Clean-up before the end waits here while it is locked.
    pub(crate) settling: Mutex<()>,
    committed: Mutex<Vec<u32>>,
}

impl Stage {
    fn step(&self, event: String) -> Result<(), TestError> {
        let word = event.split(' ').next().unwrap().to_owned();
        self.events.lock().push(event);
        match self.failing.lock().contains(word.as_str()) {
            true => Err(TestError {
                fatal: *self.fatal.lock(),
            }),
            false => Ok(()),
        }
    }

    pub(crate) fn fail(&self, step: &'static str) {
        self.failing.lock().insert(step);
    }

    /// The events since the last time.
    pub(crate) fn take_events(&self) -> Vec<String> {
        std::mem::take(&mut *self.events.lock())
    }
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TestError {
    fatal: Option<Fatal>,
}

impl fmt::Display for TestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the engine fails as told")
    }
}

impl std::error::Error for TestError {}

#[derive(Debug)]
pub(crate) struct TestEngine {
    stage: Arc<Stage>,
    commits: AtomicU64,
}

/// Numbers that the transaction sees and those that it wrote, per level.
#[derive(Debug)]
pub(crate) struct TestSession {
    number: SessionNumber,
    seen: Vec<u32>,
    written: Vec<Vec<u32>>,
}

impl TestSession {
    pub(crate) fn write(&mut self, number: u32) {
        self.written.last_mut().unwrap().push(number);
    }

    /// What a transaction of this session sees.
    pub(crate) fn read(&self) -> Vec<u32> {
        let mut all = self.seen.clone();
        all.extend(self.written.iter().flatten());
        all
    }
}

impl Engine for TestEngine {
    type Setup = Arc<Stage>;
    type InitOptions = ();
    type Session = TestSession;
    type CommitId = u64;
    type Error = TestError;

    fn start(stage: &Arc<Stage>, start: &Start<'_>, (): &()) -> Result<Started<Self>, TestError> {
        let system = start.parameters.text(ParamId::SYSTEM_PATH);
        stage.step(format!("start {} {system}", start.name))?;
        let engine = Self {
            stage: Arc::clone(stage),
            commits: AtomicU64::new(0),
        };
        Ok(Started {
            engine,
            note: InitNote::Complete,
        })
    }

    fn begin_session(&self, number: SessionNumber) -> Result<TestSession, TestError> {
        self.stage.step(format!("session {}", number.0))?;
        Ok(TestSession {
            number,
            seen: Vec::new(),
            written: Vec::new(),
        })
    }

    fn end_session(&self, session: &mut TestSession) -> Result<(), TestError> {
        assert!(session.written.is_empty(), "sessions end at level 0");
        self.stage.step(format!("close {}", session.number.0))
    }

    fn begin(&self, session: &mut TestSession, begin: Begin) -> Result<(), TestError> {
        self.stage.step(format!("begin {begin:?}"))?;
        if begin.level == 1 {
            session.seen.clone_from(&self.stage.committed.lock());
        }
        session.written.push(Vec::new());
        assert_eq!(session.written.len(), usize::from(begin.level));
        Ok(())
    }

    fn commit(&self, session: &mut TestSession, commit: Commit) -> Result<Option<u64>, TestError> {
        assert_eq!(session.written.len(), usize::from(commit.level));
        self.stage.step(format!("commit {commit:?}"))?;
        let written = session.written.pop().unwrap();
        if let Some(below) = session.written.last_mut() {
            below.extend(written);
            return Ok(None);
        }
        let has_written = !written.is_empty();
        self.stage.committed.lock().extend(written);
        Ok(has_written.then(|| self.commits.fetch_add(1, SeqCst)))
    }

    fn roll_back(&self, session: &mut TestSession, level: u8) -> Result<(), TestError> {
        assert_eq!(session.written.len(), usize::from(level));
        self.stage.step(format!("rollback {level}"))?;
        session.written.pop();
        Ok(())
    }

    fn make_durable(&self, _: &mut TestSession, what: Durable) -> Result<(), TestError> {
        self.stage.step(format!("durable {what:?}"))
    }

    fn settle(&self, is_complete: bool) -> Result<(), TestError> {
        let settled = self.stage.step(format!("settle {is_complete}"));
        drop(self.stage.settling.lock());
        settled
    }

    fn unsettle(&self) {
        let _ = self.stage.step("unsettle".into());
    }

    fn stop(&self, end: End) -> Result<(), TestError> {
        self.stage.step(format!("stop {end:?}"))
    }

    fn fatal(error: &TestError) -> Option<Fatal> {
        error.fatal
    }

    fn set_service(&self, part: Service, is_on: bool) {
        let _ = self.stage.step(format!("service {part:?} {is_on}"));
    }

    fn backup(&self) -> Option<Backup> {
        *self.stage.backup.lock()
    }

    fn abort_backup(&self) {
        let _ = self.stage.step("abort".into());
        *self.stage.backup.lock() = None;
    }

    fn is_attached(&self) -> bool {
        self.stage.is_attached.load(SeqCst)
    }

    fn current_log(&self) -> Option<u64> {
        Some(1)
    }

    fn parameter_changed(&self, id: ParamId, value: &Value) {
        let _ = self.stage.step(format!("parameter {id} {value:?}"));
    }
}

type Step = Box<dyn FnOnce() + Send>;

/// Surroundings: memory that runs out when told; whoever waits runs the next planned step, or really waits when there
/// is none.
#[derive(Default)]
pub(crate) struct TestOutside {
    pub(crate) folder: Mutex<String>,
    pub(crate) is_memory_short: AtomicBool,
    plan: Mutex<VecDeque<Step>>,
    count: Mutex<u64>,
    changed: Condvar,
}

impl fmt::Debug for TestOutside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestOutside").finish_non_exhaustive()
    }
}

impl TestOutside {
    /// What happens the next time that somebody waits.
    pub(crate) fn plan(&self, step: impl FnOnce() + Send + 'static) {
        self.plan.lock().push_back(Box::new(step));
    }
}

impl Outside for TestOutside {
    fn current_folder(&self) -> String {
        self.folder.lock().clone()
    }

    fn has_memory(&self, _: usize) -> bool {
        !self.is_memory_short.load(SeqCst)
    }

    fn ticket(&self) -> u64 {
        *self.count.lock()
    }

    fn wait(&self, ticket: u64) {
        let step = self.plan.lock().pop_front();
        if let Some(step) = step {
            return step();
        }
        let mut count = self.count.lock();
        while *count == ticket {
            self.changed.wait(&mut count);
        }
    }

    fn notify(&self) {
        *self.count.lock() += 1;
        self.changed.notify_all();
    }
}

pub(crate) type TestProcess = Process<TestEngine>;
pub(crate) type TestResult<T> = Result<T, CallError<TestError>>;

/// A process with what a test needs of it.
pub(crate) struct World {
    pub(crate) process: Arc<TestProcess>,
    pub(crate) stage: Arc<Stage>,
    pub(crate) outside: Arc<TestOutside>,
}

/// A process without instances in the folder `C:\trace`.
pub(crate) fn world() -> World {
    let stage = Arc::new(Stage::default());
    let outside = Arc::new(TestOutside::default());
    *outside.folder.lock() = "C:\\trace".into();
    let process = Process::new(Arc::clone(&stage), Arc::clone(&outside) as Arc<dyn Outside>);
    World {
        process: Arc::new(process),
        stage,
        outside,
    }
}

/// Who calls in most tests.
pub(crate) const MAIN: ThreadId = ThreadId::from_number(1_000_001);
/// Another thread.
pub(crate) const OTHER: ThreadId = ThreadId::from_number(1_000_002);

impl World {
    /// A new instance in service, in a folder of its own.
    pub(crate) fn running(&self, name: &str) -> Handle {
        let instance = self.process.create_instance(name).unwrap();
        self.set_text(instance, ParamId::SYSTEM_PATH, name);
        self.set_text(instance, ParamId::LOG_FILE_PATH, name);
        self.process.init(Some(instance), &()).unwrap();
        instance
    }

    pub(crate) fn session(&self, instance: Handle) -> Arc<Session<TestEngine>> {
        self.process.begin_session(instance).unwrap()
    }

    pub(crate) fn set_text(&self, instance: Handle, id: ParamId, text: &str) {
        let number = id.number().into();
        self.process
            .set_parameter(instance, Handle::NONE, number, 0, Some(text))
            .unwrap();
    }

    pub(crate) fn set_number(&self, instance: Handle, id: ParamId, value: u64) {
        let number = id.number().into();
        self.process
            .set_parameter(instance, Handle::NONE, number, value, None)
            .unwrap();
    }

    pub(crate) fn term(&self, instance: Handle) -> TestResult<()> {
        self.process.term(instance, TermBits::ABRUPT)
    }
}

/// The rule that refused.
pub(crate) fn refusal<T: fmt::Debug>(result: TestResult<T>) -> SessionError {
    result
        .unwrap_err()
        .refusal()
        .expect("a rule refuses, not the engine")
}
