//! Whether the database in a file is the one that a log tells of, in the state in which the log found it.
//!
//! Source: `docs/format/recovery.md`, "Which file is meant".

use jet_pages::dbheader::{DbHeader, DbState, Signature};

use super::error::{Deferral, Mismatch};
use crate::Lgpos;

/// What a log tells of a database that it attaches.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told {
    /// Its identity.
    pub(super) signature: Signature,
    /// Where it was attached: the record, or what the list of attached databases says.
    pub(super) attached: Lgpos,
    /// Where it was last consistent.
    pub(super) consistent: Lgpos,
    /// The stream in which that was; `None` in a list, which does not say.
    pub(super) consistent_stream: Option<Signature>,
    /// The record or the start of redo.
    pub(super) at: Lgpos,
}

impl Told {
    /// Whether this comes from the list of databases attached where redo starts.
    const fn is_listed(&self) -> bool {
        self.consistent_stream.is_none()
    }
}

/// What to do with a database at a place in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is the one; redo goes on with it.
    Attach,
    /// It is the one, complete, and is attached here for the first time.
    AttachAnew,
    /// It is not, or not yet.
    Defer(Deferral),
    /// It cannot be.
    Refuse(Mismatch),
}

/// Compares the header of a file with what the log of `stream` tells.
pub(super) fn compare(header: &DbHeader, told: &Told, stream: &Signature) -> Verdict {
    if header.db_state() == DbState::JustCreated {
        return Verdict::Defer(Deferral::JustCreated);
    }
    let is_same_database = header.db_signature.matches(&told.signature);
    let is_of_stream = header.log_signature.matches(stream);
    let is_of_told = told
        .consistent_stream
        .is_some_and(|told| told.matches(&header.log_signature));
    let consistent = Lgpos::from(header.consistent_lgpos);
    let other_consistent = Verdict::Refuse(Mismatch::Consistent {
        found: consistent,
        expected: told.consistent,
    });
    if !is_of_stream {
        return match (is_of_told, consistent == told.consistent, is_same_database) {
            (false, ..) => Verdict::Defer(Deferral::OtherStream),
            (true, true, true) => Verdict::AttachAnew,
            (true, false, true) => other_consistent,
            (true, _, false) => Verdict::Defer(Deferral::OtherDatabase),
        };
    }
    let other_stream_before = told.consistent_stream.is_some_and(|told| !told.matches(stream));
    if other_stream_before || consistent == told.consistent || !consistent.is_some() {
        if !is_same_database {
            return Verdict::Defer(Deferral::OtherDatabase);
        }
        let attached = Lgpos::from(header.attach_lgpos);
        return match attached.cmp(&told.attached) {
            core::cmp::Ordering::Equal => Verdict::Attach,
            core::cmp::Ordering::Less if !told.is_listed() && is_of_told => Verdict::AttachAnew,
            core::cmp::Ordering::Less => Verdict::Refuse(Mismatch::Attached {
                found: attached,
                expected: told.attached,
            }),
            core::cmp::Ordering::Greater => Verdict::Defer(Deferral::AttachedLater),
        };
    }
    if consistent > told.consistent && (told.is_listed() || consistent > told.at) {
        Verdict::Defer(Deferral::Newer)
    } else if is_same_database {
        other_consistent
    } else {
        Verdict::Defer(Deferral::OtherDatabase)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Generation;
    use zerocopy::FromZeros;

    const STREAM: u32 = 1;

    fn signature(random: u32) -> Signature {
        Signature {
            random: random.into(),
            ..Signature::default()
        }
    }

    fn at(generation: u32) -> Lgpos {
        Lgpos {
            generation: Generation(generation),
            sector: 1,
            byte: 0,
        }
    }

    /// A dirty database: stream, database, attached, consistent.
    fn header(stream: u32, database: u32, attached: u32, consistent: u32) -> DbHeader {
        let mut header = DbHeader::new_zeroed();
        header.state = DbState::DirtyShutdown.number().into();
        header.log_signature = signature(stream);
        header.db_signature = signature(database);
        header.attach_lgpos = at(attached).to_raw();
        header.consistent_lgpos = if consistent == 0 {
            Lgpos::NONE
        } else {
            at(consistent)
        }
        .to_raw();
        header
    }

    fn told(attached: u32, consistent: u32, stream: Option<u32>) -> Told {
        Told {
            signature: signature(7),
            attached: at(attached),
            consistent: at(consistent),
            consistent_stream: stream.map(signature),
            at: at(attached),
        }
    }

    #[test]
    fn the_table_of_the_format_chapter() {
        let other_stream = Verdict::Defer(Deferral::OtherStream);
        let other_database = Verdict::Defer(Deferral::OtherDatabase);
        let later = Verdict::Defer(Deferral::AttachedLater);
        let newer = Verdict::Defer(Deferral::Newer);
        let attached = |found, expected| {
            let (found, expected) = (at(found), at(expected));
            Verdict::Refuse(Mismatch::Attached { found, expected })
        };
        let consistent = |found, expected| {
            let (found, expected) = (at(found), at(expected));
            Verdict::Refuse(Mismatch::Consistent { found, expected })
        };
        for (row, (header, told, expected)) in [
            (header(3, 7, 5, 2), told(5, 2, Some(STREAM)), other_stream),
            (header(3, 7, 5, 2), told(5, 2, None), other_stream),
            (header(3, 7, 1, 2), told(5, 2, Some(3)), Verdict::AttachAnew),
            (header(3, 8, 1, 2), told(5, 2, Some(3)), other_database),
            (header(3, 7, 1, 4), told(5, 2, Some(3)), consistent(4, 2)),
            (header(STREAM, 7, 5, 2), told(5, 2, Some(STREAM)), Verdict::Attach),
            (header(STREAM, 7, 5, 2), told(5, 2, None), Verdict::Attach),
            (header(STREAM, 7, 5, 0), told(5, 2, None), Verdict::Attach),
            (header(STREAM, 7, 5, 9), told(5, 2, Some(3)), Verdict::Attach),
            (
                header(STREAM, 7, 4, 2),
                told(5, 2, Some(STREAM)),
                Verdict::AttachAnew,
            ),
            (header(STREAM, 7, 4, 2), told(5, 2, None), attached(4, 5)),
            (header(STREAM, 7, 6, 2), told(5, 2, Some(STREAM)), later),
            (header(STREAM, 8, 5, 2), told(5, 2, Some(STREAM)), other_database),
            (header(STREAM, 7, 9, 8), told(5, 2, Some(STREAM)), newer),
            (header(STREAM, 7, 9, 4), told(5, 2, None), newer),
            (
                header(STREAM, 7, 9, 4),
                told(5, 2, Some(STREAM)),
                consistent(4, 2),
            ),
            (header(STREAM, 8, 9, 4), told(5, 6, Some(STREAM)), other_database),
        ]
        .into_iter()
        .enumerate()
        {
            assert_eq!(compare(&header, &told, &signature(STREAM)), expected, "row {row}");
        }
        let mut created = header(STREAM, 7, 5, 2);
        created.state = DbState::JustCreated.number().into();
        assert_eq!(
            compare(&created, &told(5, 2, None), &signature(STREAM)),
            Verdict::Defer(Deferral::JustCreated)
        );
    }
}
