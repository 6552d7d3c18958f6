//! Calls and answers recorded from the genuine engine, made again here.
//!
//! One difference is meant: a handle whose object has ended is always told to be invalid, while the genuine engine says
//! what lies in memory suggests.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use common::{TestResult, World, world};
use jet_session::options::{BeginBits, CommitBits, RollbackBits, StopBits, TermBits};
use jet_session::params::Value;
use jet_session::{CallError, Entry, Fatal, Handle, Input, PathRole, Phase, SessionError, ThreadId};

#[test]
fn all_calls_answer_as_recorded() {
    let mut count = 0;
    for (name, recording) in [
        ("01", include_str!("recorded/calls/01_sessions_basic.txt")),
        ("05", include_str!("recorded/calls/05_sessions_uninit.txt")),
        (
            "06",
            include_str!("recorded/calls/06_sessions_single_instance.txt"),
        ),
        ("07", include_str!("recorded/calls/07_stopservice.txt")),
        ("09", include_str!("recorded/calls/09_threads.txt")),
        ("10", include_str!("recorded/calls/10_session_params.txt")),
        ("11", include_str!("recorded/calls/11_sessions_more.txt")),
        ("13", include_str!("recorded/calls/13_nil_handles.txt")),
        ("14", include_str!("recorded/calls/14_after_term.txt")),
        ("15", include_str!("recorded/calls/15_wrong_thread_all.txt")),
        ("20", include_str!("recorded/calls/20_transactions_levels.txt")),
        ("75", include_str!("recorded/calls/75_params_pagesize.txt")),
        ("81", include_str!("recorded/calls/81_init_term.txt")),
        ("82", include_str!("recorded/calls/82_multi_instance.txt")),
    ] {
        let mut replay = Replay {
            world: world(),
            variables: BTreeMap::new(),
            dead: BTreeSet::new(),
        };
        for (index, line) in recording.lines().enumerate() {
            if !line.starts_with('#') {
                replay.line(line, &format!("{name}, line {}", index + 1));
                count += 1;
            }
        }
    }
    assert_eq!(count, 563);
}

struct Replay {
    world: World,
    variables: BTreeMap<String, u64>,
    /// Sessions that have ended.
    dead: BTreeSet<u64>,
}

impl Replay {
    fn line(&mut self, line: &str, place: &str) {
        let (call, recorded) = line.split_once(" => ").unwrap();
        let mut words: Vec<&str> = call.split(' ').collect();
        let variable = (words.get(1) == Some(&"=")).then(|| words[0].to_owned());
        if variable.is_some() {
            words.drain(..2);
        }
        let mut thread = ThreadId::from_number(1_000_000);
        if let Some(name) = words[0].strip_prefix('@') {
            thread = ThreadId::from_number(u64::from(name.as_bytes()[0]));
            words.remove(0);
        }
        let (verb, arguments) = words.split_first().unwrap();
        let quoted = call.split('"').nth(1).unwrap_or_default();
        if *verb == "Let" {
            self.variables.insert(variable.unwrap(), 0);
            return;
        }
        let numbers: Vec<u64> = arguments.iter().map(|word| self.number(word)).collect();
        let number = |index: usize| numbers.get(index).copied().unwrap_or_default();
        let fields = recorded.split_once(' ').map_or("", |(_, fields)| fields);
        let was_dead = self.dead.contains(&number(0));
        let has_engine_error = recorded.starts_with("JET_errLogFileSizeMismatch");
        if has_engine_error {
            self.world.stage.fail("start");
        }
        let (answer, fields) = match self.make(verb, &number, quoted, arguments, thread, fields) {
            Ok(fields) => ("JET_errSuccess".to_owned(), fields),
            Err(CallError::Session(error)) => (name_of(&error).to_owned(), size_of_value(&error)),
            Err(CallError::Engine(_)) => (recorded.split(' ').next().unwrap().to_owned(), String::new()),
        };
        self.world.stage.failing.lock().clear();
        let expected = match was_dead {
            true => "JET_errInvalidSesid",
            false => recorded.split(' ').next().unwrap(),
        };
        assert_eq!(answer, expected, "{place}: {line}");
        if let Some(handle) = fields.strip_prefix("handle ") {
            self.variables
                .insert(variable.unwrap_or_default(), handle.parse().unwrap());
        } else if !fields.is_empty() {
            assert!(recorded.ends_with(&fields), "{place}: {line}: {fields}");
        }
    }

