//! Redo: every record in the order of the log, handed to where it belongs.

use jet_pages::dbheader::LogTime;

use super::databases::Databases;
use super::options::{Options, Progress, Surroundings, Until};
use super::plan::{Plan, StartReason};
use super::sequence::{Next, Sequence, Unusable};
use super::sessions::Sessions;
use super::target::{Place, Target};
use super::{RecoveryError, Report};
use crate::record::instance::Backup2;
use crate::record::{Dbid, Record, RecordKind, SessionId};
use crate::{Entry, Expected, Generation, Lgpos, LogError, LogFile};

/// Redo under way.
#[derive(Debug)]
pub(super) struct Redoing<'o> {
    plan: &'o Plan,
    options: &'o Options,
    around: &'o Surroundings,
    databases: Databases<'o>,
    sessions: Sessions,
    last: Last,
}

/// The last record that was more than a filler.
#[derive(Clone, Copy, Debug)]
pub(super) struct Last {
    pub(super) at: Lgpos,
    pub(super) kind: RecordKind,
    /// The last mark that all pages are on disk.
    pub(super) shut_down: Lgpos,
    /// A recovery was undoing, and had not come to its end.
    pub(super) in_undo: bool,
}

/// What redo left.
#[derive(Debug)]
pub(super) struct Redone<'o> {
    pub(super) databases: Databases<'o>,
    pub(super) sessions: Sessions,
    pub(super) last: Last,
    /// The last log, whose records were done.
    pub(super) file: Option<LogFile>,
    /// Redo stopped before this position, as it was told to.
    pub(super) stopped: Option<Lgpos>,
}

/// What a record means for the way on.
enum Step {
    Next,
    Stop(Lgpos),
}

impl<'o> Redoing<'o> {
    pub(super) fn new(
        plan: &'o Plan,
        options: &'o Options,
        databases: Databases<'o>,
        around: &'o Surroundings,
    ) -> Self {
        Self {
            plan,
            options,
            around,
            databases,
            sessions: Sessions::default(),
            last: Last {
                at: plan.start,
                kind: RecordKind::Nop,
                shut_down: Lgpos::NONE,
                in_undo: false,
            },
        }
    }

