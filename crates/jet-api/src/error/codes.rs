//! Generated from `docs/reference/codes.toml` by `cargo xtask codegen`; changes here are overwritten.
//!
//! The constants of [`JetCode`], the table of all numbers in ascending order, and the second names.

use super::category::Category::{self, Api, Data, Operation};
use super::category::OperationCategory::Resource;
use super::category::{ApiCategory, DataCategory, OperationCategory, ResourceCategory};
use super::code::{JetCode, Row};

const OPERATION: Option<Category> = Some(Operation(OperationCategory::General));
const FATAL: Option<Category> = Some(Operation(OperationCategory::Fatal));
const IO: Option<Category> = Some(Operation(OperationCategory::Io));
const RESOURCE: Option<Category> = Some(Operation(Resource(ResourceCategory::General)));
const MEMORY: Option<Category> = Some(Operation(Resource(ResourceCategory::Memory)));
const QUOTA: Option<Category> = Some(Operation(Resource(ResourceCategory::Quota)));
const DISK: Option<Category> = Some(Operation(Resource(ResourceCategory::Disk)));
const CORRUPTION: Option<Category> = Some(Data(DataCategory::Corruption));
const INCONSISTENT: Option<Category> = Some(Data(DataCategory::Inconsistent));
const FRAGMENTATION: Option<Category> = Some(Data(DataCategory::Fragmentation));
const USAGE: Option<Category> = Some(Api(ApiCategory::Usage));
const STATE: Option<Category> = Some(Api(ApiCategory::State));
const OBSOLETE: Option<Category> = Some(Api(ApiCategory::Obsolete));

impl JetCode {
    /// Call completed with no error and no warning. `JET_errSuccess`
    pub const SUCCESS: Self = Self(0);

    /// Version store still holds entries that are not cleaned up yet. `JET_wrnRemainingVersions`
    pub const WARN_REMAINING_VERSIONS: Self = Self(321);

    /// Equality seek with the uniqueness check found a key that only one entry has. `JET_wrnUniqueKey`
    pub const WARN_UNIQUE_KEY: Self = Self(345);

    /// Value lives in the separate long-value tree, not in the record. `JET_wrnSeparateLongValue`
    pub const WARN_SEPARATE_LONG_VALUE: Self = Self(406);

    /// Record streaming has reached the end. `JET_wrnNoMoreRecords`
    pub const WARN_NO_MORE_RECORDS: Self = Self(428);

    /// Filling a deferred index stopped before it was complete. `JET_wrnIndexDeferredPopulateIncomplete`
    pub const WARN_INDEX_DEFERRED_POPULATE_INCOMPLETE: Self = Self(432);

    /// Filling a deferred index was halted unexpectedly. `JET_wrnIndexDeferredPopulateHalted`
    pub const WARN_INDEX_DEFERRED_POPULATE_HALTED: Self = Self(433);

    /// A log already present has a wrong signature. `JET_wrnExistingLogFileHasBadSignature`
    pub const WARN_EXISTING_LOG_FILE_HAS_BAD_SIGNATURE: Self = Self(558);

    /// A log already present leaves a gap. `JET_wrnExistingLogFileIsNotContiguous`
    pub const WARN_EXISTING_LOG_FILE_IS_NOT_CONTIGUOUS: Self = Self(559);

    /// Internal signal: ignore this record. `JET_wrnSkipThisRecord`
    pub const WARN_SKIP_THIS_RECORD: Self = Self(564);

    /// Target instance named for the restore is running. `JET_wrnTargetInstanceRunning`
    pub const WARN_TARGET_INSTANCE_RUNNING: Self = Self(578);

    /// Some committed logs were not replayed; database is consistent as of an earlier point. `JET_wrnCommittedLogFilesLost`
    pub const WARN_COMMITTED_LOG_FILES_LOST: Self = Self(585);

    /// Logs after the point reached were removed; database is consistent as of an earlier point. `JET_wrnCommittedLogFilesRemoved`
    pub const WARN_COMMITTED_LOG_FILES_REMOVED: Self = Self(587);

    /// Value a client may use to say recovery ended with undo. `JET_wrnFinishWithUndo`
    pub const WARN_FINISH_WITH_UNDO: Self = Self(588);

    /// Repair changed the database. `JET_wrnDatabaseRepaired`
    pub const WARN_DATABASE_REPAIRED: Self = Self(595);

    /// Column value is NULL; nothing was copied. `JET_wrnColumnNull`
    pub const WARN_COLUMN_NULL: Self = Self(1004);

    /// Buffer was filled but the full value is longer. `JET_wrnBufferTruncated`
    pub const WARN_BUFFER_TRUNCATED: Self = Self(1006);

    /// Database was already attached to this instance. `JET_wrnDatabaseAttached`
    pub const WARN_DATABASE_ATTACHED: Self = Self(1007);

    /// Sort did not fit in memory. `JET_wrnSortOverflow`
    pub const WARN_SORT_OVERFLOW: Self = Self(1009);

    /// Inequality seek landed on a neighbouring key. `JET_wrnSeekNotEqual`
    pub const WARN_SEEK_NOT_EQUAL: Self = Self(1039);

    /// Other name of JET_wrnSeekNotEqual. `JET_wrnRecordFoundGreater`
    pub const WARN_RECORD_FOUND_GREATER: Self = Self(1039);

    /// Other name of JET_wrnSeekNotEqual. `JET_wrnRecordFoundLess`
    pub const WARN_RECORD_FOUND_LESS: Self = Self(1039);

    /// No further error detail exists. `JET_wrnNoErrorInfo`
    pub const WARN_NO_ERROR_INFO: Self = Self(1055);

    /// Idle call had nothing to do. `JET_wrnNoIdleActivity`
    pub const WARN_NO_IDLE_ACTIVITY: Self = Self(1058);

    /// No write lock can be held at transaction level 0. `JET_wrnNoWriteLock`
    pub const WARN_NO_WRITE_LOCK: Self = Self(1067);

    /// Column was set to NULL. `JET_wrnColumnSetNull`
    pub const WARN_COLUMN_SET_NULL: Self = Self(1068);

    /// Database cannot be shrunk further. `JET_wrnShrinkNotPossible`
    pub const WARN_SHRINK_NOT_POSSIBLE: Self = Self(1122);

    /// Callback answer: commit the distributed transaction (old). `JET_wrnDTCCommitTransaction`
    pub const WARN_DTC_COMMIT_TRANSACTION: Self = Self(1163);

    /// Callback answer: roll the distributed transaction back (old). `JET_wrnDTCRollbackTransaction`
    pub const WARN_DTC_ROLLBACK_TRANSACTION: Self = Self(1164);

    /// Table opened has no records. `JET_wrnTableEmpty`
    pub const WARN_TABLE_EMPTY: Self = Self(1301);

    /// Background clean-up has the table open. `JET_wrnTableInUseBySystem`
    pub const WARN_TABLE_IN_USE_BY_SYSTEM: Self = Self(1327);

    /// Out-of-date indexes were dropped during attach. `JET_wrnCorruptIndexDeleted`
    pub const WARN_CORRUPT_INDEX_DELETED: Self = Self(1415);

    /// Primary index was built with another sort version. `JET_wrnPrimaryIndexOutOfDate`
    pub const WARN_PRIMARY_INDEX_OUT_OF_DATE: Self = Self(1417);

    /// A secondary index was built with another sort version. `JET_wrnSecondaryIndexOutOfDate`
    pub const WARN_SECONDARY_INDEX_OUT_OF_DATE: Self = Self(1418);

    /// Requested maximum length was reduced to the type's limit. `JET_wrnColumnMaxTruncated`
    pub const WARN_COLUMN_MAX_TRUNCATED: Self = Self(1512);

    /// Long value was copied because it was shared. `JET_wrnCopyLongValue`
    pub const WARN_COPY_LONG_VALUE: Self = Self(1520);

    /// Buffer filled before all tagged columns were returned. `JET_wrnTaggedColumnsRemaining`
    pub const WARN_TAGGED_COLUMNS_REMAINING: Self = Self(1523);

    /// Enumeration skipped the entry because its id or ordinal was 0. `JET_wrnColumnSkipped`
    pub const WARN_COLUMN_SKIPPED: Self = Self(1531);

    /// Value could not be built from the data at hand. `JET_wrnColumnNotLocal`
    pub const WARN_COLUMN_NOT_LOCAL: Self = Self(1532);

    /// More values exist than were requested. `JET_wrnColumnMoreTags`
    pub const WARN_COLUMN_MORE_TAGS: Self = Self(1533);

    /// Enumerated value was cut at the size limit. `JET_wrnColumnTruncated`
    pub const WARN_COLUMN_TRUNCATED: Self = Self(1534);

    /// Values exist but only presence was requested. `JET_wrnColumnPresent`
    pub const WARN_COLUMN_PRESENT: Self = Self(1535);

    /// Single value returned inline in the compact form. `JET_wrnColumnSingleValue`
    pub const WARN_COLUMN_SINGLE_VALUE: Self = Self(1536);

    /// Values were left out because they equal the default. `JET_wrnColumnDefault`
    pub const WARN_COLUMN_DEFAULT: Self = Self(1537);

    /// Value was left out because it is not stored in the record. `JET_wrnColumnNotInRecord`
    pub const WARN_COLUMN_NOT_IN_RECORD: Self = Self(1539);

    /// Column returned as an opaque reference. `JET_wrnColumnReference`
    pub const WARN_COLUMN_REFERENCE: Self = Self(1541);

    /// Record changed since it was read. `JET_wrnDataHasChanged`
    pub const WARN_DATA_HAS_CHANGED: Self = Self(1610);

    /// Move landed on a different key. `JET_wrnKeyChanged`
    pub const WARN_KEY_CHANGED: Self = Self(1618);

    /// File could be opened only read-only. `JET_wrnFileOpenReadOnly`
    pub const WARN_FILE_OPEN_READ_ONLY: Self = Self(1813);

    /// Idle registry is full, or free buffers are below the flush threshold. `JET_wrnIdleFull`
    pub const WARN_IDLE_FULL: Self = Self(1908);

    /// Online defragmentation is already running. `JET_wrnDefragAlreadyRunning`
    pub const WARN_DEFRAG_ALREADY_RUNNING: Self = Self(2000);

    /// Online defragmentation is not running. `JET_wrnDefragNotRunning`
    pub const WARN_DEFRAG_NOT_RUNNING: Self = Self(2001);

    /// Database scan is already running. `JET_wrnDatabaseScanAlreadyRunning`
    pub const WARN_DATABASE_SCAN_ALREADY_RUNNING: Self = Self(2002);

    /// Database scan is not running. `JET_wrnDatabaseScanNotRunning`
    pub const WARN_DATABASE_SCAN_NOT_RUNNING: Self = Self(2003);

    /// Callback to be removed was not registered. `JET_wrnCallbackNotRegistered`
    pub const WARN_CALLBACK_NOT_REGISTERED: Self = Self(2100);

    /// Log data jumped to the next log; the incomplete one was removed. `JET_wrnPreviousLogFileIncomplete`
    pub const WARN_PREVIOUS_LOG_FILE_INCOMPLETE: Self = Self(2602);

    /// Requested function has no implementation; negative value despite the wrn prefix. `JET_wrnNyi`
    pub const WARN_NYI: Self = Self(-1);

    /// Fault-injection simulator forced this failure (old). `JET_errRfsFailure`
    pub const RFS_FAILURE: Self = Self(-100);

    /// Fault-injection simulator was used without being armed (old). `JET_errRfsNotArmed`
    pub const RFS_NOT_ARMED: Self = Self(-101);

    /// A file handle could not be closed (old). `JET_errFileClose`
    pub const FILE_CLOSE: Self = Self(-102);

    /// Operating system refused to create a needed thread. `JET_errOutOfThreads`
    pub const OUT_OF_THREADS: Self = Self(-103);

    /// Too many I/O requests are outstanding. `JET_errTooManyIO`
    pub const TOO_MANY_IO: Self = Self(-105);

    /// A background task could not be queued or run and was discarded. `JET_errTaskDropped`
    pub const TASK_DROPPED: Self = Self(-106);

    /// Engine hit an unexpected internal condition. `JET_errInternalError`
    pub const INTERNAL_ERROR: Self = Self(-107);

    /// Feature was left out of this reduced build of the engine. `JET_errDisabledFunctionality`
    pub const DISABLED_FUNCTIONALITY: Self = Self(-112);

    /// An operating system library or entry point the request needs could not be loaded. `JET_errUnloadableOSFunctionality`
    pub const UNLOADABLE_OS_FUNCTIONALITY: Self = Self(-113);

    /// Needed hardware device is absent. `JET_errDeviceMissing`
    pub const DEVICE_MISSING: Self = Self(-114);

    /// Needed hardware device is set up wrongly outside the engine. `JET_errDeviceMisconfigured`
    pub const DEVICE_MISCONFIGURED: Self = Self(-115);

    /// Hardware device did not answer in time. `JET_errDeviceTimeout`
    pub const DEVICE_TIMEOUT: Self = Self(-116);

    /// Hardware device misbehaved. `JET_errDeviceFailure`
    pub const DEVICE_FAILURE: Self = Self(-118);

    /// Flush-order dependencies between buffers are inconsistent; recovery cannot go on. `JET_errDatabaseBufferDependenciesCorrupted`
    pub const DATABASE_BUFFER_DEPENDENCIES_CORRUPTED: Self = Self(-255);

    /// A version already existed where recovery expected none. `JET_errPreviousVersion`
    pub const PREVIOUS_VERSION: Self = Self(-322);

    /// Internal scan ran into the end of a page. `JET_errPageBoundary`
    pub const PAGE_BOUNDARY: Self = Self(-323);

    /// Internal scan ran into the end of a key. `JET_errKeyBoundary`
    pub const KEY_BOUNDARY: Self = Self(-324);

    /// Sibling links between B-tree pages disagree: database corruption. `JET_errBadPageLink`
    pub const BAD_PAGE_LINK: Self = Self(-327);

    /// Bookmark does not resolve to a location in the database. `JET_errBadBookmark`
    pub const BAD_BOOKMARK: Self = Self(-328);

    /// An operating system call returned a failure. `JET_errNTSystemCallFailed`
    pub const NT_SYSTEM_CALL_FAILED: Self = Self(-334);

    /// Parent page points at a wrong child: database corruption. `JET_errBadParentPageLink`
    pub const BAD_PARENT_PAGE_LINK: Self = Self(-338);

    /// Cached list of free extents disagrees with the free-space tree. `JET_errSPAvailExtCacheOutOfSync`
    pub const SP_AVAIL_EXT_CACHE_OUT_OF_SYNC: Self = Self(-340);

    /// Free-extent tree is damaged. `JET_errSPAvailExtCorrupted`
    pub const SP_AVAIL_EXT_CORRUPTED: Self = Self(-341);

    /// No memory for an entry of the free-extent cache. `JET_errSPAvailExtCacheOutOfMemory`
    pub const SP_AVAIL_EXT_CACHE_OUT_OF_MEMORY: Self = Self(-342);

    /// Owned-extent tree is damaged. `JET_errSPOwnExtCorrupted`
    pub const SP_OWN_EXT_CORRUPTED: Self = Self(-343);

    /// Page carries a change stamp higher than the database's own counter. `JET_errDbTimeCorrupted`
    pub const DB_TIME_CORRUPTED: Self = Self(-344);

    /// Key would have been cut to fit, and the index forbids truncation. `JET_errKeyTruncated`
    pub const KEY_TRUNCATED: Self = Self(-346);

    /// Pages became unreachable from every space tree; only offline compaction recovers them. `JET_errDatabaseLeakInSpace`
    pub const DATABASE_LEAK_IN_SPACE: Self = Self(-348);

    /// A page that must hold entries is empty: corruption. `JET_errBadEmptyPage`
    pub const BAD_EMPTY_PAGE: Self = Self(-351);

    /// Page has fewer entries than the operation addresses: corruption. `JET_errBadLineCount`
    pub const BAD_LINE_COUNT: Self = Self(-354);

    /// A page tag (offset, size or count) is logically damaged. `JET_errPageTagCorrupted`
    pub const PAGE_TAG_CORRUPTED: Self = Self(-357);

    /// A node or prefix node on a page has impossible sizes. `JET_errNodeCorrupted`
    pub const NODE_CORRUPTED: Self = Self(-358);

    /// Supplied key exceeds the allowed size. `JET_errKeyTooBig`
    pub const KEY_TOO_BIG: Self = Self(-408);

    /// Value was required to stay in the record but would have to be moved out. `JET_errCannotSeparateIntrinsicLV`
    pub const CANNOT_SEPARATE_INTRINSIC_LV: Self = Self(-416);

    /// Operation cannot be done on a long value stored outside the record. `JET_errSeparatedLongValue`
    pub const SEPARATED_LONG_VALUE: Self = Self(-421);

    /// Preread is allowed only for long-value columns that may be stored separately. `JET_errMustBeSeparateLongValue`
    pub const MUST_BE_SEPARATE_LONG_VALUE: Self = Self(-423);

    /// Long-value preread is not possible while a secondary index is current. `JET_errInvalidPreread`
    pub const INVALID_PREREAD: Self = Self(-424);

    /// Opaque column reference is malformed. `JET_errInvalidColumnReference`
    pub const INVALID_COLUMN_REFERENCE: Self = Self(-426);

    /// Opaque column reference no longer matches stored data. `JET_errStaleColumnReference`
    pub const STALE_COLUMN_REFERENCE: Self = Self(-427);

    /// Decompressed data did not match its check value. `JET_errCompressionIntegrityCheckFailed`
    pub const COMPRESSION_INTEGRITY_CHECK_FAILED: Self = Self(-431);

    /// A deferred index cannot be filled right now. `JET_errIndexDeferredPopulateCurrentlyUnavailable`
    pub const INDEX_DEFERRED_POPULATE_CURRENTLY_UNAVAILABLE: Self = Self(-434);

    /// Log record cannot be replayed. `JET_errInvalidLoggedOperation`
    pub const INVALID_LOGGED_OPERATION: Self = Self(-500);

    /// A log file is damaged. `JET_errLogFileCorrupt`
    pub const LOG_FILE_CORRUPT: Self = Self(-501);

    /// Backup was requested with no target directory. `JET_errNoBackupDirectory`
    pub const NO_BACKUP_DIRECTORY: Self = Self(-503);

    /// Backup target directory already holds files. `JET_errBackupDirectoryNotEmpty`
    pub const BACKUP_DIRECTORY_NOT_EMPTY: Self = Self(-504);

    /// A backup is running, so the call is refused. `JET_errBackupInProgress`
    pub const BACKUP_IN_PROGRESS: Self = Self(-505);

    /// A restore is running on the instance. `JET_errRestoreInProgress`
    pub const RESTORE_IN_PROGRESS: Self = Self(-506);

    /// Log generation named by the checkpoint is absent. `JET_errMissingPreviousLogFile`
    pub const MISSING_PREVIOUS_LOG_FILE: Self = Self(-509);

    /// Writing the log failed; the instance can log no more. `JET_errLogWriteFail`
    pub const LOG_WRITE_FAIL: Self = Self(-510);

    /// Logging was attempted after recovery failed. `JET_errLogDisabledDueToRecoveryFailure`
    pub const LOG_DISABLED_DUE_TO_RECOVERY_FAILURE: Self = Self(-511);

    /// Logging was attempted in the redo phase of recovery. `JET_errCannotLogDuringRecoveryRedo`
    pub const CANNOT_LOG_DURING_RECOVERY_REDO: Self = Self(-512);

    /// Generation in the log file name differs from the one in its header. `JET_errLogGenerationMismatch`
    pub const LOG_GENERATION_MISMATCH: Self = Self(-513);

    /// Log file format version is not supported. `JET_errBadLogVersion`
    pub const BAD_LOG_VERSION: Self = Self(-514);

    /// Next log does not continue the previous one. `JET_errInvalidLogSequence`
    pub const INVALID_LOG_SEQUENCE: Self = Self(-515);

    /// Operation needs logging but logging is off. `JET_errLoggingDisabled`
    pub const LOGGING_DISABLED: Self = Self(-516);

    /// One log record is larger than the log buffer or a log file. `JET_errLogBufferTooSmall`
    pub const LOG_BUFFER_TOO_SMALL: Self = Self(-517);

    /// All log generation numbers are used up. `JET_errLogSequenceEnd`
    pub const LOG_SEQUENCE_END: Self = Self(-519);

    /// A backup call was made with no backup running. `JET_errNoBackup`
    pub const NO_BACKUP: Self = Self(-520);

    /// Backup calls came in the wrong order. `JET_errInvalidBackupSequence`
    pub const INVALID_BACKUP_SEQUENCE: Self = Self(-521);

    /// Instance is not in a state that permits backup. `JET_errBackupNotAllowedYet`
    pub const BACKUP_NOT_ALLOWED_YET: Self = Self(-523);

    /// An old backup file could not be removed. `JET_errDeleteBackupFileFail`
    pub const DELETE_BACKUP_FILE_FAIL: Self = Self(-524);

    /// Temporary backup directory could not be created. `JET_errMakeBackupDirectoryFail`
    pub const MAKE_BACKUP_DIRECTORY_FAIL: Self = Self(-525);

    /// Incremental backup is impossible with circular logging on. `JET_errInvalidBackup`
    pub const INVALID_BACKUP: Self = Self(-526);

    /// Restore finished but met errors. `JET_errRecoveredWithErrors`
    pub const RECOVERED_WITH_ERRORS: Self = Self(-527);

    /// The current log file is absent. `JET_errMissingLogFile`
    pub const MISSING_LOG_FILE: Self = Self(-528);

    /// Log volume has no free space. `JET_errLogDiskFull`
    pub const LOG_DISK_FULL: Self = Self(-529);

    /// Log file signature does not match the expected log stream. `JET_errBadLogSignature`
    pub const BAD_LOG_SIGNATURE: Self = Self(-530);

    /// Database signature does not match. `JET_errBadDbSignature`
    pub const BAD_DB_SIGNATURE: Self = Self(-531);

    /// Checkpoint signature does not match. `JET_errBadCheckpointSignature`
    pub const BAD_CHECKPOINT_SIGNATURE: Self = Self(-532);

