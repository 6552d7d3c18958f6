//! Generated from `docs/reference/params.toml` by `cargo xtask codegen`; changes here are overwritten.
//!
//! The constants of [`ParamId`] and what is known of each parameter, by ascending number.

use super::Initial::{Absent, Number, Text};
use super::{Kind, ParamId, Parameter, Scope, Settable};

impl ParamId {
    /// Folder of the checkpoint file; relative values are resolved against the current directory at init. `JET_paramSystemPath`
    pub const SYSTEM_PATH: Self = Self(0);

    /// Path of the temporary database; a bare name goes under the system path, a folder gets the default file name. `JET_paramTempPath`
    pub const TEMP_PATH: Self = Self(1);

    /// Folder of the transaction logs. `JET_paramLogFilePath`
    pub const LOG_FILE_PATH: Self = Self(2);

    /// Three-character prefix of log and checkpoint file names. `JET_paramBaseName`
    pub const BASE_NAME: Self = Self(3);

    /// Application label added to event log entries; empty means the executable name. `JET_paramEventSource`
    pub const EVENT_SOURCE: Self = Self(4);

    /// Quota of sessions of the instance (user sessions; engine-internal sessions are extra). `JET_paramMaxSessions`
    pub const MAX_SESSIONS: Self = Self(5);

    /// Quota of table/index schema descriptors; about two per table plus one per secondary index. `JET_paramMaxOpenTables`
    pub const MAX_OPEN_TABLES: Self = Self(6);

    /// Soft quota of schema descriptors; accepted and ignored now. `JET_paramPreferredMaxOpenTables`
    pub const PREFERRED_MAX_OPEN_TABLES: Self = Self(7);

    /// Quota of cursors (table handles, including ones opened internally per secondary index and long-value tree). `JET_paramMaxCursors`
    pub const MAX_CURSORS: Self = Self(8);

    /// Quota of version store pages of the instance. `JET_paramMaxVerPages`
    pub const MAX_VER_PAGES: Self = Self(9);

    /// Quota of temporary tables; 0 means no temporary database is created, which also disables index creation and list-type info calls. `JET_paramMaxTemporaryTables`
    pub const MAX_TEMPORARY_TABLES: Self = Self(10);

    /// Size of each log file in KiB; fixed for the life of a log stream. `JET_paramLogFileSize`
    pub const LOG_FILE_SIZE: Self = Self(11);

    /// Log buffer size in log sectors (512-byte units). `JET_paramLogBuffers`
    pub const LOG_BUFFERS: Self = Self(12);

    /// Delay before a log flush in the hope of group commit; ignored now. `JET_paramWaitLogFlush`
    pub const WAIT_LOG_FLUSH: Self = Self(13);

    /// Sectors of log between checkpoint updates; ignored now. `JET_paramLogCheckpointPeriod`
    pub const LOG_CHECKPOINT_PERIOD: Self = Self(14);

    /// Waiting committers that trigger a flush; ignored now. `JET_paramLogWaitingUserMax`
    pub const LOG_WAITING_USER_MAX: Self = Self(15);

    /// Commit option bits added to every outermost commit; effective only for lazy flush. `JET_paramCommitDefault`
    pub const COMMIT_DEFAULT: Self = Self(16);

    /// Delete logs the checkpoint no longer needs. `JET_paramCircularLog`
    pub const CIRCULAR_LOG: Self = Self(17);

    /// Pages added when a database file grows. `JET_paramDbExtensionSize`
    pub const DB_EXTENSION_SIZE: Self = Self(18);

    /// Initial size of the temporary database in pages; 0 means normal initial size. `JET_paramPageTempDBMin`
    pub const PAGE_TEMP_DB_MIN: Self = Self(19);

    /// Extent size in pages below which free space counts as a fragment. `JET_paramPageFragment`
    pub const PAGE_FRAGMENT: Self = Self(20);

    /// Read-ahead limit in pages; ignored now. `JET_paramPageReadAheadMax`
    pub const PAGE_READ_AHEAD_MAX: Self = Self(21);

    /// Scatter-gather emulation buffer in pages; ignored now. `JET_paramBatchIOBufferMax`
    pub const BATCH_IO_BUFFER_MAX: Self = Self(22);

    /// Upper bound of the page cache in pages. `JET_paramCacheSizeMax`
    pub const CACHE_SIZE_MAX: Self = Self(23);

    /// Preferred bytes of log between checkpoint and log tip. `JET_paramCheckpointDepthMax`
    pub const CHECKPOINT_DEPTH_MAX: Self = Self(24);

    /// Microseconds within which accesses to a page count as one. `JET_paramLRUKCorrInterval`
    pub const LRUK_CORR_INTERVAL: Self = Self(25);

    /// Number of evicted pages whose access history is kept. `JET_paramLRUKHistoryMax`
    pub const LRUK_HISTORY_MAX: Self = Self(26);

    /// Number of accesses considered by cache replacement (1 or 2). `JET_paramLRUKPolicy`
    pub const LRUK_POLICY: Self = Self(27);

    /// Seconds after which an access no longer counts. `JET_paramLRUKTimeout`
    pub const LRUK_TIMEOUT: Self = Self(28);

    /// Correlation window for one transaction; ignored. `JET_paramLRUKTrxCorrInterval`
    pub const LRUK_TRX_CORR_INTERVAL: Self = Self(29);

    /// Process limit on I/O requests in flight. `JET_paramOutstandingIOMax`
    pub const OUTSTANDING_IO_MAX: Self = Self(30);

    /// Free-buffer level at which cache clean-up starts (relative to the maximum cache size). `JET_paramStartFlushThreshold`
    pub const START_FLUSH_THRESHOLD: Self = Self(31);

    /// Free-buffer level at which cache clean-up stops. `JET_paramStopFlushThreshold`
    pub const STOP_FLUSH_THRESHOLD: Self = Self(32);

    /// Old setter of the table class names; ignored. `JET_paramTableClassName`
    pub const TABLE_CLASS_NAME: Self = Self(33);

    /// "On" (default) enables logging and recovery, "Off" disables them; matched without regard to case. `JET_paramRecovery`
    pub const RECOVERY: Self = Self(34);

    /// Bits saying which online defragmentation work JetDefragment may do. `JET_paramEnableOnlineDefrag`, `JET_paramOnLineCompact`
    pub const ENABLE_ONLINE_DEFRAG: Self = Self(35);

    /// What a debug build does on an assertion. `JET_paramAssertAction`
    pub const ASSERT_ACTION: Self = Self(36);

    /// Read-only pointer to the engine's print routine. `JET_paramPrintFunction`
    pub const PRINT_FUNCTION: Self = Self(37);

    /// Read-only nesting level of the given session; a session is required. `JET_paramTransactionLevel`
    pub const TRANSACTION_LEVEL: Self = Self(38);

    /// Fault injection: I/O requests that still succeed. `JET_paramRFS2IOsPermitted`
    pub const RFS2_IOS_PERMITTED: Self = Self(39);

    /// Fault injection: allocations that still succeed. `JET_paramRFS2AllocsPermitted`
    pub const RFS2_ALLOCS_PERMITTED: Self = Self(40);

    /// Current cache size in pages; setting non-zero pins the target, 0 returns to automatic sizing. `JET_paramCacheSize`
    pub const CACHE_SIZE: Self = Self(41);

    /// Read-only cache request counter (constant placeholder). `JET_paramCacheRequests`
    pub const CACHE_REQUESTS: Self = Self(42);

    /// Read-only cache hit counter (constant placeholder). `JET_paramCacheHits`
    pub const CACHE_HITS: Self = Self(43);

    /// Report very old formats by dedicated errors; ignored now. `JET_paramCheckFormatWhenOpenFail`
    pub const CHECK_FORMAT_WHEN_OPEN_FAIL: Self = Self(44);

    /// Whether attach (1) or table open (2) checks text indexes for an outdated sort version. `JET_paramEnableIndexChecking`
    pub const ENABLE_INDEX_CHECKING: Self = Self(45);

    /// Whether temporary tables take part in transactions. `JET_paramEnableTempTableVersioning`
    pub const ENABLE_TEMP_TABLE_VERSIONING: Self = Self(46);

    /// Skip log version check; ignored now. `JET_paramIgnoreLogVersion`
    pub const IGNORE_LOG_VERSION: Self = Self(47);

    /// Delete logs of an obsolete version; ignored now. `JET_paramDeleteOldLogs`
    pub const DELETE_OLD_LOGS: Self = Self(48);

    /// Event log to write to. `JET_paramEventSourceKey`
    pub const EVENT_SOURCE_KEY: Self = Self(49);

    /// Suppress informational event log entries. `JET_paramNoInformationEvent`
    pub const NO_INFORMATION_EVENT: Self = Self(50);

    /// Severity threshold of event log entries (0 to 100). `JET_paramEventLoggingLevel`
    pub const EVENT_LOGGING_LEVEL: Self = Self(51);

    /// At init, remove log files outside the generation range in use. `JET_paramDeleteOutOfRangeLogs`
    pub const DELETE_OUT_OF_RANGE_LOGS: Self = Self(52);

    /// Milliseconds to keep retrying a file that is locked. `JET_paramAccessDeniedRetryPeriod`
    pub const ACCESS_DENIED_RETRY_PERIOD: Self = Self(53);

    /// Fix text indexes affected by sort changes; kept only as part of the index check decision. `JET_paramEnableIndexCleanup`
    pub const ENABLE_INDEX_CLEANUP: Self = Self(54);

    /// Experiment: share of I/O made smooth. `JET_paramFlight_SmoothIoTestPermillage`
    pub const FLIGHT_SMOOTH_IO_TEST_PERMILLAGE: Self = Self(55);

    /// Extra waypoint latency in logs. `JET_paramElasticWaypointLatency`
    pub const ELASTIC_WAYPOINT_LATENCY: Self = Self(56);

    /// Experiment: delete long values at once. `JET_paramFlight_SynchronousLVCleanup`
    pub const FLIGHT_SYNCHRONOUS_LV_CLEANUP: Self = Self(57);

    /// Experiment: I/O urgency of reverts. `JET_paramFlight_RBSRevertIOUrgentLevel`
    pub const FLIGHT_RBS_REVERT_IO_URGENT_LEVEL: Self = Self(58);

    /// Experiment: hardware compression. `JET_paramFlight_EnableXpress10Compression`
    pub const FLIGHT_ENABLE_XPRESS10_COMPRESSION: Self = Self(59);

    /// Lower bound of the page cache in pages. `JET_paramCacheSizeMin`
    pub const CACHE_SIZE_MIN: Self = Self(60);

    /// Fallback log folder; ignored now. `JET_paramLogFileFailoverPath`
    pub const LOG_FILE_FAILOVER_PATH: Self = Self(61);

    /// Seek shortcut when already on the key; ignored now. `JET_paramEnableImprovedSeekShortcut`
    pub const ENABLE_IMPROVED_SEEK_SHORTCUT: Self = Self(62);

    /// Version page count above which optional background work is dropped. `JET_paramPreferredVerPages`
    pub const PREFERRED_VER_PAGES: Self = Self(63);

    /// Page size in bytes, one value per process (4096, 8192, 16384 or 32768; 2048 only in old releases). `JET_paramDatabasePageSize`
    pub const DATABASE_PAGE_SIZE: Self = Self(64);