    /// Does all records.
    pub(super) fn run<T: Target>(
        mut self,
        target: &mut T,
        progress: &mut dyn FnMut(Progress),
        report: &mut Report,
    ) -> Result<Redone<'o>, RecoveryError<T::Error>> {
        let expected = Expected {
            page_size: self.options.page_size,
            ..Expected::default()
        };
        let mut logs = Sequence::new(&*self.around.fs, self.plan, expected);
        let mut done = 0;
        let mut stopped = None;
        while stopped.is_none() {
            let file = match logs.next()? {
                Next::Log(file) => file,
                Next::End => break,
                Next::Unusable { generation, why } => {
                    self.judge_unusable(generation, why, report)?;
                    break;
                }
            };
            progress(Progress::Redo {
                generation: file.generation(),
                done,
                total: self.plan.log_bytes,
            });
            done += file.file_bytes();
            stopped = self.redo_log(&file, target, report)?;
            report.logs += 1;
            let is_damaged = stopped.is_none() && file.scan().damage.is_some();
            let generation = file.generation();
            logs.done(*file);
            if is_damaged {
                if !self.last.in_undo {
                    report.lost.get_or_insert(generation);
                }
                break;
            }
        }
        report.end = self.last.at;
        Ok(Redone {
            databases: self.databases,
            sessions: self.sessions,
            last: self.last,
            file: logs.into_last(),
            stopped,
        })
    }

    /// Does the records of one log. The position where redo was to stop, if it is in there.
    fn redo_log<T: Target>(
        &mut self,
        file: &LogFile,
        target: &mut T,
        report: &mut Report,
    ) -> Result<Option<Lgpos>, RecoveryError<T::Error>> {
        let header = file.header();
        self.databases.enter(file.generation(), header.created, target)?;
        if report.logs == 0 {
            let at = self.plan.start;
            let exact = self.plan.reason == StartReason::Checkpoint;
            let list = &self.plan.attachments;
            self.databases
                .attach_listed(list, if exact { at } else { Lgpos { byte: 0, ..at } }, target)?;
        }
        let mut records = file.records();
        loop {
            let entry = match records.next() {
                Ok(Some(entry)) => entry,
                Ok(None) => return Ok(None),
                Err(error) => {
                    self.judge_damage(file, error)?;
                    return Ok(None);
                }
            };
            if entry.lgpos < self.plan.start {
                continue;
            }
            report.records += 1;
            match self.redo_record(&entry, file, target)? {
                Step::Next => {}
                Step::Stop(at) => return Ok(Some(at)),
            }
        }
    }

    fn redo_record<T: Target>(
        &mut self,
        entry: &Entry<'_>,
        file: &LogFile,
        target: &mut T,
    ) -> Result<Step, RecoveryError<T::Error>> {
        let (at, kind) = (entry.lgpos, entry.record.kind());
        if self.is_stop(entry, file) {
            return Ok(Step::Stop(at));
        }
        if kind.is_filler() {
            return Ok(Step::Next);
        }
        self.redo_kind(entry, target)?;
        match kind {
            RecordKind::RecoveryUndo | RecordKind::RecoveryUndo2 => self.last.in_undo = true,
            RecordKind::Init | RecordKind::Init2 => self.last.in_undo = false,
            kind if kind.is_clean_end() => self.last.in_undo = false,
            _ => {}
        }
        self.last.at = at;
        self.last.kind = kind;
        Ok(Step::Next)
    }

    /// Whether redo was told to end before this record.
    fn is_stop(&self, entry: &Entry<'_>, file: &LogFile) -> bool {
        match self.options.until {
            None => false,
            Some(Until::Position(until)) => entry.lgpos >= until,
            Some(Until::Time(until)) => {
                let sector = u16::try_from(entry.offset / crate::segment::SEGMENT_BYTES as u64);
                let segment = sector.ok().and_then(|sector| file.segment_header(sector));
                matches!(entry.record, Record::Commit0(_))
                    && segment.is_some_and(|segment| is_later(&segment.started, &until))
            }
        }
    }

    fn redo_kind<T: Target>(
        &mut self,
        entry: &Entry<'_>,
        target: &mut T,
    ) -> Result<(), RecoveryError<T::Error>> {
        let at = entry.lgpos;
        match &entry.record {
            Record::Begin0(_)
            | Record::BeginDistributed(_)
            | Record::Begin(_)
            | Record::Commit(_)
            | Record::Commit0(_)
            | Record::Rollback(_)
            | Record::Refresh(_)
            | Record::MacroBegin(_)
            | Record::MacroCommit(_)
            | Record::MacroAbort(_) => self.redo_transaction(entry, target),
            Record::CreateDatabase(record) => self.databases.create(record, at, target),
            Record::CreateDatabaseFinish(record) => {
                self.databases.created(record.database);
                Ok(())
            }
            Record::AttachDatabase(record) => self.databases.attach(record, at, target),
            Record::DetachDatabase(record) => self.databases.detach(record.database, at, target),
            Record::SetDatabaseVersion(record) => {
                let (major, minor) = (record.update_major, record.update_minor);
                self.databases.set_version(record.database, major, minor);
                Ok(())
            }
            Record::Reattach(record) => {
                self.note_reattached(record.database, at);
                Ok(())
            }
            Record::Backup2(record) => {
                self.note_backup(record);
                Ok(())
            }
            Record::Init(_)
            | Record::Init2(_)
            | Record::ExternalRestore(_)
            | Record::ExternalRestore2(_)
            | Record::RecoveryQuitKeepAttachments(_) => {
                self.end_sessions(target);
                Ok(())
            }
            Record::Term(_) | Record::Term2(_) | Record::RecoveryQuit(_) | Record::RecoveryQuit2(_) => {
                self.end_sessions(target);
                let mark = if self.last.shut_down.is_some() {
                    self.last.shut_down
                } else {
                    at
                };
                self.databases.detach_all(mark, target)
            }
            Record::ShutDownMark(_) => {
                self.last.shut_down = at;
                Ok(())
            }
            _ => self.redo_pages(entry, target),
        }
    }

    /// A record about pages: kept for the end of its macro, or done at once.
    fn redo_pages<T: Target>(
        &mut self,
        entry: &Entry<'_>,
        target: &mut T,
    ) -> Result<(), RecoveryError<T::Error>> {
        let record = &entry.record;
        let (session, dbtime) = match (record.page_change(), record) {
            (Some(change), _) => (Some(change.session), Some(change.dbtime)),
            (None, Record::NewPage(new)) => (Some(new.session), None),
            (None, Record::RootPageMove(moved)) => (Some(moved.session), Some(moved.dbtime)),
            _ => (None, None),
        };
        let open = session.and_then(|session| self.sessions.get_mut(session));
        let place = Place {
            at: entry.lgpos,
            begun: open.as_ref().map_or(entry.lgpos, |open| open.begun_at),
            is_old: session.is_some() && open.is_none(),
        };
        if let Some((database, page, line)) = Record::peek(entry.behind) {
            target.expect(database, page, line);
        }
        let is_image = matches!(record, Record::UndoInfo(_));
        if let (Some(open), Some(dbtime), false) = (open, dbtime, is_image)
            && let Some(group) = open.macro_of(dbtime)
        {
            group.add(entry.bytes);
            return Ok(());
        }
        target.redo(place, record).map_err(RecoveryError::Target)
    }

    fn redo_transaction<T: Target>(
        &mut self,
        entry: &Entry<'_>,
        target: &mut T,
    ) -> Result<(), RecoveryError<T::Error>> {
        let at = entry.lgpos;
        match &entry.record {
            Record::Begin0(begin) | Record::BeginDistributed(begin) => {
                let level = begin.levels.to();
                self.sessions.begin(begin.session, begin.begun, level, at);
            }
            Record::Begin(begin) => {
                if let Some(session) = self.sessions.get_mut(begin.session) {
                    session.level = begin.levels.to();
                }
            }
            Record::Commit(commit) => {
                if let Some(session) = self.sessions.get_mut(commit.session) {
                    session.level = commit.to_level;
                    target.commit_level(commit.session, commit.to_level);
                }
            }
            Record::Commit0(commit) => {
                target.commit(commit.session);
                self.sessions.end(commit.session);
            }
            Record::Refresh(refresh) => {
                if let Some(session) = self.sessions.get_mut(refresh.session) {
                    session.begun = refresh.begun;
                }
            }
            Record::Rollback(rollback) => {
                return self.roll_back(rollback.session, rollback.levels, at, target);
            }
            Record::MacroBegin(mark) => {
                if let Some(session) = self.sessions.get_mut(mark.session) {
                    session.begin_macro(mark.dbtime);
                }
            }
            Record::MacroAbort(mark) => {
                if let Some(session) = self.sessions.get_mut(mark.session) {
                    session.end_macro(mark.dbtime);
                }
            }
            Record::MacroCommit(mark) => return self.end_macro(mark.session, mark.dbtime, at, target),
            _ => {}
        }
        Ok(())
    }

    fn roll_back<T: Target>(
        &mut self,
        number: SessionId,
        levels: u8,
        at: Lgpos,
        target: &mut T,
    ) -> Result<(), RecoveryError<T::Error>> {
        let Some(session) = self.sessions.get_mut(number) else {
            return Ok(());
        };
        session.level = session.level.saturating_sub(levels);
        let (to, begun) = (session.level, session.begun_at);
        if to == 0 {
            self.sessions.end(number);
        }
        let place = Place {
            at,
            begun,
            is_old: false,
        };
        target.roll_back(place, number, to).map_err(RecoveryError::Target)
    }

    fn end_macro<T: Target>(
        &mut self,
        number: SessionId,
        dbtime: jet_pages::Dbtime,
        at: Lgpos,
        target: &mut T,
    ) -> Result<(), RecoveryError<T::Error>> {
        let Some(session) = self.sessions.get_mut(number) else {
            return Ok(());
        };
        let begun = session.begun_at;
        let Some(group) = session.end_macro(dbtime) else {
            return Ok(());
        };
        // Each was decoded once before it was put into the macro.
        let records: Vec<Record<'_>> = group
            .records()
            .filter_map(|bytes| Record::decode(bytes).ok())
            .map(|(record, _)| record)
            .collect();
        let place = Place {
            at,
            begun,
            is_old: false,
        };
        target.redo_macro(place, &records).map_err(RecoveryError::Target)
    }

    fn end_sessions<T: Target>(&mut self, target: &mut T) {
        for (number, _) in self.sessions.iter() {
            target.commit(number);
        }
        self.sessions.end_all();
    }

    fn note_reattached(&self, number: Dbid, at: Lgpos) {
        if let Some(attached) = self.databases.get(number) {
            let now = self.around.clock.now();
            attached.file.change(|header| {
                header.reattach_lgpos = at.to_raw();
                header.reattach_time = now;
            });
        }
    }

    /// A backup wrote into the header of a database what it knows.
    fn note_backup(&self, record: &Backup2<'_>) {
        const HEADER_WRITTEN: u8 = 4;
        if record.phase != HEADER_WRITTEN {
            return;
        }
        let Some(attached) = self.databases.get(record.database) else {
            return;
        };
        attached.file.change(|header| {
            let kind = record.backup_kind.into();
            let (info, stored_kind) = match record.scope {
                1 => (&mut header.full_backup_prev, &mut header.full_backup_prev_kind),
                2 => (
                    &mut header.incremental_backup_prev,
                    &mut header.incremental_backup_prev_kind,
                ),
                5 => (&mut header.copy_backup_prev, &mut header.copy_backup_prev_kind),
                6 => (
                    &mut header.differential_backup_prev,
                    &mut header.differential_backup_prev_kind,
                ),
                _ => return,
            };
            *info = record.info;
            *stored_kind = kind;
        });
    }

    /// A log cannot be used: is it one that the databases can do without?
    fn judge_unusable<E>(
        &self,
        generation: Generation,
        why: Unusable,
        report: &mut Report,
    ) -> Result<(), RecoveryError<E>> {
        let before = Generation(generation.0.saturating_sub(1));
        match (self.databases.need_above(before), why) {
            (Need::Committed, Unusable::Log(source)) if !self.options.allow_loss => {
                Err(RecoveryError::CommittedLogDamaged { generation, source })
            }
            (Need::Committed, Unusable::Gap(_)) if !self.options.allow_loss => {
                self.databases.committed_missing(before)
            }
            (Need::Required, Unusable::Log(error)) => Err(error.into()),
            (Need::Nothing, Unusable::Log(error)) if !self.options.allow_loss => Err(error.into()),
            (Need::Required | Need::Nothing, Unusable::Gap(found)) => Err(RecoveryError::Gap {
                missing: generation,
                before,
                found,
                folder: self.plan.folder.clone(),
            }),
            (Need::Committed | Need::Nothing, _) => {
                report.lost = Some(generation);
                Ok(())
            }
        }
    }

    /// A log is damaged behind the records done so far: can the databases do without the rest?
    fn judge_damage<E>(&self, file: &LogFile, error: LogError) -> Result<(), RecoveryError<E>> {
        let generation = file.generation();
        let before = Generation(generation.0.saturating_sub(1));
        // A recovery that a crash ended: what it had not synced came to the disk in any order, and no page was written with
        // changes of those records.
        if self.last.in_undo && self.plan.next_above(generation).is_none() {
            return Ok(());
        }
        let is_torn_end = file.scan().damage.is_some_and(|damage| damage.is_tail)
            && self.plan.next_above(generation).is_none();
        if is_torn_end && self.options.accepts_torn_end {
            tracing::warn!(target: "jet::log::recovery", %generation, "the log ends with a torn write");
            return Ok(());
        }
        match self.databases.need_above(before) {
            // The last write before the crash: what it held was acknowledged to nobody, unless the disk lied.
            Need::Required if is_torn_end && self.options.allow_loss => Ok(()),
            Need::Committed | Need::Nothing if self.options.allow_loss => Ok(()),
            Need::Committed => Err(RecoveryError::CommittedLogDamaged {
                generation,
                source: error,
            }),
            Need::Required | Need::Nothing => Err(error.into()),
        }
    }
}

/// What the databases need of logs above a generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// Without them a database is not usable.
    Required,
    /// They hold committed transactions.
    Committed,
    Nothing,
}

fn is_later(time: &LogTime, than: &LogTime) -> bool {
    let key = |time: &LogTime| {
        (
            (time.year, time.month, time.day),
            (time.hour, time.minute, time.second),
            time.milliseconds(),
        )
    };
    key(time) > key(than)
}
