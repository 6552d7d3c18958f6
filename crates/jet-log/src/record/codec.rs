//! How records are declared, read and written: fields at fixed offsets, then pieces whose lengths the fields give.
//!
//! [`layout!`] turns a table of offsets into a structure with [`Wire`]; its assertions make every byte of the fixed
//! part belong to exactly one field. Records borrow their variable parts from the bytes that they are read from, and
//! nothing is read or allocated beyond them.

use jet_pages::dbheader::{BackupInfo, LogTime, RawLgpos, Signature};
use jet_pages::{Dbtime, Objid, Pgno};
use zerocopy::{FromBytes, IntoBytes};

use super::{Dbid, FieldValue, RecordError, RecordKind, SessionId, TrxTime};
use crate::Lgpos;

/// Receives the fields of a record by name.
pub(crate) type Visit<'v> = dyn FnMut(&'static str, FieldValue<'_>) + 'v;

/// A record as a string of bytes, the type byte included.
pub(crate) trait Wire<'a>: Sized {
    /// Bytes before the variable parts.
    const FIXED_BYTES: usize;

    /// Reads a record of this kind from the start of `bytes`; also returns its length.
    fn decode(kind: RecordKind, bytes: &'a [u8]) -> Result<(Self, usize), RecordError>;

    /// Appends the record.
    fn encode(&self, kind: RecordKind, out: &mut Vec<u8>) -> Result<(), RecordError>;

    /// Shows every field in the order of the bytes.
    fn visit(&self, visit: &mut Visit<'_>);
}

/// A value of fixed size within a record.
pub(crate) trait Field: Sized {
    /// Its size.
    const BYTES: usize;

    /// Reads it from the start of `bytes`, which are long enough.
    fn decode(bytes: &[u8]) -> Self;

    /// Writes it to the start of `out`, which is long enough.
    fn encode(&self, out: &mut [u8]);

    /// Shows it under `name`.
    fn visit(&self, name: &'static str, visit: &mut Visit<'_>);
}

/// A variable part of a record.
pub(crate) trait Tail<'a>: Copy {
    /// Its bytes.
    fn bytes(self) -> &'a [u8];

    /// How it is shown.
    fn value(self) -> FieldValue<'a>;
}

impl<'a> Tail<'a> for &'a [u8] {
    fn bytes(self) -> &'a [u8] {
        self
    }

    fn value(self) -> FieldValue<'a> {
        FieldValue::Bytes(self)
    }
}

/// A bit that is stored within a length.
impl<'a> Tail<'a> for bool {
    fn bytes(self) -> &'a [u8] {
        &[]
    }

    fn value(self) -> FieldValue<'a> {
        FieldValue::Unsigned(self.into())
    }
}

