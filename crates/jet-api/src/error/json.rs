//! An error as JSON, for logs and tools. Written by hand so that it is there without the feature `serde`.
//!
//! Invariant: the text and the `Serialize` form have the same members with the same values (tested).

use std::fmt::Write as _;

use super::JetError;

/// One line: `{"code":-1018,"name":...,"category":...,"meaning":...,"doing":...,"hint":...,"causes":[...]}`.
pub(super) fn error_to_json(error: &JetError) -> String {
    let code = error.code();
    let mut out = format!("{{\"code\":{}", code.number());
    member(&mut out, "name", code.name());
    member(&mut out, "category", code.category().map(super::Category::path));
    member(&mut out, "meaning", code.meaning());
    member(&mut out, "doing", Some(error.doing()));
    member(&mut out, "hint", error.hint());
    out.push_str(",\"causes\":[");
    for (index, cause) in error.causes().enumerate() {
        if index > 0 {
            out.push(',');
        }
        string(&mut out, &cause);
    }
    out.push_str("]}");
    out
}

fn member(out: &mut String, name: &str, value: Option<&str>) {
    out.push_str(",\"");
    out.push_str(name);
    out.push_str("\":");
    match value {
        Some(text) => string(out, text),
        None => out.push_str("null"),
    }
}

/// A JSON string: quote, backslash and control characters escaped, all else as it is.
fn string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c)); // a String takes every write
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(feature = "serde")]
mod with_serde {
    use serde::ser::{Serialize, SerializeStruct, Serializer};

    use crate::error::{Category, JetCode, JetError};

    /// The number.
    impl Serialize for JetCode {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_i32(self.number())
        }
    }

    /// The path.
    impl Serialize for Category {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_str(self.path())
        }
    }

    /// The members of [`JetError::to_json`].
    impl Serialize for JetError {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let code = self.code();
            let mut object = serializer.serialize_struct("JetError", 7)?;
            object.serialize_field("code", &code)?;
            object.serialize_field("name", &code.name())?;
            object.serialize_field("category", &code.category())?;
            object.serialize_field("meaning", &code.meaning())?;
            object.serialize_field("doing", self.doing())?;
            object.serialize_field("hint", &self.hint())?;
            object.serialize_field("causes", &self.causes().collect::<Vec<_>>())?;
            object.end()
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use std::io;

    use serde_json::{Value, json};

    use crate::error::{JetCode, JetError};

    fn awkward() -> JetError {
        JetError::new(
            JetCode::READ_VERIFY_FAILURE,
            "reading \"C:\\a.edb\"\n\t\r\u{1}\u{7f} ü 🦀",
        )
        .with_hint("restore")
        .with_source(io::Error::other("cause \\ \"quoted\""))
    }

    #[test]
    fn parses_back_to_what_was_said() {
        let error = awkward();
        let parsed: Value = serde_json::from_str(&error.to_json()).unwrap();
        assert_eq!(
            parsed,
            json!({
                "code": -1018,
                "name": "JET_errReadVerifyFailure",
                "category": "data/corruption",
                "meaning": JetCode::READ_VERIFY_FAILURE.meaning(),
                "doing": "reading \"C:\\a.edb\"\n\t\r\u{1}\u{7f} ü 🦀",
                "hint": "restore",
                "causes": ["cause \\ \"quoted\""],
            })
        );
    }

    #[test]
    fn unknown_parts_are_null() {
        let parsed: Value =
            serde_json::from_str(&JetError::new(JetCode::from_number(-12_345), "").to_json()).unwrap();
        for member in ["name", "category", "meaning", "hint"] {
            assert_eq!(parsed[member], Value::Null, "{member}");
        }
        assert_eq!(parsed["causes"], json!([]));
    }

    #[cfg(feature = "serde")]
    #[test]
    fn serialize_gives_the_same_object() {
        let outer = JetError::new(JetCode::DATABASE_CORRUPTED, "attaching").with_source(awkward());
        let parsed: Value = serde_json::from_str(&outer.to_json()).unwrap();
        assert_eq!(serde_json::to_value(&outer).unwrap(), parsed);
    }
}