    /// Checkpoint file is damaged or missing. `JET_errCheckpointCorrupt`
    pub const CHECKPOINT_CORRUPT: Self = Self(-533);

    /// Needed patch page was not found in recovery (old backups). `JET_errMissingPatchPage`
    pub const MISSING_PATCH_PAGE: Self = Self(-534);

    /// Patch page is not usable (old backups). `JET_errBadPatchPage`
    pub const BAD_PATCH_PAGE: Self = Self(-535);

    /// Redo stopped early because a log could not be read further. `JET_errRedoAbruptEnded`
    pub const REDO_ABRUPT_ENDED: Self = Self(-536);

    /// Streaming-file signature mismatch (streaming files no longer exist). `JET_errBadSLVSignature`
    pub const BAD_SLV_SIGNATURE: Self = Self(-537);

    /// Backup set lacks its patch file. `JET_errPatchFileMissing`
    pub const PATCH_FILE_MISSING: Self = Self(-538);

    /// Database was not produced by this log stream. `JET_errDatabaseLogSetMismatch`
    pub const DATABASE_LOG_SET_MISMATCH: Self = Self(-539);

    /// Database and its streaming file do not belong together (old). `JET_errDatabaseStreamingFileMismatch`
    pub const DATABASE_STREAMING_FILE_MISMATCH: Self = Self(-540);

    /// Existing log size differs from the configured log size. `JET_errLogFileSizeMismatch`
    pub const LOG_FILE_SIZE_MISMATCH: Self = Self(-541);

    /// Checkpoint file cannot be located. `JET_errCheckpointFileNotFound`
    pub const CHECKPOINT_FILE_NOT_FOUND: Self = Self(-542);

    /// Log generations required to make a database consistent are missing. `JET_errRequiredLogFilesMissing`
    pub const REQUIRED_LOG_FILES_MISSING: Self = Self(-543);

    /// Ordinary recovery was tried on a database taken from a backup; restore it instead. `JET_errSoftRecoveryOnBackupDatabase`
    pub const SOFT_RECOVERY_ON_BACKUP_DATABASE: Self = Self(-544);

    /// Databases were recovered, but logs have another size than configured. `JET_errLogFileSizeMismatchDatabasesConsistent`
    pub const LOG_FILE_SIZE_MISMATCH_DATABASES_CONSISTENT: Self = Self(-545);

    /// Log sector size differs from the volume's sector size. `JET_errLogSectorSizeMismatch`
    pub const LOG_SECTOR_SIZE_MISMATCH: Self = Self(-546);

    /// Databases were recovered, but log sector size differs from the volume's. `JET_errLogSectorSizeMismatchDatabasesConsistent`
    pub const LOG_SECTOR_SIZE_MISMATCH_DATABASES_CONSISTENT: Self = Self(-547);

    /// Databases were recovered but log numbers are exhausted; remove logs and checkpoint to restart the sequence. `JET_errLogSequenceEndDatabasesConsistent`
    pub const LOG_SEQUENCE_END_DATABASES_CONSISTENT: Self = Self(-548);

    /// Replay of an unlogged streaming-file change was attempted (old). `JET_errStreamingDataNotLogged`
    pub const STREAMING_DATA_NOT_LOGGED: Self = Self(-549);

    /// Database was not closed cleanly and must be recovered first. `JET_errDatabaseDirtyShutdown`
    pub const DATABASE_DIRTY_SHUTDOWN: Self = Self(-550);

    /// Other name of JET_errDatabaseDirtyShutdown. `JET_errDatabaseInconsistent`
    pub const DATABASE_INCONSISTENT: Self = Self(-550);

    /// Last-consistent stamps of database and log disagree. `JET_errConsistentTimeMismatch`
    pub const CONSISTENT_TIME_MISMATCH: Self = Self(-551);

    /// Patch file comes from a different backup. `JET_errDatabasePatchFileMismatch`
    pub const DATABASE_PATCH_FILE_MISMATCH: Self = Self(-552);

    /// Last log supplied for the restore is below what is required. `JET_errEndingRestoreLogTooLow`
    pub const ENDING_RESTORE_LOG_TOO_LOW: Self = Self(-553);

    /// First log supplied for the restore is above what is required. `JET_errStartingRestoreLogTooHigh`
    pub const STARTING_RESTORE_LOG_TOO_HIGH: Self = Self(-554);

    /// A log supplied to restore has a wrong signature. `JET_errGivenLogFileHasBadSignature`
    pub const GIVEN_LOG_FILE_HAS_BAD_SIGNATURE: Self = Self(-555);

    /// A log supplied to restore leaves a gap. `JET_errGivenLogFileIsNotContiguous`
    pub const GIVEN_LOG_FILE_IS_NOT_CONTIGUOUS: Self = Self(-556);

    /// Some logs required by restore are absent. `JET_errMissingRestoreLogFiles`
    pub const MISSING_RESTORE_LOG_FILES: Self = Self(-557);

    /// Incremental backup requested with no preceding full backup. `JET_errMissingFullBackup`
    pub const MISSING_FULL_BACKUP: Self = Self(-560);

    /// Backup database size is not a whole number of pages. `JET_errBadBackupDatabaseSize`
    pub const BAD_BACKUP_DATABASE_SIZE: Self = Self(-561);

    /// Upgrade requested for a database already in the current format. `JET_errDatabaseAlreadyUpgraded`
    pub const DATABASE_ALREADY_UPGRADED: Self = Self(-562);

    /// Database was only partly converted; restore from backup. `JET_errDatabaseIncompleteUpgrade`
    pub const DATABASE_INCOMPLETE_UPGRADE: Self = Self(-563);

    /// Current logs needed to continue a restore are absent. `JET_errMissingCurrentLogFiles`
    pub const MISSING_CURRENT_LOG_FILES: Self = Self(-565);

    /// Page change stamp is older than the log record expects as the before state. `JET_errDbTimeTooOld`
    pub const DB_TIME_TOO_OLD: Self = Self(-566);

    /// Page change stamp is newer than the before state yet older than the after state. `JET_errDbTimeTooNew`
    pub const DB_TIME_TOO_NEW: Self = Self(-567);

    /// A log or patch file that must be backed up is missing. `JET_errMissingFileToBackup`
    pub const MISSING_FILE_TO_BACKUP: Self = Self(-569);

    /// Half-written log sector met while restoring a backup set. `JET_errLogTornWriteDuringHardRestore`
    pub const LOG_TORN_WRITE_DURING_HARD_RESTORE: Self = Self(-570);

    /// Half-written log sector met in hard recovery outside the backup set. `JET_errLogTornWriteDuringHardRecovery`
    pub const LOG_TORN_WRITE_DURING_HARD_RECOVERY: Self = Self(-571);

    /// Damaged log met while restoring a backup set. `JET_errLogCorruptDuringHardRestore`
    pub const LOG_CORRUPT_DURING_HARD_RESTORE: Self = Self(-573);

    /// Damaged log met in hard recovery outside the backup set. `JET_errLogCorruptDuringHardRecovery`
    pub const LOG_CORRUPT_DURING_HARD_RECOVERY: Self = Self(-574);

    /// Database upgrade requires logging to be off. `JET_errMustDisableLoggingForDbUpgrade`
    pub const MUST_DISABLE_LOGGING_FOR_DB_UPGRADE: Self = Self(-575);

    /// Target instance named for the restore is unknown or its logs do not fit. `JET_errBadRestoreTargetInstance`
    pub const BAD_RESTORE_TARGET_INSTANCE: Self = Self(-577);

    /// Redo finished and undo was deliberately not run. `JET_errRecoveredWithoutUndo`
    pub const RECOVERED_WITHOUT_UNDO: Self = Self(-579);

    /// Databases to restore come from different shadow copies. `JET_errDatabasesNotFromSameSnapshot`
    pub const DATABASES_NOT_FROM_SAME_SNAPSHOT: Self = Self(-580);

    /// A shadow-copy database was given to ordinary recovery; restore it first. `JET_errSoftRecoveryOnSnapshot`
    pub const SOFT_RECOVERY_ON_SNAPSHOT: Self = Self(-581);

    /// Logs holding committed work of a database are absent; continuing would lose committed data. `JET_errCommittedLogFilesMissing`
    pub const COMMITTED_LOG_FILES_MISSING: Self = Self(-582);

    /// Engine cannot work with this disk's physical sector size. `JET_errSectorSizeNotSupported`
    pub const SECTOR_SIZE_NOT_SUPPORTED: Self = Self(-583);

    /// Undo was to be skipped, but the databases turned out consistent without it. `JET_errRecoveredWithoutUndoDatabasesConsistent`
    pub const RECOVERED_WITHOUT_UNDO_DATABASES_CONSISTENT: Self = Self(-584);

    /// A log holding committed work is damaged; continuing would lose committed data. `JET_errCommittedLogFileCorrupt`
    pub const COMMITTED_LOG_FILE_CORRUPT: Self = Self(-586);

    /// Running checksum of the previous log does not match the next log. `JET_errLogSequenceChecksumMismatch`
    pub const LOG_SEQUENCE_CHECKSUM_MISMATCH: Self = Self(-590);

    /// A page is uninitialised on one copy and initialised on the other. `JET_errPageInitializedMismatch`
    pub const PAGE_INITIALIZED_MISMATCH: Self = Self(-596);

    /// Sort-key buffer was too small for Unicode normalisation. `JET_errUnicodeTranslationBufferTooSmall`
    pub const UNICODE_TRANSLATION_BUFFER_TOO_SMALL: Self = Self(-601);

    /// Unicode sort-key generation failed. `JET_errUnicodeTranslationFail`
    pub const UNICODE_TRANSLATION_FAIL: Self = Self(-602);

    /// No Unicode normalisation service is available. `JET_errUnicodeNormalizationNotSupported`
    pub const UNICODE_NORMALIZATION_NOT_SUPPORTED: Self = Self(-603);

    /// Locale or language could not be validated. `JET_errUnicodeLanguageValidationFailure`
    pub const UNICODE_LANGUAGE_VALIDATION_FAILURE: Self = Self(-604);

    /// A log already present has a wrong signature. `JET_errExistingLogFileHasBadSignature`
    pub const EXISTING_LOG_FILE_HAS_BAD_SIGNATURE: Self = Self(-610);

    /// A log already present leaves a gap. `JET_errExistingLogFileIsNotContiguous`
    pub const EXISTING_LOG_FILE_IS_NOT_CONTIGUOUS: Self = Self(-611);

    /// Log checksum error seen while backing up. `JET_errLogReadVerifyFailure`
    pub const LOG_READ_VERIFY_FAILURE: Self = Self(-612);

    /// Streaming-file checksum error (streaming files no longer exist). `JET_errSLVReadVerifyFailure`
    pub const SLV_READ_VERIFY_FAILURE: Self = Self(-613);

    /// Too many generations lie between checkpoint and current log; updates are refused. `JET_errCheckpointDepthTooDeep`
    pub const CHECKPOINT_DEPTH_TOO_DEEP: Self = Self(-614);

    /// Hard recovery was tried on a database that is not from a backup. `JET_errRestoreOfNonBackupDatabase`
    pub const RESTORE_OF_NON_BACKUP_DATABASE: Self = Self(-615);

    /// Log truncation refused because a required log was not copied. `JET_errLogFileNotCopied`
    pub const LOG_FILE_NOT_COPIED: Self = Self(-616);

    /// A surrogate (remote copy) backup is running. `JET_errSurrogateBackupInProgress`
    pub const SURROGATE_BACKUP_IN_PROGRESS: Self = Self(-617);

    /// Transaction has been open across too many log generations. `JET_errTransactionTooLong`
    pub const TRANSACTION_TOO_LONG: Self = Self(-618);

    /// Requested engine format version is older than supported. `JET_errEngineFormatVersionNoLongerSupportedTooLow`
    pub const ENGINE_FORMAT_VERSION_NO_LONGER_SUPPORTED_TOO_LOW: Self = Self(-619);

    /// Requested engine format version is newer than this engine knows. `JET_errEngineFormatVersionNotYetImplementedTooHigh`
    pub const ENGINE_FORMAT_VERSION_NOT_YET_IMPLEMENTED_TOO_HIGH: Self = Self(-620);

    /// Configured format version is too low for the feature being used. `JET_errEngineFormatVersionParamTooLowForRequestedFeature`
    pub const ENGINE_FORMAT_VERSION_PARAM_TOO_LOW_FOR_REQUESTED_FEATURE: Self = Self(-621);

    /// Configured format version is below that of the existing logs. `JET_errEngineFormatVersionSpecifiedTooLowForLogVersion`
    pub const ENGINE_FORMAT_VERSION_SPECIFIED_TOO_LOW_FOR_LOG_VERSION: Self = Self(-622);

    /// Configured format version is below that of the database file. `JET_errEngineFormatVersionSpecifiedTooLowForDatabaseVersion`
    pub const ENGINE_FORMAT_VERSION_SPECIFIED_TOO_LOW_FOR_DATABASE_VERSION: Self = Self(-623);

    /// Page stamp is at or past the record's after state although the record is outside the required range. `JET_errDbTimeBeyondMaxRequired`
    pub const DB_TIME_BEYOND_MAX_REQUIRED: Self = Self(-625);

    /// Log record does not fit the current database content. `JET_errLogOperationInconsistentWithDatabase`
    pub const LOG_OPERATION_INCONSISTENT_WITH_DATABASE: Self = Self(-626);

    /// Backup was stopped by the instance (stop-backup call or term with stop-backup). `JET_errBackupAbortByServer`
    pub const BACKUP_ABORT_BY_SERVER: Self = Self(-801);

    /// Option bits are unknown, not allowed here, or conflict. `JET_errInvalidGrbit`
    pub const INVALID_GRBIT: Self = Self(-900);

    /// Instance is shutting down. `JET_errTermInProgress`
    pub const TERM_IN_PROGRESS: Self = Self(-1000);

    /// Feature or entry point is not supported. `JET_errFeatureNotAvailable`
    pub const FEATURE_NOT_AVAILABLE: Self = Self(-1001);

    /// Object name breaks the naming rules. `JET_errInvalidName`
    pub const INVALID_NAME: Self = Self(-1002);

    /// An argument is out of range, missing or inconsistent. `JET_errInvalidParameter`
    pub const INVALID_PARAMETER: Self = Self(-1003);

    /// Read-write attach of a file marked read-only. `JET_errDatabaseFileReadOnly`
    pub const DATABASE_FILE_READ_ONLY: Self = Self(-1008);

    /// Database identifier is unknown or not opened by this session. `JET_errInvalidDatabaseId`
    pub const INVALID_DATABASE_ID: Self = Self(-1010);

    /// Memory could not be allocated. `JET_errOutOfMemory`
    pub const OUT_OF_MEMORY: Self = Self(-1011);

    /// Database reached its permitted maximum size. `JET_errOutOfDatabaseSpace`
    pub const OUT_OF_DATABASE_SPACE: Self = Self(-1012);

    /// Cursor quota used up. `JET_errOutOfCursors`
    pub const OUT_OF_CURSORS: Self = Self(-1013);

    /// No page buffer available. `JET_errOutOfBuffers`
    pub const OUT_OF_BUFFERS: Self = Self(-1014);

    /// Too many indexes on the table. `JET_errTooManyIndexes`
    pub const TOO_MANY_INDEXES: Self = Self(-1015);

    /// Index has more key columns than allowed. `JET_errTooManyKeys`
    pub const TOO_MANY_KEYS: Self = Self(-1016);

    /// Record under the cursor was deleted. `JET_errRecordDeleted`
    pub const RECORD_DELETED: Self = Self(-1017);

    /// Page checksum mismatch on read. `JET_errReadVerifyFailure`
    pub const READ_VERIFY_FAILURE: Self = Self(-1018);

    /// Page read is blank. `JET_errPageNotInitialized`
    pub const PAGE_NOT_INITIALIZED: Self = Self(-1019);

    /// No file handles left. `JET_errOutOfFileHandles`
    pub const OUT_OF_FILE_HANDLES: Self = Self(-1020);

    /// Operating system reported a CRC error on read. `JET_errDiskReadVerificationFailure`
    pub const DISK_READ_VERIFICATION_FAILURE: Self = Self(-1021);

    /// Disk I/O failed. `JET_errDiskIO`
    pub const DISK_IO: Self = Self(-1022);

    /// Path is malformed, too long or does not exist. `JET_errInvalidPath`
    pub const INVALID_PATH: Self = Self(-1023);

    /// Configured system path is unusable. `JET_errInvalidSystemPath`
    pub const INVALID_SYSTEM_PATH: Self = Self(-1024);

    /// Configured log path is unusable. `JET_errInvalidLogDirectory`
    pub const INVALID_LOG_DIRECTORY: Self = Self(-1025);

    /// Record would exceed the maximum record size. `JET_errRecordTooBig`
    pub const RECORD_TOO_BIG: Self = Self(-1026);

    /// Too many databases open in the session (old). `JET_errTooManyOpenDatabases`
    pub const TOO_MANY_OPEN_DATABASES: Self = Self(-1027);

    /// File is not a database usable by this call. `JET_errInvalidDatabase`
    pub const INVALID_DATABASE: Self = Self(-1028);

    /// Instance has not been initialised. `JET_errNotInitialized`
    pub const NOT_INITIALIZED: Self = Self(-1029);

    /// Instance is already initialised, or the setting may no longer change. `JET_errAlreadyInitialized`
    pub const ALREADY_INITIALIZED: Self = Self(-1030);

    /// Instance is being initialised. `JET_errInitInProgress`
    pub const INIT_IN_PROGRESS: Self = Self(-1031);

    /// File is locked by someone else or access is refused. `JET_errFileAccessDenied`
    pub const FILE_ACCESS_DENIED: Self = Self(-1032);

    /// Query layer absent (old). `JET_errQueryNotSupported`
    pub const QUERY_NOT_SUPPORTED: Self = Self(-1034);

    /// SQL link layer absent (old). `JET_errSQLLinkNotSupported`
    pub const SQL_LINK_NOT_SUPPORTED: Self = Self(-1035);

    /// Output buffer is too small; nothing useful returned. `JET_errBufferTooSmall`
    pub const BUFFER_TOO_SMALL: Self = Self(-1038);

    /// Table already has the maximum number of columns of that kind. `JET_errTooManyColumns`
    pub const TOO_MANY_COLUMNS: Self = Self(-1040);

    /// Container still has content (old). `JET_errContainerNotEmpty`
    pub const CONTAINER_NOT_EMPTY: Self = Self(-1043);

    /// File name is malformed. `JET_errInvalidFilename`
    pub const INVALID_FILENAME: Self = Self(-1044);

    /// Bookmark has a bad length or content. `JET_errInvalidBookmark`
    pub const INVALID_BOOKMARK: Self = Self(-1045);

    /// Column is used by an index. `JET_errColumnInUse`
    pub const COLUMN_IN_USE: Self = Self(-1046);

    /// Data length does not match the fixed column size. `JET_errInvalidBufferSize`
    pub const INVALID_BUFFER_SIZE: Self = Self(-1047);

    /// Column value may not be set. `JET_errColumnNotUpdatable`
    pub const COLUMN_NOT_UPDATABLE: Self = Self(-1048);

    /// Index is in use. `JET_errIndexInUse`
    pub const INDEX_IN_USE: Self = Self(-1051);

    /// Link layer absent (old). `JET_errLinkNotSupported`
    pub const LINK_NOT_SUPPORTED: Self = Self(-1052);

    /// Index forbids NULL key columns and the record has one. `JET_errNullKeyDisallowed`
    pub const NULL_KEY_DISALLOWED: Self = Self(-1053);

    /// Call requires an open transaction. `JET_errNotInTransaction`
    pub const NOT_IN_TRANSACTION: Self = Self(-1054);

    /// An unversioned update failed; the transaction can only be rolled back. `JET_errMustRollback`
    pub const MUST_ROLLBACK: Self = Self(-1057);

    /// Sessions with open transactions prevent a complete shutdown. `JET_errTooManyActiveUsers`
    pub const TOO_MANY_ACTIVE_USERS: Self = Self(-1059);

    /// Country code is unknown. `JET_errInvalidCountry`
    pub const INVALID_COUNTRY: Self = Self(-1061);

    /// Language or locale id is unknown. `JET_errInvalidLanguageId`
    pub const INVALID_LANGUAGE_ID: Self = Self(-1062);

    /// Code page is neither ASCII/ANSI (1252) nor Unicode (1200). `JET_errInvalidCodePage`
    pub const INVALID_CODE_PAGE: Self = Self(-1063);

    /// Normalisation flags are not allowed. `JET_errInvalidLCMapStringFlags`
    pub const INVALID_LC_MAP_STRING_FLAGS: Self = Self(-1064);

    /// One version entry exceeds a version page. `JET_errVersionStoreEntryTooBig`
    pub const VERSION_STORE_ENTRY_TOO_BIG: Self = Self(-1065);

    /// Version store is full and clean-up did not finish in time. `JET_errVersionStoreOutOfMemoryAndCleanupTimedOut`
    pub const VERSION_STORE_OUT_OF_MEMORY_AND_CLEANUP_TIMED_OUT: Self = Self(-1066);

    /// Version store is full after clean-up was tried. `JET_errVersionStoreOutOfMemory`
    pub const VERSION_STORE_OUT_OF_MEMORY: Self = Self(-1069);

    /// Currency stack pool exhausted (unused). `JET_errCurrencyStackOutOfMemory`
    pub const CURRENCY_STACK_OUT_OF_MEMORY: Self = Self(-1070);

    /// Escrow columns cannot be indexed. `JET_errCannotIndex`
    pub const CANNOT_INDEX: Self = Self(-1071);

    /// Record was expected to be deleted but is not. `JET_errRecordNotDeleted`
    pub const RECORD_NOT_DELETED: Self = Self(-1072);

    /// Schema memory pool has too many entries. `JET_errTooManyMempoolEntries`
    pub const TOO_MANY_MEMPOOL_ENTRIES: Self = Self(-1073);

    /// B-tree object ids exhausted; compact offline. `JET_errOutOfObjectIDs`
    pub const OUT_OF_OBJECT_IDS: Self = Self(-1074);

    /// Long-value ids exhausted; compact offline. `JET_errOutOfLongValueIDs`
    pub const OUT_OF_LONG_VALUE_IDS: Self = Self(-1075);

