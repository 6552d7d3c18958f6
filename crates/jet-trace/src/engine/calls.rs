//! Every call of a script and what of the engine it is.

use jet_api::JetError;
use jet_api::engine::{
    BeginBits, CommitBits, Handle, Input, ParameterValue, ResizeBits, RollbackBits, StopBits, TermBits,
    ThreadId,
};
use jet_session::params::ParamId;

use super::{RealEngine, info, text, written};
use crate::answer::{Answer, Output};
use crate::call::{Call, SessionSetting, Setting, low};
use crate::transcript::to_latin1;

impl RealEngine {
    /// What the engine answers to the call.
    pub(super) fn answer(&mut self, thread: ThreadId, call: &Call) -> Result<Answer, JetError> {
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
            Call::Init2(instance, bits) => self.init_with(*instance, bits.0, None)?,
            Call::Init3(instance, bits, from, to) => {
                self.init_with(*instance, bits.0, from.as_ref().zip(to.as_ref()))?
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
            Call::OpenDatabase(session, path, bits) => self.open(*session, thread, path, bits.0)?,
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
            Call::ResizeDatabase(session, database, pages, bits) => {
                let (session, bits) = (number(session.0), ResizeBits(bits.0));
                let has = engine.resize_database(session, thread, database.0, pages.0, bits)?;
                written(Output::Number(has.into()))
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
            Call::CreateTable(..)
            | Call::OpenTable(..)
            | Call::CloseTable(..)
            | Call::DeleteTable(..)
            | Call::RenameTable(..)
            | Call::CreateTableColumnIndex(..)
            | Call::AddColumn(..)
            | Call::DeleteColumn(..)
            | Call::DeleteColumn2(..)
            | Call::RenameColumn(..)
            | Call::SetColumnDefaultValue(..)
            | Call::CreateIndex(..)
            | Call::CreateIndex2(..)
            | Call::DeleteIndex(..)
            | Call::GetTableColumnInfo(..)
            | Call::GetColumnInfo(..)
            | Call::ColumnList(..)
            | Call::IndexList(..)
            | Call::GetTableIndexInfo(..)
            | Call::GetIndexInfo(..)
            | Call::GetTableInfo(..)
            | Call::GetObjectInfo(..)
            | Call::ObjectList(..) => self.schema(thread, call)?,

            Call::PrepareUpdate(..)
            | Call::SetColumn(..)
            | Call::SetColumns(..)
            | Call::Update(..)
            | Call::Update2(..)
            | Call::Delete(..)
            | Call::EscrowUpdate(..)
            | Call::RetrieveColumn(..)
            | Call::RetrieveColumns(..)
            | Call::RetrieveColumns2(..)
            | Call::EnumerateColumns(..)
            | Call::EnumerateColumns2(..)
            | Call::GetRecordSize(..)
            | Call::GetLock(..)
            | Call::SetLS(..)
            | Call::GetLS(..) => self.rows(thread, call)?,

            Call::DupCursor(..)
            | Call::Move(..)
            | Call::MakeKey(..)
            | Call::Seek(..)
            | Call::SetIndexRange(..)
            | Call::RetrieveKey(..)
            | Call::SetCurrentIndex(..)
            | Call::SetCurrentIndex2(..)
            | Call::SetCurrentIndex3(..)
            | Call::GetCurrentIndex(..)
            | Call::GetBookmark(..)
            | Call::GotoBookmark(..)
            | Call::GetSecondaryIndexBookmark(..)
            | Call::GotoSecondaryIndexBookmark(..)
            | Call::IndexRecordCount(..)
            | Call::GetRecordPosition(..)
            | Call::GotoPosition(..)
            | Call::IntersectIndexes(..)
            | Call::GetCursorInfo(..)
            | Call::SetTableSequential(..)
            | Call::ResetTableSequential(..) => self.cursors(thread, call)?,

            Call::OpenTempTable(..)
            | Call::OpenTempTable2(..)
            | Call::OpenTempTable3(..)
            | Call::OpenTemporaryTable(..) => self.temporary(thread, call)?,

            // All that needs a backup. The rest is not for engines.
            Call::Defragment(..)
            | Call::Compact(..)
            | Call::BackupInstance(..)
            | Call::RestoreInstance(..)
            | Call::BeginExternalBackupInstance(..)
            | Call::GetAttachInfoInstance(..)
            | Call::GetLogInfoInstance(..)
            | Call::GetTruncateLogInfoInstance(..)
            | Call::OpenFileInstance(..)
            | Call::ReadFileInstance(..)
            | Call::CloseFileInstance(..)
            | Call::TruncateLogInstance(..)
            | Call::EndExternalBackupInstance(..)
            | Call::EndExternalBackupInstance2(..)
            | Call::StopBackupInstance(..)
            | Call::ParamDump(..)
            | Call::ErrorStrings(..)
            | Call::Key(..)
            | Call::Walk(..)
            | Call::WalkOn(..)
            | Call::Digest(..)
            | Call::DumpTable(..)
            | Call::DumpAll(..)
            | Call::FileExists(..)
            | Call::DeleteFile(..)
            | Call::DeleteFiles(..)
            | Call::ListFiles(..)
            | Call::CheckFile(..)
            | Call::CopyFile(..)
            | Call::MakeDir(..)
            | Call::Corrupt(..)
            | Call::Truncate(..) => Answer::Unsupported,
        })
    }
}

fn done((): ()) -> Answer {
    Answer::code(0)
}

const fn handle(handle: Handle) -> Answer {
    written(Output::Handle(Some(handle.number())))
}

fn input(setting: &SessionSetting) -> Input<'_> {
    match &setting.bytes {
        Some(bytes) => Input::Bytes(bytes),
        None => Input::Missing(usize::try_from(setting.size).unwrap_or(usize::MAX)),
    }
}
