//! The end of a recovery: what was not committed is undone, everything goes to the disk, the stream is ended well.
//!
//! Order: the records of the undoing, each before its change; the log, then the pages; the mark that they are on disk; the
//! headers; the record that ends the recovery; the checkpoint that points at it. A crash before the last step only makes the
//! next recovery do some of it again.

use std::sync::Arc;

use jet_io::OpenMode;
use parking_lot::Mutex;

use super::databases::Databases;
use super::error::RecoveryError;
use super::options::{Options, Places, Progress, Surroundings};
use super::plan::Plan;
use super::redo::Redone;
use super::target::{OpenTransaction, RecordSink, Target};
use super::{Report, SharedWriter};
use crate::attach::Attachment;
use crate::checkpoint::Checkpoint;
use crate::record::instance::{Mark, RecoveryUndo2, Term2};
use crate::record::transaction::{MacroMark, Rollback};
use crate::record::{Record, RecordKind};
use crate::writer::{LogEngine, LogFolder, LogPhase, LogWriteError, LogWriter, RollInfo};
use crate::{Generation, Lgpos, LogFile};

/// What the end of a recovery works with.
#[derive(Debug)]
pub(super) struct Ending<'o> {
    pub(super) plan: &'o Plan,
    pub(super) places: &'o Places,
    pub(super) options: &'o Options,
    pub(super) around: &'o Surroundings,
    pub(super) redone: Redone<'o>,
}