    /// Auto-increment counter exhausted; compaction does not help. `JET_errOutOfAutoincrementValues`
    pub const OUT_OF_AUTOINCREMENT_VALUES: Self = Self(-1076);

    /// Change-stamp counter exhausted; compact offline. `JET_errOutOfDbtimeValues`
    pub const OUT_OF_DBTIME_VALUES: Self = Self(-1077);

    /// Row-number counter of a table without a primary index exhausted. `JET_errOutOfSequentialIndexValues`
    pub const OUT_OF_SEQUENTIAL_INDEX_VALUES: Self = Self(-1078);

    /// Multi-instance call while the process runs in single-instance mode. `JET_errRunningInOneInstanceMode`
    pub const RUNNING_IN_ONE_INSTANCE_MODE: Self = Self(-1080);

    /// Single-instance call while the process runs in multi-instance mode. `JET_errRunningInMultiInstanceMode`
    pub const RUNNING_IN_MULTI_INSTANCE_MODE: Self = Self(-1081);

    /// Global parameters were set already (same values). `JET_errSystemParamsAlreadySet`
    pub const SYSTEM_PARAMS_ALREADY_SET: Self = Self(-1082);

    /// Another instance uses this system path. `JET_errSystemPathInUse`
    pub const SYSTEM_PATH_IN_USE: Self = Self(-1083);

    /// Another instance uses this log path. `JET_errLogFilePathInUse`
    pub const LOG_FILE_PATH_IN_USE: Self = Self(-1084);

    /// Another instance uses this temporary database path. `JET_errTempPathInUse`
    pub const TEMP_PATH_IN_USE: Self = Self(-1085);

    /// Another instance has this name. `JET_errInstanceNameInUse`
    pub const INSTANCE_NAME_IN_USE: Self = Self(-1086);

    /// Global parameters were set already to different values. `JET_errSystemParameterConflict`
    pub const SYSTEM_PARAMETER_CONFLICT: Self = Self(-1087);

    /// Instance met a fatal error and refuses all work. `JET_errInstanceUnavailable`
    pub const INSTANCE_UNAVAILABLE: Self = Self(-1090);

    /// Database met a fatal error and refuses all work. `JET_errDatabaseUnavailable`
    pub const DATABASE_UNAVAILABLE: Self = Self(-1091);

    /// Log volume filled during work that could not be undone; instance refuses all work. `JET_errInstanceUnavailableDueToFatalLogDiskFull`
    pub const INSTANCE_UNAVAILABLE_DUE_TO_FATAL_LOG_DISK_FULL: Self = Self(-1092);

    /// Session parameter id is unknown. `JET_errInvalidSesparamId`
    pub const INVALID_SESPARAM_ID: Self = Self(-1093);

    /// Count does not fit 32 bits; use the 64-bit call. `JET_errTooManyRecords`
    pub const TOO_MANY_RECORDS: Self = Self(-1094);

    /// Database parameter id is unknown. `JET_errInvalidDbparamId`
    pub const INVALID_DBPARAM_ID: Self = Self(-1095);

    /// Session quota used up. `JET_errOutOfSessions`
    pub const OUT_OF_SESSIONS: Self = Self(-1101);

    /// Another session holds or committed a conflicting change. `JET_errWriteConflict`
    pub const WRITE_CONFLICT: Self = Self(-1102);

    /// Transaction nesting limit reached. `JET_errTransTooDeep`
    pub const TRANS_TOO_DEEP: Self = Self(-1103);

    /// Session handle is not valid. `JET_errInvalidSesid`
    pub const INVALID_SESID: Self = Self(-1104);

    /// Update on a table whose primary index is not committed. `JET_errWriteConflictPrimaryIndex`
    pub const WRITE_CONFLICT_PRIMARY_INDEX: Self = Self(-1105);

    /// Call is not allowed inside a transaction. `JET_errInTransaction`
    pub const IN_TRANSACTION: Self = Self(-1108);

    /// Transaction must be rolled back first (old). `JET_errRollbackRequired`
    pub const ROLLBACK_REQUIRED: Self = Self(-1109);

    /// Update attempted in a read-only transaction. `JET_errTransReadOnly`
    pub const TRANS_READ_ONLY: Self = Self(-1110);

    /// Same record is being updated by two cursors of one session. `JET_errSessionWriteConflict`
    pub const SESSION_WRITE_CONFLICT: Self = Self(-1111);

    /// Record would not fit the oldest record format. `JET_errRecordTooBigForBackwardCompatibility`
    pub const RECORD_TOO_BIG_FOR_BACKWARD_COMPATIBILITY: Self = Self(-1112);

    /// Options or columns force materialisation although forward-only was requested. `JET_errCannotMaterializeForwardOnlySort`
    pub const CANNOT_MATERIALIZE_FORWARD_ONLY_SORT: Self = Self(-1113);

    /// Cursor belongs to a different session. `JET_errSesidTableIdMismatch`
    pub const SESID_TABLE_ID_MISMATCH: Self = Self(-1114);

    /// Instance handle is not valid. `JET_errInvalidInstance`
    pub const INVALID_INSTANCE: Self = Self(-1115);

    /// Shutdown succeeded but left databases dirty because that was requested. `JET_errDirtyShutdown`
    pub const DIRTY_SHUTDOWN: Self = Self(-1116);

    /// Page read carries another page number. `JET_errReadPgnoVerifyFailure`
    pub const READ_PGNO_VERIFY_FAILURE: Self = Self(-1118);

    /// Page read misses a write that was reported done. `JET_errReadLostFlushVerifyFailure`
    pub const READ_LOST_FLUSH_VERIFY_FAILURE: Self = Self(-1119);

    /// File system reported it is corrupt. `JET_errFileSystemCorruption`
    pub const FILE_SYSTEM_CORRUPTION: Self = Self(-1121);

    /// Pages read in recovery are not in the expected state. `JET_errRecoveryVerifyFailure`
    pub const RECOVERY_VERIFY_FAILURE: Self = Self(-1123);

    /// Cursor filter is not possible in this situation. `JET_errFilteredMoveNotSupported`
    pub const FILTERED_MOVE_NOT_SUPPORTED: Self = Self(-1124);

    /// Prepare-to-commit of a distributed transaction to a level other than 0 (old). `JET_errMustCommitDistributedTransactionToLevel0`
    pub const MUST_COMMIT_DISTRIBUTED_TRANSACTION_TO_LEVEL0: Self = Self(-1150);

    /// Write after a distributed transaction was prepared (old). `JET_errDistributedTransactionAlreadyPreparedToCommit`
    pub const DISTRIBUTED_TRANSACTION_ALREADY_PREPARED_TO_COMMIT: Self = Self(-1151);

    /// Prepare-to-commit without a distributed transaction (old). `JET_errNotInDistributedTransaction`
    pub const NOT_IN_DISTRIBUTED_TRANSACTION: Self = Self(-1152);

    /// Commit of a distributed transaction that was not prepared (old). `JET_errDistributedTransactionNotYetPreparedToCommit`
    pub const DISTRIBUTED_TRANSACTION_NOT_YET_PREPARED_TO_COMMIT: Self = Self(-1153);

    /// Distributed transaction begun above level 0 (old). `JET_errCannotNestDistributedTransactions`
    pub const CANNOT_NEST_DISTRIBUTED_TRANSACTIONS: Self = Self(-1154);

    /// Distributed transaction begun without a coordination callback (old). `JET_errDTCMissingCallback`
    pub const DTC_MISSING_CALLBACK: Self = Self(-1160);

    /// Distributed transaction met in recovery without a coordination callback (old). `JET_errDTCMissingCallbackOnRecovery`
    pub const DTC_MISSING_CALLBACK_ON_RECOVERY: Self = Self(-1161);

    /// Coordination callback returned an unexpected value (old). `JET_errDTCCallbackUnexpectedError`
    pub const DTC_CALLBACK_UNEXPECTED_ERROR: Self = Self(-1162);

    /// Database file already exists or is already attached. `JET_errDatabaseDuplicate`
    pub const DATABASE_DUPLICATE: Self = Self(-1201);

    /// Database is open or pinned, so the call is refused. `JET_errDatabaseInUse`
    pub const DATABASE_IN_USE: Self = Self(-1202);

    /// No such database is attached. `JET_errDatabaseNotFound`
    pub const DATABASE_NOT_FOUND: Self = Self(-1203);

    /// Database name is malformed. `JET_errDatabaseInvalidName`
    pub const DATABASE_INVALID_NAME: Self = Self(-1204);

    /// Page count is out of range. `JET_errDatabaseInvalidPages`
    pub const DATABASE_INVALID_PAGES: Self = Self(-1205);

    /// File is not a database or is damaged. `JET_errDatabaseCorrupted`
    pub const DATABASE_CORRUPTED: Self = Self(-1206);

    /// Database is opened exclusively by someone else. `JET_errDatabaseLocked`
    pub const DATABASE_LOCKED: Self = Self(-1207);

    /// Versioning cannot be turned off for this database. `JET_errCannotDisableVersioning`
    pub const CANNOT_DISABLE_VERSIONING: Self = Self(-1208);

    /// Database format version is not supported by this engine. `JET_errInvalidDatabaseVersion`
    pub const INVALID_DATABASE_VERSION: Self = Self(-1209);

    /// Database has the very old 200-series format. `JET_errDatabase200Format`
    pub const DATABASE200_FORMAT: Self = Self(-1210);

    /// Database has the old 400-series format. `JET_errDatabase400Format`
    pub const DATABASE400_FORMAT: Self = Self(-1211);

    /// Database has the old 500-series format. `JET_errDatabase500Format`
    pub const DATABASE500_FORMAT: Self = Self(-1212);

    /// Database page size differs from the engine's page size. `JET_errPageSizeMismatch`
    pub const PAGE_SIZE_MISMATCH: Self = Self(-1213);

    /// Instance limit of the process reached. `JET_errTooManyInstances`
    pub const TOO_MANY_INSTANCES: Self = Self(-1214);

    /// Another instance has this database attached. `JET_errDatabaseSharingViolation`
    pub const DATABASE_SHARING_VIOLATION: Self = Self(-1215);

    /// A database that recovery expects is missing or is another file. `JET_errAttachedDatabaseMismatch`
    pub const ATTACHED_DATABASE_MISMATCH: Self = Self(-1216);

    /// Database path is malformed, empty or missing. `JET_errDatabaseInvalidPath`
    pub const DATABASE_INVALID_PATH: Self = Self(-1217);

    /// A database id would be assigned twice. `JET_errDatabaseIdInUse`
    pub const DATABASE_ID_IN_USE: Self = Self(-1218);

    /// Forced detach is allowed only after an ordinary detach failed. `JET_errForceDetachNotAllowed`
    pub const FORCE_DETACH_NOT_ALLOWED: Self = Self(-1219);

    /// Schema catalog is damaged. `JET_errCatalogCorrupted`
    pub const CATALOG_CORRUPTED: Self = Self(-1220);

    /// Database was only half attached; attach cannot go on. `JET_errPartiallyAttachedDB`
    pub const PARTIALLY_ATTACHED_DB: Self = Self(-1221);

    /// A database with the same signature is attached already. `JET_errDatabaseSignInUse`
    pub const DATABASE_SIGN_IN_USE: Self = Self(-1222);

    /// Database is damaged and repair was not permitted. `JET_errDatabaseCorruptedNoRepair`
    pub const DATABASE_CORRUPTED_NO_REPAIR: Self = Self(-1224);

    /// Replay of a database creation made with an incompatible version. `JET_errInvalidCreateDbVersion`
    pub const INVALID_CREATE_DB_VERSION: Self = Self(-1225);

    /// Database is in the middle of an incremental reseed. `JET_errDatabaseIncompleteIncrementalReseed`
    pub const DATABASE_INCOMPLETE_INCREMENTAL_RESEED: Self = Self(-1226);

    /// Database state does not permit an incremental reseed. `JET_errDatabaseInvalidIncrementalReseed`
    pub const DATABASE_INVALID_INCREMENTAL_RESEED: Self = Self(-1227);

    /// Incremental reseed failed; a full reseed is needed. `JET_errDatabaseFailedIncrementalReseed`
    pub const DATABASE_FAILED_INCREMENTAL_RESEED: Self = Self(-1228);

    /// Incremental reseed failed because the lowest required log lists no attachments. `JET_errNoAttachmentsFailedIncrementalReseed`
    pub const NO_ATTACHMENTS_FAILED_INCREMENTAL_RESEED: Self = Self(-1229);

    /// Recovery has not progressed far enough to open the database. `JET_errDatabaseNotReady`
    pub const DATABASE_NOT_READY: Self = Self(-1230);

    /// Database is attached for recovery only; attach it explicitly. `JET_errDatabaseAttachedForRecovery`
    pub const DATABASE_ATTACHED_FOR_RECOVERY: Self = Self(-1231);

    /// Recovery has not yet seen a transaction boundary, so no transaction can begin. `JET_errTransactionsNotReadyDuringRecovery`
    pub const TRANSACTIONS_NOT_READY_DURING_RECOVERY: Self = Self(-1232);

    /// Table is locked exclusively by another cursor. `JET_errTableLocked`
    pub const TABLE_LOCKED: Self = Self(-1302);

    /// Table name already exists. `JET_errTableDuplicate`
    pub const TABLE_DUPLICATE: Self = Self(-1303);

    /// Table is open in a way that prevents the requested lock. `JET_errTableInUse`
    pub const TABLE_IN_USE: Self = Self(-1304);

    /// No such table or object. `JET_errObjectNotFound`
    pub const OBJECT_NOT_FOUND: Self = Self(-1305);

    /// Density is outside 20 to 100 percent. `JET_errDensityInvalid`
    pub const DENSITY_INVALID: Self = Self(-1307);

    /// Table has records, and the change requires it to be empty. `JET_errTableNotEmpty`
    pub const TABLE_NOT_EMPTY: Self = Self(-1308);

    /// Cursor handle is not valid. `JET_errInvalidTableId`
    pub const INVALID_TABLE_ID: Self = Self(-1310);

    /// Open-table quota used up after clean-up was tried. `JET_errTooManyOpenTables`
    pub const TOO_MANY_OPEN_TABLES: Self = Self(-1311);

    /// Operation is not supported on this kind of cursor or table. `JET_errIllegalOperation`
    pub const ILLEGAL_OPERATION: Self = Self(-1312);

    /// Open-table quota used up and clean-up did not finish. `JET_errTooManyOpenTablesAndCleanupTimedOut`
    pub const TOO_MANY_OPEN_TABLES_AND_CLEANUP_TIMED_OUT: Self = Self(-1313);

    /// Object name is taken. `JET_errObjectDuplicate`
    pub const OBJECT_DUPLICATE: Self = Self(-1314);

    /// Object is of the wrong kind. `JET_errInvalidObject`
    pub const INVALID_OBJECT: Self = Self(-1316);

    /// Temporary tables are removed by closing, not deleting. `JET_errCannotDeleteTempTable`
    pub const CANNOT_DELETE_TEMP_TABLE: Self = Self(-1317);

    /// System tables cannot be deleted. `JET_errCannotDeleteSystemTable`
    pub const CANNOT_DELETE_SYSTEM_TABLE: Self = Self(-1318);

    /// Template tables cannot be deleted. `JET_errCannotDeleteTemplateTable`
    pub const CANNOT_DELETE_TEMPLATE_TABLE: Self = Self(-1319);

    /// Change requires the table to be opened exclusively. `JET_errExclusiveTableLockRequired`
    pub const EXCLUSIVE_TABLE_LOCK_REQUIRED: Self = Self(-1322);

    /// Table schema is frozen. `JET_errFixedDDL`
    pub const FIXED_DDL: Self = Self(-1323);

    /// Inherited part of a derived table's schema is frozen. `JET_errFixedInheritedDDL`
    pub const FIXED_INHERITED_DDL: Self = Self(-1324);

    /// Templates of templates are not supported. `JET_errCannotNestDDL`
    pub const CANNOT_NEST_DDL: Self = Self(-1325);

    /// Named base table is not a template table. `JET_errDDLNotInheritable`
    pub const DDL_NOT_INHERITABLE: Self = Self(-1326);

    /// System parameters contradict each other. `JET_errInvalidSettings`
    pub const INVALID_SETTINGS: Self = Self(-1328);

    /// Instance was told to stop service; new work is refused. `JET_errClientRequestToStopJetService`
    pub const CLIENT_REQUEST_TO_STOP_JET_SERVICE: Self = Self(-1329);

    /// Template forbids fixed and variable columns in derived tables. `JET_errCannotAddFixedVarColumnToDerivedTable`
    pub const CANNOT_ADD_FIXED_VAR_COLUMN_TO_DERIVED_TABLE: Self = Self(-1330);

    /// Index could not be built. `JET_errIndexCantBuild`
    pub const INDEX_CANT_BUILD: Self = Self(-1401);

    /// Table already has a primary index. `JET_errIndexHasPrimary`
    pub const INDEX_HAS_PRIMARY: Self = Self(-1402);

    /// Index name already exists. `JET_errIndexDuplicate`
    pub const INDEX_DUPLICATE: Self = Self(-1403);

    /// No such index. `JET_errIndexNotFound`
    pub const INDEX_NOT_FOUND: Self = Self(-1404);

    /// The primary index cannot be dropped. `JET_errIndexMustStay`
    pub const INDEX_MUST_STAY: Self = Self(-1405);

    /// Index definition is not legal. `JET_errIndexInvalidDef`
    pub const INDEX_INVALID_DEF: Self = Self(-1406);

    /// Index creation structure is malformed. `JET_errInvalidCreateIndex`
    pub const INVALID_CREATE_INDEX: Self = Self(-1409);

    /// Index descriptor quota used up. `JET_errTooManyOpenIndexes`
    pub const TOO_MANY_OPEN_INDEXES: Self = Self(-1410);

    /// Record yields the same key twice from a multi-valued column. `JET_errMultiValuedIndexViolation`
    pub const MULTI_VALUED_INDEX_VIOLATION: Self = Self(-1411);

    /// Index build found the primary index inconsistent. `JET_errIndexBuildCorrupted`
    pub const INDEX_BUILD_CORRUPTED: Self = Self(-1412);

    /// Primary index is damaged or its sort order is out of date. `JET_errPrimaryIndexCorrupted`
    pub const PRIMARY_INDEX_CORRUPTED: Self = Self(-1413);

    /// Secondary index is damaged or its sort order is out of date. `JET_errSecondaryIndexCorrupted`
    pub const SECONDARY_INDEX_CORRUPTED: Self = Self(-1414);

    /// Index id hint is malformed or stale. `JET_errInvalidIndexId`
    pub const INVALID_INDEX_ID: Self = Self(-1416);

    /// A deferred index is not usable until filled. `JET_errCantUseDeferredPopulateIndex`
    pub const CANT_USE_DEFERRED_POPULATE_INDEX: Self = Self(-1419);

    /// A tuple index may not be primary. `JET_errIndexTuplesSecondaryIndexOnly`
    pub const INDEX_TUPLES_SECONDARY_INDEX_ONLY: Self = Self(-1430);

    /// Tuple index has too many key columns. `JET_errIndexTuplesTooManyColumns`
    pub const INDEX_TUPLES_TOO_MANY_COLUMNS: Self = Self(-1431);

    /// Other name of JET_errIndexTuplesTooManyColumns. `JET_errIndexTuplesOneColumnOnly`
    pub const INDEX_TUPLES_ONE_COLUMN_ONLY: Self = Self(-1431);

    /// A tuple index may not be unique. `JET_errIndexTuplesNonUniqueOnly`
    pub const INDEX_TUPLES_NON_UNIQUE_ONLY: Self = Self(-1432);

    /// First column of a tuple index must be text or binary. `JET_errIndexTuplesTextBinaryColumnsOnly`
    pub const INDEX_TUPLES_TEXT_BINARY_COLUMNS_ONLY: Self = Self(-1433);

    /// Other name of JET_errIndexTuplesTextBinaryColumnsOnly. `JET_errIndexTuplesTextColumnsOnly`
    pub const INDEX_TUPLES_TEXT_COLUMNS_ONLY: Self = Self(-1433);

    /// A tuple index may not set cbVarSegMac below the key size. `JET_errIndexTuplesVarSegMacNotAllowed`
    pub const INDEX_TUPLES_VAR_SEG_MAC_NOT_ALLOWED: Self = Self(-1434);

    /// Tuple length limits are out of range. `JET_errIndexTuplesInvalidLimits`
    pub const INDEX_TUPLES_INVALID_LIMITS: Self = Self(-1435);

    /// Column cannot be read from a tuple index without the tuple option. `JET_errIndexTuplesCannotRetrieveFromIndex`
    pub const INDEX_TUPLES_CANNOT_RETRIEVE_FROM_INDEX: Self = Self(-1436);

    /// Search key is shorter than the tuple minimum. `JET_errIndexTuplesKeyTooSmall`
    pub const INDEX_TUPLES_KEY_TOO_SMALL: Self = Self(-1437);

    /// Long-value chunk size is not supported. `JET_errInvalidLVChunkSize`
    pub const INVALID_LV_CHUNK_SIZE: Self = Self(-1438);

    /// Only long text/binary columns without default can be encrypted. `JET_errColumnCannotBeEncrypted`
    pub const COLUMN_CANNOT_BE_ENCRYPTED: Self = Self(-1439);

    /// Encrypted columns cannot be indexed. `JET_errCannotIndexOnEncryptedColumn`
    pub const CANNOT_INDEX_ON_ENCRYPTED_COLUMN: Self = Self(-1440);

    /// Value is a long value (old). `JET_errColumnLong`
    pub const COLUMN_LONG: Self = Self(-1501);

    /// No chunk at that long-value offset. `JET_errColumnNoChunk`
    pub const COLUMN_NO_CHUNK: Self = Self(-1502);

    /// Value does not fit in the record. `JET_errColumnDoesNotFit`
    pub const COLUMN_DOES_NOT_FIT: Self = Self(-1503);

    /// NULL is not allowed for this column. `JET_errNullInvalid`
    pub const NULL_INVALID: Self = Self(-1504);

    /// Other name of JET_errNullInvalid. `JET_errColumnIllegalNull`
    pub const COLUMN_ILLEGAL_NULL: Self = Self(-1504);

