//! Arguments of calls, decoded from the words of a script.
//!
//! A missing word is 0, the null pointer or the default that the type names; words never fail to decode, see
//! [`crate::value`]. Numbers wider than their place lose their upper bits, as in C.

use crate::value::Variables;
use crate::words::Command;

/// Reads the words of a command one after the other.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    command: &'a Command<'a>,
    variables: &'a Variables,
    next: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(command: &'a Command<'a>, variables: &'a Variables) -> Self {
        Self {
            command,
            variables,
            next: 0,
        }
    }

    /// The next word, if there is one.
    pub(crate) fn word(&mut self) -> Option<&'a str> {
        let word = self.command.argument(self.next)?;
        self.next += 1;
        Some(word)
    }

    fn has_more(&self) -> bool {
        self.next < self.command.arguments.len()
    }

    fn number(&mut self) -> Option<u64> {
        self.word().map(|word| self.variables.number(word))
    }

    pub(crate) fn variables(&self) -> &'a Variables {
        self.variables
    }
}

/// The lower half of a number.
pub(crate) fn low(number: u64) -> u32 {
    u32::try_from(number & u64::from(u32::MAX)).unwrap_or_default()
}

/// What stands in one place of a call.
pub(crate) trait Argument: Sized {
    /// Takes the words of this argument.
    fn read(reader: &mut Reader<'_>) -> Self;
}

/// Makes a type around a number and its reading.
macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident($number:ty) = $convert:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $number);

        impl Argument for $name {
            fn read(reader: &mut Reader<'_>) -> Self {
                let convert: fn(u64) -> $number = $convert;
                Self(convert(reader.number().unwrap_or_default()))
            }
        }
    )*};
}

numbers! {
    /// Handle of an instance; 0 stands for the null pointer where the call takes a pointer to it.
    Instance(u64) = |number| number;
    /// Handle of a session.
    Session(u64) = |number| number;
    /// Handle of a cursor.
    Table(u64) = |number| number;
    /// Handle of a file of a backup.
    File(u64) = |number| number;
    /// Id of an open database.
    Database(u32) = low;
    /// Id of a column.
    Column(u32) = low;
    /// Option bits.
    Bits(u32) = low;
    /// An unsigned number of 32 bits: a size in bytes, a level, a count.
    Number(u32) = low;
    /// A signed number of 32 bits.
    Signed(i32) = |number| low(number).cast_signed();
    /// A number as wide as a pointer.
    Wide(u64) = |number| number;
}

/// A number with a default for when its word is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Or<const DEFAULT: u32>(pub u32);

impl<const DEFAULT: u32> Argument for Or<DEFAULT> {
    fn read(reader: &mut Reader<'_>) -> Self {
        Self(reader.number().map_or(DEFAULT, low))
    }
}

/// A string; `None` is the null pointer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text(pub Option<Vec<u8>>);

impl Argument for Text {
    fn read(reader: &mut Reader<'_>) -> Self {
        let word = reader.word();
        Self(word.and_then(|word| reader.variables.text(word)))
    }
}

/// Bytes; `None` is the null pointer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Data(pub Option<Vec<u8>>);

impl Argument for Data {
    fn read(reader: &mut Reader<'_>) -> Self {
        let word = reader.word();
        Self(word.and_then(|word| reader.variables.data(word)))
    }
}

impl<T: Argument> Argument for Option<T> {
    fn read(reader: &mut Reader<'_>) -> Self {
        reader.has_more().then(|| T::read(reader))
    }
}

impl<T: Argument> Argument for Vec<T> {
    fn read(reader: &mut Reader<'_>) -> Self {
        let mut all = Self::new();
        while reader.has_more() {
            all.push(T::read(reader));
        }
        all
    }
}

/// Value of a system parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// The integer, and a null pointer for the string.
    Number(u64),
    /// The string, and 0 for the integer.
    Text(Vec<u8>),
}

impl Argument for Setting {
    fn read(reader: &mut Reader<'_>) -> Self {
        let word = reader.word().unwrap_or_default();
        match reader.variables.text(word).filter(|_| word.starts_with('"')) {
            Some(text) => Self::Text(text),
            None => Self::Number(reader.variables.number(word)),
        }
    }
}

/// Value of a session parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionSetting {
    /// The bytes; `None` is the null pointer.
    pub bytes: Option<Vec<u8>>,
    /// Length in bytes that the call names.
    pub size: u32,
}

impl Argument for SessionSetting {
    fn read(reader: &mut Reader<'_>) -> Self {
        let word = reader.word().unwrap_or_default();
        let bytes = if word.contains(':') || word == "_" {
            reader.variables.data(word)
        } else {
            Some(low(reader.variables.number(word)).to_le_bytes().to_vec())
        };
        let named = || reader.number().map_or(0, low);
        let size = bytes
            .as_ref()
            .map(|bytes| u32::try_from(bytes.len()).unwrap_or(u32::MAX));
        Self {
            size: size.unwrap_or_else(named),
            bytes,
        }
    }
}

/// Which value of a column, and where in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Ordinal of the value, from 1; 0 has a meaning of its own in some calls.
    pub tag: u32,
    /// Offset in the value in bytes.
    pub offset: u32,
}

impl Argument for Place {
    fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            tag: Number::read(reader).0,
            offset: Number::read(reader).0,
        }
    }
}

/// A key of an index: names of columns with a sign before and a zero byte after each, and one more zero byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexKey(pub Option<Vec<u8>>);

impl Argument for IndexKey {
    fn read(reader: &mut Reader<'_>) -> Self {
        let mut key = Data::read(reader).0;
        if let Some(key) = &mut key {
            key.push(0);
        }
        Self(key)
    }
}