/// Declares a record: `Name = fixed bytes { offset field: type, ... }`, then optionally `lengths` (fields that only say
/// how long a variable part is: they are read into a local of that name and written from the expression, in which the
/// first name stands for the record) and `tail` (the variable parts in order, each with its length and how to wrap it).
macro_rules! layout {
    ($(#[$doc:meta])* $name:ident = $fixed:literal {
        $($(#[$fdoc:meta])* $offset:literal $field:ident: $type:ty,)*
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name {
            $($(#[$fdoc])* pub $field: $type,)*
        }

        const _: () = $crate::record::codec::assert_layout(
            $fixed,
            &[$(($offset, <$type as $crate::record::codec::Field>::BYTES),)*],
        );

        impl<'a> $crate::record::codec::Wire<'a> for $name {
            const FIXED_BYTES: usize = $fixed;

            fn decode(
                kind: $crate::record::RecordKind,
                bytes: &'a [u8],
            ) -> Result<(Self, usize), $crate::record::RecordError> {
                let (fixed, _) = $crate::record::codec::split_fixed::<$fixed>(kind, bytes)?;
                let record = Self { $($field: $crate::record::codec::field_at(fixed, $offset),)* };
                _ = fixed;
                Ok((record, $fixed))
            }

            fn encode(
                &self,
                kind: $crate::record::RecordKind,
                out: &mut Vec<u8>,
            ) -> Result<(), $crate::record::RecordError> {
                let mut fixed = [0_u8; $fixed];
                $crate::record::codec::put_field(&mut fixed, 0, &kind.number());
                $($crate::record::codec::put_field(&mut fixed, $offset, &self.$field);)*
                out.extend_from_slice(&fixed);
                Ok(())
            }

            #[allow(unused_variables, reason = "some records have no fields")]
            fn visit(&self, visit: &mut $crate::record::codec::Visit<'_>) {
                $($crate::record::codec::Field::visit(&self.$field, stringify!($field), visit);)*
            }
        }
    };
    ($(#[$doc:meta])* $name:ident<$life:lifetime> = $fixed:literal {
        $($(#[$fdoc:meta])* $offset:literal $field:ident: $type:ty,)*
    } lengths($record:ident) {
        $($length_offset:literal $length:ident: $length_type:ty = $length_value:expr,)*
    } tail {
        $($(#[$tdoc:meta])* $tail:ident: $tail_type:ty = $tail_bytes:expr => $wrap:expr,)*
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name<$life> {
            $($(#[$fdoc])* pub $field: $type,)*
            $($(#[$tdoc])* pub $tail: $tail_type,)*
        }

        const _: () = $crate::record::codec::assert_layout(
            $fixed,
            &[
                $(($offset, <$type as $crate::record::codec::Field>::BYTES),)*
                $(($length_offset, size_of::<$length_type>()),)*
            ],
        );

        impl<$life> $crate::record::codec::Wire<$life> for $name<$life> {
            const FIXED_BYTES: usize = $fixed;

            #[allow(clippy::redundant_closure_call, reason = "closures tell how a variable part is wrapped")]
            fn decode(
                kind: $crate::record::RecordKind,
                bytes: &$life [u8],
            ) -> Result<(Self, usize), $crate::record::RecordError> {
                let (fixed, rest) = $crate::record::codec::split_fixed::<$fixed>(kind, bytes)?;
                $(let $field: $type = $crate::record::codec::field_at(fixed, $offset);)*
                $(let $length = $crate::record::codec::length_at::<$length_type>(fixed, $length_offset);)*
                $(
                    let wanted: Option<usize> = $tail_bytes;
                    let (part, rest) = $crate::record::codec::split_tail(kind, stringify!($tail), rest, wanted)?;
                    let $tail: $tail_type = ($wrap)(part);
                )*
                let record = Self { $($field,)* $($tail,)* };
                Ok((record, bytes.len() - rest.len()))
            }

            fn encode(
                &self,
                kind: $crate::record::RecordKind,
                out: &mut Vec<u8>,
            ) -> Result<(), $crate::record::RecordError> {
                let mut fixed = [0_u8; $fixed];
                $crate::record::codec::put_field(&mut fixed, 0, &kind.number());
                $($crate::record::codec::put_field(&mut fixed, $offset, &self.$field);)*
                let $record = self;
                $(
                    let length: usize = $length_value;
                    let length = <$length_type>::try_from(length)
                        .map_err(|_| $crate::record::RecordError::TooLong { kind, field: stringify!($length), length })?;
                    $crate::record::codec::put_field(&mut fixed, $length_offset, &length);
                )*
                out.extend_from_slice(&fixed);
                $(out.extend_from_slice($crate::record::codec::Tail::bytes(self.$tail));)*
                Ok(())
            }

            fn visit(&self, visit: &mut $crate::record::codec::Visit<'_>) {
                $($crate::record::codec::Field::visit(&self.$field, stringify!($field), visit);)*
                $(visit(stringify!($tail), $crate::record::codec::Tail::value(self.$tail));)*
            }
        }
    };
}
pub(crate) use layout;

/// Fails to compile unless the type byte and the fields fill the fixed part, none over another.
pub(crate) const fn assert_layout(fixed: usize, fields: &[(usize, usize)]) {
    let mut sum = 1;
    let mut rest = fields;
    while let [(offset, bytes), behind @ ..] = rest {
        assert!(
            *offset >= 1 && *offset + *bytes <= fixed,
            "a field lies outside the record"
        );
        let mut others = behind;
        while let [(other, other_bytes), more @ ..] = others {
            assert!(
                *offset + *bytes <= *other || *other + *other_bytes <= *offset,
                "two fields overlap"
            );
            others = more;
        }
        sum += *bytes;
        rest = behind;
    }
    assert!(sum == fixed, "the fields do not fill the record");
}

/// Splits off the fixed part.
pub(crate) fn split_fixed<const N: usize>(
    kind: RecordKind,
    bytes: &[u8],
) -> Result<(&[u8; N], &[u8]), RecordError> {
    bytes.split_first_chunk().ok_or(RecordError::Truncated {
        kind,
        field: "fixed part",
        needed: N,
        available: bytes.len(),
    })
}

/// Splits off a variable part. `wanted` is `None` when the lengths contradict one another.
pub(crate) fn split_tail<'a>(
    kind: RecordKind,
    field: &'static str,
    rest: &'a [u8],
    wanted: Option<usize>,
) -> Result<(&'a [u8], &'a [u8]), RecordError> {
    let needed = wanted.ok_or(RecordError::Lengths { kind, field })?;
    rest.split_at_checked(needed).ok_or(RecordError::Truncated {
        kind,
        field,
        needed,
        available: rest.len(),
    })
}

/// Reads the field at `offset`, which [`assert_layout`] has proved to lie inside.
pub(crate) fn field_at<F: Field>(fixed: &[u8], offset: usize) -> F {
    F::decode(fixed.get(offset..).unwrap_or_default())
}

/// Reads a length.
pub(crate) fn length_at<F: Field + TryInto<usize>>(fixed: &[u8], offset: usize) -> usize {
    // Only 16-bit targets could not hold one, and no such length could be there.
    field_at::<F>(fixed, offset).try_into().unwrap_or(usize::MAX)
}

/// Writes a field at `offset`.
pub(crate) fn put_field<F: Field>(fixed: &mut [u8], offset: usize, value: &F) {
    value.encode(fixed.get_mut(offset..).unwrap_or_default());
}

/// Copies the first `N` bytes; what is missing counts as zero.
fn head<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.first_chunk().copied().unwrap_or([0; N])
}

fn put<const N: usize>(out: &mut [u8], bytes: [u8; N]) {
    if let Some(target) = out.first_chunk_mut() {
        *target = bytes;
    }
}

macro_rules! integer_fields {
    ($($type:ty => $value:ident as $wide:ty,)*) => {$(
        impl Field for $type {
            const BYTES: usize = size_of::<Self>();

            fn decode(bytes: &[u8]) -> Self {
                Self::from_le_bytes(head(bytes))
            }

            fn encode(&self, out: &mut [u8]) {
                put(out, self.to_le_bytes());
            }

            fn visit(&self, name: &'static str, visit: &mut Visit<'_>) {
                visit(name, FieldValue::$value(<$wide>::from(*self)));
            }
        }
    )*};
}

integer_fields! {
    u8 => Unsigned as u64,
    u16 => Unsigned as u64,
    u32 => Unsigned as u64,
    u64 => Unsigned as u64,
    i16 => Signed as i64,
    i32 => Signed as i64,
    i64 => Signed as i64,
}

macro_rules! number_fields {
    ($($type:ident($inner:ty) => $value:ident,)*) => {$(
        impl Field for $type {
            const BYTES: usize = size_of::<$inner>();

            fn decode(bytes: &[u8]) -> Self {
                Self(<$inner>::decode(bytes))
            }

            fn encode(&self, out: &mut [u8]) {
                self.0.encode(out);
            }

            fn visit(&self, name: &'static str, visit: &mut Visit<'_>) {
                visit(name, FieldValue::$value(*self));
            }
        }
    )*};
}

number_fields! {
    Pgno(u32) => Page,
    Objid(u32) => Tree,
    Dbtime(u64) => Dbtime,
    SessionId(u16) => Session,
    Dbid(u8) => Database,
    TrxTime(u32) => Transaction,
}

impl Field for Lgpos {
    const BYTES: usize = 8;

    fn decode(bytes: &[u8]) -> Self {
        RawLgpos::read_from_prefix(bytes).map_or(Self::NONE, |(raw, _)| raw.into())
    }

    fn encode(&self, out: &mut [u8]) {
        put::<8>(out, head(self.to_raw().as_bytes()));
    }

    fn visit(&self, name: &'static str, visit: &mut Visit<'_>) {
        visit(name, FieldValue::Lgpos(*self));
    }
}

impl Field for LogTime {
    const BYTES: usize = 8;

    fn decode(bytes: &[u8]) -> Self {
        Self::read_from_prefix(bytes).map_or(Self::default(), |(time, _)| time)
    }

    fn encode(&self, out: &mut [u8]) {
        put::<8>(out, head(self.as_bytes()));
    }

    fn visit(&self, name: &'static str, visit: &mut Visit<'_>) {
        visit(name, FieldValue::Time(*self));
    }
}

impl Field for Signature {
    const BYTES: usize = 28;

    fn decode(bytes: &[u8]) -> Self {
        Self::read_from_prefix(bytes).map_or(Self::default(), |(signature, _)| signature)
    }

    fn encode(&self, out: &mut [u8]) {
        put::<28>(out, head(self.as_bytes()));
    }

    fn visit(&self, name: &'static str, visit: &mut Visit<'_>) {
        visit(name, FieldValue::Signature(*self));
    }
}

impl Field for BackupInfo {
    const BYTES: usize = 24;

    fn decode(bytes: &[u8]) -> Self {
        Self::read_from_prefix(bytes).map_or(Self::default(), |(info, _)| info)
    }

    fn encode(&self, out: &mut [u8]) {
        put::<24>(out, head(self.as_bytes()));
    }

    fn visit(&self, _: &'static str, visit: &mut Visit<'_>) {
        visit("mark", FieldValue::Lgpos(self.mark.into()));
        visit("time", FieldValue::Time(self.time));
        visit(
            "generation_low",
            FieldValue::Unsigned(self.generation_low.get().into()),
        );
        visit(
            "generation_high",
            FieldValue::Unsigned(self.generation_high.get().into()),
        );
    }
}

/// Bytes that mean nothing today; kept, so that a record is written as it was read.
#[derive(Clone, Copy, Debug)]
pub struct Reserved<const N: usize>(pub [u8; N]);

impl<const N: usize> Field for Reserved<N> {
    const BYTES: usize = N;

    fn decode(bytes: &[u8]) -> Self {
        Self(head(bytes))
    }

    fn encode(&self, out: &mut [u8]) {
        put(out, self.0);
    }

    fn visit(&self, _: &'static str, _: &mut Visit<'_>) {}
}