    /// Column belongs to an index and cannot be dropped. `JET_errColumnIndexed`
    pub const COLUMN_INDEXED: Self = Self(-1505);

    /// Value is longer than the column maximum. `JET_errColumnTooBig`
    pub const COLUMN_TOO_BIG: Self = Self(-1506);

    /// No such column. `JET_errColumnNotFound`
    pub const COLUMN_NOT_FOUND: Self = Self(-1507);

    /// Column name already exists. `JET_errColumnDuplicate`
    pub const COLUMN_DUPLICATE: Self = Self(-1508);

    /// A multi-valued column must be tagged. `JET_errMultiValuedColumnMustBeTagged`
    pub const MULTI_VALUED_COLUMN_MUST_BE_TAGGED: Self = Self(-1509);

    /// Table already has an auto-increment or version column. `JET_errColumnRedundant`
    pub const COLUMN_REDUNDANT: Self = Self(-1510);

    /// Column type is not valid here. `JET_errInvalidColumnType`
    pub const INVALID_COLUMN_TYPE: Self = Self(-1511);

    /// All tagged columns are NULL (old). `JET_errTaggedNotNULL`
    pub const TAGGED_NOT_NULL: Self = Self(-1514);

    /// Cursor has no index, so a key cannot be built or a range set. `JET_errNoCurrentIndex`
    pub const NO_CURRENT_INDEX: Self = Self(-1515);

    /// Search key is already complete. `JET_errKeyIsMade`
    pub const KEY_IS_MADE: Self = Self(-1516);

    /// Column id is malformed or out of range. `JET_errBadColumnId`
    pub const BAD_COLUMN_ID: Self = Self(-1517);

    /// Multi-value ordinal is not valid for this column or operation. `JET_errBadItagSequence`
    pub const BAD_ITAG_SEQUENCE: Self = Self(-1518);

    /// Column takes part in a relationship (old). `JET_errColumnInRelationship`
    pub const COLUMN_IN_RELATIONSHIP: Self = Self(-1519);

    /// Auto-increment, version and escrow columns cannot be tagged. `JET_errCannotBeTagged`
    pub const CANNOT_BE_TAGGED: Self = Self(-1521);

    /// Default value exceeds the allowed size. `JET_errDefaultValueTooBig`
    pub const DEFAULT_VALUE_TOO_BIG: Self = Self(-1524);

    /// Value already exists in this multi-valued column. `JET_errMultiValuedDuplicate`
    pub const MULTI_VALUED_DUPLICATE: Self = Self(-1525);

    /// Long-value tree is damaged. `JET_errLVCorrupted`
    pub const LV_CORRUPTED: Self = Self(-1526);

    /// Values are equal after normalisation, which cut the data first. `JET_errMultiValuedDuplicateAfterTruncation`
    pub const MULTI_VALUED_DUPLICATE_AFTER_TRUNCATION: Self = Self(-1528);

    /// Derived table holds an impossible column. `JET_errDerivedColumnCorruption`
    pub const DERIVED_COLUMN_CORRUPTION: Self = Self(-1529);

    /// Column does not qualify as a primary index placeholder. `JET_errInvalidPlaceholderColumn`
    pub const INVALID_PLACEHOLDER_COLUMN: Self = Self(-1530);

    /// Only long text/binary columns can be compressed. `JET_errColumnCannotBeCompressed`
    pub const COLUMN_CANNOT_BE_COMPRESSED: Self = Self(-1538);

    /// Encrypted column used without a key. `JET_errColumnNoEncryptionKey`
    pub const COLUMN_NO_ENCRYPTION_KEY: Self = Self(-1540);

    /// No record matches the key. `JET_errRecordNotFound`
    pub const RECORD_NOT_FOUND: Self = Self(-1601);

    /// Cursor has no copy buffer. `JET_errRecordNoCopy`
    pub const RECORD_NO_COPY: Self = Self(-1602);

    /// Cursor is not on a record. `JET_errNoCurrentRecord`
    pub const NO_CURRENT_RECORD: Self = Self(-1603);

    /// Replace would change the primary key. `JET_errRecordPrimaryChanged`
    pub const RECORD_PRIMARY_CHANGED: Self = Self(-1604);

    /// Key already exists in a unique index. `JET_errKeyDuplicate`
    pub const KEY_DUPLICATE: Self = Self(-1605);

    /// Cursor already has an update prepared. `JET_errAlreadyPrepared`
    pub const ALREADY_PREPARED: Self = Self(-1607);

    /// No search key has been made. `JET_errKeyNotMade`
    pub const KEY_NOT_MADE: Self = Self(-1608);

    /// Cursor has no update prepared. `JET_errUpdateNotPrepared`
    pub const UPDATE_NOT_PREPARED: Self = Self(-1609);

    /// Record changed since it was read; operation abandoned. `JET_errDataHasChanged`
    pub const DATA_HAS_CHANGED: Self = Self(-1611);

    /// Language is not installed. `JET_errLanguageNotSupported`
    pub const LANGUAGE_NOT_SUPPORTED: Self = Self(-1619);

    /// Stored data could not be decompressed. `JET_errDecompressionFailed`
    pub const DECOMPRESSION_FAILED: Self = Self(-1620);

    /// Unversioned updates are allowed only on uncommitted tables. `JET_errUpdateMustVersion`
    pub const UPDATE_MUST_VERSION: Self = Self(-1621);

    /// Stored data could not be decrypted. `JET_errDecryptionFailed`
    pub const DECRYPTION_FAILED: Self = Self(-1622);

    /// Encrypted columns take only the first value. `JET_errEncryptionBadItag`
    pub const ENCRYPTION_BAD_ITAG: Self = Self(-1623);

    /// Explicit auto-increment value is above the permitted maximum. `JET_errSetAutoIncrementTooHigh`
    pub const SET_AUTO_INCREMENT_TOO_HIGH: Self = Self(-1624);

    /// Auto-increment column had to be set explicitly and was not. `JET_errAutoIncrementNotSet`
    pub const AUTO_INCREMENT_NOT_SET: Self = Self(-1625);

    /// Temporary table quota used up. `JET_errTooManySorts`
    pub const TOO_MANY_SORTS: Self = Self(-1701);

    /// Operation is not possible on a sort. `JET_errInvalidOnSort`
    pub const INVALID_ON_SORT: Self = Self(-1702);

    /// Temporary database could not be opened. `JET_errTempFileOpenError`
    pub const TEMP_FILE_OPEN_ERROR: Self = Self(-1803);

    /// Instance already has the maximum number of databases attached. `JET_errTooManyAttachedDatabases`
    pub const TOO_MANY_ATTACHED_DATABASES: Self = Self(-1805);

    /// Volume has no free space. `JET_errDiskFull`
    pub const DISK_FULL: Self = Self(-1808);

    /// Permission refused. `JET_errPermissionDenied`
    pub const PERMISSION_DENIED: Self = Self(-1809);

    /// File does not exist. `JET_errFileNotFound`
    pub const FILE_NOT_FOUND: Self = Self(-1811);

    /// File is of the wrong type for this call. `JET_errFileInvalidType`
    pub const FILE_INVALID_TYPE: Self = Self(-1812);

    /// File exists already. `JET_errFileAlreadyExists`
    pub const FILE_ALREADY_EXISTS: Self = Self(-1814);

    /// Restore must precede initialisation. `JET_errAfterInitialization`
    pub const AFTER_INITIALIZATION: Self = Self(-1850);

    /// Log content makes no sense. `JET_errLogCorrupted`
    pub const LOG_CORRUPTED: Self = Self(-1852);

    /// Operation is not valid in this state. `JET_errInvalidOperation`
    pub const INVALID_OPERATION: Self = Self(-1906);

    /// Access refused. `JET_errAccessDenied`
    pub const ACCESS_DENIED: Self = Self(-1907);

    /// Split did not converge. `JET_errTooManySplits`
    pub const TOO_MANY_SPLITS: Self = Self(-1909);

    /// Session used by two threads at once, or moved between threads in a transaction. `JET_errSessionSharingViolation`
    pub const SESSION_SHARING_VIOLATION: Self = Self(-1910);

    /// Required library entry point is missing. `JET_errEntryPointNotFound`
    pub const ENTRY_POINT_NOT_FOUND: Self = Self(-1911);

    /// Session context is already set. `JET_errSessionContextAlreadySet`
    pub const SESSION_CONTEXT_ALREADY_SET: Self = Self(-1912);

    /// This thread did not set the session context. `JET_errSessionContextNotSetByThisThread`
    pub const SESSION_CONTEXT_NOT_SET_BY_THIS_THREAD: Self = Self(-1913);

    /// Session cannot be ended while its context is in use. `JET_errSessionInUse`
    pub const SESSION_IN_USE: Self = Self(-1914);

    /// Record could not be converted to the current format. `JET_errRecordFormatConversionFailed`
    pub const RECORD_FORMAT_CONVERSION_FAILED: Self = Self(-1915);

    /// Session may have only one user database open. `JET_errOneDatabasePerSession`
    pub const ONE_DATABASE_PER_SESSION: Self = Self(-1916);

    /// Rollback failed; the session can begin no more transactions. `JET_errRollbackError`
    pub const ROLLBACK_ERROR: Self = Self(-1917);

    /// Flush map file version is not supported. `JET_errFlushMapVersionUnsupported`
    pub const FLUSH_MAP_VERSION_UNSUPPORTED: Self = Self(-1918);

    /// Flush map file belongs to another database. `JET_errFlushMapDatabaseMismatch`
    pub const FLUSH_MAP_DATABASE_MISMATCH: Self = Self(-1919);

    /// Flush map file cannot be rebuilt. `JET_errFlushMapUnrecoverable`
    pub const FLUSH_MAP_UNRECOVERABLE: Self = Self(-1920);

    /// Revert snapshot file is damaged. `JET_errRBSFileCorrupt`
    pub const RBS_FILE_CORRUPT: Self = Self(-1921);

    /// Revert snapshot header is damaged. `JET_errRBSHeaderCorrupt`
    pub const RBS_HEADER_CORRUPT: Self = Self(-1922);

    /// Revert snapshot does not fit the database. `JET_errRBSDbMismatch`
    pub const RBS_DB_MISMATCH: Self = Self(-1923);

    /// Revert snapshot version is not supported. `JET_errBadRBSVersion`
    pub const BAD_RBS_VERSION: Self = Self(-1925);

    /// Revert snapshot file reached its size limit. `JET_errOutOfRBSSpace`
    pub const OUT_OF_RBS_SPACE: Self = Self(-1926);

    /// Revert snapshot has no signature. `JET_errRBSInvalidSign`
    pub const RBS_INVALID_SIGN: Self = Self(-1927);

    /// Revert snapshot holds an invalid record. `JET_errRBSInvalidRecord`
    pub const RBS_INVALID_RECORD: Self = Self(-1928);

    /// Revert to that time is impossible: some snapshots are invalid. `JET_errRBSRCInvalidRBS`
    pub const RBSRC_INVALID_RBS: Self = Self(-1929);

    /// Revert to that time is impossible: no snapshot covers it. `JET_errRBSRCNoRBSFound`
    pub const RBSRC_NO_RBS_FOUND: Self = Self(-1930);

    /// Revert failed because of the database state. `JET_errRBSRCBadDbState`
    pub const RBSRC_BAD_DB_STATE: Self = Self(-1931);

    /// Logs required by the revert snapshot are missing. `JET_errRBSMissingReqLogs`
    pub const RBS_MISSING_REQ_LOGS: Self = Self(-1932);

    /// Logs of the revert snapshot differ from those in the log directory. `JET_errRBSLogDivergenceFailed`
    pub const RBS_LOG_DIVERGENCE_FAILED: Self = Self(-1933);

    /// A further revert is not possible while logs of an earlier one are being copied. `JET_errRBSRCCopyLogsRevertState`
    pub const RBSRC_COPY_LOGS_REVERT_STATE: Self = Self(-1934);

    /// Database is in the middle of a revert. `JET_errDatabaseIncompleteRevert`
    pub const DATABASE_INCOMPLETE_REVERT: Self = Self(-1935);

    /// Revert was cancelled. `JET_errRBSRCRevertCancelled`
    pub const RBSRC_REVERT_CANCELLED: Self = Self(-1936);

    /// Database format does not support a revert. `JET_errRBSRCInvalidDbFormatVersion`
    pub const RBSRC_INVALID_DB_FORMAT_VERSION: Self = Self(-1937);

    /// Cannot compare logs with the snapshot because logs are missing. `JET_errRBSCannotDetermineDivergence`
    pub const RBS_CANNOT_DETERMINE_DIVERGENCE: Self = Self(-1938);

    /// Table is too big to delete while snapshots are on. `JET_errRBSDeleteTableTooBig`
    pub const RBS_DELETE_TABLE_TOO_BIG: Self = Self(-1941);

    /// Table is too new for a non-revertable delete. `JET_errRBSDeleteTableTooSoon`
    pub const RBS_DELETE_TABLE_TOO_SOON: Self = Self(-1942);

    /// Tree is marked for deletion after a revert. `JET_errRBSFDPToBeDeleted`
    pub const RBSFDP_TO_BE_DELETED: Self = Self(-1943);

    /// Table cannot be deleted in the revertable way after an earlier partial revert. `JET_errRBSRevertableDeleteNotPossible`
    pub const RBS_REVERTABLE_DELETE_NOT_POSSIBLE: Self = Self(-1944);

    /// Tree marked for re-deletion was not expected. `JET_errRBSRedeleteFDPUnexpected`
    pub const RBS_REDELETE_FDP_UNEXPECTED: Self = Self(-1947);

    /// Auxiliary file of the revert is damaged. `JET_errRBSRCPageFDPDeleteFileCorrupt`
    pub const RBSRC_PAGE_FDP_DELETE_FILE_CORRUPT: Self = Self(-1948);

    /// Maintenance is already running on the database. `JET_errDatabaseAlreadyRunningMaintenance`
    pub const DATABASE_ALREADY_RUNNING_MAINTENANCE: Self = Self(-2004);

    /// Space leak estimation is already running. `JET_errRootSpaceLeakEstimationAlreadyRunning`
    pub const ROOT_SPACE_LEAK_ESTIMATION_ALREADY_RUNNING: Self = Self(-2006);

    /// A callback returned an error. `JET_errCallbackFailed`
    pub const CALLBACK_FAILED: Self = Self(-2101);

    /// Callback function could not be located. `JET_errCallbackNotResolved`
    pub const CALLBACK_NOT_RESOLVED: Self = Self(-2102);

    /// Space hints structure has an unusable value. `JET_errSpaceHintsInvalid`
    pub const SPACE_HINTS_INVALID: Self = Self(-2103);

    /// Snapshot calls came in the wrong order. `JET_errOSSnapshotInvalidSequence`
    pub const OS_SNAPSHOT_INVALID_SEQUENCE: Self = Self(-2401);

    /// Snapshot freeze ended by timeout. `JET_errOSSnapshotTimeOut`
    pub const OS_SNAPSHOT_TIME_OUT: Self = Self(-2402);

    /// Snapshot refused: backup or recovery is running. `JET_errOSSnapshotNotAllowed`
    pub const OS_SNAPSHOT_NOT_ALLOWED: Self = Self(-2403);

    /// Snapshot id is not valid. `JET_errOSSnapshotInvalidSnapId`
    pub const OS_SNAPSHOT_INVALID_SNAP_ID: Self = Self(-2404);

    /// Test injection limit reached. `JET_errTooManyTestInjections`
    pub const TOO_MANY_TEST_INJECTIONS: Self = Self(-2501);

    /// Test injection is not available in this build. `JET_errTestInjectionNotSupported`
    pub const TEST_INJECTION_NOT_SUPPORTED: Self = Self(-2502);

    /// Log data supplied is out of order. `JET_errInvalidLogDataSequence`
    pub const INVALID_LOG_DATA_SEQUENCE: Self = Self(-2601);

    /// Local storage used without the runtime callback parameter. `JET_errLSCallbackNotSpecified`
    pub const LS_CALLBACK_NOT_SPECIFIED: Self = Self(-3000);

    /// Local storage is already set. `JET_errLSAlreadySet`
    pub const LS_ALREADY_SET: Self = Self(-3001);

    /// Local storage is not set. `JET_errLSNotSet`
    pub const LS_NOT_SET: Self = Self(-3002);

    /// I/O addressed a sparse region. `JET_errFileIOSparse`
    pub const FILE_IO_SPARSE: Self = Self(-4000);

    /// Read past the end of the file. `JET_errFileIOBeyondEOF`
    pub const FILE_IO_BEYOND_EOF: Self = Self(-4001);

    /// Callback answer: abort the I/O. `JET_errFileIOAbort`
    pub const FILE_IO_ABORT: Self = Self(-4002);

    /// Callback answer: retry the I/O. `JET_errFileIORetry`
    pub const FILE_IO_RETRY: Self = Self(-4003);

    /// Callback answer: fail the I/O. `JET_errFileIOFail`
    pub const FILE_IO_FAIL: Self = Self(-4004);

    /// Compressed files are not supported. `JET_errFileCompressed`
    pub const FILE_COMPRESSED: Self = Self(-4005);

    /// First number reserved for client-defined errors. `JET_errClientSpaceBegin`
    pub const CLIENT_SPACE_BEGIN: Self = Self(-10_000);

    /// Last number reserved for client-defined errors. `JET_errClientSpaceEnd`
    pub const CLIENT_SPACE_END: Self = Self(-11_999);
}