    /// Do not resolve or call any callback. `JET_paramDisableCallbacks`
    pub const DISABLE_CALLBACKS: Self = Self(65);

    /// Pages per backup read; ignored now. `JET_paramBackupChunkSize`
    pub const BACKUP_CHUNK_SIZE: Self = Self(66);

    /// Backup reads in flight; ignored now. `JET_paramBackupOutstandingReads`
    pub const BACKUP_OUTSTANDING_READS: Self = Self(67);

    /// Experiment: largest table delete with snapshots on. `JET_paramFlight_RBSMaxTableDeletePages`
    pub const FLIGHT_RBS_MAX_TABLE_DELETE_PAGES: Self = Self(68);

    /// Prepare the next log file while the current one fills. `JET_paramLogFileCreateAsynch`
    pub const LOG_FILE_CREATE_ASYNCH: Self = Self(69);

    /// Get-only conversion: number goes in through the integer buffer, text comes back in the string buffer. `JET_paramErrorToString`
    pub const ERROR_TO_STRING: Self = Self(70);

    /// Scrub deleted data on disk during a streaming backup. `JET_paramZeroDatabaseDuringBackup`
    pub const ZERO_DATABASE_DURING_BACKUP: Self = Self(71);

    /// Pointer to the locale and mapping flags used for text indexes that name none; NULL restores the built-in default. `JET_paramUnicodeIndexDefault`
    pub const UNICODE_INDEX_DEFAULT: Self = Self(72);

    /// Callback used for freeing local storage; called once with the null type during init. `JET_paramRuntimeCallback`
    pub const RUNTIME_CALLBACK: Self = Self(73);

    /// Experiment: scan treats reverted trees as corruption. `JET_paramFlight_RBSDbScanRaiseCorruptionRevertedFDP`
    pub const FLIGHT_RBS_DB_SCAN_RAISE_CORRUPTION_REVERTED_FDP: Self = Self(74);

    /// Experiment: allow early non-revertable deletes. `JET_paramFlight_RBSAllowTooSoonNonRevertableDelete`
    pub const FLIGHT_RBS_ALLOW_TOO_SOON_NON_REVERTABLE_DELETE: Self = Self(75);

    /// Sort column lists internally; ignored now. `JET_paramEnableSortedRetrieveColumns`
    pub const ENABLE_SORTED_RETRIEVE_COLUMNS: Self = Self(76);

    /// After successful recovery delete logs of another size instead of failing init. `JET_paramCleanupMismatchedLogFiles`
    pub const CLEANUP_MISMATCHED_LOG_FILES: Self = Self(77);

    /// How eagerly pages with converted records are written (0 to 3). `JET_paramRecordUpgradeDirtyLevel`
    pub const RECORD_UPGRADE_DIRTY_LEVEL: Self = Self(78);

    /// Read-only generation being replayed; fails when no log is current. `JET_paramRecoveryCurrentLogfile`
    pub const RECOVERY_CURRENT_LOGFILE: Self = Self(79);

    /// Experiment: seconds until a forced snapshot roll. `JET_paramFlight_RBSForceRollIntervalSec`
    pub const FLIGHT_RBS_FORCE_ROLL_INTERVAL_SEC: Self = Self(80);

    /// Version pages reserved up front for the whole process. `JET_paramGlobalMinVerPages`
    pub const GLOBAL_MIN_VER_PAGES: Self = Self(81);

    /// Milliseconds a freeze may last. `JET_paramOSSnapshotTimeout`
    pub const OS_SNAPSHOT_TIMEOUT: Self = Self(82);

    /// Experiment: log delete flags in scan records. `JET_paramFlight_EnableScanCheckFDPDeleteFlags`
    pub const FLIGHT_ENABLE_SCAN_CHECK_FDP_DELETE_FLAGS: Self = Self(83);

    /// Experiment: I/O queue options. `JET_paramFlight_NewQueueOptions`
    pub const FLIGHT_NEW_QUEUE_OPTIONS: Self = Self(84);

    /// Experiment: metered I/O concurrency. `JET_paramFlight_ConcurrentMetedOps`
    pub const FLIGHT_CONCURRENT_METED_OPS: Self = Self(85);

    /// Experiment: metered I/O low threshold. `JET_paramFlight_LowMetedOpsThreshold`
    pub const FLIGHT_LOW_METED_OPS_THRESHOLD: Self = Self(86);

    /// Experiment: metered I/O starvation time. `JET_paramFlight_MetedOpStarvedThreshold`
    pub const FLIGHT_METED_OP_STARVED_THRESHOLD: Self = Self(87);

    /// Experiment: snapshot buffers. `JET_paramFlight_MaxRBSBuffers`
    pub const FLIGHT_MAX_RBS_BUFFERS: Self = Self(88);

    /// Experiment: archive truncated pages on shrink. `JET_paramFlight_EnableShrinkArchiving`
    pub const FLIGHT_ENABLE_SHRINK_ARCHIVING: Self = Self(89);

    /// Experiment: backup during recovery. `JET_paramFlight_EnableBackupDuringRecovery`
    pub const FLIGHT_ENABLE_BACKUP_DURING_RECOVERY: Self = Self(90);

    /// Experiment: seconds between snapshot rolls. `JET_paramFlight_RBSRollIntervalSec`
    pub const FLIGHT_RBS_ROLL_INTERVAL_SEC: Self = Self(91);

    /// Experiment: log range above which no snapshot is made. `JET_paramFlight_RBSMaxRequiredRange`
    pub const FLIGHT_RBS_MAX_REQUIRED_RANGE: Self = Self(92);

    /// Experiment: remove old snapshots. `JET_paramFlight_RBSCleanupEnabled`
    pub const FLIGHT_RBS_CLEANUP_ENABLED: Self = Self(93);

    /// Experiment: low-space threshold for snapshot removal. `JET_paramFlight_RBSLowDiskSpaceThresholdGb`
    pub const FLIGHT_RBS_LOW_DISK_SPACE_THRESHOLD_GB: Self = Self(94);

    /// Experiment: snapshot space when the disk is low. `JET_paramFlight_RBSMaxSpaceWhenLowDiskSpaceGb`
    pub const FLIGHT_RBS_MAX_SPACE_WHEN_LOW_DISK_SPACE_GB: Self = Self(95);

    /// Experiment: time a snapshot may cover. `JET_paramFlight_RBSMaxTimeSpanSec`
    pub const FLIGHT_RBS_MAX_TIME_SPAN_SEC: Self = Self(96);

    /// Experiment: seconds between snapshot removals. `JET_paramFlight_RBSCleanupIntervalMinSec`
    pub const FLIGHT_RBS_CLEANUP_INTERVAL_MIN_SEC: Self = Self(97);

    /// What the engine does with exceptions raised inside it or in callbacks. `JET_paramExceptionAction`
    pub const EXCEPTION_ACTION: Self = Self(98);

    /// Bytes of event entries kept while the event service is away. `JET_paramEventLogCache`
    pub const EVENT_LOG_CACHE: Self = Self(99);

    /// Create missing folders of configured paths. `JET_paramCreatePathIfNotExist`
    pub const CREATE_PATH_IF_NOT_EXIST: Self = Self(100);

    /// Bytes of the page pointer hint cache. `JET_paramPageHintCacheSize`
    pub const PAGE_HINT_CACHE_SIZE: Self = Self(101);

    /// A session may have no more than one user database open. `JET_paramOneDatabasePerSession`
    pub const ONE_DATABASE_PER_SESSION: Self = Self(102);

    /// Fixed limit of databases per instance; the value cannot be changed. `JET_paramMaxDatabasesPerInstance`
    pub const MAX_DATABASES_PER_INSTANCE: Self = Self(103);

    /// Number of instances the process may have in multi-instance mode. `JET_paramMaxInstances`
    pub const MAX_INSTANCES: Self = Self(104);

    /// Number of background clean-up tasks that may wait at once. `JET_paramVersionStoreTaskQueueMax`
    pub const VERSION_STORE_TASK_QUEUE_MAX: Self = Self(105);

    /// Idle flush interval; ignored now. `JET_paramIdleFlushTime`
    pub const IDLE_FLUSH_TIME: Self = Self(106);

    /// Do not publish performance counters. `JET_paramDisablePerfmon`
    pub const DISABLE_PERFMON: Self = Self(107);

    /// I/O error callback; ignored now. `JET_paramAbortRetryFailCallback`
    pub const ABORT_RETRY_FAIL_CALLBACK: Self = Self(108);

    /// Address space reserve; ignored now. `JET_paramVAReserve`
    pub const VA_RESERVE: Self = Self(109);

    /// Default shortest substring of a tuple index. `JET_paramIndexTuplesLengthMin`
    pub const INDEX_TUPLES_LENGTH_MIN: Self = Self(110);

    /// Default longest substring of a tuple index. `JET_paramIndexTuplesLengthMax`
    pub const INDEX_TUPLES_LENGTH_MAX: Self = Self(111);

    /// Default number of characters of the value considered by a tuple index. `JET_paramIndexTuplesToIndexMax`
    pub const INDEX_TUPLES_TO_INDEX_MAX: Self = Self(112);

    /// Folder in which recovery looks for databases instead of their logged paths. `JET_paramAlternateDatabaseRecoveryPath`
    pub const ALTERNATE_DATABASE_RECOVERY_PATH: Self = Self(113);

    /// Experiment: only verify cached page counts. `JET_paramFlight_ExtentPageCountCacheVerifyOnly`
    pub const FLIGHT_EXTENT_PAGE_COUNT_CACHE_VERIFY_ONLY: Self = Self(114);

    /// Experiment: record when table roots move. `JET_paramFlight_EnablePgnoFDPLastSetTime`
    pub const FLIGHT_ENABLE_PGNO_FDP_LAST_SET_TIME: Self = Self(115);

    /// Experiment: log flags in scan records. `JET_paramFlight_EnableScanCheck2Flags`
    pub const FLIGHT_ENABLE_SCAN_CHECK2_FLAGS: Self = Self(116);

    /// Experiment: newer extent-freed log record. `JET_paramFlight_EnableExtentFreed2`
    pub const FLIGHT_ENABLE_EXTENT_FREED2: Self = Self(117);

    /// Experiment: size above which deletes are tracked. `JET_paramFlight_RBSLargeRevertableDeletePages`
    pub const FLIGHT_RBS_LARGE_REVERTABLE_DELETE_PAGES: Self = Self(118);

    /// Experiment: fall back to a revertable delete. `JET_paramFlight_RBSRevertableDeleteIfTooSoonTimeNull`
    pub const FLIGHT_RBS_REVERTABLE_DELETE_IF_TOO_SOON_TIME_NULL: Self = Self(119);

    /// Cache sizing input; ignored now. `JET_paramDBAPageAvailMin`
    pub const DBA_PAGE_AVAIL_MIN: Self = Self(120);

    /// Cache sizing input; ignored now. `JET_paramDBAPageAvailThreshold`
    pub const DBA_PAGE_AVAIL_THRESHOLD: Self = Self(121);

    /// Cache sizing input; ignored now. `JET_paramDBAK1`
    pub const DBAK1: Self = Self(122);

    /// Cache sizing input; ignored now. `JET_paramDBAK2`
    pub const DBAK2: Self = Self(123);

    /// Largest random I/O; ignored now. `JET_paramMaxRandomIOSize`
    pub const MAX_RANDOM_IO_SIZE: Self = Self(124);