impl Ending<'_> {
    pub(super) fn run<T: Target>(
        mut self,
        target: &mut T,
        progress: &mut dyn FnMut(Progress),
        report: &mut Report,
    ) -> Result<(), RecoveryError<T::Error>> {
        self.check(report)?;
        // Redo is over: no record can make good any more what was missing.
        target
            .reached(Generation(u32::MAX))
            .map_err(RecoveryError::Target)?;
        let is_done = self.redone.last.kind.is_clean_end()
            && self.redone.sessions.len() == 0
            && self.redone.databases.attached().next().is_none();
        report.ended_well = is_done;
        let deferred = super::deferred(&self.redone.databases);
        if self.options.without_undo {
            progress(Progress::Write);
            self.redone.databases.leave(target)?;
        } else if is_done && self.redone.stopped.is_none() {
            if self.places.is_in_place() {
                self.write_checkpoint(self.redone.last.at)?;
            }
        } else {
            self.undo_and_end(target, progress, report)?;
        }
        report.note(&self.redone.databases, deferred);
        Ok(())
    }

    /// Whether redo got as far as it must.
    fn check<E>(&mut self, report: &mut Report) -> Result<(), RecoveryError<E>> {
        let file = self.redone.file.as_ref();
        let reached = file.map_or(Generation(0), LogFile::generation);
        let databases = &self.redone.databases;
        databases.check_required(reached, file.map(LogFile::header))?;
        if self.redone.stopped.is_none() {
            if self.options.allow_loss {
                if databases.committed_missing::<E>(reached).is_err() {
                    report.lost.get_or_insert(Generation(reached.0 + 1));
                }
            } else {
                databases.committed_missing(reached)?;
            }
        }
        databases.check_found(&self.redone.last, self.options.ignore_missing)
    }

    fn undo_and_end<T: Target>(
        &mut self,
        target: &mut T,
        progress: &mut dyn FnMut(Progress),
        report: &mut Report,
    ) -> Result<(), RecoveryError<T::Error>> {
        self.redone.databases.drop_unfinished(target)?;
        let list = self.redone.databases.list(target);
        let writer = Arc::new(Mutex::new(self.open_writer(&list)?));
        self.redone.databases.log_to(&writer);
        let mut sink = Sink {
            writer: &writer,
            around: self.around,
            checkpoint: self.plan.start,
            attachments: list,
            databases: &self.redone.databases,
        };
        sink.enter();
        let time = self.around.clock.now();
        let began = sink.append(&Record::RecoveryUndo2(RecoveryUndo2 { time }))?;
        // On the disk before anything else: whatever a crash leaves of the rest is known by it.
        writer.lock().flush()?;
        report.undone = self.undo(&mut sink, target, progress)?;
        progress(Progress::Write);
        writer.lock().flush()?;
        self.redone.databases.flush(target)?;
        let is_marked = self.redone.last.kind == RecordKind::ShutDownMark && report.undone.0 == 0;
        let mark = if is_marked {
            self.redone.last.at
        } else {
            let at = sink.append(&Record::ShutDownMark(Mark {}))?;
            writer.lock().flush()?;
            at
        };
        self.redone.databases.detach_all(mark, target)?;
        let quit = Term2 {
            began,
            redo_from: self.plan.start,
            is_hard: 0,
            time: self.around.clock.now(),
        };
        let mut sink = Sink {
            writer: &writer,
            around: self.around,
            checkpoint: self.plan.start,
            attachments: Vec::new(),
            databases: &self.redone.databases,
        };
        let at = sink.append(&Record::RecoveryQuit2(quit))?;
        writer.lock().flush()?;
        self.write_checkpoint(at)
    }

    /// Undoes the open transactions, by number of their sessions; counts them and their changes.
    fn undo<T: Target>(
        &self,
        sink: &mut Sink<'_, '_>,
        target: &mut T,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(usize, usize), RecoveryError<T::Error>> {
        let transactions = self.redone.sessions.len();
        progress(Progress::Undo { transactions });
        let mut changes = 0;
        for (number, session) in self.redone.sessions.iter() {
            for dbtime in session.open_macros() {
                let mark = MacroMark {
                    session: number,
                    dbtime,
                };
                sink.append(&Record::MacroAbort(mark))?;
            }
            let transaction = OpenTransaction {
                session: number,
                begun: session.begun,
                begun_at: session.begun_at,
                level: session.level,
            };
            changes += target.undo(transaction, sink).map_err(RecoveryError::Target)?;
            let rollback = Rollback {
                session: number,
                levels: session.level,
            };
            sink.append(&Record::Rollback(rollback))?;
        }
        Ok((transactions, changes))
    }

    /// Opens the log to go on with it; where the output is another place, a copy of it there.
    fn open_writer<E>(&self, list: &[Attachment]) -> Result<LogWriter, RecoveryError<E>> {
        let fs = &self.around.fs;
        let folder = LogFolder {
            fs: Arc::clone(fs),
            clock: Arc::clone(&self.around.clock),
            path: self.places.output.clone(),
            names: self.plan.names.clone(),
        };
        let missing = || RecoveryError::NoLogs {
            folder: self.plan.folder.clone(),
            base: self.plan.names.base.clone(),
        };
        let last = self.redone.file.as_ref().ok_or_else(missing)?;
        let copy;
        let last = if self.places.is_in_place() {
            last
        } else {
            let path = self.places.output.join(self.plan.names.current());
            let bytes = match self.redone.stopped {
                Some(at) => last.cut_before(at),
                None => last.to_bytes(),
            };
            let file = fs.open(&path, OpenMode::CreateNew)?;
            file.write_at(&bytes, 0)?;
            file.sync_data()?;
            copy = LogFile::open(&**fs, &path)?;
            &copy
        };
        let roll = RollInfo {
            created: self.around.clock.now(),
            attachments: list,
            checkpoint: self.plan.start,
        };
        let engine = LogEngine::in_phase(LogPhase::Recovering);
        Ok(LogWriter::resume(folder, last, engine, &roll)?)
    }

    /// Lets the next start find that there is nothing to do.
    fn write_checkpoint<E>(&self, at: Lgpos) -> Result<(), RecoveryError<E>> {
        let folder = if self.places.is_in_place() {
            &self.places.checkpoint
        } else {
            &self.places.output
        };
        let mut checkpoint = match (&self.plan.checkpoint, &self.redone.file) {
            (Some(old), _) => (**old).clone(),
            (None, Some(file)) => Checkpoint::new(self.plan.signature, file.header().params.clone()),
            (None, None) => return Ok(()),
        };
        checkpoint.set(at, at, None).map_err(LogWriteError::Attachments)?;
        let path = match &self.plan.set.checkpoint {
            Some(path) if self.places.is_in_place() => path.clone(),
            _ => folder.join(self.plan.names.checkpoint()),
        };
        Ok(checkpoint.write(&*self.around.fs, &path, true)?)
    }
}

/// Takes the records of the recovery, and begins the next generation when one is full.
struct Sink<'s, 'd> {
    writer: &'s SharedWriter,
    around: &'s Surroundings,
    checkpoint: Lgpos,
    attachments: Vec<Attachment>,
    databases: &'s Databases<'d>,
}

impl Sink<'_, '_> {
    /// Tells the databases which generation is being written.
    fn enter(&self) {
        let writer = self.writer.lock();
        let (generation, created) = (writer.generation(), writer.header().created);
        drop(writer);
        for (_, _, attached) in self.databases.attached() {
            attached.file.enter(generation, created);
        }
    }
}

impl RecordSink for Sink<'_, '_> {
    fn append(&mut self, record: &Record<'_>) -> Result<Lgpos, LogWriteError> {
        let appended = self.writer.lock().append(record);
        match appended {
            Err(LogWriteError::Full { .. }) => {
                let info = RollInfo {
                    created: self.around.clock.now(),
                    attachments: &self.attachments,
                    checkpoint: self.checkpoint,
                };
                self.writer.lock().roll(&info)?;
                self.enter();
                self.writer.lock().append(record)
            }
            appended => appended,
        }
    }
}