    fn number(&self, word: &str) -> u64 {
        match word.parse::<i64>() {
            Ok(number) => number.cast_unsigned(),
            Err(_) => word
                .parse()
                .unwrap_or_else(|_| self.variables.get(word).copied().unwrap_or_default()),
        }
    }

    fn make(
        &mut self,
        verb: &str,
        number: &dyn Fn(usize) -> u64,
        quoted: &str,
        arguments: &[&str],
        thread: ThreadId,
        recorded: &str,
    ) -> TestResult<String> {
        let process = Arc::clone(&self.world.process);
        let handle = |index| Handle::from_number(number(index));
        let bits = |index| u32::try_from(number(index)).unwrap();
        match verb {
            "CreateInstance" => return Ok(shown(process.create_instance(quoted)?)),
            "Init" | "Init2" => {
                let before = self.live_sessions();
                let made = process.init(Some(handle(0)), &());
                self.bury(&before);
                let (made, _) = made?;
                // Only a handle that was none is a new one.
                return Ok(if recorded.is_empty() {
                    String::new()
                } else {
                    shown(made)
                });
            }
            "Term" | "Term2" => {
                let before = self.live_sessions();
                let bits = if verb == "Term" {
                    TermBits::ABRUPT
                } else {
                    TermBits(bits(1))
                };
                let ended = process.term(handle(0), bits);
                self.bury(&before);
                ended?;
            }
            "StopService" => process.stop_single_service()?,
            "StopServiceInstance" => process.stop_all_service(handle(0))?,
            "StopServiceInstance2" => process.stop_service(handle(0), StopBits(bits(1)))?,
            "SetSystemParameter" => {
                process.set_parameter(handle(0), handle(1), bits(2), number(3), Some(&unescaped(quoted)))?;
            }
            "GetSystemParameter" => {
                return Ok(match process.parameter(handle(0), handle(1), bits(2))? {
                    Value::Number(number) => format!("num={number} ({number:#x}) str=\"\""),
                    Value::Text(text) => format!("str=\"{text}\""),
                });
            }
            "BeginSession" => return Ok(shown(process.begin_session(handle(0))?.handle())),
            "DupSession" => return Ok(shown(process.dup_session(handle(0), thread)?.handle())),
            "EndSession" => {
                process.end_session(handle(0), thread)?;
                self.dead.insert(number(0));
            }
            "GetSessionParameter" => {
                let room = arguments.get(2).map_or(4, |word| word.parse().unwrap());
                let bytes = process.session(handle(0))?.parameter(bits(1), Some(room))?;
                let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                return Ok(format!("cbActual={} x:{hex}", bytes.len()));
            }
            _ => {
                let session = process.session(handle(0))?;
                let entry = match verb {
                    "Rollback" | "ResetSessionContext" => Entry::AfterStop,
                    _ => Entry::Service,
                };
                let mut call = session.enter(thread, entry)?;
                match verb {
                    "BeginTransaction" => call.begin(BeginBits(0))?,
                    "BeginTransaction2" => call.begin(BeginBits(bits(1)))?,
                    "BeginTransaction3" => call.begin(BeginBits(bits(2)))?,
                    "CommitTransaction" => drop(call.commit(CommitBits(bits(1)), 0)?),
                    "CommitTransaction2" => drop(call.commit(CommitBits(bits(1)), bits(2))?),
                    "Rollback" => call.roll_back(RollbackBits(bits(1)))?,
                    "SetSessionContext" => call.set_context(number(1))?,
                    "ResetSessionContext" => call.reset_context()?,
                    "SetSessionParameter" => set_session_parameter(&mut call, bits(1), arguments, number(2))?,
                    other => panic!("unknown call {other}"),
                }
            }
        }
        Ok(String::new())
    }