/// What is known of each number, ascending.
#[rustfmt::skip]
pub(super) static ROWS: [Row; 487] = [
    Row { number: -11_999, name: "JET_errClientSpaceEnd", category: USAGE, retry: false, obsolete: false, meaning: "Last number reserved for client-defined errors.", advice: "" },
    Row { number: -10_000, name: "JET_errClientSpaceBegin", category: USAGE, retry: false, obsolete: false, meaning: "First number reserved for client-defined errors.", advice: "" },
    Row { number: -4005, name: "JET_errFileCompressed", category: USAGE, retry: false, obsolete: false, meaning: "Compressed files are not supported.", advice: "" },
    Row { number: -4004, name: "JET_errFileIOFail", category: OBSOLETE, retry: false, obsolete: true, meaning: "Callback answer: fail the I/O.", advice: "" },
    Row { number: -4003, name: "JET_errFileIORetry", category: OBSOLETE, retry: false, obsolete: true, meaning: "Callback answer: retry the I/O.", advice: "" },
    Row { number: -4002, name: "JET_errFileIOAbort", category: OBSOLETE, retry: false, obsolete: true, meaning: "Callback answer: abort the I/O.", advice: "" },
    Row { number: -4001, name: "JET_errFileIOBeyondEOF", category: CORRUPTION, retry: false, obsolete: false, meaning: "Read past the end of the file.", advice: "Run `jetutil verify` on the file. In a database in dirty shutdown its logs may mend this; otherwise restore a backup, or export what is readable with `jetutil export`." },
    Row { number: -4000, name: "JET_errFileIOSparse", category: OBSOLETE, retry: false, obsolete: true, meaning: "I/O addressed a sparse region.", advice: "" },
    Row { number: -3002, name: "JET_errLSNotSet", category: STATE, retry: false, obsolete: false, meaning: "Local storage is not set.", advice: "" },
    Row { number: -3001, name: "JET_errLSAlreadySet", category: USAGE, retry: false, obsolete: false, meaning: "Local storage is already set.", advice: "" },
    Row { number: -3000, name: "JET_errLSCallbackNotSpecified", category: USAGE, retry: false, obsolete: false, meaning: "Local storage used without the runtime callback parameter.", advice: "" },
    Row { number: -2601, name: "JET_errInvalidLogDataSequence", category: STATE, retry: false, obsolete: false, meaning: "Log data supplied is out of order.", advice: "" },
    Row { number: -2502, name: "JET_errTestInjectionNotSupported", category: STATE, retry: false, obsolete: false, meaning: "Test injection is not available in this build.", advice: "" },
    Row { number: -2501, name: "JET_errTooManyTestInjections", category: USAGE, retry: false, obsolete: false, meaning: "Test injection limit reached.", advice: "" },
    Row { number: -2404, name: "JET_errOSSnapshotInvalidSnapId", category: USAGE, retry: false, obsolete: false, meaning: "Snapshot id is not valid.", advice: "" },
    Row { number: -2403, name: "JET_errOSSnapshotNotAllowed", category: STATE, retry: false, obsolete: false, meaning: "Snapshot refused: backup or recovery is running.", advice: "" },
    Row { number: -2402, name: "JET_errOSSnapshotTimeOut", category: OPERATION, retry: true, obsolete: false, meaning: "Snapshot freeze ended by timeout.", advice: "" },
    Row { number: -2401, name: "JET_errOSSnapshotInvalidSequence", category: USAGE, retry: false, obsolete: false, meaning: "Snapshot calls came in the wrong order.", advice: "" },
    Row { number: -2103, name: "JET_errSpaceHintsInvalid", category: USAGE, retry: false, obsolete: false, meaning: "Space hints structure has an unusable value.", advice: "" },
    Row { number: -2102, name: "JET_errCallbackNotResolved", category: USAGE, retry: false, obsolete: false, meaning: "Callback function could not be located.", advice: "" },
    Row { number: -2101, name: "JET_errCallbackFailed", category: STATE, retry: false, obsolete: false, meaning: "A callback returned an error.", advice: "" },
    Row { number: -2006, name: "JET_errRootSpaceLeakEstimationAlreadyRunning", category: USAGE, retry: false, obsolete: false, meaning: "Space leak estimation is already running.", advice: "" },
    Row { number: -2004, name: "JET_errDatabaseAlreadyRunningMaintenance", category: USAGE, retry: false, obsolete: false, meaning: "Maintenance is already running on the database.", advice: "" },
    Row { number: -1948, name: "JET_errRBSRCPageFDPDeleteFileCorrupt", category: CORRUPTION, retry: false, obsolete: false, meaning: "Auxiliary file of the revert is damaged.", advice: "" },
    Row { number: -1947, name: "JET_errRBSRedeleteFDPUnexpected", category: CORRUPTION, retry: false, obsolete: false, meaning: "Tree marked for re-deletion was not expected.", advice: "" },
    Row { number: -1944, name: "JET_errRBSRevertableDeleteNotPossible", category: STATE, retry: false, obsolete: false, meaning: "Table cannot be deleted in the revertable way after an earlier partial revert.", advice: "" },
    Row { number: -1943, name: "JET_errRBSFDPToBeDeleted", category: STATE, retry: false, obsolete: false, meaning: "Tree is marked for deletion after a revert.", advice: "" },
    Row { number: -1942, name: "JET_errRBSDeleteTableTooSoon", category: STATE, retry: false, obsolete: false, meaning: "Table is too new for a non-revertable delete.", advice: "" },
    Row { number: -1941, name: "JET_errRBSDeleteTableTooBig", category: STATE, retry: false, obsolete: false, meaning: "Table is too big to delete while snapshots are on.", advice: "" },
    Row { number: -1938, name: "JET_errRBSCannotDetermineDivergence", category: STATE, retry: false, obsolete: false, meaning: "Cannot compare logs with the snapshot because logs are missing.", advice: "" },
    Row { number: -1937, name: "JET_errRBSRCInvalidDbFormatVersion", category: STATE, retry: false, obsolete: false, meaning: "Database format does not support a revert.", advice: "" },
    Row { number: -1936, name: "JET_errRBSRCRevertCancelled", category: STATE, retry: false, obsolete: false, meaning: "Revert was cancelled.", advice: "" },
    Row { number: -1935, name: "JET_errDatabaseIncompleteRevert", category: STATE, retry: false, obsolete: false, meaning: "Database is in the middle of a revert.", advice: "" },
    Row { number: -1934, name: "JET_errRBSRCCopyLogsRevertState", category: STATE, retry: false, obsolete: false, meaning: "A further revert is not possible while logs of an earlier one are being copied.", advice: "" },
    Row { number: -1933, name: "JET_errRBSLogDivergenceFailed", category: STATE, retry: false, obsolete: false, meaning: "Logs of the revert snapshot differ from those in the log directory.", advice: "" },
    Row { number: -1932, name: "JET_errRBSMissingReqLogs", category: STATE, retry: false, obsolete: false, meaning: "Logs required by the revert snapshot are missing.", advice: "" },
    Row { number: -1931, name: "JET_errRBSRCBadDbState", category: STATE, retry: false, obsolete: false, meaning: "Revert failed because of the database state.", advice: "" },
    Row { number: -1930, name: "JET_errRBSRCNoRBSFound", category: STATE, retry: false, obsolete: false, meaning: "Revert to that time is impossible: no snapshot covers it.", advice: "" },
    Row { number: -1929, name: "JET_errRBSRCInvalidRBS", category: STATE, retry: false, obsolete: false, meaning: "Revert to that time is impossible: some snapshots are invalid.", advice: "" },
    Row { number: -1928, name: "JET_errRBSInvalidRecord", category: STATE, retry: false, obsolete: false, meaning: "Revert snapshot holds an invalid record.", advice: "" },
    Row { number: -1927, name: "JET_errRBSInvalidSign", category: STATE, retry: false, obsolete: false, meaning: "Revert snapshot has no signature.", advice: "" },
    Row { number: -1926, name: "JET_errOutOfRBSSpace", category: FRAGMENTATION, retry: false, obsolete: false, meaning: "Revert snapshot file reached its size limit.", advice: "" },
    Row { number: -1925, name: "JET_errBadRBSVersion", category: STATE, retry: false, obsolete: false, meaning: "Revert snapshot version is not supported.", advice: "" },
    Row { number: -1923, name: "JET_errRBSDbMismatch", category: INCONSISTENT, retry: false, obsolete: false, meaning: "Revert snapshot does not fit the database.", advice: "" },
    Row { number: -1922, name: "JET_errRBSHeaderCorrupt", category: CORRUPTION, retry: false, obsolete: false, meaning: "Revert snapshot header is damaged.", advice: "" },
    Row { number: -1921, name: "JET_errRBSFileCorrupt", category: CORRUPTION, retry: false, obsolete: false, meaning: "Revert snapshot file is damaged.", advice: "" },
    Row { number: -1920, name: "JET_errFlushMapUnrecoverable", category: STATE, retry: false, obsolete: false, meaning: "Flush map file cannot be rebuilt.", advice: "" },
    Row { number: -1919, name: "JET_errFlushMapDatabaseMismatch", category: USAGE, retry: false, obsolete: false, meaning: "Flush map file belongs to another database.", advice: "" },
    Row { number: -1918, name: "JET_errFlushMapVersionUnsupported", category: USAGE, retry: false, obsolete: false, meaning: "Flush map file version is not supported.", advice: "" },
    Row { number: -1917, name: "JET_errRollbackError", category: FATAL, retry: false, obsolete: false, meaning: "Rollback failed; the session can begin no more transactions.", advice: "" },
    Row { number: -1916, name: "JET_errOneDatabasePerSession", category: USAGE, retry: false, obsolete: false, meaning: "Session may have only one user database open.", advice: "" },
    Row { number: -1915, name: "JET_errRecordFormatConversionFailed", category: CORRUPTION, retry: false, obsolete: false, meaning: "Record could not be converted to the current format.", advice: "" },
    Row { number: -1914, name: "JET_errSessionInUse", category: USAGE, retry: false, obsolete: false, meaning: "Session cannot be ended while its context is in use.", advice: "" },
    Row { number: -1913, name: "JET_errSessionContextNotSetByThisThread", category: USAGE, retry: false, obsolete: false, meaning: "This thread did not set the session context.", advice: "" },
    Row { number: -1912, name: "JET_errSessionContextAlreadySet", category: USAGE, retry: false, obsolete: false, meaning: "Session context is already set.", advice: "" },
    Row { number: -1911, name: "JET_errEntryPointNotFound", category: USAGE, retry: false, obsolete: false, meaning: "Required library entry point is missing.", advice: "" },
    Row { number: -1910, name: "JET_errSessionSharingViolation", category: USAGE, retry: false, obsolete: false, meaning: "Session used by two threads at once, or moved between threads in a transaction.", advice: "Use one session per thread, or move the session with JetSetSessionContext and JetResetSessionContext." },
    Row { number: -1909, name: "JET_errTooManySplits", category: OBSOLETE, retry: false, obsolete: true, meaning: "Split did not converge.", advice: "" },
    Row { number: -1907, name: "JET_errAccessDenied", category: OBSOLETE, retry: false, obsolete: true, meaning: "Access refused.", advice: "" },
    Row { number: -1906, name: "JET_errInvalidOperation", category: USAGE, retry: false, obsolete: false, meaning: "Operation is not valid in this state.", advice: "" },
    Row { number: -1852, name: "JET_errLogCorrupted", category: CORRUPTION, retry: false, obsolete: false, meaning: "Log content makes no sense.", advice: "" },
    Row { number: -1850, name: "JET_errAfterInitialization", category: USAGE, retry: false, obsolete: false, meaning: "Restore must precede initialisation.", advice: "" },
    Row { number: -1814, name: "JET_errFileAlreadyExists", category: INCONSISTENT, retry: false, obsolete: false, meaning: "File exists already.", advice: "" },
    Row { number: -1812, name: "JET_errFileInvalidType", category: INCONSISTENT, retry: false, obsolete: false, meaning: "File is of the wrong type for this call.", advice: "" },
    Row { number: -1811, name: "JET_errFileNotFound", category: STATE, retry: false, obsolete: false, meaning: "File does not exist.", advice: "Check the path; relative paths start at the working directory of the process." },
    Row { number: -1809, name: "JET_errPermissionDenied", category: USAGE, retry: false, obsolete: false, meaning: "Permission refused.", advice: "" },
    Row { number: -1808, name: "JET_errDiskFull", category: DISK, retry: false, obsolete: false, meaning: "Volume has no free space.", advice: "Free space on the volume of the database, then repeat the work." },
    Row { number: -1805, name: "JET_errTooManyAttachedDatabases", category: USAGE, retry: false, obsolete: false, meaning: "Instance already has the maximum number of databases attached.", advice: "" },
    Row { number: -1803, name: "JET_errTempFileOpenError", category: OBSOLETE, retry: false, obsolete: true, meaning: "Temporary database could not be opened.", advice: "" },
    Row { number: -1702, name: "JET_errInvalidOnSort", category: OBSOLETE, retry: false, obsolete: true, meaning: "Operation is not possible on a sort.", advice: "" },
    Row { number: -1701, name: "JET_errTooManySorts", category: MEMORY, retry: false, obsolete: false, meaning: "Temporary table quota used up.", advice: "" },
    Row { number: -1625, name: "JET_errAutoIncrementNotSet", category: USAGE, retry: false, obsolete: false, meaning: "Auto-increment column had to be set explicitly and was not.", advice: "" },
    Row { number: -1624, name: "JET_errSetAutoIncrementTooHigh", category: USAGE, retry: false, obsolete: false, meaning: "Explicit auto-increment value is above the permitted maximum.", advice: "" },
    Row { number: -1623, name: "JET_errEncryptionBadItag", category: USAGE, retry: false, obsolete: false, meaning: "Encrypted columns take only the first value.", advice: "" },
    Row { number: -1622, name: "JET_errDecryptionFailed", category: CORRUPTION, retry: false, obsolete: false, meaning: "Stored data could not be decrypted.", advice: "" },
    Row { number: -1621, name: "JET_errUpdateMustVersion", category: USAGE, retry: false, obsolete: false, meaning: "Unversioned updates are allowed only on uncommitted tables.", advice: "" },
    Row { number: -1620, name: "JET_errDecompressionFailed", category: CORRUPTION, retry: false, obsolete: false, meaning: "Stored data could not be decompressed.", advice: "Run `jetutil verify` on the file. In a database in dirty shutdown its logs may mend this; otherwise restore a backup, or export what is readable with `jetutil export`." },
    Row { number: -1619, name: "JET_errLanguageNotSupported", category: OBSOLETE, retry: false, obsolete: true, meaning: "Language is not installed.", advice: "" },
    Row { number: -1611, name: "JET_errDataHasChanged", category: OBSOLETE, retry: false, obsolete: true, meaning: "Record changed since it was read; operation abandoned.", advice: "" },
    Row { number: -1609, name: "JET_errUpdateNotPrepared", category: USAGE, retry: false, obsolete: false, meaning: "Cursor has no update prepared.", advice: "Call JetPrepareUpdate first." },
    Row { number: -1608, name: "JET_errKeyNotMade", category: USAGE, retry: false, obsolete: false, meaning: "No search key has been made.", advice: "Call JetMakeKey before seeking." },
    Row { number: -1607, name: "JET_errAlreadyPrepared", category: USAGE, retry: false, obsolete: false, meaning: "Cursor already has an update prepared.", advice: "" },
    Row { number: -1605, name: "JET_errKeyDuplicate", category: STATE, retry: false, obsolete: false, meaning: "Key already exists in a unique index.", advice: "A record with this key exists in a unique index: replace that record or choose another key." },
    Row { number: -1604, name: "JET_errRecordPrimaryChanged", category: USAGE, retry: false, obsolete: false, meaning: "Replace would change the primary key.", advice: "" },
    Row { number: -1603, name: "JET_errNoCurrentRecord", category: STATE, retry: false, obsolete: false, meaning: "Cursor is not on a record.", advice: "" },
    Row { number: -1602, name: "JET_errRecordNoCopy", category: USAGE, retry: false, obsolete: false, meaning: "Cursor has no copy buffer.", advice: "" },
    Row { number: -1601, name: "JET_errRecordNotFound", category: STATE, retry: false, obsolete: false, meaning: "No record matches the key.", advice: "" },
    Row { number: -1540, name: "JET_errColumnNoEncryptionKey", category: USAGE, retry: false, obsolete: false, meaning: "Encrypted column used without a key.", advice: "" },
    Row { number: -1538, name: "JET_errColumnCannotBeCompressed", category: USAGE, retry: false, obsolete: false, meaning: "Only long text/binary columns can be compressed.", advice: "" },
    Row { number: -1530, name: "JET_errInvalidPlaceholderColumn", category: USAGE, retry: false, obsolete: false, meaning: "Column does not qualify as a primary index placeholder.", advice: "" },
    Row { number: -1529, name: "JET_errDerivedColumnCorruption", category: CORRUPTION, retry: false, obsolete: false, meaning: "Derived table holds an impossible column.", advice: "" },
    Row { number: -1528, name: "JET_errMultiValuedDuplicateAfterTruncation", category: STATE, retry: false, obsolete: false, meaning: "Values are equal after normalisation, which cut the data first.", advice: "" },
    Row { number: -1526, name: "JET_errLVCorrupted", category: CORRUPTION, retry: false, obsolete: false, meaning: "Long-value tree is damaged.", advice: "Run `jetutil verify` on the file. In a database in dirty shutdown its logs may mend this; otherwise restore a backup, or export what is readable with `jetutil export`." },
    Row { number: -1525, name: "JET_errMultiValuedDuplicate", category: STATE, retry: false, obsolete: false, meaning: "Value already exists in this multi-valued column.", advice: "" },
    Row { number: -1524, name: "JET_errDefaultValueTooBig", category: USAGE, retry: false, obsolete: false, meaning: "Default value exceeds the allowed size.", advice: "" },
    Row { number: -1521, name: "JET_errCannotBeTagged", category: USAGE, retry: false, obsolete: false, meaning: "Auto-increment, version and escrow columns cannot be tagged.", advice: "" },
    Row { number: -1519, name: "JET_errColumnInRelationship", category: OBSOLETE, retry: false, obsolete: true, meaning: "Column takes part in a relationship (old).", advice: "" },
    Row { number: -1518, name: "JET_errBadItagSequence", category: STATE, retry: false, obsolete: false, meaning: "Multi-value ordinal is not valid for this column or operation.", advice: "" },
    Row { number: -1517, name: "JET_errBadColumnId", category: USAGE, retry: false, obsolete: false, meaning: "Column id is malformed or out of range.", advice: "" },
    Row { number: -1516, name: "JET_errKeyIsMade", category: USAGE, retry: false, obsolete: false, meaning: "Search key is already complete.", advice: "" },
    Row { number: -1515, name: "JET_errNoCurrentIndex", category: USAGE, retry: false, obsolete: false, meaning: "Cursor has no index, so a key cannot be built or a range set.", advice: "Set an index as current before seeking." },
    Row { number: -1514, name: "JET_errTaggedNotNULL", category: OBSOLETE, retry: false, obsolete: true, meaning: "All tagged columns are NULL (old).", advice: "" },
    Row { number: -1511, name: "JET_errInvalidColumnType", category: USAGE, retry: false, obsolete: false, meaning: "Column type is not valid here.", advice: "" },
    Row { number: -1510, name: "JET_errColumnRedundant", category: USAGE, retry: false, obsolete: false, meaning: "Table already has an auto-increment or version column.", advice: "" },
    Row { number: -1509, name: "JET_errMultiValuedColumnMustBeTagged", category: USAGE, retry: false, obsolete: false, meaning: "A multi-valued column must be tagged.", advice: "" },
    Row { number: -1508, name: "JET_errColumnDuplicate", category: USAGE, retry: false, obsolete: false, meaning: "Column name already exists.", advice: "" },
    Row { number: -1507, name: "JET_errColumnNotFound", category: USAGE, retry: false, obsolete: false, meaning: "No such column.", advice: "" },
    Row { number: -1506, name: "JET_errColumnTooBig", category: USAGE, retry: false, obsolete: false, meaning: "Value is longer than the column maximum.", advice: "" },
    Row { number: -1505, name: "JET_errColumnIndexed", category: OBSOLETE, retry: false, obsolete: true, meaning: "Column belongs to an index and cannot be dropped.", advice: "" },
    Row { number: -1504, name: "JET_errNullInvalid", category: USAGE, retry: false, obsolete: false, meaning: "NULL is not allowed for this column.", advice: "" },
    Row { number: -1503, name: "JET_errColumnDoesNotFit", category: USAGE, retry: false, obsolete: false, meaning: "Value does not fit in the record.", advice: "" },
    Row { number: -1502, name: "JET_errColumnNoChunk", category: USAGE, retry: false, obsolete: false, meaning: "No chunk at that long-value offset.", advice: "" },
    Row { number: -1501, name: "JET_errColumnLong", category: OBSOLETE, retry: false, obsolete: true, meaning: "Value is a long value (old).", advice: "" },
    Row { number: -1440, name: "JET_errCannotIndexOnEncryptedColumn", category: USAGE, retry: false, obsolete: false, meaning: "Encrypted columns cannot be indexed.", advice: "" },
    Row { number: -1439, name: "JET_errColumnCannotBeEncrypted", category: USAGE, retry: false, obsolete: false, meaning: "Only long text/binary columns without default can be encrypted.", advice: "" },
    Row { number: -1438, name: "JET_errInvalidLVChunkSize", category: USAGE, retry: false, obsolete: false, meaning: "Long-value chunk size is not supported.", advice: "" },
    Row { number: -1437, name: "JET_errIndexTuplesKeyTooSmall", category: USAGE, retry: false, obsolete: false, meaning: "Search key is shorter than the tuple minimum.", advice: "" },
    Row { number: -1436, name: "JET_errIndexTuplesCannotRetrieveFromIndex", category: USAGE, retry: false, obsolete: false, meaning: "Column cannot be read from a tuple index without the tuple option.", advice: "" },
    Row { number: -1435, name: "JET_errIndexTuplesInvalidLimits", category: USAGE, retry: false, obsolete: false, meaning: "Tuple length limits are out of range.", advice: "" },
    Row { number: -1434, name: "JET_errIndexTuplesVarSegMacNotAllowed", category: USAGE, retry: false, obsolete: false, meaning: "A tuple index may not set cbVarSegMac below the key size.", advice: "" },
    Row { number: -1433, name: "JET_errIndexTuplesTextBinaryColumnsOnly", category: USAGE, retry: false, obsolete: false, meaning: "First column of a tuple index must be text or binary.", advice: "" },
    Row { number: -1432, name: "JET_errIndexTuplesNonUniqueOnly", category: USAGE, retry: false, obsolete: false, meaning: "A tuple index may not be unique.", advice: "" },
    Row { number: -1431, name: "JET_errIndexTuplesTooManyColumns", category: USAGE, retry: false, obsolete: true, meaning: "Tuple index has too many key columns.", advice: "" },
    Row { number: -1430, name: "JET_errIndexTuplesSecondaryIndexOnly", category: USAGE, retry: false, obsolete: false, meaning: "A tuple index may not be primary.", advice: "" },
    Row { number: -1419, name: "JET_errCantUseDeferredPopulateIndex", category: USAGE, retry: false, obsolete: false, meaning: "A deferred index is not usable until filled.", advice: "" },
    Row { number: -1416, name: "JET_errInvalidIndexId", category: USAGE, retry: false, obsolete: false, meaning: "Index id hint is malformed or stale.", advice: "" },
    Row { number: -1414, name: "JET_errSecondaryIndexCorrupted", category: CORRUPTION, retry: false, obsolete: false, meaning: "Secondary index is damaged or its sort order is out of date.", advice: "Delete the index and create it again; the records themselves are not affected." },
    Row { number: -1413, name: "JET_errPrimaryIndexCorrupted", category: CORRUPTION, retry: false, obsolete: false, meaning: "Primary index is damaged or its sort order is out of date.", advice: "Restore a backup, or rebuild the table with `jetutil repair`." },
    Row { number: -1412, name: "JET_errIndexBuildCorrupted", category: CORRUPTION, retry: false, obsolete: false, meaning: "Index build found the primary index inconsistent.", advice: "" },
    Row { number: -1411, name: "JET_errMultiValuedIndexViolation", category: USAGE, retry: false, obsolete: false, meaning: "Record yields the same key twice from a multi-valued column.", advice: "" },
    Row { number: -1410, name: "JET_errTooManyOpenIndexes", category: MEMORY, retry: false, obsolete: false, meaning: "Index descriptor quota used up.", advice: "" },
    Row { number: -1409, name: "JET_errInvalidCreateIndex", category: USAGE, retry: false, obsolete: false, meaning: "Index creation structure is malformed.", advice: "" },
    Row { number: -1406, name: "JET_errIndexInvalidDef", category: USAGE, retry: false, obsolete: false, meaning: "Index definition is not legal.", advice: "" },
    Row { number: -1405, name: "JET_errIndexMustStay", category: USAGE, retry: false, obsolete: false, meaning: "The primary index cannot be dropped.", advice: "" },
    Row { number: -1404, name: "JET_errIndexNotFound", category: STATE, retry: false, obsolete: false, meaning: "No such index.", advice: "" },
    Row { number: -1403, name: "JET_errIndexDuplicate", category: USAGE, retry: false, obsolete: false, meaning: "Index name already exists.", advice: "" },
    Row { number: -1402, name: "JET_errIndexHasPrimary", category: USAGE, retry: false, obsolete: false, meaning: "Table already has a primary index.", advice: "" },
    Row { number: -1401, name: "JET_errIndexCantBuild", category: OBSOLETE, retry: false, obsolete: true, meaning: "Index could not be built.", advice: "" },
    Row { number: -1330, name: "JET_errCannotAddFixedVarColumnToDerivedTable", category: OBSOLETE, retry: false, obsolete: true, meaning: "Template forbids fixed and variable columns in derived tables.", advice: "" },
    Row { number: -1329, name: "JET_errClientRequestToStopJetService", category: OPERATION, retry: false, obsolete: false, meaning: "Instance was told to stop service; new work is refused.", advice: "" },
    Row { number: -1328, name: "JET_errInvalidSettings", category: USAGE, retry: false, obsolete: false, meaning: "System parameters contradict each other.", advice: "" },
    Row { number: -1326, name: "JET_errDDLNotInheritable", category: USAGE, retry: false, obsolete: false, meaning: "Named base table is not a template table.", advice: "" },
    Row { number: -1325, name: "JET_errCannotNestDDL", category: USAGE, retry: false, obsolete: false, meaning: "Templates of templates are not supported.", advice: "" },
    Row { number: -1324, name: "JET_errFixedInheritedDDL", category: USAGE, retry: false, obsolete: false, meaning: "Inherited part of a derived table's schema is frozen.", advice: "" },
    Row { number: -1323, name: "JET_errFixedDDL", category: USAGE, retry: false, obsolete: false, meaning: "Table schema is frozen.", advice: "" },
    Row { number: -1322, name: "JET_errExclusiveTableLockRequired", category: USAGE, retry: false, obsolete: false, meaning: "Change requires the table to be opened exclusively.", advice: "" },
    Row { number: -1319, name: "JET_errCannotDeleteTemplateTable", category: USAGE, retry: false, obsolete: false, meaning: "Template tables cannot be deleted.", advice: "" },
    Row { number: -1318, name: "JET_errCannotDeleteSystemTable", category: USAGE, retry: false, obsolete: false, meaning: "System tables cannot be deleted.", advice: "" },
    Row { number: -1317, name: "JET_errCannotDeleteTempTable", category: USAGE, retry: false, obsolete: false, meaning: "Temporary tables are removed by closing, not deleting.", advice: "" },
    Row { number: -1316, name: "JET_errInvalidObject", category: OBSOLETE, retry: false, obsolete: true, meaning: "Object is of the wrong kind.", advice: "" },
    Row { number: -1314, name: "JET_errObjectDuplicate", category: OBSOLETE, retry: false, obsolete: true, meaning: "Object name is taken.", advice: "" },
    Row { number: -1313, name: "JET_errTooManyOpenTablesAndCleanupTimedOut", category: USAGE, retry: false, obsolete: false, meaning: "Open-table quota used up and clean-up did not finish.", advice: "" },
    Row { number: -1312, name: "JET_errIllegalOperation", category: USAGE, retry: false, obsolete: false, meaning: "Operation is not supported on this kind of cursor or table.", advice: "" },
    Row { number: -1311, name: "JET_errTooManyOpenTables", category: QUOTA, retry: false, obsolete: false, meaning: "Open-table quota used up after clean-up was tried.", advice: "" },
    Row { number: -1310, name: "JET_errInvalidTableId", category: USAGE, retry: false, obsolete: false, meaning: "Cursor handle is not valid.", advice: "" },
    Row { number: -1308, name: "JET_errTableNotEmpty", category: USAGE, retry: false, obsolete: false, meaning: "Table has records, and the change requires it to be empty.", advice: "" },
    Row { number: -1307, name: "JET_errDensityInvalid", category: USAGE, retry: false, obsolete: false, meaning: "Density is outside 20 to 100 percent.", advice: "" },
    Row { number: -1305, name: "JET_errObjectNotFound", category: STATE, retry: false, obsolete: false, meaning: "No such table or object.", advice: "" },
    Row { number: -1304, name: "JET_errTableInUse", category: STATE, retry: true, obsolete: false, meaning: "Table is open in a way that prevents the requested lock.", advice: "" },
    Row { number: -1303, name: "JET_errTableDuplicate", category: STATE, retry: false, obsolete: false, meaning: "Table name already exists.", advice: "" },
    Row { number: -1302, name: "JET_errTableLocked", category: USAGE, retry: true, obsolete: false, meaning: "Table is locked exclusively by another cursor.", advice: "" },
    Row { number: -1232, name: "JET_errTransactionsNotReadyDuringRecovery", category: STATE, retry: false, obsolete: false, meaning: "Recovery has not yet seen a transaction boundary, so no transaction can begin.", advice: "" },
    Row { number: -1231, name: "JET_errDatabaseAttachedForRecovery", category: USAGE, retry: false, obsolete: false, meaning: "Database is attached for recovery only; attach it explicitly.", advice: "" },
    Row { number: -1230, name: "JET_errDatabaseNotReady", category: USAGE, retry: false, obsolete: false, meaning: "Recovery has not progressed far enough to open the database.", advice: "" },
    Row { number: -1229, name: "JET_errNoAttachmentsFailedIncrementalReseed", category: STATE, retry: false, obsolete: false, meaning: "Incremental reseed failed because the lowest required log lists no attachments.", advice: "" },
    Row { number: -1228, name: "JET_errDatabaseFailedIncrementalReseed", category: STATE, retry: false, obsolete: false, meaning: "Incremental reseed failed; a full reseed is needed.", advice: "" },
    Row { number: -1227, name: "JET_errDatabaseInvalidIncrementalReseed", category: USAGE, retry: false, obsolete: false, meaning: "Database state does not permit an incremental reseed.", advice: "" },
    Row { number: -1226, name: "JET_errDatabaseIncompleteIncrementalReseed", category: INCONSISTENT, retry: false, obsolete: false, meaning: "Database is in the middle of an incremental reseed.", advice: "" },
    Row { number: -1225, name: "JET_errInvalidCreateDbVersion", category: INCONSISTENT, retry: false, obsolete: false, meaning: "Replay of a database creation made with an incompatible version.", advice: "" },
    Row { number: -1224, name: "JET_errDatabaseCorruptedNoRepair", category: USAGE, retry: false, obsolete: false, meaning: "Database is damaged and repair was not permitted.", advice: "" },
    Row { number: -1222, name: "JET_errDatabaseSignInUse", category: USAGE, retry: false, obsolete: false, meaning: "A database with the same signature is attached already.", advice: "" },
    Row { number: -1221, name: "JET_errPartiallyAttachedDB", category: USAGE, retry: false, obsolete: false, meaning: "Database was only half attached; attach cannot go on.", advice: "" },
    Row { number: -1220, name: "JET_errCatalogCorrupted", category: CORRUPTION, retry: false, obsolete: false, meaning: "Schema catalog is damaged.", advice: "Restore a backup, or export what is readable with `jetutil export`." },
    Row { number: -1219, name: "JET_errForceDetachNotAllowed", category: USAGE, retry: false, obsolete: false, meaning: "Forced detach is allowed only after an ordinary detach failed.", advice: "" },
    Row { number: -1218, name: "JET_errDatabaseIdInUse", category: OBSOLETE, retry: false, obsolete: true, meaning: "A database id would be assigned twice.", advice: "" },
    Row { number: -1217, name: "JET_errDatabaseInvalidPath", category: USAGE, retry: false, obsolete: false, meaning: "Database path is malformed, empty or missing.", advice: "" },
    Row { number: -1216, name: "JET_errAttachedDatabaseMismatch", category: INCONSISTENT, retry: false, obsolete: false, meaning: "A database that recovery expects is missing or is another file.", advice: "Put the database that was attached back to its path, or allow missing databases in recovery." },
    Row { number: -1215, name: "JET_errDatabaseSharingViolation", category: USAGE, retry: false, obsolete: false, meaning: "Another instance has this database attached.", advice: "Another process or instance has the file attached: detach it there first." },
    Row { number: -1214, name: "JET_errTooManyInstances", category: QUOTA, retry: false, obsolete: false, meaning: "Instance limit of the process reached.", advice: "" },
    Row { number: -1213, name: "JET_errPageSizeMismatch", category: INCONSISTENT, retry: false, obsolete: false, meaning: "Database page size differs from the engine's page size.", advice: "Set JET_paramDatabasePageSize to the page size of the file before the instance starts." },
    Row { number: -1212, name: "JET_errDatabase500Format", category: OBSOLETE, retry: false, obsolete: true, meaning: "Database has the old 500-series format.", advice: "" },
    Row { number: -1211, name: "JET_errDatabase400Format", category: OBSOLETE, retry: false, obsolete: true, meaning: "Database has the old 400-series format.", advice: "" },
    Row { number: -1210, name: "JET_errDatabase200Format", category: OBSOLETE, retry: false, obsolete: true, meaning: "Database has the very old 200-series format.", advice: "" },
    Row { number: -1209, name: "JET_errInvalidDatabaseVersion", category: INCONSISTENT, retry: false, obsolete: false, meaning: "Database format version is not supported by this engine.", advice: "The file is of another format version: open it with an engine that knows it, or raise JET_paramEngineFormatVersion." },
    Row { number: -1208, name: "JET_errCannotDisableVersioning", category: USAGE, retry: false, obsolete: false, meaning: "Versioning cannot be turned off for this database.", advice: "" },
    Row { number: -1207, name: "JET_errDatabaseLocked", category: USAGE, retry: true, obsolete: false, meaning: "Database is opened exclusively by someone else.", advice: "" },
    Row { number: -1206, name: "JET_errDatabaseCorrupted", category: CORRUPTION, retry: false, obsolete: false, meaning: "File is not a database or is damaged.", advice: "Run `jetutil verify`; restore a backup, or rebuild the file with `jetutil repair`." },
    Row { number: -1205, name: "JET_errDatabaseInvalidPages", category: USAGE, retry: false, obsolete: false, meaning: "Page count is out of range.", advice: "" },
    Row { number: -1204, name: "JET_errDatabaseInvalidName", category: USAGE, retry: false, obsolete: false, meaning: "Database name is malformed.", advice: "" },
    Row { number: -1203, name: "JET_errDatabaseNotFound", category: USAGE, retry: false, obsolete: false, meaning: "No such database is attached.", advice: "Check the path, and attach the database before opening it." },
    Row { number: -1202, name: "JET_errDatabaseInUse", category: USAGE, retry: true, obsolete: false, meaning: "Database is open or pinned, so the call is refused.", advice: "Another process has the file open: close it there, or open read-only." },
    Row { number: -1201, name: "JET_errDatabaseDuplicate", category: USAGE, retry: false, obsolete: false, meaning: "Database file already exists or is already attached.", advice: "" },
    Row { number: -1162, name: "JET_errDTCCallbackUnexpectedError", category: OBSOLETE, retry: false, obsolete: true, meaning: "Coordination callback returned an unexpected value (old).", advice: "" },
    Row { number: -1161, name: "JET_errDTCMissingCallbackOnRecovery", category: OBSOLETE, retry: false, obsolete: true, meaning: "Distributed transaction met in recovery without a coordination callback (old).", advice: "" },
    Row { number: -1160, name: "JET_errDTCMissingCallback", category: OBSOLETE, retry: false, obsolete: true, meaning: "Distributed transaction begun without a coordination callback (old).", advice: "" },
    Row { number: -1154, name: "JET_errCannotNestDistributedTransactions", category: OBSOLETE, retry: false, obsolete: true, meaning: "Distributed transaction begun above level 0 (old).", advice: "" },
    Row { number: -1153, name: "JET_errDistributedTransactionNotYetPreparedToCommit", category: OBSOLETE, retry: false, obsolete: true, meaning: "Commit of a distributed transaction that was not prepared (old).", advice: "" },
    Row { number: -1152, name: "JET_errNotInDistributedTransaction", category: OBSOLETE, retry: false, obsolete: true, meaning: "Prepare-to-commit without a distributed transaction (old).", advice: "" },
    Row { number: -1151, name: "JET_errDistributedTransactionAlreadyPreparedToCommit", category: OBSOLETE, retry: false, obsolete: true, meaning: "Write after a distributed transaction was prepared (old).", advice: "" },
    Row { number: -1150, name: "JET_errMustCommitDistributedTransactionToLevel0", category: OBSOLETE, retry: false, obsolete: true, meaning: "Prepare-to-commit of a distributed transaction to a level other than 0 (old).", advice: "" },
    Row { number: -1124, name: "JET_errFilteredMoveNotSupported", category: USAGE, retry: false, obsolete: false, meaning: "Cursor filter is not possible in this situation.", advice: "" },
    Row { number: -1123, name: "JET_errRecoveryVerifyFailure", category: CORRUPTION, retry: false, obsolete: false, meaning: "Pages read in recovery are not in the expected state.", advice: "" },
    Row { number: -1121, name: "JET_errFileSystemCorruption", category: CORRUPTION, retry: false, obsolete: false, meaning: "File system reported it is corrupt.", advice: "" },
    Row { number: -1119, name: "JET_errReadLostFlushVerifyFailure", category: CORRUPTION, retry: false, obsolete: false, meaning: "Page read misses a write that was reported done.", advice: "The storage lost an acknowledged write: check the disk, then restore from a backup with its logs." },
    Row { number: -1118, name: "JET_errReadPgnoVerifyFailure", category: CORRUPTION, retry: false, obsolete: false, meaning: "Page read carries another page number.", advice: "Run `jetutil verify` on the file. In a database in dirty shutdown its logs may mend this; otherwise restore a backup, or export what is readable with `jetutil export`." },
    Row { number: -1116, name: "JET_errDirtyShutdown", category: STATE, retry: false, obsolete: false, meaning: "Shutdown succeeded but left databases dirty because that was requested.", advice: "Start an instance with the same log and system paths, so that recovery can finish." },
    Row { number: -1115, name: "JET_errInvalidInstance", category: USAGE, retry: false, obsolete: false, meaning: "Instance handle is not valid.", advice: "" },
    Row { number: -1114, name: "JET_errSesidTableIdMismatch", category: USAGE, retry: false, obsolete: false, meaning: "Cursor belongs to a different session.", advice: "" },
    Row { number: -1113, name: "JET_errCannotMaterializeForwardOnlySort", category: USAGE, retry: false, obsolete: false, meaning: "Options or columns force materialisation although forward-only was requested.", advice: "" },
    Row { number: -1112, name: "JET_errRecordTooBigForBackwardCompatibility", category: STATE, retry: false, obsolete: false, meaning: "Record would not fit the oldest record format.", advice: "" },
    Row { number: -1111, name: "JET_errSessionWriteConflict", category: USAGE, retry: false, obsolete: false, meaning: "Same record is being updated by two cursors of one session.", advice: "The same session changed this record through another cursor without finishing: complete or cancel that update first." },
    Row { number: -1110, name: "JET_errTransReadOnly", category: USAGE, retry: false, obsolete: false, meaning: "Update attempted in a read-only transaction.", advice: "" },
    Row { number: -1109, name: "JET_errRollbackRequired", category: OBSOLETE, retry: false, obsolete: true, meaning: "Transaction must be rolled back first (old).", advice: "" },
    Row { number: -1108, name: "JET_errInTransaction", category: USAGE, retry: false, obsolete: false, meaning: "Call is not allowed inside a transaction.", advice: "" },
    Row { number: -1105, name: "JET_errWriteConflictPrimaryIndex", category: STATE, retry: true, obsolete: false, meaning: "Update on a table whose primary index is not committed.", advice: "Roll the transaction back and repeat it." },
    Row { number: -1104, name: "JET_errInvalidSesid", category: USAGE, retry: false, obsolete: false, meaning: "Session handle is not valid.", advice: "" },
    Row { number: -1103, name: "JET_errTransTooDeep", category: USAGE, retry: false, obsolete: false, meaning: "Transaction nesting limit reached.", advice: "" },
    Row { number: -1102, name: "JET_errWriteConflict", category: STATE, retry: true, obsolete: false, meaning: "Another session holds or committed a conflicting change.", advice: "Roll the transaction back and repeat it." },
    Row { number: -1101, name: "JET_errOutOfSessions", category: MEMORY, retry: true, obsolete: false, meaning: "Session quota used up.", advice: "End sessions that are no longer used, or raise JET_paramMaxSessions before the instance starts." },
    Row { number: -1095, name: "JET_errInvalidDbparamId", category: USAGE, retry: false, obsolete: false, meaning: "Database parameter id is unknown.", advice: "" },
    Row { number: -1094, name: "JET_errTooManyRecords", category: STATE, retry: false, obsolete: false, meaning: "Count does not fit 32 bits; use the 64-bit call.", advice: "" },
    Row { number: -1093, name: "JET_errInvalidSesparamId", category: USAGE, retry: false, obsolete: false, meaning: "Session parameter id is unknown.", advice: "" },
    Row { number: -1092, name: "JET_errInstanceUnavailableDueToFatalLogDiskFull", category: FATAL, retry: false, obsolete: false, meaning: "Log volume filled during work that could not be undone; instance refuses all work.", advice: "Free space on the log volume, end the instance and start it again." },
    Row { number: -1091, name: "JET_errDatabaseUnavailable", category: OBSOLETE, retry: false, obsolete: true, meaning: "Database met a fatal error and refuses all work.", advice: "" },
    Row { number: -1090, name: "JET_errInstanceUnavailable", category: FATAL, retry: false, obsolete: false, meaning: "Instance met a fatal error and refuses all work.", advice: "A serious error stopped this instance: end it, correct the first error it reported, and start again." },
    Row { number: -1087, name: "JET_errSystemParameterConflict", category: USAGE, retry: false, obsolete: false, meaning: "Global parameters were set already to different values.", advice: "" },
    Row { number: -1086, name: "JET_errInstanceNameInUse", category: USAGE, retry: false, obsolete: false, meaning: "Another instance has this name.", advice: "" },
    Row { number: -1085, name: "JET_errTempPathInUse", category: USAGE, retry: false, obsolete: false, meaning: "Another instance uses this temporary database path.", advice: "" },
    Row { number: -1084, name: "JET_errLogFilePathInUse", category: USAGE, retry: false, obsolete: false, meaning: "Another instance uses this log path.", advice: "" },
    Row { number: -1083, name: "JET_errSystemPathInUse", category: USAGE, retry: false, obsolete: false, meaning: "Another instance uses this system path.", advice: "" },
    Row { number: -1082, name: "JET_errSystemParamsAlreadySet", category: STATE, retry: false, obsolete: false, meaning: "Global parameters were set already (same values).", advice: "" },
    Row { number: -1081, name: "JET_errRunningInMultiInstanceMode", category: USAGE, retry: false, obsolete: false, meaning: "Single-instance call while the process runs in multi-instance mode.", advice: "" },
    Row { number: -1080, name: "JET_errRunningInOneInstanceMode", category: USAGE, retry: false, obsolete: false, meaning: "Multi-instance call while the process runs in single-instance mode.", advice: "" },
    Row { number: -1078, name: "JET_errOutOfSequentialIndexValues", category: FRAGMENTATION, retry: false, obsolete: false, meaning: "Row-number counter of a table without a primary index exhausted.", advice: "" },
    Row { number: -1077, name: "JET_errOutOfDbtimeValues", category: FRAGMENTATION, retry: false, obsolete: false, meaning: "Change-stamp counter exhausted; compact offline.", advice: "" },
    Row { number: -1076, name: "JET_errOutOfAutoincrementValues", category: FRAGMENTATION, retry: false, obsolete: false, meaning: "Auto-increment counter exhausted; compaction does not help.", advice: "" },
    Row { number: -1075, name: "JET_errOutOfLongValueIDs", category: FRAGMENTATION, retry: false, obsolete: false, meaning: "Long-value ids exhausted; compact offline.", advice: "" },
    Row { number: -1074, name: "JET_errOutOfObjectIDs", category: FRAGMENTATION, retry: false, obsolete: false, meaning: "B-tree object ids exhausted; compact offline.", advice: "" },
    Row { number: -1073, name: "JET_errTooManyMempoolEntries", category: MEMORY, retry: false, obsolete: false, meaning: "Schema memory pool has too many entries.", advice: "" },
    Row { number: -1072, name: "JET_errRecordNotDeleted", category: OPERATION, retry: false, obsolete: false, meaning: "Record was expected to be deleted but is not.", advice: "" },
    Row { number: -1071, name: "JET_errCannotIndex", category: USAGE, retry: false, obsolete: false, meaning: "Escrow columns cannot be indexed.", advice: "" },
    Row { number: -1070, name: "JET_errCurrencyStackOutOfMemory", category: OBSOLETE, retry: false, obsolete: true, meaning: "Currency stack pool exhausted (unused).", advice: "" },
    Row { number: -1069, name: "JET_errVersionStoreOutOfMemory", category: QUOTA, retry: true, obsolete: false, meaning: "Version store is full after clean-up was tried.", advice: "Commit or roll back long transactions, or raise JET_paramMaxVerPages." },
    Row { number: -1066, name: "JET_errVersionStoreOutOfMemoryAndCleanupTimedOut", category: USAGE, retry: true, obsolete: false, meaning: "Version store is full and clean-up did not finish in time.", advice: "" },
    Row { number: -1065, name: "JET_errVersionStoreEntryTooBig", category: USAGE, retry: false, obsolete: false, meaning: "One version entry exceeds a version page.", advice: "" },
    Row { number: -1064, name: "JET_errInvalidLCMapStringFlags", category: USAGE, retry: false, obsolete: false, meaning: "Normalisation flags are not allowed.", advice: "" },
    Row { number: -1063, name: "JET_errInvalidCodePage", category: USAGE, retry: false, obsolete: false, meaning: "Code page is neither ASCII/ANSI (1252) nor Unicode (1200).", advice: "" },
    Row { number: -1062, name: "JET_errInvalidLanguageId", category: USAGE, retry: false, obsolete: false, meaning: "Language or locale id is unknown.", advice: "" },
    Row { number: -1061, name: "JET_errInvalidCountry", category: OBSOLETE, retry: false, obsolete: true, meaning: "Country code is unknown.", advice: "" },
    Row { number: -1059, name: "JET_errTooManyActiveUsers", category: USAGE, retry: true, obsolete: false, meaning: "Sessions with open transactions prevent a complete shutdown.", advice: "" },
    Row { number: -1057, name: "JET_errMustRollback", category: USAGE, retry: false, obsolete: false, meaning: "An unversioned update failed; the transaction can only be rolled back.", advice: "" },
    Row { number: -1054, name: "JET_errNotInTransaction", category: USAGE, retry: false, obsolete: false, meaning: "Call requires an open transaction.", advice: "Begin a transaction first." },
    Row { number: -1053, name: "JET_errNullKeyDisallowed", category: USAGE, retry: false, obsolete: false, meaning: "Index forbids NULL key columns and the record has one.", advice: "" },
    Row { number: -1052, name: "JET_errLinkNotSupported", category: OBSOLETE, retry: false, obsolete: true, meaning: "Link layer absent (old).", advice: "" },
    Row { number: -1051, name: "JET_errIndexInUse", category: STATE, retry: false, obsolete: false, meaning: "Index is in use.", advice: "" },
    Row { number: -1048, name: "JET_errColumnNotUpdatable", category: USAGE, retry: false, obsolete: false, meaning: "Column value may not be set.", advice: "" },
    Row { number: -1047, name: "JET_errInvalidBufferSize", category: STATE, retry: false, obsolete: false, meaning: "Data length does not match the fixed column size.", advice: "" },
    Row { number: -1046, name: "JET_errColumnInUse", category: USAGE, retry: false, obsolete: false, meaning: "Column is used by an index.", advice: "" },
    Row { number: -1045, name: "JET_errInvalidBookmark", category: USAGE, retry: false, obsolete: false, meaning: "Bookmark has a bad length or content.", advice: "" },
    Row { number: -1044, name: "JET_errInvalidFilename", category: OBSOLETE, retry: false, obsolete: true, meaning: "File name is malformed.", advice: "" },
    Row { number: -1043, name: "JET_errContainerNotEmpty", category: OBSOLETE, retry: false, obsolete: true, meaning: "Container still has content (old).", advice: "" },
    Row { number: -1040, name: "JET_errTooManyColumns", category: USAGE, retry: false, obsolete: false, meaning: "Table already has the maximum number of columns of that kind.", advice: "" },
    Row { number: -1038, name: "JET_errBufferTooSmall", category: STATE, retry: false, obsolete: false, meaning: "Output buffer is too small; nothing useful returned.", advice: "" },
    Row { number: -1035, name: "JET_errSQLLinkNotSupported", category: OBSOLETE, retry: false, obsolete: true, meaning: "SQL link layer absent (old).", advice: "" },
    Row { number: -1034, name: "JET_errQueryNotSupported", category: USAGE, retry: false, obsolete: true, meaning: "Query layer absent (old).", advice: "" },
    Row { number: -1032, name: "JET_errFileAccessDenied", category: IO, retry: false, obsolete: false, meaning: "File is locked by someone else or access is refused.", advice: "Check that the account may read and write the file and that no other process holds it open." },
    Row { number: -1031, name: "JET_errInitInProgress", category: OPERATION, retry: false, obsolete: false, meaning: "Instance is being initialised.", advice: "" },
    Row { number: -1030, name: "JET_errAlreadyInitialized", category: USAGE, retry: false, obsolete: false, meaning: "Instance is already initialised, or the setting may no longer change.", advice: "" },
    Row { number: -1029, name: "JET_errNotInitialized", category: USAGE, retry: false, obsolete: false, meaning: "Instance has not been initialised.", advice: "" },
    Row { number: -1028, name: "JET_errInvalidDatabase", category: USAGE, retry: false, obsolete: false, meaning: "File is not a database usable by this call.", advice: "" },
    Row { number: -1027, name: "JET_errTooManyOpenDatabases", category: OBSOLETE, retry: false, obsolete: true, meaning: "Too many databases open in the session (old).", advice: "" },
    Row { number: -1026, name: "JET_errRecordTooBig", category: STATE, retry: false, obsolete: false, meaning: "Record would exceed the maximum record size.", advice: "" },
    Row { number: -1025, name: "JET_errInvalidLogDirectory", category: USAGE, retry: false, obsolete: true, meaning: "Configured log path is unusable.", advice: "" },
    Row { number: -1024, name: "JET_errInvalidSystemPath", category: USAGE, retry: false, obsolete: true, meaning: "Configured system path is unusable.", advice: "" },
    Row { number: -1023, name: "JET_errInvalidPath", category: USAGE, retry: false, obsolete: false, meaning: "Path is malformed, too long or does not exist.", advice: "Check that every folder of the path exists." },
    Row { number: -1022, name: "JET_errDiskIO", category: IO, retry: false, obsolete: false, meaning: "Disk I/O failed.", advice: "" },
    Row { number: -1021, name: "JET_errDiskReadVerificationFailure", category: CORRUPTION, retry: false, obsolete: false, meaning: "Operating system reported a CRC error on read.", advice: "The system reported a failed check of the disk: test the disk and restore from a backup with its logs." },
    Row { number: -1020, name: "JET_errOutOfFileHandles", category: MEMORY, retry: true, obsolete: false, meaning: "No file handles left.", advice: "" },
    Row { number: -1019, name: "JET_errPageNotInitialized", category: CORRUPTION, retry: false, obsolete: false, meaning: "Page read is blank.", advice: "Run `jetutil verify` on the file and restore it from a backup with its logs." },
    Row { number: -1018, name: "JET_errReadVerifyFailure", category: CORRUPTION, retry: false, obsolete: false, meaning: "Page checksum mismatch on read.", advice: "Run `jetutil verify` on the file; restore the damaged page from a backup with its logs, or export what is readable with `jetutil export`." },
    Row { number: -1017, name: "JET_errRecordDeleted", category: STATE, retry: false, obsolete: false, meaning: "Record under the cursor was deleted.", advice: "" },
    Row { number: -1016, name: "JET_errTooManyKeys", category: USAGE, retry: false, obsolete: false, meaning: "Index has more key columns than allowed.", advice: "" },
    Row { number: -1015, name: "JET_errTooManyIndexes", category: USAGE, retry: false, obsolete: false, meaning: "Too many indexes on the table.", advice: "" },
    Row { number: -1014, name: "JET_errOutOfBuffers", category: MEMORY, retry: true, obsolete: false, meaning: "No page buffer available.", advice: "" },
    Row { number: -1013, name: "JET_errOutOfCursors", category: MEMORY, retry: true, obsolete: false, meaning: "Cursor quota used up.", advice: "Close cursors that are no longer used, or raise JET_paramMaxCursors before the instance starts." },
    Row { number: -1012, name: "JET_errOutOfDatabaseSpace", category: QUOTA, retry: false, obsolete: false, meaning: "Database reached its permitted maximum size.", advice: "" },
    Row { number: -1011, name: "JET_errOutOfMemory", category: MEMORY, retry: true, obsolete: false, meaning: "Memory could not be allocated.", advice: "" },
    Row { number: -1010, name: "JET_errInvalidDatabaseId", category: USAGE, retry: false, obsolete: false, meaning: "Database identifier is unknown or not opened by this session.", advice: "" },
    Row { number: -1008, name: "JET_errDatabaseFileReadOnly", category: USAGE, retry: false, obsolete: false, meaning: "Read-write attach of a file marked read-only.", advice: "" },
    Row { number: -1003, name: "JET_errInvalidParameter", category: USAGE, retry: false, obsolete: false, meaning: "An argument is out of range, missing or inconsistent.", advice: "" },
    Row { number: -1002, name: "JET_errInvalidName", category: USAGE, retry: false, obsolete: false, meaning: "Object name breaks the naming rules.", advice: "" },
    Row { number: -1001, name: "JET_errFeatureNotAvailable", category: USAGE, retry: false, obsolete: false, meaning: "Feature or entry point is not supported.", advice: "" },
    Row { number: -1000, name: "JET_errTermInProgress", category: OPERATION, retry: false, obsolete: false, meaning: "Instance is shutting down.", advice: "" },
    Row { number: -900, name: "JET_errInvalidGrbit", category: USAGE, retry: false, obsolete: false, meaning: "Option bits are unknown, not allowed here, or conflict.", advice: "" },
    Row { number: -801, name: "JET_errBackupAbortByServer", category: OPERATION, retry: false, obsolete: false, meaning: "Backup was stopped by the instance (stop-backup call or term with stop-backup).", advice: "" },
    Row { number: -626, name: "JET_errLogOperationInconsistentWithDatabase", category: CORRUPTION, retry: false, obsolete: false, meaning: "Log record does not fit the current database content.", advice: "" },
    Row { number: -625, name: "JET_errDbTimeBeyondMaxRequired", category: CORRUPTION, retry: false, obsolete: false, meaning: "Page stamp is at or past the record's after state although the record is outside the required range.", advice: "" },
    Row { number: -623, name: "JET_errEngineFormatVersionSpecifiedTooLowForDatabaseVersion", category: STATE, retry: false, obsolete: false, meaning: "Configured format version is below that of the database file.", advice: "" },
    Row { number: -622, name: "JET_errEngineFormatVersionSpecifiedTooLowForLogVersion", category: STATE, retry: false, obsolete: false, meaning: "Configured format version is below that of the existing logs.", advice: "" },
    Row { number: -621, name: "JET_errEngineFormatVersionParamTooLowForRequestedFeature", category: USAGE, retry: false, obsolete: false, meaning: "Configured format version is too low for the feature being used.", advice: "" },
    Row { number: -620, name: "JET_errEngineFormatVersionNotYetImplementedTooHigh", category: USAGE, retry: false, obsolete: false, meaning: "Requested engine format version is newer than this engine knows.", advice: "" },
    Row { number: -619, name: "JET_errEngineFormatVersionNoLongerSupportedTooLow", category: USAGE, retry: false, obsolete: false, meaning: "Requested engine format version is older than supported.", advice: "" },
    Row { number: -618, name: "JET_errTransactionTooLong", category: QUOTA, retry: false, obsolete: false, meaning: "Transaction has been open across too many log generations.", advice: "" },
    Row { number: -617, name: "JET_errSurrogateBackupInProgress", category: STATE, retry: false, obsolete: false, meaning: "A surrogate (remote copy) backup is running.", advice: "" },
    Row { number: -616, name: "JET_errLogFileNotCopied", category: USAGE, retry: false, obsolete: false, meaning: "Log truncation refused because a required log was not copied.", advice: "" },
    Row { number: -615, name: "JET_errRestoreOfNonBackupDatabase", category: USAGE, retry: false, obsolete: false, meaning: "Hard recovery was tried on a database that is not from a backup.", advice: "" },
    Row { number: -614, name: "JET_errCheckpointDepthTooDeep", category: QUOTA, retry: false, obsolete: false, meaning: "Too many generations lie between checkpoint and current log; updates are refused.", advice: "" },
    Row { number: -613, name: "JET_errSLVReadVerifyFailure", category: OBSOLETE, retry: false, obsolete: true, meaning: "Streaming-file checksum error (streaming files no longer exist).", advice: "" },
    Row { number: -612, name: "JET_errLogReadVerifyFailure", category: CORRUPTION, retry: false, obsolete: false, meaning: "Log checksum error seen while backing up.", advice: "" },
    Row { number: -611, name: "JET_errExistingLogFileIsNotContiguous", category: INCONSISTENT, retry: false, obsolete: false, meaning: "A log already present leaves a gap.", advice: "" },
    Row { number: -610, name: "JET_errExistingLogFileHasBadSignature", category: INCONSISTENT, retry: false, obsolete: false, meaning: "A log already present has a wrong signature.", advice: "" },
    Row { number: -604, name: "JET_errUnicodeLanguageValidationFailure", category: OPERATION, retry: false, obsolete: false, meaning: "Locale or language could not be validated.", advice: "" },
    Row { number: -603, name: "JET_errUnicodeNormalizationNotSupported", category: USAGE, retry: false, obsolete: false, meaning: "No Unicode normalisation service is available.", advice: "" },
    Row { number: -602, name: "JET_errUnicodeTranslationFail", category: OPERATION, retry: false, obsolete: false, meaning: "Unicode sort-key generation failed.", advice: "" },
    Row { number: -601, name: "JET_errUnicodeTranslationBufferTooSmall", category: STATE, retry: false, obsolete: true, meaning: "Sort-key buffer was too small for Unicode normalisation.", advice: "" },
    Row { number: -596, name: "JET_errPageInitializedMismatch", category: CORRUPTION, retry: false, obsolete: false, meaning: "A page is uninitialised on one copy and initialised on the other.", advice: "" },
    Row { number: -590, name: "JET_errLogSequenceChecksumMismatch", category: CORRUPTION, retry: false, obsolete: false, meaning: "Running checksum of the previous log does not match the next log.", advice: "" },
    Row { number: -586, name: "JET_errCommittedLogFileCorrupt", category: CORRUPTION, retry: false, obsolete: false, meaning: "A log holding committed work is damaged; continuing would lose committed data.", advice: "Restore the log file from a copy, or accept the loss of the last transactions with the lost-log option of recovery." },
    Row { number: -584, name: "JET_errRecoveredWithoutUndoDatabasesConsistent", category: STATE, retry: false, obsolete: false, meaning: "Undo was to be skipped, but the databases turned out consistent without it.", advice: "" },
    Row { number: -583, name: "JET_errSectorSizeNotSupported", category: FATAL, retry: false, obsolete: false, meaning: "Engine cannot work with this disk's physical sector size.", advice: "" },
    Row { number: -582, name: "JET_errCommittedLogFilesMissing", category: CORRUPTION, retry: false, obsolete: false, meaning: "Logs holding committed work of a database are absent; continuing would lose committed data.", advice: "Put the missing log files back, or accept the loss of the last transactions with the lost-log option of recovery." },
    Row { number: -581, name: "JET_errSoftRecoveryOnSnapshot", category: OBSOLETE, retry: false, obsolete: true, meaning: "A shadow-copy database was given to ordinary recovery; restore it first.", advice: "" },
    Row { number: -580, name: "JET_errDatabasesNotFromSameSnapshot", category: OBSOLETE, retry: false, obsolete: true, meaning: "Databases to restore come from different shadow copies.", advice: "" },
    Row { number: -579, name: "JET_errRecoveredWithoutUndo", category: STATE, retry: false, obsolete: false, meaning: "Redo finished and undo was deliberately not run.", advice: "" },
    Row { number: -577, name: "JET_errBadRestoreTargetInstance", category: USAGE, retry: false, obsolete: false, meaning: "Target instance named for the restore is unknown or its logs do not fit.", advice: "" },
    Row { number: -575, name: "JET_errMustDisableLoggingForDbUpgrade", category: OBSOLETE, retry: false, obsolete: true, meaning: "Database upgrade requires logging to be off.", advice: "" },
    Row { number: -574, name: "JET_errLogCorruptDuringHardRecovery", category: CORRUPTION, retry: false, obsolete: false, meaning: "Damaged log met in hard recovery outside the backup set.", advice: "" },
    Row { number: -573, name: "JET_errLogCorruptDuringHardRestore", category: CORRUPTION, retry: false, obsolete: false, meaning: "Damaged log met while restoring a backup set.", advice: "" },
    Row { number: -571, name: "JET_errLogTornWriteDuringHardRecovery", category: CORRUPTION, retry: false, obsolete: false, meaning: "Half-written log sector met in hard recovery outside the backup set.", advice: "" },
    Row { number: -570, name: "JET_errLogTornWriteDuringHardRestore", category: CORRUPTION, retry: false, obsolete: false, meaning: "Half-written log sector met while restoring a backup set.", advice: "" },
    Row { number: -569, name: "JET_errMissingFileToBackup", category: INCONSISTENT, retry: false, obsolete: false, meaning: "A log or patch file that must be backed up is missing.", advice: "" },
    Row { number: -567, name: "JET_errDbTimeTooNew", category: CORRUPTION, retry: false, obsolete: false, meaning: "Page change stamp is newer than the before state yet older than the after state.", advice: "" },
    Row { number: -566, name: "JET_errDbTimeTooOld", category: CORRUPTION, retry: false, obsolete: false, meaning: "Page change stamp is older than the log record expects as the before state.", advice: "" },
    Row { number: -565, name: "JET_errMissingCurrentLogFiles", category: INCONSISTENT, retry: false, obsolete: false, meaning: "Current logs needed to continue a restore are absent.", advice: "" },
    Row { number: -563, name: "JET_errDatabaseIncompleteUpgrade", category: STATE, retry: false, obsolete: false, meaning: "Database was only partly converted; restore from backup.", advice: "" },
    Row { number: -562, name: "JET_errDatabaseAlreadyUpgraded", category: STATE, retry: false, obsolete: false, meaning: "Upgrade requested for a database already in the current format.", advice: "" },
    Row { number: -561, name: "JET_errBadBackupDatabaseSize", category: OBSOLETE, retry: false, obsolete: true, meaning: "Backup database size is not a whole number of pages.", advice: "" },
    Row { number: -560, name: "JET_errMissingFullBackup", category: STATE, retry: false, obsolete: false, meaning: "Incremental backup requested with no preceding full backup.", advice: "" },
    Row { number: -557, name: "JET_errMissingRestoreLogFiles", category: INCONSISTENT, retry: false, obsolete: false, meaning: "Some logs required by restore are absent.", advice: "" },
    Row { number: -556, name: "JET_errGivenLogFileIsNotContiguous", category: INCONSISTENT, retry: false, obsolete: false, meaning: "A log supplied to restore leaves a gap.", advice: "" },
    Row { number: -555, name: "JET_errGivenLogFileHasBadSignature", category: INCONSISTENT, retry: false, obsolete: false, meaning: "A log supplied to restore has a wrong signature.", advice: "" },
    Row { number: -554, name: "JET_errStartingRestoreLogTooHigh", category: INCONSISTENT, retry: false, obsolete: false, meaning: "First log supplied for the restore is above what is required.", advice: "" },
    Row { number: -553, name: "JET_errEndingRestoreLogTooLow", category: INCONSISTENT, retry: false, obsolete: false, meaning: "Last log supplied for the restore is below what is required.", advice: "" },
    Row { number: -552, name: "JET_errDatabasePatchFileMismatch", category: OBSOLETE, retry: false, obsolete: true, meaning: "Patch file comes from a different backup.", advice: "" },
    Row { number: -551, name: "JET_errConsistentTimeMismatch", category: INCONSISTENT, retry: false, obsolete: false, meaning: "Last-consistent stamps of database and log disagree.", advice: "" },
    Row { number: -550, name: "JET_errDatabaseDirtyShutdown", category: INCONSISTENT, retry: false, obsolete: false, meaning: "Database was not closed cleanly and must be recovered first.", advice: "Run recovery with the log files that belong to this database (`jetutil recover`), then open it again." },
    Row { number: -549, name: "JET_errStreamingDataNotLogged", category: OBSOLETE, retry: false, obsolete: true, meaning: "Replay of an unlogged streaming-file change was attempted (old).", advice: "" },
    Row { number: -548, name: "JET_errLogSequenceEndDatabasesConsistent", category: FRAGMENTATION, retry: false, obsolete: false, meaning: "Databases were recovered but log numbers are exhausted; remove logs and checkpoint to restart the sequence.", advice: "" },
    Row { number: -547, name: "JET_errLogSectorSizeMismatchDatabasesConsistent", category: STATE, retry: false, obsolete: false, meaning: "Databases were recovered, but log sector size differs from the volume's.", advice: "" },
    Row { number: -546, name: "JET_errLogSectorSizeMismatch", category: FRAGMENTATION, retry: false, obsolete: false, meaning: "Log sector size differs from the volume's sector size.", advice: "" },
    Row { number: -545, name: "JET_errLogFileSizeMismatchDatabasesConsistent", category: STATE, retry: false, obsolete: false, meaning: "Databases were recovered, but logs have another size than configured.", advice: "" },
    Row { number: -544, name: "JET_errSoftRecoveryOnBackupDatabase", category: USAGE, retry: false, obsolete: false, meaning: "Ordinary recovery was tried on a database taken from a backup; restore it instead.", advice: "" },
    Row { number: -543, name: "JET_errRequiredLogFilesMissing", category: INCONSISTENT, retry: false, obsolete: false, meaning: "Log generations required to make a database consistent are missing.", advice: "Put the log files named in the database header back into the log path; without them, restore a backup." },
    Row { number: -542, name: "JET_errCheckpointFileNotFound", category: INCONSISTENT, retry: false, obsolete: false, meaning: "Checkpoint file cannot be located.", advice: "" },
    Row { number: -541, name: "JET_errLogFileSizeMismatch", category: USAGE, retry: false, obsolete: false, meaning: "Existing log size differs from the configured log size.", advice: "" },
    Row { number: -540, name: "JET_errDatabaseStreamingFileMismatch", category: OBSOLETE, retry: false, obsolete: true, meaning: "Database and its streaming file do not belong together (old).", advice: "" },
    Row { number: -539, name: "JET_errDatabaseLogSetMismatch", category: INCONSISTENT, retry: false, obsolete: false, meaning: "Database was not produced by this log stream.", advice: "" },
    Row { number: -538, name: "JET_errPatchFileMissing", category: OBSOLETE, retry: false, obsolete: true, meaning: "Backup set lacks its patch file.", advice: "" },
    Row { number: -537, name: "JET_errBadSLVSignature", category: OBSOLETE, retry: false, obsolete: true, meaning: "Streaming-file signature mismatch (streaming files no longer exist).", advice: "" },
    Row { number: -536, name: "JET_errRedoAbruptEnded", category: CORRUPTION, retry: false, obsolete: false, meaning: "Redo stopped early because a log could not be read further.", advice: "" },
    Row { number: -535, name: "JET_errBadPatchPage", category: INCONSISTENT, retry: false, obsolete: false, meaning: "Patch page is not usable (old backups).", advice: "" },
    Row { number: -534, name: "JET_errMissingPatchPage", category: OBSOLETE, retry: false, obsolete: true, meaning: "Needed patch page was not found in recovery (old backups).", advice: "" },
    Row { number: -533, name: "JET_errCheckpointCorrupt", category: CORRUPTION, retry: false, obsolete: false, meaning: "Checkpoint file is damaged or missing.", advice: "Delete the checkpoint file; recovery then scans from the first log file." },
    Row { number: -532, name: "JET_errBadCheckpointSignature", category: INCONSISTENT, retry: false, obsolete: false, meaning: "Checkpoint signature does not match.", advice: "" },
    Row { number: -531, name: "JET_errBadDbSignature", category: OBSOLETE, retry: false, obsolete: true, meaning: "Database signature does not match.", advice: "" },
    Row { number: -530, name: "JET_errBadLogSignature", category: INCONSISTENT, retry: false, obsolete: false, meaning: "Log file signature does not match the expected log stream.", advice: "" },
    Row { number: -529, name: "JET_errLogDiskFull", category: DISK, retry: false, obsolete: false, meaning: "Log volume has no free space.", advice: "Free space on the volume of the log files; take a backup or use circular logging so that old logs go." },
    Row { number: -528, name: "JET_errMissingLogFile", category: CORRUPTION, retry: false, obsolete: false, meaning: "The current log file is absent.", advice: "Put the missing log file back into the log path, or restore a backup." },
    Row { number: -527, name: "JET_errRecoveredWithErrors", category: STATE, retry: false, obsolete: false, meaning: "Restore finished but met errors.", advice: "" },
    Row { number: -526, name: "JET_errInvalidBackup", category: USAGE, retry: false, obsolete: false, meaning: "Incremental backup is impossible with circular logging on.", advice: "" },
    Row { number: -525, name: "JET_errMakeBackupDirectoryFail", category: IO, retry: false, obsolete: false, meaning: "Temporary backup directory could not be created.", advice: "" },
    Row { number: -524, name: "JET_errDeleteBackupFileFail", category: IO, retry: false, obsolete: false, meaning: "An old backup file could not be removed.", advice: "" },
    Row { number: -523, name: "JET_errBackupNotAllowedYet", category: STATE, retry: false, obsolete: false, meaning: "Instance is not in a state that permits backup.", advice: "" },
    Row { number: -521, name: "JET_errInvalidBackupSequence", category: USAGE, retry: false, obsolete: false, meaning: "Backup calls came in the wrong order.", advice: "" },
    Row { number: -520, name: "JET_errNoBackup", category: STATE, retry: false, obsolete: false, meaning: "A backup call was made with no backup running.", advice: "" },
    Row { number: -519, name: "JET_errLogSequenceEnd", category: FRAGMENTATION, retry: false, obsolete: false, meaning: "All log generation numbers are used up.", advice: "" },
    Row { number: -517, name: "JET_errLogBufferTooSmall", category: USAGE, retry: false, obsolete: true, meaning: "One log record is larger than the log buffer or a log file.", advice: "" },
    Row { number: -516, name: "JET_errLoggingDisabled", category: USAGE, retry: false, obsolete: false, meaning: "Operation needs logging but logging is off.", advice: "" },
    Row { number: -515, name: "JET_errInvalidLogSequence", category: CORRUPTION, retry: false, obsolete: false, meaning: "Next log does not continue the previous one.", advice: "" },
    Row { number: -514, name: "JET_errBadLogVersion", category: INCONSISTENT, retry: false, obsolete: false, meaning: "Log file format version is not supported.", advice: "" },
    Row { number: -513, name: "JET_errLogGenerationMismatch", category: INCONSISTENT, retry: false, obsolete: false, meaning: "Generation in the log file name differs from the one in its header.", advice: "" },
    Row { number: -512, name: "JET_errCannotLogDuringRecoveryRedo", category: STATE, retry: false, obsolete: false, meaning: "Logging was attempted in the redo phase of recovery.", advice: "" },
    Row { number: -511, name: "JET_errLogDisabledDueToRecoveryFailure", category: FATAL, retry: false, obsolete: false, meaning: "Logging was attempted after recovery failed.", advice: "" },
    Row { number: -510, name: "JET_errLogWriteFail", category: IO, retry: false, obsolete: false, meaning: "Writing the log failed; the instance can log no more.", advice: "End the instance, check the log volume and start again; recovery brings back everything that was committed." },
    Row { number: -509, name: "JET_errMissingPreviousLogFile", category: CORRUPTION, retry: false, obsolete: false, meaning: "Log generation named by the checkpoint is absent.", advice: "" },
    Row { number: -506, name: "JET_errRestoreInProgress", category: STATE, retry: true, obsolete: false, meaning: "A restore is running on the instance.", advice: "" },
    Row { number: -505, name: "JET_errBackupInProgress", category: STATE, retry: true, obsolete: false, meaning: "A backup is running, so the call is refused.", advice: "" },
    Row { number: -504, name: "JET_errBackupDirectoryNotEmpty", category: USAGE, retry: false, obsolete: false, meaning: "Backup target directory already holds files.", advice: "" },
    Row { number: -503, name: "JET_errNoBackupDirectory", category: USAGE, retry: false, obsolete: false, meaning: "Backup was requested with no target directory.", advice: "" },
    Row { number: -501, name: "JET_errLogFileCorrupt", category: CORRUPTION, retry: false, obsolete: false, meaning: "A log file is damaged.", advice: "Restore the log file from a copy; without one, restore a backup of the database up to the damaged log." },
    Row { number: -500, name: "JET_errInvalidLoggedOperation", category: OBSOLETE, retry: false, obsolete: true, meaning: "Log record cannot be replayed.", advice: "" },
    Row { number: -434, name: "JET_errIndexDeferredPopulateCurrentlyUnavailable", category: STATE, retry: false, obsolete: false, meaning: "A deferred index cannot be filled right now.", advice: "" },
    Row { number: -431, name: "JET_errCompressionIntegrityCheckFailed", category: CORRUPTION, retry: false, obsolete: false, meaning: "Decompressed data did not match its check value.", advice: "" },
    Row { number: -427, name: "JET_errStaleColumnReference", category: STATE, retry: false, obsolete: false, meaning: "Opaque column reference no longer matches stored data.", advice: "" },
    Row { number: -426, name: "JET_errInvalidColumnReference", category: STATE, retry: false, obsolete: false, meaning: "Opaque column reference is malformed.", advice: "" },
    Row { number: -424, name: "JET_errInvalidPreread", category: USAGE, retry: false, obsolete: false, meaning: "Long-value preread is not possible while a secondary index is current.", advice: "" },
    Row { number: -423, name: "JET_errMustBeSeparateLongValue", category: USAGE, retry: false, obsolete: false, meaning: "Preread is allowed only for long-value columns that may be stored separately.", advice: "" },
    Row { number: -421, name: "JET_errSeparatedLongValue", category: STATE, retry: false, obsolete: false, meaning: "Operation cannot be done on a long value stored outside the record.", advice: "" },
    Row { number: -416, name: "JET_errCannotSeparateIntrinsicLV", category: USAGE, retry: false, obsolete: false, meaning: "Value was required to stay in the record but would have to be moved out.", advice: "" },
    Row { number: -408, name: "JET_errKeyTooBig", category: OBSOLETE, retry: false, obsolete: true, meaning: "Supplied key exceeds the allowed size.", advice: "" },
    Row { number: -358, name: "JET_errNodeCorrupted", category: CORRUPTION, retry: false, obsolete: false, meaning: "A node or prefix node on a page has impossible sizes.", advice: "Run `jetutil verify` on the file. In a database in dirty shutdown its logs may mend this; otherwise restore a backup, or export what is readable with `jetutil export`." },
    Row { number: -357, name: "JET_errPageTagCorrupted", category: CORRUPTION, retry: false, obsolete: false, meaning: "A page tag (offset, size or count) is logically damaged.", advice: "Run `jetutil verify` on the file. In a database in dirty shutdown its logs may mend this; otherwise restore a backup, or export what is readable with `jetutil export`." },
    Row { number: -354, name: "JET_errBadLineCount", category: CORRUPTION, retry: false, obsolete: false, meaning: "Page has fewer entries than the operation addresses: corruption.", advice: "" },
    Row { number: -351, name: "JET_errBadEmptyPage", category: CORRUPTION, retry: false, obsolete: false, meaning: "A page that must hold entries is empty: corruption.", advice: "Run `jetutil verify` on the file. In a database in dirty shutdown its logs may mend this; otherwise restore a backup, or export what is readable with `jetutil export`." },
    Row { number: -348, name: "JET_errDatabaseLeakInSpace", category: STATE, retry: false, obsolete: false, meaning: "Pages became unreachable from every space tree; only offline compaction recovers them.", advice: "" },
    Row { number: -346, name: "JET_errKeyTruncated", category: STATE, retry: false, obsolete: false, meaning: "Key would have been cut to fit, and the index forbids truncation.", advice: "" },
    Row { number: -344, name: "JET_errDbTimeCorrupted", category: CORRUPTION, retry: false, obsolete: false, meaning: "Page carries a change stamp higher than the database's own counter.", advice: "" },
    Row { number: -343, name: "JET_errSPOwnExtCorrupted", category: CORRUPTION, retry: false, obsolete: false, meaning: "Owned-extent tree is damaged.", advice: "Run `jetutil verify` on the file. In a database in dirty shutdown its logs may mend this; otherwise restore a backup, or export what is readable with `jetutil export`." },
    Row { number: -342, name: "JET_errSPAvailExtCacheOutOfMemory", category: OBSOLETE, retry: false, obsolete: true, meaning: "No memory for an entry of the free-extent cache.", advice: "" },
    Row { number: -341, name: "JET_errSPAvailExtCorrupted", category: CORRUPTION, retry: false, obsolete: false, meaning: "Free-extent tree is damaged.", advice: "Run `jetutil verify` on the file. In a database in dirty shutdown its logs may mend this; otherwise restore a backup, or export what is readable with `jetutil export`." },
    Row { number: -340, name: "JET_errSPAvailExtCacheOutOfSync", category: OBSOLETE, retry: false, obsolete: true, meaning: "Cached list of free extents disagrees with the free-space tree.", advice: "" },
    Row { number: -338, name: "JET_errBadParentPageLink", category: CORRUPTION, retry: false, obsolete: false, meaning: "Parent page points at a wrong child: database corruption.", advice: "Run `jetutil verify` on the file. In a database in dirty shutdown its logs may mend this; otherwise restore a backup, or export what is readable with `jetutil export`." },
    Row { number: -334, name: "JET_errNTSystemCallFailed", category: OPERATION, retry: false, obsolete: false, meaning: "An operating system call returned a failure.", advice: "" },
    Row { number: -328, name: "JET_errBadBookmark", category: OBSOLETE, retry: false, obsolete: true, meaning: "Bookmark does not resolve to a location in the database.", advice: "" },
    Row { number: -327, name: "JET_errBadPageLink", category: CORRUPTION, retry: false, obsolete: false, meaning: "Sibling links between B-tree pages disagree: database corruption.", advice: "Run `jetutil verify` on the file. In a database in dirty shutdown its logs may mend this; otherwise restore a backup, or export what is readable with `jetutil export`." },
    Row { number: -324, name: "JET_errKeyBoundary", category: OBSOLETE, retry: false, obsolete: true, meaning: "Internal scan ran into the end of a key.", advice: "" },
    Row { number: -323, name: "JET_errPageBoundary", category: OBSOLETE, retry: false, obsolete: true, meaning: "Internal scan ran into the end of a page.", advice: "" },
    Row { number: -322, name: "JET_errPreviousVersion", category: CORRUPTION, retry: false, obsolete: false, meaning: "A version already existed where recovery expected none.", advice: "" },
    Row { number: -255, name: "JET_errDatabaseBufferDependenciesCorrupted", category: CORRUPTION, retry: false, obsolete: false, meaning: "Flush-order dependencies between buffers are inconsistent; recovery cannot go on.", advice: "" },
    Row { number: -118, name: "JET_errDeviceFailure", category: OPERATION, retry: false, obsolete: false, meaning: "Hardware device misbehaved.", advice: "" },
    Row { number: -116, name: "JET_errDeviceTimeout", category: OPERATION, retry: false, obsolete: false, meaning: "Hardware device did not answer in time.", advice: "" },
    Row { number: -115, name: "JET_errDeviceMisconfigured", category: FATAL, retry: false, obsolete: false, meaning: "Needed hardware device is set up wrongly outside the engine.", advice: "" },
    Row { number: -114, name: "JET_errDeviceMissing", category: FATAL, retry: false, obsolete: false, meaning: "Needed hardware device is absent.", advice: "" },
    Row { number: -113, name: "JET_errUnloadableOSFunctionality", category: FATAL, retry: false, obsolete: false, meaning: "An operating system library or entry point the request needs could not be loaded.", advice: "" },
    Row { number: -112, name: "JET_errDisabledFunctionality", category: USAGE, retry: false, obsolete: false, meaning: "Feature was left out of this reduced build of the engine.", advice: "" },
    Row { number: -107, name: "JET_errInternalError", category: OPERATION, retry: false, obsolete: false, meaning: "Engine hit an unexpected internal condition.", advice: "" },
    Row { number: -106, name: "JET_errTaskDropped", category: RESOURCE, retry: false, obsolete: false, meaning: "A background task could not be queued or run and was discarded.", advice: "" },
    Row { number: -105, name: "JET_errTooManyIO", category: RESOURCE, retry: true, obsolete: false, meaning: "Too many I/O requests are outstanding.", advice: "" },
    Row { number: -103, name: "JET_errOutOfThreads", category: MEMORY, retry: true, obsolete: false, meaning: "Operating system refused to create a needed thread.", advice: "" },
    Row { number: -102, name: "JET_errFileClose", category: OBSOLETE, retry: false, obsolete: true, meaning: "A file handle could not be closed (old).", advice: "" },
    Row { number: -101, name: "JET_errRfsNotArmed", category: OBSOLETE, retry: false, obsolete: true, meaning: "Fault-injection simulator was used without being armed (old).", advice: "" },
    Row { number: -100, name: "JET_errRfsFailure", category: OBSOLETE, retry: false, obsolete: true, meaning: "Fault-injection simulator forced this failure (old).", advice: "" },
    Row { number: -1, name: "JET_wrnNyi", category: None, retry: false, obsolete: false, meaning: "Requested function has no implementation; negative value despite the wrn prefix.", advice: "" },
    Row { number: 0, name: "JET_errSuccess", category: STATE, retry: false, obsolete: false, meaning: "Call completed with no error and no warning.", advice: "" },
    Row { number: 321, name: "JET_wrnRemainingVersions", category: None, retry: false, obsolete: false, meaning: "Version store still holds entries that are not cleaned up yet.", advice: "" },
    Row { number: 345, name: "JET_wrnUniqueKey", category: None, retry: false, obsolete: false, meaning: "Equality seek with the uniqueness check found a key that only one entry has.", advice: "" },
    Row { number: 406, name: "JET_wrnSeparateLongValue", category: None, retry: false, obsolete: false, meaning: "Value lives in the separate long-value tree, not in the record.", advice: "" },
    Row { number: 428, name: "JET_wrnNoMoreRecords", category: None, retry: false, obsolete: false, meaning: "Record streaming has reached the end.", advice: "" },
    Row { number: 432, name: "JET_wrnIndexDeferredPopulateIncomplete", category: None, retry: false, obsolete: false, meaning: "Filling a deferred index stopped before it was complete.", advice: "" },
    Row { number: 433, name: "JET_wrnIndexDeferredPopulateHalted", category: None, retry: false, obsolete: false, meaning: "Filling a deferred index was halted unexpectedly.", advice: "" },
    Row { number: 558, name: "JET_wrnExistingLogFileHasBadSignature", category: None, retry: false, obsolete: true, meaning: "A log already present has a wrong signature.", advice: "" },
    Row { number: 559, name: "JET_wrnExistingLogFileIsNotContiguous", category: None, retry: false, obsolete: true, meaning: "A log already present leaves a gap.", advice: "" },
    Row { number: 564, name: "JET_wrnSkipThisRecord", category: None, retry: false, obsolete: true, meaning: "Internal signal: ignore this record.", advice: "" },
    Row { number: 578, name: "JET_wrnTargetInstanceRunning", category: None, retry: false, obsolete: false, meaning: "Target instance named for the restore is running.", advice: "" },
    Row { number: 585, name: "JET_wrnCommittedLogFilesLost", category: None, retry: false, obsolete: false, meaning: "Some committed logs were not replayed; database is consistent as of an earlier point.", advice: "" },
    Row { number: 587, name: "JET_wrnCommittedLogFilesRemoved", category: None, retry: false, obsolete: false, meaning: "Logs after the point reached were removed; database is consistent as of an earlier point.", advice: "" },
    Row { number: 588, name: "JET_wrnFinishWithUndo", category: None, retry: false, obsolete: false, meaning: "Value a client may use to say recovery ended with undo.", advice: "" },
    Row { number: 595, name: "JET_wrnDatabaseRepaired", category: None, retry: false, obsolete: false, meaning: "Repair changed the database.", advice: "" },
    Row { number: 1004, name: "JET_wrnColumnNull", category: None, retry: false, obsolete: false, meaning: "Column value is NULL; nothing was copied.", advice: "" },
    Row { number: 1006, name: "JET_wrnBufferTruncated", category: None, retry: false, obsolete: false, meaning: "Buffer was filled but the full value is longer.", advice: "" },
    Row { number: 1007, name: "JET_wrnDatabaseAttached", category: None, retry: false, obsolete: false, meaning: "Database was already attached to this instance.", advice: "" },
    Row { number: 1009, name: "JET_wrnSortOverflow", category: None, retry: false, obsolete: false, meaning: "Sort did not fit in memory.", advice: "" },
    Row { number: 1039, name: "JET_wrnSeekNotEqual", category: None, retry: false, obsolete: false, meaning: "Inequality seek landed on a neighbouring key.", advice: "" },
    Row { number: 1055, name: "JET_wrnNoErrorInfo", category: None, retry: false, obsolete: true, meaning: "No further error detail exists.", advice: "" },
    Row { number: 1058, name: "JET_wrnNoIdleActivity", category: None, retry: false, obsolete: false, meaning: "Idle call had nothing to do.", advice: "" },
    Row { number: 1067, name: "JET_wrnNoWriteLock", category: None, retry: false, obsolete: true, meaning: "No write lock can be held at transaction level 0.", advice: "" },
    Row { number: 1068, name: "JET_wrnColumnSetNull", category: None, retry: false, obsolete: false, meaning: "Column was set to NULL.", advice: "" },
    Row { number: 1122, name: "JET_wrnShrinkNotPossible", category: None, retry: false, obsolete: false, meaning: "Database cannot be shrunk further.", advice: "" },
    Row { number: 1163, name: "JET_wrnDTCCommitTransaction", category: None, retry: false, obsolete: true, meaning: "Callback answer: commit the distributed transaction (old).", advice: "" },
    Row { number: 1164, name: "JET_wrnDTCRollbackTransaction", category: None, retry: false, obsolete: true, meaning: "Callback answer: roll the distributed transaction back (old).", advice: "" },
    Row { number: 1301, name: "JET_wrnTableEmpty", category: None, retry: false, obsolete: true, meaning: "Table opened has no records.", advice: "" },
    Row { number: 1327, name: "JET_wrnTableInUseBySystem", category: None, retry: false, obsolete: false, meaning: "Background clean-up has the table open.", advice: "" },
    Row { number: 1415, name: "JET_wrnCorruptIndexDeleted", category: None, retry: false, obsolete: false, meaning: "Out-of-date indexes were dropped during attach.", advice: "" },
    Row { number: 1417, name: "JET_wrnPrimaryIndexOutOfDate", category: None, retry: false, obsolete: false, meaning: "Primary index was built with another sort version.", advice: "" },
    Row { number: 1418, name: "JET_wrnSecondaryIndexOutOfDate", category: None, retry: false, obsolete: false, meaning: "A secondary index was built with another sort version.", advice: "" },
    Row { number: 1512, name: "JET_wrnColumnMaxTruncated", category: None, retry: false, obsolete: false, meaning: "Requested maximum length was reduced to the type's limit.", advice: "" },
    Row { number: 1520, name: "JET_wrnCopyLongValue", category: None, retry: false, obsolete: false, meaning: "Long value was copied because it was shared.", advice: "" },
    Row { number: 1523, name: "JET_wrnTaggedColumnsRemaining", category: None, retry: false, obsolete: true, meaning: "Buffer filled before all tagged columns were returned.", advice: "" },
    Row { number: 1531, name: "JET_wrnColumnSkipped", category: None, retry: false, obsolete: false, meaning: "Enumeration skipped the entry because its id or ordinal was 0.", advice: "" },
    Row { number: 1532, name: "JET_wrnColumnNotLocal", category: None, retry: false, obsolete: false, meaning: "Value could not be built from the data at hand.", advice: "" },
    Row { number: 1533, name: "JET_wrnColumnMoreTags", category: None, retry: false, obsolete: false, meaning: "More values exist than were requested.", advice: "" },
    Row { number: 1534, name: "JET_wrnColumnTruncated", category: None, retry: false, obsolete: false, meaning: "Enumerated value was cut at the size limit.", advice: "" },
    Row { number: 1535, name: "JET_wrnColumnPresent", category: None, retry: false, obsolete: false, meaning: "Values exist but only presence was requested.", advice: "" },
    Row { number: 1536, name: "JET_wrnColumnSingleValue", category: None, retry: false, obsolete: false, meaning: "Single value returned inline in the compact form.", advice: "" },
    Row { number: 1537, name: "JET_wrnColumnDefault", category: None, retry: false, obsolete: false, meaning: "Values were left out because they equal the default.", advice: "" },
    Row { number: 1539, name: "JET_wrnColumnNotInRecord", category: None, retry: false, obsolete: false, meaning: "Value was left out because it is not stored in the record.", advice: "" },
    Row { number: 1541, name: "JET_wrnColumnReference", category: None, retry: false, obsolete: false, meaning: "Column returned as an opaque reference.", advice: "" },
    Row { number: 1610, name: "JET_wrnDataHasChanged", category: None, retry: false, obsolete: true, meaning: "Record changed since it was read.", advice: "" },
    Row { number: 1618, name: "JET_wrnKeyChanged", category: None, retry: false, obsolete: true, meaning: "Move landed on a different key.", advice: "" },
    Row { number: 1813, name: "JET_wrnFileOpenReadOnly", category: None, retry: false, obsolete: false, meaning: "File could be opened only read-only.", advice: "" },
    Row { number: 1908, name: "JET_wrnIdleFull", category: None, retry: false, obsolete: false, meaning: "Idle registry is full, or free buffers are below the flush threshold.", advice: "" },
    Row { number: 2000, name: "JET_wrnDefragAlreadyRunning", category: None, retry: false, obsolete: false, meaning: "Online defragmentation is already running.", advice: "" },
    Row { number: 2001, name: "JET_wrnDefragNotRunning", category: None, retry: false, obsolete: false, meaning: "Online defragmentation is not running.", advice: "" },
    Row { number: 2002, name: "JET_wrnDatabaseScanAlreadyRunning", category: None, retry: false, obsolete: false, meaning: "Database scan is already running.", advice: "" },
    Row { number: 2003, name: "JET_wrnDatabaseScanNotRunning", category: None, retry: false, obsolete: false, meaning: "Database scan is not running.", advice: "" },
    Row { number: 2100, name: "JET_wrnCallbackNotRegistered", category: None, retry: false, obsolete: false, meaning: "Callback to be removed was not registered.", advice: "" },
    Row { number: 2602, name: "JET_wrnPreviousLogFileIncomplete", category: None, retry: false, obsolete: false, meaning: "Log data jumped to the next log; the incomplete one was removed.", advice: "" },
];

/// Second names, by the number that they stand for.
#[rustfmt::skip]
pub(super) static ALIASES: &[(&str, i32)] = &[
    ("JET_wrnRecordFoundGreater", 1039),
    ("JET_wrnRecordFoundLess", 1039),
    ("JET_errDatabaseInconsistent", -550),
    ("JET_errIndexTuplesOneColumnOnly", -1431),
    ("JET_errIndexTuplesTextColumnsOnly", -1433),
    ("JET_errColumnIllegalNull", -1504),
];
