//! Option bits of calls, as the C header numbers them. Which are known, and which go together, is for the call to say.

macro_rules! bits {
    ($(#[$doc:meta])* $name:ident { $($(#[$bit_doc:meta])* $bit:ident = $value:expr;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $name(pub u32);

        impl $name {
            $($(#[$bit_doc])* pub const $bit: Self = Self($value);)*

            /// Every bit that has a name.
            pub const KNOWN: Self = Self(0 $(| $value)*);

            /// Whether all bits of `other` are set.
            pub const fn has(self, other: Self) -> bool {
                self.0 & other.0 == other.0
            }

            /// Whether a bit is set that has no name.
            pub const fn has_unknown(self) -> bool {
                self.0 & !Self::KNOWN.0 != 0
            }
        }

        impl core::ops::BitOr for $name {
            type Output = Self;

            fn bitor(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }
        }
    };
}

bits! {
    /// How an instance ends. Unknown bits are ignored.
    TermBits {
        /// Old versions are cleaned up completely.
        COMPLETE = 0x1;
        /// Clean-up may fail, a running backup is aborted; databases end clean all the same.
        ABRUPT = 0x2;
        /// A running backup is aborted.
        STOP_BACKUP = 0x4;
        /// Databases are left to the next recovery.
        DIRTY = 0x8;
    }
}

bits! {
    /// What of an instance's service stops. No bit: all of it, for good.
    StopBits {
        /// Background work on databases.
        BACKGROUND = 0x2;
        /// Caches are written back and kept nearly clean.
        CACHES = 0x4;
        /// Log data are no longer emitted.
        EMIT_LOG = 0x8;
        /// What was stopped goes on.
        RESUME = 0x8000_0000;
    }
}

bits! {
    /// What a transaction will do. Unknown bits are ignored.
    BeginBits {
        /// It changes nothing.
        READ_ONLY = 0x1;
    }
}

bits! {
    /// How a transaction is committed, or what is done instead.
    CommitBits {
        /// The call does not wait for the log.
        LAZY = 0x1;
        /// No commit: wait for the session's own commits.
        WAIT_OWN = 0x2;
        /// No commit: wait for the commits of all.
        WAIT_ALL = 0x8;
        /// No commit: begin a new log file.
        NEW_LOG = 0x10;
        /// Whoever replays the log is called back.
        REDO_CALLBACK = 0x20;
    }
}

bits! {
    /// How far a transaction is rolled back.
    RollbackBits {
        /// All levels.
        ALL = 0x1;
        /// Whoever replays the log is called back.
        REDO_CALLBACK = 0x20;
    }
}

bits! {
    /// How a database is created.
    CreateBits {
        /// Nothing of it is logged. It is all the same here.
        NO_RECOVERY = 0x8;
        /// Changes have no versions. They have all the same here.
        NO_VERSIONS = 0x40;
        /// No second copy of the catalog. There is one all the same.
        NO_SHADOW = 0x80;
        /// A file of that name is replaced.
        REPLACE = 0x200;
    }
}

bits! {
    /// How a database is attached.
    AttachBits {
        /// It is never changed.
        READ_ONLY = 0x1;
        /// No other instance may have it. None can, unless it is only read.
        EXCLUSIVE = 0x2;
        /// Indexes that other rules of order would change are removed.
        DELETE_CORRUPT_INDEXES = 0x10;
        /// A newer format is given to it.
        UPGRADE = 0x200;
        /// Indexes on Unicode text are removed.
        DELETE_UNICODE_INDEXES = 0x400;
        /// It is scanned in the background.
        MAINTENANCE = 0x800;
        /// What caches have of it is forgotten.
        PURGE_CACHE = 0x1000;
    }
}

bits! {
    /// Which way the size of a database may change.
    ResizeBits {
        /// It is never made shorter.
        ONLY_GROW = 0x1;
        /// It is never made longer.
        ONLY_SHRINK = 0x2;
    }
}

bits! {
    /// How a database is opened.
    OpenBits {
        /// It is only read.
        READ_ONLY = 0x1;
        /// No other session has it open.
        EXCLUSIVE = 0x2;
    }
}