    /// How many closed tables keep their schema cached. `JET_paramCachedClosedTables`
    pub const CACHED_CLOSED_TABLES: Self = Self(125);

    /// Let the operating system cache the files the engine reads. `JET_paramEnableFileCache`
    pub const ENABLE_FILE_CACHE: Self = Self(126);

    /// Use mapped file data instead of private copies for unmodified pages. `JET_paramEnableViewCache`
    pub const ENABLE_VIEW_CACHE: Self = Self(127);

    /// Version store page size in bytes, a power of two. `JET_paramVerPageSize`
    pub const VER_PAGE_SIZE: Self = Self(128);

    /// Select a set of defaults; setting it resets parameters of the addressed scope. `JET_paramConfiguration`
    pub const CONFIGURATION: Self = Self(129);

    /// When false, sets of parameters marked advanced are accepted but ignored. `JET_paramEnableAdvanced`
    pub const ENABLE_ADVANCED: Self = Self(130);

    /// Read-only first invalid column type number. `JET_paramMaxColtyp`
    pub const MAX_COLTYP: Self = Self(131);

    /// Default step between substring starts of a tuple index. `JET_paramIndexTupleIncrement`
    pub const INDEX_TUPLE_INCREMENT: Self = Self(132);

    /// Default first substring start of a tuple index. `JET_paramIndexTupleStart`
    pub const INDEX_TUPLE_START: Self = Self(133);

    /// Read-only largest key size for the current page size. `JET_paramKeyMost`
    pub const KEY_MOST: Self = Self(134);

    /// Concurrent writes used to advance the checkpoint. `JET_paramCheckpointIOMax`
    pub const CHECKPOINT_IO_MAX: Self = Self(135);

    /// Bits that keep the old log and checkpoint naming. `JET_paramLegacyFileNames`
    pub const LEGACY_FILE_NAMES: Self = Self(136);

    /// Name of table class 1 in statistics. `JET_paramTableClass1Name`
    pub const TABLE_CLASS1_NAME: Self = Self(137);

    /// Name of table class 2 in statistics. `JET_paramTableClass2Name`
    pub const TABLE_CLASS2_NAME: Self = Self(138);

    /// Name of table class 3 in statistics. `JET_paramTableClass3Name`
    pub const TABLE_CLASS3_NAME: Self = Self(139);

    /// Name of table class 4 in statistics. `JET_paramTableClass4Name`
    pub const TABLE_CLASS4_NAME: Self = Self(140);

    /// Name of table class 5 in statistics. `JET_paramTableClass5Name`
    pub const TABLE_CLASS5_NAME: Self = Self(141);

    /// Name of table class 6 in statistics. `JET_paramTableClass6Name`
    pub const TABLE_CLASS6_NAME: Self = Self(142);

    /// Name of table class 7 in statistics. `JET_paramTableClass7Name`
    pub const TABLE_CLASS7_NAME: Self = Self(143);

    /// Name of table class 8 in statistics. `JET_paramTableClass8Name`
    pub const TABLE_CLASS8_NAME: Self = Self(144);

    /// Name of table class 9 in statistics. `JET_paramTableClass9Name`
    pub const TABLE_CLASS9_NAME: Self = Self(145);

    /// Name of table class 10 in statistics. `JET_paramTableClass10Name`
    pub const TABLE_CLASS10_NAME: Self = Self(146);

    /// Name of table class 11 in statistics. `JET_paramTableClass11Name`
    pub const TABLE_CLASS11_NAME: Self = Self(147);

    /// Name of table class 12 in statistics. `JET_paramTableClass12Name`
    pub const TABLE_CLASS12_NAME: Self = Self(148);

    /// Name of table class 13 in statistics. `JET_paramTableClass13Name`
    pub const TABLE_CLASS13_NAME: Self = Self(149);

    /// Name of table class 14 in statistics. `JET_paramTableClass14Name`
    pub const TABLE_CLASS14_NAME: Self = Self(150);

    /// Name of table class 15 in statistics. `JET_paramTableClass15Name`
    pub const TABLE_CLASS15_NAME: Self = Self(151);

    /// I/O priority bits of the instance. `JET_paramIOPriority`
    pub const IO_PRIORITY: Self = Self(152);

    /// Number of logs that page writes are held back behind the log tip. `JET_paramWaypointLatency`
    pub const WAYPOINT_LATENCY: Self = Self(153);

    /// Log generations between checkpoint and tip at which updates are refused. `JET_paramCheckpointTooDeep`
    pub const CHECKPOINT_TOO_DEEP: Self = Self(154);

    /// Test only: skip block checksum verification. `JET_paramDisableBlockVerification`
    pub const DISABLE_BLOCK_VERIFICATION: Self = Self(155);

    /// Allow callbacks named in the database schema to be loaded and called. `JET_paramEnablePersistedCallbacks`
    pub const ENABLE_PERSISTED_CALLBACKS: Self = Self(156);

    /// Start a new log after certain operations. `JET_paramAggressiveLogRollover`
    pub const AGGRESSIVE_LOG_ROLLOVER: Self = Self(157);

    /// Seconds of inactivity before a new log is started. `JET_paramPeriodicLogRolloverLLR`
    pub const PERIODIC_LOG_ROLLOVER_LLR: Self = Self(158);

    /// Flush-order logging optimisation; ignored now. `JET_paramUsePageDependencies`
    pub const USE_PAGE_DEPENDENCIES: Self = Self(159);

    /// Automatic defragmentation of trees hinted as sequential. `JET_paramDefragmentSequentialBTrees`
    pub const DEFRAGMENT_SEQUENTIAL_B_TREES: Self = Self(160);

    /// How often tree density is checked. `JET_paramDefragmentSequentialBTreesDensityCheckFrequency`
    pub const DEFRAGMENT_SEQUENTIAL_B_TREES_DENSITY_CHECK_FREQUENCY: Self = Self(161);

    /// Milliseconds a throttled task may run. `JET_paramIOThrottlingTimeQuanta`
    pub const IO_THROTTLING_TIME_QUANTA: Self = Self(162);

    /// Read-only long-value chunk size for the page size. `JET_paramLVChunkSizeMost`
    pub const LV_CHUNK_SIZE_MOST: Self = Self(163);

    /// Largest merged read in bytes. `JET_paramMaxCoalesceReadSize`
    pub const MAX_COALESCE_READ_SIZE: Self = Self(164);

    /// Largest merged write in bytes. `JET_paramMaxCoalesceWriteSize`
    pub const MAX_COALESCE_WRITE_SIZE: Self = Self(165);

    /// Largest gap bridged by a merged read in bytes. `JET_paramMaxCoalesceReadGapSize`
    pub const MAX_COALESCE_READ_GAP_SIZE: Self = Self(166);

    /// Largest gap bridged by a merged write in bytes. `JET_paramMaxCoalesceWriteGapSize`
    pub const MAX_COALESCE_WRITE_GAP_SIZE: Self = Self(167);

    /// Publish failure events to the high-availability channel. `JET_paramEnableHaPublish`
    pub const ENABLE_HA_PUBLISH: Self = Self(168);

    /// Checksum scan during recovery (0 off, 1 on, 2 variant). `JET_paramEnableDBScanInRecovery`
    pub const ENABLE_DB_SCAN_IN_RECOVERY: Self = Self(169);

    /// Milliseconds between scan steps. `JET_paramDbScanThrottle`
    pub const DB_SCAN_THROTTLE: Self = Self(170);

    /// Shortest time between checksum passes. `JET_paramDbScanIntervalMinSec`
    pub const DB_SCAN_INTERVAL_MIN_SEC: Self = Self(171);

    /// Longest time a checksum pass may take. `JET_paramDbScanIntervalMaxSec`
    pub const DB_SCAN_INTERVAL_MAX_SEC: Self = Self(172);

    /// Callback that receives log data as it is written. `JET_paramEmitLogDataCallback`
    pub const EMIT_LOG_DATA_CALLBACK: Self = Self(173);

    /// Context for the log data callback. `JET_paramEmitLogDataCallbackCtx`
    pub const EMIT_LOG_DATA_CALLBACK_CTX: Self = Self(174);

    /// Log page patch requests. `JET_paramEnableExternalAutoHealing`
    pub const ENABLE_EXTERNAL_AUTO_HEALING: Self = Self(175);

    /// Seconds until a patch request is stale. `JET_paramPatchRequestTimeout`
    pub const PATCH_REQUEST_TIMEOUT: Self = Self(176);

    /// Relative cache priority of the instance (0 to 1000). `JET_paramCachePriority`
    pub const CACHE_PRIORITY: Self = Self(177);

    /// Percent of the version store the oldest transaction may use. `JET_paramMaxTransactionSize`
    pub const MAX_TRANSACTION_SIZE: Self = Self(178);

    /// Preread I/O requests in flight for one purpose. `JET_paramPrereadIOMax`
    pub const PREREAD_IO_MAX: Self = Self(179);

    /// Run only one checksum scan per disk. `JET_paramEnableDBScanSerialization`
    pub const ENABLE_DB_SCAN_SERIALIZATION: Self = Self(180);

    /// Milliseconds after which an I/O counts as hung. `JET_paramHungIOThreshold`
    pub const HUNG_IO_THRESHOLD: Self = Self(181);

    /// Bits saying what to do on hung I/O. `JET_paramHungIOActions`
    pub const HUNG_IO_ACTIONS: Self = Self(182);

    /// Smallest value considered for general compression. `JET_paramMinDataForXpress`
    pub const MIN_DATA_FOR_XPRESS: Self = Self(183);

    /// Bits allowing file space to be returned to the file system. `JET_paramEnableShrinkDatabase`
    pub const ENABLE_SHRINK_DATABASE: Self = Self(184);

    /// Label of the process in counters and events. `JET_paramProcessFriendlyName`
    pub const PROCESS_FRIENDLY_NAME: Self = Self(186);

    /// Callback told how far the log is durable. `JET_paramDurableCommitCallback`
    pub const DURABLE_COMMIT_CALLBACK: Self = Self(187);

    /// Telemetry switch; accepted and ignored. `JET_paramEnableSqm`
    pub const ENABLE_SQM: Self = Self(188);

    /// Location of an external store of parameter settings (registry on Windows). `JET_paramConfigStoreSpec`
    pub const CONFIG_STORE_SPEC: Self = Self(189);

    /// Staging bits for features in test. `JET_paramStageFlighting`
    pub const STAGE_FLIGHTING: Self = Self(190);

    /// Scrub unused space. `JET_paramZeroDatabaseUnusedSpace`
    pub const ZERO_DATABASE_UNUSED_SPACE: Self = Self(191);

    /// Turn verification modes off. `JET_paramDisableVerifications`
    pub const DISABLE_VERIFICATIONS: Self = Self(192);

    /// Bits controlling the flush map file. `JET_paramPersistedLostFlushDetection`
    pub const PERSISTED_LOST_FLUSH_DETECTION: Self = Self(193);

    /// Highest file format version the engine may use. `JET_paramEngineFormatVersion`
    pub const ENGINE_FORMAT_VERSION: Self = Self(194);

    /// Throttle replay I/O. `JET_paramReplayThrottlingLevel`
    pub const REPLAY_THROTTLING_LEVEL: Self = Self(195);

    /// Name of table class 16 in statistics. `JET_paramTableClass16Name`
    pub const TABLE_CLASS16_NAME: Self = Self(196);

