//! Replaying a script: lines in, transcript out.
//!
//! Invariants:
//! - every line is echoed before its answer, so that the calls of two transcripts stand side by side
//! - a process that ends is dropped, never closed

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::answer::{Answer, Output};
use crate::call::Call;
use crate::guard::Guard;
use crate::jet::{Jet, Line, Machine, Thread};
use crate::script::{Quiet, Script, Step, substitute};
use crate::transcript::{hex, text_of, to_latin1};
use crate::value::{Value, Variables};
use crate::words::Command;

/// Rounds of a quiet loop under one digest.
const BLOCK_ROUNDS: i64 = 500;

/// Exit code of a process that was ended from outside.
const KILLED: i32 = 99;

/// What a replay gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replay {
    /// The transcript; its characters are bytes of Latin-1.
    pub transcript: String,
    /// Verbs that the implementation does not have, and how often they were called.
    pub unsupported: BTreeMap<&'static str, u64>,
}

/// Replays all processes of a script in `folder`, which is there already.
pub fn replay(script: &Script, machine: &mut dyn Machine, folder: &Path) -> Replay {
    let known_as = match script.corpus {
        Some(_) => "C:\\corpus",
        None => "C:\\trace",
    };
    let mut replay = Replay::default();
    for (index, steps) in script.processes.iter().enumerate() {
        if index > 0 {
            _ = writeln!(replay.transcript, "# --- process {}", index + 1);
        }
        let mut process = Process {
            jet: machine.start(folder, known_as),
            variables: Variables::default(),
            guard: None,
            threads: Vec::new(),
            replay: &mut replay,
        };
        let exit_code = process.run(steps);
        drop(process);
        _ = writeln!(replay.transcript, "# exit code {exit_code}");
    }
    replay
}

/// A process of a script.
struct Process<'a> {
    jet: Box<dyn Jet + 'a>,
    variables: Variables,
    guard: Option<Guard>,
    /// Names of the threads besides the main one.
    threads: Vec<String>,
    replay: &'a mut Replay,
}

