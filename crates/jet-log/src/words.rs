//! A record as one line of text, for people: its type, then its fields by name.
//!
//! Nothing is left out but the content of long byte strings: of those only the first bytes and the length are shown.

use core::fmt;

use crate::record::{DBTIME_NONE, FieldValue, Record};

/// Most bytes of a byte string that are shown.
const BYTES_SHOWN: usize = 16;

/// Shows a record in words.
#[derive(Clone, Copy, Debug)]
pub struct Words<'r>(pub &'r Record<'r>);

impl fmt::Display for Words<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.kind())?;
        let mut result = Ok(());
        self.0.fields(|name, value| {
            if result.is_ok() {
                result = write!(f, " {name}={}", Value(&value));
            }
        });
        result
    }
}

/// Shows the value of a field.
#[derive(Clone, Copy, Debug)]
pub struct Value<'v>(pub &'v FieldValue<'v>);

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            FieldValue::Unsigned(number) => number.fmt(f),
            FieldValue::Signed(number) => number.fmt(f),
            FieldValue::Page(page) => page.fmt(f),
            FieldValue::Pages(pages) => {
                for (index, page) in pages.iter().enumerate() {
                    let comma = if index == 0 { "" } else { "," };
                    write!(f, "{comma}{page}")?;
                }
                Ok(())
            }
            FieldValue::Tree(tree) => tree.fmt(f),
            FieldValue::Dbtime(dbtime) if *dbtime == DBTIME_NONE => f.write_str("none"),
            FieldValue::Dbtime(dbtime) => dbtime.fmt(f),
            FieldValue::Session(session) => session.fmt(f),
            FieldValue::Database(database) => database.fmt(f),
            FieldValue::Transaction(transaction) => transaction.fmt(f),
            FieldValue::Lgpos(lgpos) => lgpos.fmt(f),
            FieldValue::Time(time) => write!(f, "\"{time}\""),
            FieldValue::Signature(signature) => write!(f, "\"{signature}\""),
            FieldValue::Bytes(bytes) => write_bytes(f, bytes),
            FieldValue::Text(text) => write!(f, "{text:?}"),
        }
    }
}

fn write_bytes(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    write!(f, "[{}]", bytes.len())?;
    for byte in bytes.iter().take(BYTES_SHOWN) {
        write!(f, "{byte:02x}")?;
    }
    f.write_str(if bytes.len() > BYTES_SHOWN { "..." } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_one_line() {
        let begin = [8, 5, 0, 0x10, 4, 0, 0, 0];
        let (record, _) = Record::decode(&begin).unwrap();
        assert_eq!(
            Words(&record).to_string(),
            "Begin0 session=5 from_level=0 to_level=1 begun=4"
        );
        let remark = [22, 5, 0, 3, 0, b'a', b'\n', 0];
        let (record, _) = Record::decode(&remark).unwrap();
        assert_eq!(Words(&record).to_string(), r#"Trace session=5 text="a\n""#);
    }
}