    /// Name of table class 17 in statistics. `JET_paramTableClass17Name`
    pub const TABLE_CLASS17_NAME: Self = Self(197);

    /// Name of table class 18 in statistics. `JET_paramTableClass18Name`
    pub const TABLE_CLASS18_NAME: Self = Self(198);

    /// Name of table class 19 in statistics. `JET_paramTableClass19Name`
    pub const TABLE_CLASS19_NAME: Self = Self(199);

    /// Name of table class 20 in statistics. `JET_paramTableClass20Name`
    pub const TABLE_CLASS20_NAME: Self = Self(200);

    /// Name of table class 21 in statistics. `JET_paramTableClass21Name`
    pub const TABLE_CLASS21_NAME: Self = Self(201);

    /// Name of table class 22 in statistics. `JET_paramTableClass22Name`
    pub const TABLE_CLASS22_NAME: Self = Self(202);

    /// Name of table class 23 in statistics. `JET_paramTableClass23Name`
    pub const TABLE_CLASS23_NAME: Self = Self(203);

    /// Name of table class 24 in statistics. `JET_paramTableClass24Name`
    pub const TABLE_CLASS24_NAME: Self = Self(204);

    /// Name of table class 25 in statistics. `JET_paramTableClass25Name`
    pub const TABLE_CLASS25_NAME: Self = Self(205);

    /// Name of table class 26 in statistics. `JET_paramTableClass26Name`
    pub const TABLE_CLASS26_NAME: Self = Self(206);

    /// Name of table class 27 in statistics. `JET_paramTableClass27Name`
    pub const TABLE_CLASS27_NAME: Self = Self(207);

    /// Name of table class 28 in statistics. `JET_paramTableClass28Name`
    pub const TABLE_CLASS28_NAME: Self = Self(208);

    /// Name of table class 29 in statistics. `JET_paramTableClass29Name`
    pub const TABLE_CLASS29_NAME: Self = Self(209);

    /// Name of table class 30 in statistics. `JET_paramTableClass30Name`
    pub const TABLE_CLASS30_NAME: Self = Self(210);

    /// Name of table class 31 in statistics. `JET_paramTableClass31Name`
    pub const TABLE_CLASS31_NAME: Self = Self(211);

    /// Block cache configuration object. `JET_paramBlockCacheConfiguration`
    pub const BLOCK_CACHE_CONFIGURATION: Self = Self(212);

    /// Read-only largest record, overhead included, for the page size. `JET_paramRecordSizeMost`
    pub const RECORD_SIZE_MOST: Self = Self(213);

    /// Use device flush instead of write-through for durability. `JET_paramUseFlushForWriteDurability`
    pub const USE_FLUSH_FOR_WRITE_DURABILITY: Self = Self(214);

    /// Turn revert snapshots on. `JET_paramEnableRBS`
    pub const ENABLE_RBS: Self = Self(215);

    /// Folder of revert snapshots. `JET_paramRBSFilePath`
    pub const RBS_FILE_PATH: Self = Self(216);

    /// Milliseconds between counter refreshes. `JET_paramPerfmonRefreshInterval`
    pub const PERFMON_REFRESH_INTERVAL: Self = Self(217);

    /// Allow access to files attached to the block cache. `JET_paramEnableBlockCache`
    pub const ENABLE_BLOCK_CACHE: Self = Self(218);

    /// Rows per transaction when filling a deferred index. `JET_paramDeferredIndexPopulateRowsPerTransaction`
    pub const DEFERRED_INDEX_POPULATE_ROWS_PER_TRANSACTION: Self = Self(219);

    /// Allow block-cached files to be detached on open. `JET_paramEnableBlockCacheDetach`
    pub const ENABLE_BLOCK_CACHE_DETACH: Self = Self(220);
}