    fn live_sessions(&self) -> Vec<u64> {
        let is_live = |&&number: &&u64| self.world.process.session(Handle::from_number(number)).is_ok();
        self.variables.values().filter(is_live).copied().collect()
    }

    /// Sessions that have gone with their instance.
    fn bury(&mut self, before: &[u64]) {
        for &number in before {
            if self.world.process.session(Handle::from_number(number)).is_err() {
                self.dead.insert(number);
            }
        }
    }
}

fn set_session_parameter(
    call: &mut jet_session::Call<'_, common::TestEngine>,
    parameter: u32,
    arguments: &[&str],
    value: u64,
) -> Result<(), SessionError> {
    let bytes: Vec<u8> = match arguments[2] {
        "_" => return call.set_parameter(parameter, Input::Missing(arguments[3].parse().unwrap())),
        word => match word.strip_prefix("x:") {
            Some(hex) => (0..hex.len() / 2)
                .map(|index| u8::from_str_radix(&hex[index * 2..index * 2 + 2], 16).unwrap())
                .collect(),
            None => value.to_le_bytes()[..4].to_vec(),
        },
    };
    call.set_parameter(parameter, Input::Bytes(&bytes))
}

fn shown(handle: Handle) -> String {
    format!("handle {}", handle.number())
}

fn unescaped(text: &str) -> String {
    text.replace("\\\\", "\\")
}

/// What the genuine engine says of the size after such an error.
fn size_of_value(error: &SessionError) -> String {
    match error {
        SessionError::BufferTooSmall { needed } => format!("cbActual={needed}"),
        _ => String::new(),
    }
}

/// The name in the C header. Only those that the recordings have.
fn name_of(error: &SessionError) -> &'static str {
    match error {
        SessionError::InvalidParameter(_) => "JET_errInvalidParameter",
        SessionError::InvalidOptions => "JET_errInvalidGrbit",
        SessionError::InvalidSession => "JET_errInvalidSesid",
        SessionError::SingleInstanceMode => "JET_errRunningInOneInstanceMode",
        SessionError::MultiInstanceMode => "JET_errRunningInMultiInstanceMode",
        SessionError::NameInUse => "JET_errInstanceNameInUse",
        SessionError::TooManyInstances { .. } => "JET_errTooManyInstances",
        SessionError::PathInUse(PathRole::Temp) => "JET_errTempPathInUse",
        SessionError::NotInitialized => "JET_errNotInitialized",
        SessionError::AlreadyInitialized => "JET_errAlreadyInitialized",
        SessionError::ServiceStopped => "JET_errClientRequestToStopJetService",
        SessionError::Unavailable(Fatal::Failure) => "JET_errInstanceUnavailable",
        SessionError::TooManyActiveUsers => "JET_errTooManyActiveUsers",
        SessionError::DirtyShutdown => "JET_errDirtyShutdown",
        SessionError::SharingViolation => "JET_errSessionSharingViolation",
        SessionError::SessionInUse => "JET_errSessionInUse",
        SessionError::ContextAlreadySet => "JET_errSessionContextAlreadySet",
        SessionError::ContextNotSetByThisThread => "JET_errSessionContextNotSetByThisThread",
        SessionError::NotInTransaction => "JET_errNotInTransaction",
        SessionError::TransactionTooDeep => "JET_errTransTooDeep",
        SessionError::InvalidSessionParameter => "JET_errInvalidSesparamId",
        SessionError::InvalidBufferSize { .. } => "JET_errInvalidBufferSize",
        SessionError::NotAvailable => "JET_errFeatureNotAvailable",
        other => panic!("not recorded: {other}"),
    }
}

/// The recordings end with instances in service: the process forgets them.
#[test]
fn a_forgotten_process_keeps_no_engine() {
    let world = world();
    let handle = world.running("a");
    let session = world.session(handle);
    let instance = world.process.instance(handle).unwrap();
    assert_eq!(instance.phase(), Phase::Running);
    let engine = Arc::downgrade(&instance.engine().unwrap());
    drop((world, instance));
    assert!(engine.upgrade().is_some(), "the session is still held");
    drop(session);
    assert!(engine.upgrade().is_none());
}