impl Process<'_> {
    /// Runs to the end; gives the exit code.
    fn run(&mut self, steps: &[Step]) -> i32 {
        for step in steps {
            match step {
                Step::Blank => self.write("\n"),
                Step::Comment(line) => self.write(&format!("{line}\n")),
                Step::Call(line) => self.line(line),
                Step::Quiet(quiet) => self.quiet(quiet),
                Step::Exit => {
                    self.echo("exit");
                    return 0;
                }
                Step::Kill => {
                    self.echo("kill");
                    return KILLED;
                }
            }
        }
        0
    }

    fn write(&mut self, text: &str) {
        self.replay.transcript.push_str(text);
    }

    fn echo(&mut self, line: &str) {
        self.write(&format!("> {line}\n"));
        self.jet.announce(Line {
            text: line,
            command: None,
        });
    }

    fn line(&mut self, line: &str) {
        self.echo(line);
        let (thread, call) = match line.strip_prefix('@').and_then(|rest| rest.split_once(' ')) {
            Some((name, call)) => (self.thread(name), call),
            None => (Thread::default(), line),
        };
        let answer = self.execute(thread, call);
        self.write(&answer);
    }

    fn thread(&mut self, name: &str) -> Thread {
        let known = self.threads.iter().position(|known| known == name);
        let index = known.unwrap_or_else(|| {
            self.threads.push(name.to_owned());
            self.threads.len() - 1
        });
        Thread(u32::try_from(index + 1).unwrap_or(u32::MAX))
    }

    /// Counts the answers of each command by name, and digests all their texts.
    fn quiet(&mut self, quiet: &Quiet) {
        self.echo(&quiet.line);
        let mut counts = vec![BTreeMap::<String, u64>::new(); quiet.commands.len()];
        let mut digests = String::new();
        let mut digest = Sha256::new();
        for round in quiet.from..=quiet.to {
            for (index, (command, counts)) in quiet.commands.iter().zip(&mut counts).enumerate() {
                self.jet.announce(Line {
                    text: &quiet.line,
                    command: Some(index),
                });
                let answer = self.execute(Thread::default(), &substitute(command, round));
                digest.update(to_latin1(&answer));
                *counts.entry(kind_of(&answer).to_owned()).or_default() += 1;
            }
            if (round - quiet.from) % BLOCK_ROUNDS == BLOCK_ROUNDS - 1 || round == quiet.to {
                let block = hex(&std::mem::take(&mut digest).finalize());
                _ = write!(digests, "\n     to $i={round} sha256={block}");
            }
        }
        let mut text = "  -> done".to_owned();
        for (index, counts) in counts.iter().enumerate() {
            _ = write!(text, "\n     [{index}]");
            for (kind, count) in counts {
                _ = write!(text, " {kind}={count}");
            }
        }
        self.write(&format!("{text}{digests}\n"));
    }

    /// Executes one command; gives the text below its line.
    fn execute(&mut self, thread: Thread, line: &str) -> String {
        let command = Command::parse(line);
        if command.verb == "Guard" {
            self.guard = Some(Guard::default());
            return "  ok\n".to_owned();
        }
        let guard = self.guard.as_ref();
        if let Some(reason) = guard.and_then(|guard| guard.refusal(&command, &self.variables)) {
            return format!("  -- skipped: {reason}\n");
        }
        let answer = match command.verb {
            "" => return String::new(),
            "Print" => format!("  {line}"),
            "Let" | "LetData" => self.assign(&command),
            verb => match Call::decode(&command, &self.variables) {
                Some(call) => self.call(thread, &call, &command),
                None => format!("  !! unknown command {verb}"),
            },
        };
        // The recorder looked at the arguments of a call from the last to the first.
        let complaints = self.variables.take_complaints();
        let complaints = complaints.iter().rev().map(|what| format!("  !! {what}\n"));
        complaints.collect::<String>() + &answer + "\n"
    }

    /// `VAR = Let N`, `VAR = LetData DATA`.
    fn assign(&mut self, command: &Command<'_>) -> String {
        let source = command.argument(0).unwrap_or_default();
        let value = match command.verb {
            "Let" => Value::Number(self.variables.number(source)),
            _ => Value::Bytes(self.variables.data(source).unwrap_or_default()),
        };
        if let Some(target) = command.targets.first() {
            self.set(target, value);
            if let Some(guard) = self.guard.as_mut().filter(|_| command.verb == "Let") {
                guard.copied(target, source);
            }
        }
        "  ok".to_owned()
    }

    fn call(&mut self, thread: Thread, call: &Call, command: &Command<'_>) -> String {
        let answer = self.jet.call(thread, call);
        if answer == Answer::Unsupported {
            *self.replay.unsupported.entry(call.verb()).or_default() += 1;
        }
        for (target, value) in command.targets.iter().zip(values(call, &answer)) {
            self.set(target, value);
        }
        if let (Some(guard), Some(code)) = (&mut self.guard, answer.returned()) {
            guard.made(call, &command.targets, &self.variables, code);
        }
        text_of(call, &answer)
    }

    fn set(&mut self, target: &str, value: Value) {
        self.variables.set(target, value);
        if let Some(guard) = &mut self.guard {
            guard.assigned(target);
        }
    }
}

/// The first word after the arrow.
fn kind_of(answer: &str) -> &str {
    match answer.split_once("-> ") {
        Some((_, rest)) => rest.split(' ').next().unwrap_or(rest),
        None if answer.contains("-- skipped") => "skipped",
        None => "other",
    }
}

/// What a successful call gives to the variables before it.
fn values(call: &Call, answer: &Answer) -> Vec<Value> {
    let Answer::Returned { code, output } = answer else {
        return Vec::new();
    };
    if *code < 0 {
        return Vec::new();
    }
    let number = |number: &u32| Value::Number(u64::from(*number));
    match (call, output) {
        (_, Output::Handle(Some(handle)) | Output::FileOpened { file: handle, .. }) => {
            vec![Value::Number(*handle)]
        }
        (_, Output::TableCreated { cursor, .. }) => vec![Value::Number(*cursor)],
        (_, Output::TempTable { cursor, columns }) => {
            let cursor = std::iter::once(Value::Number(*cursor));
            cursor.chain(columns.iter().map(number)).collect()
        }
        (Call::AddColumn(..), Output::Number(id)) => vec![Value::Number(*id)],
        (
            Call::Update(..),
            Output::Bytes {
                actual: None | Some(0),
                ..
            },
        ) => Vec::new(),
        (Call::Update(..) | Call::RetrieveKey(..) | Call::GetBookmark(..), Output::Bytes { bytes, .. })
        | (_, Output::Key(Ok(bytes))) => vec![Value::Bytes(bytes.clone())],
        (_, Output::Value(value)) if *code != crate::transcript::COLUMN_NULL => {
            vec![Value::Bytes(value.bytes.clone())]
        }
        (_, Output::Bookmarks { secondary, primary }) => {
            vec![Value::Bytes(secondary.clone()), Value::Bytes(primary.clone())]
        }
        _ => Vec::new(),
    }
}