/// What is known of each parameter, ascending.
#[rustfmt::skip]
pub(super) static TABLE: [Parameter; 220] = [
    Parameter { id: ParamId::SYSTEM_PATH, name: "JET_paramSystemPath", kind: Kind::Folder, default: Text(".\\"), small: Text(".\\"), min: 0, max: 246, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::TEMP_PATH, name: "JET_paramTempPath", kind: Kind::Path, default: Text("tmp.edb"), small: Text("tmp.edb"), min: 0, max: 247, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::LOG_FILE_PATH, name: "JET_paramLogFilePath", kind: Kind::Folder, default: Text(".\\"), small: Text(".\\"), min: 0, max: 246, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::BASE_NAME, name: "JET_paramBaseName", kind: Kind::Text, default: Text("edb"), small: Text("edb"), min: 3, max: 3, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::EVENT_SOURCE, name: "JET_paramEventSource", kind: Kind::Text, default: Text(""), small: Text(""), min: 0, max: 259, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::MAX_SESSIONS, name: "JET_paramMaxSessions", kind: Kind::Integer, default: Number(16), small: Number(30_000), min: 0, max: 30_000, scope: Scope::Instance, settable: Settable::Init, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::MAX_OPEN_TABLES, name: "JET_paramMaxOpenTables", kind: Kind::Integer, default: Number(300), small: Number(2_147_483_647), min: 0, max: 2_147_483_647, scope: Scope::Instance, settable: Settable::Init, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::PREFERRED_MAX_OPEN_TABLES, name: "JET_paramPreferredMaxOpenTables", kind: Kind::Integer, default: Number(0), small: Number(0), min: 0, max: 2_147_483_647, scope: Scope::Instance, settable: Settable::Init, is_advanced: true, is_ignored: true },
    Parameter { id: ParamId::MAX_CURSORS, name: "JET_paramMaxCursors", kind: Kind::Integer, default: Number(1024), small: Number(2_147_483_647), min: 0, max: 2_147_483_647, scope: Scope::Instance, settable: Settable::Init, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::MAX_VER_PAGES, name: "JET_paramMaxVerPages", kind: Kind::Integer, default: Number(64), small: Number(2_147_483_647), min: 1, max: 2_147_483_647, scope: Scope::Instance, settable: Settable::Init, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::MAX_TEMPORARY_TABLES, name: "JET_paramMaxTemporaryTables", kind: Kind::Integer, default: Number(20), small: Number(2_147_483_647), min: 0, max: 2_147_483_647, scope: Scope::Instance, settable: Settable::Init, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::LOG_FILE_SIZE, name: "JET_paramLogFileSize", kind: Kind::Integer, default: Number(5120), small: Number(64), min: 64, max: 32_768, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::LOG_BUFFERS, name: "JET_paramLogBuffers", kind: Kind::Integer, default: Number(126), small: Number(1), min: 1, max: 2_147_483_647, scope: Scope::Instance, settable: Settable::Init, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::WAIT_LOG_FLUSH, name: "JET_paramWaitLogFlush", kind: Kind::Integer, default: Number(0), small: Number(0), min: 0, max: 2_147_483_647, scope: Scope::Instance, settable: Settable::Any, is_advanced: true, is_ignored: true },
    Parameter { id: ParamId::LOG_CHECKPOINT_PERIOD, name: "JET_paramLogCheckpointPeriod", kind: Kind::Integer, default: Number(1024), small: Number(1024), min: 0, max: 2_147_483_647, scope: Scope::Instance, settable: Settable::Init, is_advanced: true, is_ignored: true },
    Parameter { id: ParamId::LOG_WAITING_USER_MAX, name: "JET_paramLogWaitingUserMax", kind: Kind::Integer, default: Number(3), small: Number(3), min: 0, max: 2_147_483_647, scope: Scope::Instance, settable: Settable::Init, is_advanced: true, is_ignored: true },
    Parameter { id: ParamId::COMMIT_DEFAULT, name: "JET_paramCommitDefault", kind: Kind::Bits, default: Number(0), small: Number(0), min: 0, max: u64::MAX, scope: Scope::Instance, settable: Settable::Any, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::CIRCULAR_LOG, name: "JET_paramCircularLog", kind: Kind::Boolean, default: Number(0), small: Number(0), min: 0, max: u64::MAX, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::DB_EXTENSION_SIZE, name: "JET_paramDbExtensionSize", kind: Kind::Integer, default: Number(256), small: Number(16), min: 1, max: 2_147_483_647, scope: Scope::Instance, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::PAGE_TEMP_DB_MIN, name: "JET_paramPageTempDBMin", kind: Kind::Integer, default: Number(0), small: Number(14), min: 0, max: 2_147_483_647, scope: Scope::Instance, settable: Settable::Init, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::PAGE_FRAGMENT, name: "JET_paramPageFragment", kind: Kind::Integer, default: Number(8), small: Number(8), min: 0, max: 2_147_483_647, scope: Scope::Instance, settable: Settable::Init, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::PAGE_READ_AHEAD_MAX, name: "JET_paramPageReadAheadMax", kind: Kind::Integer, default: Number(u64::MAX), small: Number(u64::MAX), min: 0, max: u64::MAX, scope: Scope::Instance, settable: Settable::Any, is_advanced: true, is_ignored: true },
    Parameter { id: ParamId::BATCH_IO_BUFFER_MAX, name: "JET_paramBatchIOBufferMax", kind: Kind::Integer, default: Number(256), small: Number(256), min: 0, max: u64::MAX, scope: Scope::Global, settable: Settable::Any, is_advanced: true, is_ignored: true },
    Parameter { id: ParamId::CACHE_SIZE_MAX, name: "JET_paramCacheSizeMax", kind: Kind::Integer, default: Number(2_000_000_000), small: Number(16), min: 1, max: u64::MAX, scope: Scope::Global, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::CHECKPOINT_DEPTH_MAX, name: "JET_paramCheckpointDepthMax", kind: Kind::Integer, default: Number(20_971_520), small: Number(65_536), min: 0, max: u64::MAX, scope: Scope::Instance, settable: Settable::Any, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::LRUK_CORR_INTERVAL, name: "JET_paramLRUKCorrInterval", kind: Kind::Integer, default: Number(128_000), small: Number(128_000), min: 0, max: u64::MAX, scope: Scope::Global, settable: Settable::Start, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::LRUK_HISTORY_MAX, name: "JET_paramLRUKHistoryMax", kind: Kind::Integer, default: Number(100_000), small: Number(10), min: 0, max: u64::MAX, scope: Scope::Global, settable: Settable::Start, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::LRUK_POLICY, name: "JET_paramLRUKPolicy", kind: Kind::Integer, default: Number(2), small: Number(2), min: 1, max: 2, scope: Scope::Global, settable: Settable::Start, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::LRUK_TIMEOUT, name: "JET_paramLRUKTimeout", kind: Kind::Integer, default: Number(100), small: Number(100), min: 1, max: u64::MAX, scope: Scope::Global, settable: Settable::Start, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::LRUK_TRX_CORR_INTERVAL, name: "JET_paramLRUKTrxCorrInterval", kind: Kind::Integer, default: Number(0), small: Number(0), min: 0, max: u64::MAX, scope: Scope::Global, settable: Settable::Start, is_advanced: true, is_ignored: true },
    Parameter { id: ParamId::OUTSTANDING_IO_MAX, name: "JET_paramOutstandingIOMax", kind: Kind::Integer, default: Number(1024), small: Number(16), min: 0, max: 65_536, scope: Scope::Global, settable: Settable::Start, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::START_FLUSH_THRESHOLD, name: "JET_paramStartFlushThreshold", kind: Kind::Integer, default: Number(20_000_000), small: Number(1), min: 0, max: u64::MAX, scope: Scope::Global, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::STOP_FLUSH_THRESHOLD, name: "JET_paramStopFlushThreshold", kind: Kind::Integer, default: Number(40_000_000), small: Number(2), min: 0, max: u64::MAX, scope: Scope::Global, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::TABLE_CLASS_NAME, name: "JET_paramTableClassName", kind: Kind::Text, default: Text(""), small: Text(""), min: 0, max: 64, scope: Scope::Global, settable: Settable::Any, is_advanced: false, is_ignored: true },
    Parameter { id: ParamId::RECOVERY, name: "JET_paramRecovery", kind: Kind::Text, default: Text("on"), small: Text("on"), min: 0, max: 259, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::ENABLE_ONLINE_DEFRAG, name: "JET_paramEnableOnlineDefrag", kind: Kind::Bits, default: Number(65_535), small: Number(65_535), min: 0, max: 65_535, scope: Scope::Instance, settable: Settable::Any, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::ASSERT_ACTION, name: "JET_paramAssertAction", kind: Kind::Bits, default: Number(64), small: Number(64), min: 0, max: 64, scope: Scope::Global, settable: Settable::Any, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::PRINT_FUNCTION, name: "JET_paramPrintFunction", kind: Kind::Fixed, default: Number(0), small: Number(0), min: 0, max: u64::MAX, scope: Scope::Global, settable: Settable::Never, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::TRANSACTION_LEVEL, name: "JET_paramTransactionLevel", kind: Kind::Computed, default: Absent, small: Absent, min: 0, max: u64::MAX, scope: Scope::Session, settable: Settable::Never, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::RFS2_IOS_PERMITTED, name: "JET_paramRFS2IOsPermitted", kind: Kind::Integer, default: Number(0), small: Number(0), min: 0, max: 4_294_967_294, scope: Scope::Global, settable: Settable::Any, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::RFS2_ALLOCS_PERMITTED, name: "JET_paramRFS2AllocsPermitted", kind: Kind::Integer, default: Number(0), small: Number(0), min: 0, max: 4_294_967_294, scope: Scope::Global, settable: Settable::Any, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::CACHE_SIZE, name: "JET_paramCacheSize", kind: Kind::Integer, default: Number(0), small: Number(0), min: 0, max: u64::MAX, scope: Scope::Global, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::CACHE_REQUESTS, name: "JET_paramCacheRequests", kind: Kind::Fixed, default: Number(1), small: Number(1), min: 0, max: u64::MAX, scope: Scope::Global, settable: Settable::Never, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::CACHE_HITS, name: "JET_paramCacheHits", kind: Kind::Fixed, default: Number(1), small: Number(1), min: 0, max: u64::MAX, scope: Scope::Global, settable: Settable::Never, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::CHECK_FORMAT_WHEN_OPEN_FAIL, name: "JET_paramCheckFormatWhenOpenFail", kind: Kind::Boolean, default: Number(1), small: Number(1), min: 0, max: u64::MAX, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: true },
    Parameter { id: ParamId::ENABLE_INDEX_CHECKING, name: "JET_paramEnableIndexChecking", kind: Kind::Integer, default: Number(1), small: Number(1), min: 0, max: 2, scope: Scope::Instance, settable: Settable::Any, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::ENABLE_TEMP_TABLE_VERSIONING, name: "JET_paramEnableTempTableVersioning", kind: Kind::Boolean, default: Number(1), small: Number(1), min: 0, max: u64::MAX, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::IGNORE_LOG_VERSION, name: "JET_paramIgnoreLogVersion", kind: Kind::Boolean, default: Number(0), small: Number(0), min: 0, max: 0, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: true },
    Parameter { id: ParamId::DELETE_OLD_LOGS, name: "JET_paramDeleteOldLogs", kind: Kind::Boolean, default: Number(0), small: Number(0), min: 0, max: u64::MAX, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: true },
    Parameter { id: ParamId::EVENT_SOURCE_KEY, name: "JET_paramEventSourceKey", kind: Kind::Text, default: Text(""), small: Text(""), min: 0, max: 259, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::NO_INFORMATION_EVENT, name: "JET_paramNoInformationEvent", kind: Kind::Boolean, default: Number(0), small: Number(1), min: 0, max: u64::MAX, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::EVENT_LOGGING_LEVEL, name: "JET_paramEventLoggingLevel", kind: Kind::Integer, default: Number(100), small: Number(100), min: 0, max: 100, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::DELETE_OUT_OF_RANGE_LOGS, name: "JET_paramDeleteOutOfRangeLogs", kind: Kind::Boolean, default: Number(0), small: Number(0), min: 0, max: u64::MAX, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::ACCESS_DENIED_RETRY_PERIOD, name: "JET_paramAccessDeniedRetryPeriod", kind: Kind::Integer, default: Number(10_000), small: Number(10_000), min: 0, max: u64::MAX, scope: Scope::Global, settable: Settable::Any, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::ENABLE_INDEX_CLEANUP, name: "JET_paramEnableIndexCleanup", kind: Kind::Boolean, default: Number(1), small: Number(1), min: 0, max: u64::MAX, scope: Scope::Instance, settable: Settable::Any, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::FLIGHT_SMOOTH_IO_TEST_PERMILLAGE, name: "JET_paramFlight_SmoothIoTestPermillage", kind: Kind::Integer, default: Number(0), small: Number(0), min: 0, max: 1000, scope: Scope::Instance, settable: Settable::Init, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::ELASTIC_WAYPOINT_LATENCY, name: "JET_paramElasticWaypointLatency", kind: Kind::Integer, default: Number(0), small: Number(0), min: 0, max: 10, scope: Scope::Instance, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::FLIGHT_SYNCHRONOUS_LV_CLEANUP, name: "JET_paramFlight_SynchronousLVCleanup", kind: Kind::Boolean, default: Number(0), small: Number(0), min: 0, max: u64::MAX, scope: Scope::Instance, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::FLIGHT_RBS_REVERT_IO_URGENT_LEVEL, name: "JET_paramFlight_RBSRevertIOUrgentLevel", kind: Kind::Integer, default: Number(8), small: Number(8), min: 0, max: 127, scope: Scope::Instance, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::FLIGHT_ENABLE_XPRESS10_COMPRESSION, name: "JET_paramFlight_EnableXpress10Compression", kind: Kind::Boolean, default: Number(0), small: Number(0), min: 0, max: u64::MAX, scope: Scope::Instance, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::CACHE_SIZE_MIN, name: "JET_paramCacheSizeMin", kind: Kind::Integer, default: Number(1), small: Number(16), min: 1, max: u64::MAX, scope: Scope::Global, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::LOG_FILE_FAILOVER_PATH, name: "JET_paramLogFileFailoverPath", kind: Kind::Folder, default: Text(""), small: Text(""), min: 0, max: 0, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: true },
    Parameter { id: ParamId::ENABLE_IMPROVED_SEEK_SHORTCUT, name: "JET_paramEnableImprovedSeekShortcut", kind: Kind::Boolean, default: Number(0), small: Number(0), min: 0, max: u64::MAX, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: true },
    Parameter { id: ParamId::PREFERRED_VER_PAGES, name: "JET_paramPreferredVerPages", kind: Kind::Integer, default: Number(58), small: Number(2_147_483_647), min: 1, max: 2_147_483_647, scope: Scope::Instance, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::DATABASE_PAGE_SIZE, name: "JET_paramDatabasePageSize", kind: Kind::PowerOfTwo, default: Number(4096), small: Number(4096), min: 4096, max: 32_768, scope: Scope::Global, settable: Settable::Start, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::DISABLE_CALLBACKS, name: "JET_paramDisableCallbacks", kind: Kind::Boolean, default: Number(0), small: Number(0), min: 0, max: u64::MAX, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::BACKUP_CHUNK_SIZE, name: "JET_paramBackupChunkSize", kind: Kind::Integer, default: Number(16), small: Number(16), min: 1, max: 2_147_483_647, scope: Scope::Instance, settable: Settable::Init, is_advanced: true, is_ignored: true },
    Parameter { id: ParamId::BACKUP_OUTSTANDING_READS, name: "JET_paramBackupOutstandingReads", kind: Kind::Integer, default: Number(8), small: Number(8), min: 1, max: 2_147_483_647, scope: Scope::Instance, settable: Settable::Init, is_advanced: true, is_ignored: true },
    Parameter { id: ParamId::FLIGHT_RBS_MAX_TABLE_DELETE_PAGES, name: "JET_paramFlight_RBSMaxTableDeletePages", kind: Kind::Integer, default: Number(0), small: Number(0), min: 0, max: 2_147_483_647, scope: Scope::Instance, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::LOG_FILE_CREATE_ASYNCH, name: "JET_paramLogFileCreateAsynch", kind: Kind::Boolean, default: Number(1), small: Number(1), min: 0, max: u64::MAX, scope: Scope::Instance, settable: Settable::Init, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::ERROR_TO_STRING, name: "JET_paramErrorToString", kind: Kind::ErrorText, default: Absent, small: Absent, min: 0, max: u64::MAX, scope: Scope::Global, settable: Settable::Never, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::ZERO_DATABASE_DURING_BACKUP, name: "JET_paramZeroDatabaseDuringBackup", kind: Kind::Boolean, default: Number(0), small: Number(0), min: 0, max: u64::MAX, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::UNICODE_INDEX_DEFAULT, name: "JET_paramUnicodeIndexDefault", kind: Kind::Unicode, default: Number(848_827_271_611_401), small: Number(848_827_271_611_401), min: 0, max: u64::MAX, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::RUNTIME_CALLBACK, name: "JET_paramRuntimeCallback", kind: Kind::Pointer, default: Number(0), small: Number(0), min: 0, max: u64::MAX, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::FLIGHT_RBS_DB_SCAN_RAISE_CORRUPTION_REVERTED_FDP, name: "JET_paramFlight_RBSDbScanRaiseCorruptionRevertedFDP", kind: Kind::Boolean, default: Number(1), small: Number(1), min: 0, max: 1, scope: Scope::Instance, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::FLIGHT_RBS_ALLOW_TOO_SOON_NON_REVERTABLE_DELETE, name: "JET_paramFlight_RBSAllowTooSoonNonRevertableDelete", kind: Kind::Boolean, default: Number(0), small: Number(0), min: 0, max: 1, scope: Scope::Instance, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::ENABLE_SORTED_RETRIEVE_COLUMNS, name: "JET_paramEnableSortedRetrieveColumns", kind: Kind::Boolean, default: Number(0), small: Number(0), min: 0, max: u64::MAX, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: true },
    Parameter { id: ParamId::CLEANUP_MISMATCHED_LOG_FILES, name: "JET_paramCleanupMismatchedLogFiles", kind: Kind::Boolean, default: Number(0), small: Number(0), min: 0, max: u64::MAX, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::RECORD_UPGRADE_DIRTY_LEVEL, name: "JET_paramRecordUpgradeDirtyLevel", kind: Kind::Bits, default: Number(1), small: Number(1), min: 0, max: 3, scope: Scope::Global, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::RECOVERY_CURRENT_LOGFILE, name: "JET_paramRecoveryCurrentLogfile", kind: Kind::Computed, default: Absent, small: Absent, min: 0, max: u64::MAX, scope: Scope::Instance, settable: Settable::Never, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::FLIGHT_RBS_FORCE_ROLL_INTERVAL_SEC, name: "JET_paramFlight_RBSForceRollIntervalSec", kind: Kind::Integer, default: Number(172_800), small: Number(172_800), min: 0, max: 2_147_483_647, scope: Scope::Instance, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::GLOBAL_MIN_VER_PAGES, name: "JET_paramGlobalMinVerPages", kind: Kind::Integer, default: Number(64), small: Number(1), min: 1, max: 2_147_483_647, scope: Scope::Global, settable: Settable::Start, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::OS_SNAPSHOT_TIMEOUT, name: "JET_paramOSSnapshotTimeout", kind: Kind::Integer, default: Number(70_000), small: Number(70_000), min: 0, max: 2_147_483_647, scope: Scope::Global, settable: Settable::Any, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::FLIGHT_ENABLE_SCAN_CHECK_FDP_DELETE_FLAGS, name: "JET_paramFlight_EnableScanCheckFDPDeleteFlags", kind: Kind::Boolean, default: Number(1), small: Number(1), min: 0, max: 1, scope: Scope::Instance, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::FLIGHT_NEW_QUEUE_OPTIONS, name: "JET_paramFlight_NewQueueOptions", kind: Kind::Integer, default: Number(8), small: Number(8), min: 0, max: 15, scope: Scope::Instance, settable: Settable::Any, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::FLIGHT_CONCURRENT_METED_OPS, name: "JET_paramFlight_ConcurrentMetedOps", kind: Kind::Integer, default: Number(2), small: Number(2), min: 0, max: 1024, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::FLIGHT_LOW_METED_OPS_THRESHOLD, name: "JET_paramFlight_LowMetedOpsThreshold", kind: Kind::Integer, default: Number(40), small: Number(40), min: 0, max: 1024, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::FLIGHT_METED_OP_STARVED_THRESHOLD, name: "JET_paramFlight_MetedOpStarvedThreshold", kind: Kind::Integer, default: Number(3000), small: Number(3000), min: 50, max: 2_147_483_647, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::FLIGHT_MAX_RBS_BUFFERS, name: "JET_paramFlight_MaxRBSBuffers", kind: Kind::Integer, default: Number(20), small: Number(20), min: 1, max: 2_147_483_647, scope: Scope::Instance, settable: Settable::Any, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::FLIGHT_ENABLE_SHRINK_ARCHIVING, name: "JET_paramFlight_EnableShrinkArchiving", kind: Kind::Boolean, default: Number(1), small: Number(1), min: 0, max: 1, scope: Scope::Instance, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::FLIGHT_ENABLE_BACKUP_DURING_RECOVERY, name: "JET_paramFlight_EnableBackupDuringRecovery", kind: Kind::Boolean, default: Number(0), small: Number(0), min: 0, max: u64::MAX, scope: Scope::Instance, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::FLIGHT_RBS_ROLL_INTERVAL_SEC, name: "JET_paramFlight_RBSRollIntervalSec", kind: Kind::Integer, default: Number(43_200), small: Number(43_200), min: 0, max: 604_800, scope: Scope::Instance, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::FLIGHT_RBS_MAX_REQUIRED_RANGE, name: "JET_paramFlight_RBSMaxRequiredRange", kind: Kind::Integer, default: Number(1000), small: Number(1000), min: 0, max: 10_000, scope: Scope::Instance, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::FLIGHT_RBS_CLEANUP_ENABLED, name: "JET_paramFlight_RBSCleanupEnabled", kind: Kind::Boolean, default: Number(0), small: Number(0), min: 0, max: 1, scope: Scope::Instance, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::FLIGHT_RBS_LOW_DISK_SPACE_THRESHOLD_GB, name: "JET_paramFlight_RBSLowDiskSpaceThresholdGb", kind: Kind::Integer, default: Number(100), small: Number(100), min: 0, max: 2_147_483_647, scope: Scope::Instance, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::FLIGHT_RBS_MAX_SPACE_WHEN_LOW_DISK_SPACE_GB, name: "JET_paramFlight_RBSMaxSpaceWhenLowDiskSpaceGb", kind: Kind::Integer, default: Number(150), small: Number(150), min: 0, max: 1000, scope: Scope::Instance, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::FLIGHT_RBS_MAX_TIME_SPAN_SEC, name: "JET_paramFlight_RBSMaxTimeSpanSec", kind: Kind::Integer, default: Number(604_800), small: Number(604_800), min: 0, max: 2_147_483_647, scope: Scope::Instance, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::FLIGHT_RBS_CLEANUP_INTERVAL_MIN_SEC, name: "JET_paramFlight_RBSCleanupIntervalMinSec", kind: Kind::Integer, default: Number(3600), small: Number(3600), min: 0, max: 2_147_483_647, scope: Scope::Instance, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::EXCEPTION_ACTION, name: "JET_paramExceptionAction", kind: Kind::Integer, default: Number(4), small: Number(4), min: 0, max: u64::MAX, scope: Scope::Global, settable: Settable::Any, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::EVENT_LOG_CACHE, name: "JET_paramEventLogCache", kind: Kind::Integer, default: Number(0), small: Number(0), min: 0, max: 2_147_483_647, scope: Scope::Global, settable: Settable::Start, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::CREATE_PATH_IF_NOT_EXIST, name: "JET_paramCreatePathIfNotExist", kind: Kind::Boolean, default: Number(0), small: Number(0), min: 0, max: u64::MAX, scope: Scope::Instance, settable: Settable::Any, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::PAGE_HINT_CACHE_SIZE, name: "JET_paramPageHintCacheSize", kind: Kind::Integer, default: Number(262_144), small: Number(32), min: 0, max: 2_147_483_647, scope: Scope::Global, settable: Settable::Start, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::ONE_DATABASE_PER_SESSION, name: "JET_paramOneDatabasePerSession", kind: Kind::Boolean, default: Number(0), small: Number(0), min: 0, max: u64::MAX, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::MAX_DATABASES_PER_INSTANCE, name: "JET_paramMaxDatabasesPerInstance", kind: Kind::Integer, default: Number(7), small: Number(7), min: 7, max: 7, scope: Scope::Global, settable: Settable::Start, is_advanced: false, is_ignored: true },
    Parameter { id: ParamId::MAX_INSTANCES, name: "JET_paramMaxInstances", kind: Kind::Integer, default: Number(16), small: Number(16), min: 1, max: 10_240, scope: Scope::Global, settable: Settable::Start, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::VERSION_STORE_TASK_QUEUE_MAX, name: "JET_paramVersionStoreTaskQueueMax", kind: Kind::Integer, default: Number(4), small: Number(4), min: 1, max: 127, scope: Scope::Instance, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::IDLE_FLUSH_TIME, name: "JET_paramIdleFlushTime", kind: Kind::Integer, default: Number(0), small: Number(0), min: 0, max: u64::MAX, scope: Scope::Global, settable: Settable::Any, is_advanced: true, is_ignored: true },
    Parameter { id: ParamId::DISABLE_PERFMON, name: "JET_paramDisablePerfmon", kind: Kind::Boolean, default: Number(0), small: Number(1), min: 0, max: u64::MAX, scope: Scope::Global, settable: Settable::Start, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::ABORT_RETRY_FAIL_CALLBACK, name: "JET_paramAbortRetryFailCallback", kind: Kind::Pointer, default: Number(0), small: Number(0), min: 0, max: 0, scope: Scope::Global, settable: Settable::Start, is_advanced: false, is_ignored: true },
    Parameter { id: ParamId::VA_RESERVE, name: "JET_paramVAReserve", kind: Kind::Integer, default: Number(0), small: Number(0), min: 0, max: u64::MAX, scope: Scope::Global, settable: Settable::Any, is_advanced: true, is_ignored: true },
    Parameter { id: ParamId::INDEX_TUPLES_LENGTH_MIN, name: "JET_paramIndexTuplesLengthMin", kind: Kind::Integer, default: Number(3), small: Number(3), min: 2, max: 255, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::INDEX_TUPLES_LENGTH_MAX, name: "JET_paramIndexTuplesLengthMax", kind: Kind::Integer, default: Number(10), small: Number(10), min: 2, max: 255, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::INDEX_TUPLES_TO_INDEX_MAX, name: "JET_paramIndexTuplesToIndexMax", kind: Kind::Integer, default: Number(32_767), small: Number(32_767), min: 1, max: 32_767, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::ALTERNATE_DATABASE_RECOVERY_PATH, name: "JET_paramAlternateDatabaseRecoveryPath", kind: Kind::Folder, default: Text(""), small: Text(""), min: 0, max: 246, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::FLIGHT_EXTENT_PAGE_COUNT_CACHE_VERIFY_ONLY, name: "JET_paramFlight_ExtentPageCountCacheVerifyOnly", kind: Kind::Boolean, default: Number(0), small: Number(0), min: 0, max: u64::MAX, scope: Scope::Global, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::FLIGHT_ENABLE_PGNO_FDP_LAST_SET_TIME, name: "JET_paramFlight_EnablePgnoFDPLastSetTime", kind: Kind::Boolean, default: Number(1), small: Number(1), min: 0, max: u64::MAX, scope: Scope::Instance, settable: Settable::Init, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::FLIGHT_ENABLE_SCAN_CHECK2_FLAGS, name: "JET_paramFlight_EnableScanCheck2Flags", kind: Kind::Boolean, default: Number(1), small: Number(1), min: 0, max: u64::MAX, scope: Scope::Instance, settable: Settable::Init, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::FLIGHT_ENABLE_EXTENT_FREED2, name: "JET_paramFlight_EnableExtentFreed2", kind: Kind::Boolean, default: Number(1), small: Number(1), min: 0, max: u64::MAX, scope: Scope::Instance, settable: Settable::Init, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::FLIGHT_RBS_LARGE_REVERTABLE_DELETE_PAGES, name: "JET_paramFlight_RBSLargeRevertableDeletePages", kind: Kind::Integer, default: Number(0), small: Number(0), min: 0, max: 2_147_483_647, scope: Scope::Instance, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::FLIGHT_RBS_REVERTABLE_DELETE_IF_TOO_SOON_TIME_NULL, name: "JET_paramFlight_RBSRevertableDeleteIfTooSoonTimeNull", kind: Kind::Boolean, default: Number(0), small: Number(0), min: 0, max: u64::MAX, scope: Scope::Instance, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::DBA_PAGE_AVAIL_MIN, name: "JET_paramDBAPageAvailMin", kind: Kind::Integer, default: Number(1280), small: Number(1280), min: 0, max: u64::MAX, scope: Scope::Global, settable: Settable::Any, is_advanced: true, is_ignored: true },
    Parameter { id: ParamId::DBA_PAGE_AVAIL_THRESHOLD, name: "JET_paramDBAPageAvailThreshold", kind: Kind::Nothing, default: Absent, small: Absent, min: 0, max: u64::MAX, scope: Scope::Global, settable: Settable::Any, is_advanced: false, is_ignored: true },
    Parameter { id: ParamId::DBAK1, name: "JET_paramDBAK1", kind: Kind::Nothing, default: Absent, small: Absent, min: 0, max: u64::MAX, scope: Scope::Global, settable: Settable::Any, is_advanced: false, is_ignored: true },
    Parameter { id: ParamId::DBAK2, name: "JET_paramDBAK2", kind: Kind::Nothing, default: Absent, small: Absent, min: 0, max: u64::MAX, scope: Scope::Global, settable: Settable::Any, is_advanced: false, is_ignored: true },
    Parameter { id: ParamId::MAX_RANDOM_IO_SIZE, name: "JET_paramMaxRandomIOSize", kind: Kind::Integer, default: Number(1_048_576), small: Number(1_048_576), min: 0, max: u64::MAX, scope: Scope::Global, settable: Settable::Any, is_advanced: true, is_ignored: true },
    Parameter { id: ParamId::CACHED_CLOSED_TABLES, name: "JET_paramCachedClosedTables", kind: Kind::Integer, default: Number(64), small: Number(64), min: 0, max: 2_147_483_647, scope: Scope::Instance, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::ENABLE_FILE_CACHE, name: "JET_paramEnableFileCache", kind: Kind::Boolean, default: Number(0), small: Number(1), min: 0, max: u64::MAX, scope: Scope::Global, settable: Settable::Start, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::ENABLE_VIEW_CACHE, name: "JET_paramEnableViewCache", kind: Kind::Boolean, default: Number(0), small: Number(1), min: 0, max: u64::MAX, scope: Scope::Global, settable: Settable::Start, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::VER_PAGE_SIZE, name: "JET_paramVerPageSize", kind: Kind::PowerOfTwo, default: Number(32_768), small: Number(8192), min: 1024, max: 65_536, scope: Scope::Global, settable: Settable::Start, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::CONFIGURATION, name: "JET_paramConfiguration", kind: Kind::Integer, default: Number(1), small: Number(1), min: 0, max: 2047, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::ENABLE_ADVANCED, name: "JET_paramEnableAdvanced", kind: Kind::Boolean, default: Number(1), small: Number(1), min: 0, max: u64::MAX, scope: Scope::Instance, settable: Settable::Any, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::MAX_COLTYP, name: "JET_paramMaxColtyp", kind: Kind::Fixed, default: Number(19), small: Number(19), min: 0, max: u64::MAX, scope: Scope::Global, settable: Settable::Never, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::INDEX_TUPLE_INCREMENT, name: "JET_paramIndexTupleIncrement", kind: Kind::Integer, default: Number(1), small: Number(1), min: 0, max: 32_767, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::INDEX_TUPLE_START, name: "JET_paramIndexTupleStart", kind: Kind::Integer, default: Number(0), small: Number(0), min: 0, max: 32_767, scope: Scope::Instance, settable: Settable::Any, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::KEY_MOST, name: "JET_paramKeyMost", kind: Kind::Computed, default: Absent, small: Absent, min: 0, max: u64::MAX, scope: Scope::Instance, settable: Settable::Never, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::CHECKPOINT_IO_MAX, name: "JET_paramCheckpointIOMax", kind: Kind::Integer, default: Number(1), small: Number(1), min: 1, max: 1024, scope: Scope::Global, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::LEGACY_FILE_NAMES, name: "JET_paramLegacyFileNames", kind: Kind::Bits, default: Number(1), small: Number(1), min: 0, max: 255, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::TABLE_CLASS1_NAME, name: "JET_paramTableClass1Name", kind: Kind::Text, default: Text("TableClass1"), small: Text("TableClass1"), min: 1, max: 64, scope: Scope::Global, settable: Settable::Start, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::TABLE_CLASS2_NAME, name: "JET_paramTableClass2Name", kind: Kind::Text, default: Text("TableClass2"), small: Text("TableClass2"), min: 1, max: 64, scope: Scope::Global, settable: Settable::Start, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::TABLE_CLASS3_NAME, name: "JET_paramTableClass3Name", kind: Kind::Text, default: Text("TableClass3"), small: Text("TableClass3"), min: 1, max: 64, scope: Scope::Global, settable: Settable::Start, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::TABLE_CLASS4_NAME, name: "JET_paramTableClass4Name", kind: Kind::Text, default: Text("TableClass4"), small: Text("TableClass4"), min: 1, max: 64, scope: Scope::Global, settable: Settable::Start, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::TABLE_CLASS5_NAME, name: "JET_paramTableClass5Name", kind: Kind::Text, default: Text("TableClass5"), small: Text("TableClass5"), min: 1, max: 64, scope: Scope::Global, settable: Settable::Start, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::TABLE_CLASS6_NAME, name: "JET_paramTableClass6Name", kind: Kind::Text, default: Text("TableClass6"), small: Text("TableClass6"), min: 1, max: 64, scope: Scope::Global, settable: Settable::Start, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::TABLE_CLASS7_NAME, name: "JET_paramTableClass7Name", kind: Kind::Text, default: Text("TableClass7"), small: Text("TableClass7"), min: 1, max: 64, scope: Scope::Global, settable: Settable::Start, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::TABLE_CLASS8_NAME, name: "JET_paramTableClass8Name", kind: Kind::Text, default: Text("TableClass8"), small: Text("TableClass8"), min: 1, max: 64, scope: Scope::Global, settable: Settable::Start, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::TABLE_CLASS9_NAME, name: "JET_paramTableClass9Name", kind: Kind::Text, default: Text("TableClass9"), small: Text("TableClass9"), min: 1, max: 64, scope: Scope::Global, settable: Settable::Start, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::TABLE_CLASS10_NAME, name: "JET_paramTableClass10Name", kind: Kind::Text, default: Text("TableClass10"), small: Text("TableClass10"), min: 1, max: 64, scope: Scope::Global, settable: Settable::Start, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::TABLE_CLASS11_NAME, name: "JET_paramTableClass11Name", kind: Kind::Text, default: Text("TableClass11"), small: Text("TableClass11"), min: 1, max: 64, scope: Scope::Global, settable: Settable::Start, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::TABLE_CLASS12_NAME, name: "JET_paramTableClass12Name", kind: Kind::Text, default: Text("TableClass12"), small: Text("TableClass12"), min: 1, max: 64, scope: Scope::Global, settable: Settable::Start, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::TABLE_CLASS13_NAME, name: "JET_paramTableClass13Name", kind: Kind::Text, default: Text("TableClass13"), small: Text("TableClass13"), min: 1, max: 64, scope: Scope::Global, settable: Settable::Start, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::TABLE_CLASS14_NAME, name: "JET_paramTableClass14Name", kind: Kind::Text, default: Text("TableClass14"), small: Text("TableClass14"), min: 1, max: 64, scope: Scope::Global, settable: Settable::Start, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::TABLE_CLASS15_NAME, name: "JET_paramTableClass15Name", kind: Kind::Text, default: Text("TableClass15"), small: Text("TableClass15"), min: 1, max: 64, scope: Scope::Global, settable: Settable::Start, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::IO_PRIORITY, name: "JET_paramIOPriority", kind: Kind::Integer, default: Number(0), small: Number(0), min: 0, max: 7, scope: Scope::Instance, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::WAYPOINT_LATENCY, name: "JET_paramWaypointLatency", kind: Kind::Integer, default: Number(0), small: Number(0), min: 0, max: 1023, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::CHECKPOINT_TOO_DEEP, name: "JET_paramCheckpointTooDeep", kind: Kind::Integer, default: Number(65_536), small: Number(65_536), min: 32, max: 65_536, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::DISABLE_BLOCK_VERIFICATION, name: "JET_paramDisableBlockVerification", kind: Kind::Boolean, default: Number(0), small: Number(0), min: 0, max: u64::MAX, scope: Scope::Global, settable: Settable::Start, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::ENABLE_PERSISTED_CALLBACKS, name: "JET_paramEnablePersistedCallbacks", kind: Kind::Boolean, default: Number(1), small: Number(1), min: 0, max: u64::MAX, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::AGGRESSIVE_LOG_ROLLOVER, name: "JET_paramAggressiveLogRollover", kind: Kind::Boolean, default: Number(0), small: Number(0), min: 0, max: u64::MAX, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::PERIODIC_LOG_ROLLOVER_LLR, name: "JET_paramPeriodicLogRolloverLLR", kind: Kind::Integer, default: Number(0), small: Number(0), min: 0, max: 604_800, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::USE_PAGE_DEPENDENCIES, name: "JET_paramUsePageDependencies", kind: Kind::Boolean, default: Number(0), small: Number(0), min: 0, max: u64::MAX, scope: Scope::Global, settable: Settable::Start, is_advanced: false, is_ignored: true },
    Parameter { id: ParamId::DEFRAGMENT_SEQUENTIAL_B_TREES, name: "JET_paramDefragmentSequentialBTrees", kind: Kind::Boolean, default: Number(1), small: Number(1), min: 0, max: u64::MAX, scope: Scope::Instance, settable: Settable::Any, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::DEFRAGMENT_SEQUENTIAL_B_TREES_DENSITY_CHECK_FREQUENCY, name: "JET_paramDefragmentSequentialBTreesDensityCheckFrequency", kind: Kind::Integer, default: Number(10), small: Number(10), min: 0, max: u64::MAX, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::IO_THROTTLING_TIME_QUANTA, name: "JET_paramIOThrottlingTimeQuanta", kind: Kind::Integer, default: Number(100), small: Number(100), min: 1, max: 10_000, scope: Scope::Global, settable: Settable::Start, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::LV_CHUNK_SIZE_MOST, name: "JET_paramLVChunkSizeMost", kind: Kind::Computed, default: Absent, small: Absent, min: 0, max: u64::MAX, scope: Scope::Global, settable: Settable::Never, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::MAX_COALESCE_READ_SIZE, name: "JET_paramMaxCoalesceReadSize", kind: Kind::Integer, default: Number(524_288), small: Number(524_288), min: 0, max: 10_485_760, scope: Scope::Global, settable: Settable::Start, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::MAX_COALESCE_WRITE_SIZE, name: "JET_paramMaxCoalesceWriteSize", kind: Kind::Integer, default: Number(524_288), small: Number(524_288), min: 0, max: 10_485_760, scope: Scope::Global, settable: Settable::Start, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::MAX_COALESCE_READ_GAP_SIZE, name: "JET_paramMaxCoalesceReadGapSize", kind: Kind::Integer, default: Number(524_288), small: Number(524_288), min: 0, max: 10_485_760, scope: Scope::Global, settable: Settable::Start, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::MAX_COALESCE_WRITE_GAP_SIZE, name: "JET_paramMaxCoalesceWriteGapSize", kind: Kind::Integer, default: Number(524_288), small: Number(524_288), min: 0, max: 10_485_760, scope: Scope::Global, settable: Settable::Start, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::ENABLE_HA_PUBLISH, name: "JET_paramEnableHaPublish", kind: Kind::Integer, default: Number(0), small: Number(0), min: 0, max: 2, scope: Scope::Instance, settable: Settable::Init, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::ENABLE_DB_SCAN_IN_RECOVERY, name: "JET_paramEnableDBScanInRecovery", kind: Kind::Integer, default: Number(0), small: Number(0), min: 0, max: 2, scope: Scope::Instance, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::DB_SCAN_THROTTLE, name: "JET_paramDbScanThrottle", kind: Kind::Integer, default: Number(20), small: Number(20), min: 0, max: 60_000, scope: Scope::Instance, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::DB_SCAN_INTERVAL_MIN_SEC, name: "JET_paramDbScanIntervalMinSec", kind: Kind::Integer, default: Number(86_400), small: Number(86_400), min: 0, max: 1_814_400, scope: Scope::Instance, settable: Settable::Init, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::DB_SCAN_INTERVAL_MAX_SEC, name: "JET_paramDbScanIntervalMaxSec", kind: Kind::Integer, default: Number(604_800), small: Number(604_800), min: 1, max: 1_576_800_000, scope: Scope::Instance, settable: Settable::Init, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::EMIT_LOG_DATA_CALLBACK, name: "JET_paramEmitLogDataCallback", kind: Kind::Pointer, default: Number(0), small: Number(0), min: 0, max: u64::MAX, scope: Scope::Instance, settable: Settable::Init, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::EMIT_LOG_DATA_CALLBACK_CTX, name: "JET_paramEmitLogDataCallbackCtx", kind: Kind::Pointer, default: Number(0), small: Number(0), min: 0, max: u64::MAX, scope: Scope::Instance, settable: Settable::Init, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::ENABLE_EXTERNAL_AUTO_HEALING, name: "JET_paramEnableExternalAutoHealing", kind: Kind::Boolean, default: Number(0), small: Number(0), min: 0, max: 1, scope: Scope::Instance, settable: Settable::Init, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::PATCH_REQUEST_TIMEOUT, name: "JET_paramPatchRequestTimeout", kind: Kind::Integer, default: Number(300), small: Number(300), min: 0, max: 2_147_483_647, scope: Scope::Instance, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::CACHE_PRIORITY, name: "JET_paramCachePriority", kind: Kind::Integer, default: Number(100), small: Number(100), min: 0, max: 1000, scope: Scope::Instance, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::MAX_TRANSACTION_SIZE, name: "JET_paramMaxTransactionSize", kind: Kind::Integer, default: Number(100), small: Number(100), min: 1, max: 100, scope: Scope::Instance, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::PREREAD_IO_MAX, name: "JET_paramPrereadIOMax", kind: Kind::Integer, default: Number(8), small: Number(8), min: 0, max: 256, scope: Scope::Instance, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::ENABLE_DB_SCAN_SERIALIZATION, name: "JET_paramEnableDBScanSerialization", kind: Kind::Boolean, default: Number(0), small: Number(0), min: 0, max: 1, scope: Scope::Instance, settable: Settable::Init, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::HUNG_IO_THRESHOLD, name: "JET_paramHungIOThreshold", kind: Kind::Integer, default: Number(30_000), small: Number(30_000), min: 11_000, max: 1_800_000, scope: Scope::Global, settable: Settable::Start, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::HUNG_IO_ACTIONS, name: "JET_paramHungIOActions", kind: Kind::Integer, default: Number(1), small: Number(1), min: 0, max: 31, scope: Scope::Global, settable: Settable::Start, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::MIN_DATA_FOR_XPRESS, name: "JET_paramMinDataForXpress", kind: Kind::Integer, default: Number(1024), small: Number(1024), min: 0, max: 2_147_483_647, scope: Scope::Global, settable: Settable::Start, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::ENABLE_SHRINK_DATABASE, name: "JET_paramEnableShrinkDatabase", kind: Kind::Bits, default: Number(0), small: Number(0), min: 0, max: 65_535, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::PROCESS_FRIENDLY_NAME, name: "JET_paramProcessFriendlyName", kind: Kind::Text, default: Text(""), small: Text(""), min: 0, max: 64, scope: Scope::Global, settable: Settable::Start, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::DURABLE_COMMIT_CALLBACK, name: "JET_paramDurableCommitCallback", kind: Kind::Pointer, default: Number(0), small: Number(0), min: 0, max: u64::MAX, scope: Scope::Instance, settable: Settable::Init, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::ENABLE_SQM, name: "JET_paramEnableSqm", kind: Kind::Integer, default: Number(1), small: Number(1), min: 0, max: 2, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: true },
    Parameter { id: ParamId::CONFIG_STORE_SPEC, name: "JET_paramConfigStoreSpec", kind: Kind::Text, default: Text(""), small: Text(""), min: 0, max: 259, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::STAGE_FLIGHTING, name: "JET_paramStageFlighting", kind: Kind::Integer, default: Number(0), small: Number(0), min: 0, max: 4_294_967_295, scope: Scope::Instance, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::ZERO_DATABASE_UNUSED_SPACE, name: "JET_paramZeroDatabaseUnusedSpace", kind: Kind::Boolean, default: Number(0), small: Number(0), min: 0, max: 1, scope: Scope::Instance, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::DISABLE_VERIFICATIONS, name: "JET_paramDisableVerifications", kind: Kind::Boolean, default: Number(0), small: Number(0), min: 0, max: 1, scope: Scope::Instance, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::PERSISTED_LOST_FLUSH_DETECTION, name: "JET_paramPersistedLostFlushDetection", kind: Kind::Integer, default: Number(1), small: Number(1), min: 0, max: 7, scope: Scope::Instance, settable: Settable::Init, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::ENGINE_FORMAT_VERSION, name: "JET_paramEngineFormatVersion", kind: Kind::Integer, default: Number(1_073_741_825), small: Number(1_073_741_825), min: 0, max: 4_294_967_295, scope: Scope::Instance, settable: Settable::Attach, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::REPLAY_THROTTLING_LEVEL, name: "JET_paramReplayThrottlingLevel", kind: Kind::Integer, default: Number(0), small: Number(0), min: 0, max: 1, scope: Scope::Instance, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::TABLE_CLASS16_NAME, name: "JET_paramTableClass16Name", kind: Kind::Text, default: Text("TableClass16"), small: Text("TableClass16"), min: 1, max: 64, scope: Scope::Global, settable: Settable::Start, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::TABLE_CLASS17_NAME, name: "JET_paramTableClass17Name", kind: Kind::Text, default: Text("TableClass17"), small: Text("TableClass17"), min: 1, max: 64, scope: Scope::Global, settable: Settable::Start, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::TABLE_CLASS18_NAME, name: "JET_paramTableClass18Name", kind: Kind::Text, default: Text("TableClass18"), small: Text("TableClass18"), min: 1, max: 64, scope: Scope::Global, settable: Settable::Start, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::TABLE_CLASS19_NAME, name: "JET_paramTableClass19Name", kind: Kind::Text, default: Text("TableClass19"), small: Text("TableClass19"), min: 1, max: 64, scope: Scope::Global, settable: Settable::Start, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::TABLE_CLASS20_NAME, name: "JET_paramTableClass20Name", kind: Kind::Text, default: Text("TableClass20"), small: Text("TableClass20"), min: 1, max: 64, scope: Scope::Global, settable: Settable::Start, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::TABLE_CLASS21_NAME, name: "JET_paramTableClass21Name", kind: Kind::Text, default: Text("TableClass21"), small: Text("TableClass21"), min: 1, max: 64, scope: Scope::Global, settable: Settable::Start, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::TABLE_CLASS22_NAME, name: "JET_paramTableClass22Name", kind: Kind::Text, default: Text("TableClass22"), small: Text("TableClass22"), min: 1, max: 64, scope: Scope::Global, settable: Settable::Start, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::TABLE_CLASS23_NAME, name: "JET_paramTableClass23Name", kind: Kind::Text, default: Text("TableClass23"), small: Text("TableClass23"), min: 1, max: 64, scope: Scope::Global, settable: Settable::Start, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::TABLE_CLASS24_NAME, name: "JET_paramTableClass24Name", kind: Kind::Text, default: Text("TableClass24"), small: Text("TableClass24"), min: 1, max: 64, scope: Scope::Global, settable: Settable::Start, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::TABLE_CLASS25_NAME, name: "JET_paramTableClass25Name", kind: Kind::Text, default: Text("TableClass25"), small: Text("TableClass25"), min: 1, max: 64, scope: Scope::Global, settable: Settable::Start, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::TABLE_CLASS26_NAME, name: "JET_paramTableClass26Name", kind: Kind::Text, default: Text("TableClass26"), small: Text("TableClass26"), min: 1, max: 64, scope: Scope::Global, settable: Settable::Start, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::TABLE_CLASS27_NAME, name: "JET_paramTableClass27Name", kind: Kind::Text, default: Text("TableClass27"), small: Text("TableClass27"), min: 1, max: 64, scope: Scope::Global, settable: Settable::Start, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::TABLE_CLASS28_NAME, name: "JET_paramTableClass28Name", kind: Kind::Text, default: Text("TableClass28"), small: Text("TableClass28"), min: 1, max: 64, scope: Scope::Global, settable: Settable::Start, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::TABLE_CLASS29_NAME, name: "JET_paramTableClass29Name", kind: Kind::Text, default: Text("TableClass29"), small: Text("TableClass29"), min: 1, max: 64, scope: Scope::Global, settable: Settable::Start, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::TABLE_CLASS30_NAME, name: "JET_paramTableClass30Name", kind: Kind::Text, default: Text("TableClass30"), small: Text("TableClass30"), min: 1, max: 64, scope: Scope::Global, settable: Settable::Start, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::TABLE_CLASS31_NAME, name: "JET_paramTableClass31Name", kind: Kind::Text, default: Text("TableClass31"), small: Text("TableClass31"), min: 1, max: 64, scope: Scope::Global, settable: Settable::Start, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::BLOCK_CACHE_CONFIGURATION, name: "JET_paramBlockCacheConfiguration", kind: Kind::Pointer, default: Number(0), small: Number(0), min: 0, max: u64::MAX, scope: Scope::Instance, settable: Settable::Init, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::RECORD_SIZE_MOST, name: "JET_paramRecordSizeMost", kind: Kind::Computed, default: Absent, small: Absent, min: 0, max: u64::MAX, scope: Scope::Global, settable: Settable::Never, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::USE_FLUSH_FOR_WRITE_DURABILITY, name: "JET_paramUseFlushForWriteDurability", kind: Kind::Boolean, default: Number(1), small: Number(1), min: 0, max: 1, scope: Scope::Instance, settable: Settable::Init, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::ENABLE_RBS, name: "JET_paramEnableRBS", kind: Kind::Boolean, default: Number(0), small: Number(0), min: 0, max: 1, scope: Scope::Instance, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::RBS_FILE_PATH, name: "JET_paramRBSFilePath", kind: Kind::Folder, default: Text(".\\"), small: Text(".\\"), min: 0, max: 246, scope: Scope::Instance, settable: Settable::Init, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::PERFMON_REFRESH_INTERVAL, name: "JET_paramPerfmonRefreshInterval", kind: Kind::Integer, default: Number(100), small: Number(100), min: 0, max: 86_400_000, scope: Scope::Global, settable: Settable::Start, is_advanced: false, is_ignored: false },
    Parameter { id: ParamId::ENABLE_BLOCK_CACHE, name: "JET_paramEnableBlockCache", kind: Kind::Boolean, default: Number(0), small: Number(0), min: 0, max: 1, scope: Scope::Global, settable: Settable::Start, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::DEFERRED_INDEX_POPULATE_ROWS_PER_TRANSACTION, name: "JET_paramDeferredIndexPopulateRowsPerTransaction", kind: Kind::Integer, default: Number(1000), small: Number(1000), min: 1, max: 2_147_483_647, scope: Scope::Instance, settable: Settable::Any, is_advanced: true, is_ignored: false },
    Parameter { id: ParamId::ENABLE_BLOCK_CACHE_DETACH, name: "JET_paramEnableBlockCacheDetach", kind: Kind::Boolean, default: Number(0), small: Number(0), min: 0, max: 1, scope: Scope::Global, settable: Settable::Start, is_advanced: true, is_ignored: false },
];
