//! What a replay needs of an implementation.

use std::path::Path;

use crate::answer::Answer;
use crate::call::{Call, Level};
use crate::compose;
use crate::folder::Folder;

/// The thread of a program that makes a call: 0 for the main one, others in order of their first call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Thread(pub u32);

/// Where in a script a call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// The line as it is echoed, without `> `; all of it for a quiet loop.
    pub text: &'a str,
    /// In a quiet loop, which of its commands is due, from 0.
    pub command: Option<usize>,
}

/// An engine in one process.
///
/// Dropping it is the sudden end of the process: it closes nothing and writes nothing more.
pub trait Jet {
    /// Makes a call of [`Level::Api`] from the thread and waits for its answer.
    fn call(&mut self, thread: Thread, call: &Call) -> Answer;

    /// Tells where the next call stands. Only who answers from a recording needs to know.
    fn announce(&mut self, line: Line<'_>) {
        _ = line;
    }
}

impl<J: Jet + ?Sized> Jet for Box<J> {
    fn call(&mut self, thread: Thread, call: &Call) -> Answer {
        (**self).call(thread, call)
    }

    fn announce(&mut self, line: Line<'_>) {
        (**self).announce(line);
    }
}

/// Starts processes, one after the other, for the parts of a script.
pub trait Machine {
    /// A new process whose current folder is `folder`, known to it as `known_as` when a path is absolute.
    fn start(&mut self, folder: &Path, known_as: &str) -> Box<dyn Jet + '_>;
}

/// An implementation of the API alone, with all else that scripts ask for: composed calls and the working folder.
pub struct Whole<J> {
    jet: J,
    folder: Folder,
}

impl<J: Jet> Whole<J> {
    /// Arguments as for [`Machine::start`].
    pub fn new(jet: J, folder: &Path, known_as: &str) -> Self {
        Self {
            jet,
            folder: Folder::new(folder, known_as),
        }
    }
}

impl<J: Jet> Jet for Whole<J> {
    fn call(&mut self, thread: Thread, call: &Call) -> Answer {
        if let Call::BackupInstance(_, to, _) = call {
            // It may be there already.
            _ = self.folder.place(to).and_then(std::fs::create_dir);
        }
        match call.level() {
            Level::Api => match (call, self.jet.call(thread, call)) {
                (Call::Sleep(_), Answer::Unsupported) => Answer::code(0),
                (_, answer) => answer,
            },
            Level::Composed => compose::answer(&mut self.jet, thread, call),
            Level::Folder => self.folder.answer(call),
        }
    }

    fn announce(&mut self, line: Line<'_>) {
        self.jet.announce(line);
    }
}
