//! An error as JSON, for logs and tools.

use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::{Category, JetCode, JetError};

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

/// An object; what is not known is `null`.
impl Serialize for JetError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let code = self.code();
        let location = self.location();
        let mut object = serializer.serialize_struct("JetError", 10)?;
        object.serialize_field("code", &code)?;
        object.serialize_field("name", &code.name())?;
        object.serialize_field("category", &code.category())?;
        object.serialize_field("meaning", &code.meaning())?;
        object.serialize_field("doing", self.doing())?;
        object.serialize_field("file", &location.map(|place| place.path.display().to_string()))?;
        object.serialize_field("page", &location.and_then(|place| place.pgno))?;
        object.serialize_field("offset", &location.and_then(|place| place.offset))?;
        object.serialize_field("hint", &self.hint())?;
        object.serialize_field("causes", &self.causes().collect::<Vec<_>>())?;
        object.end()
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::path::Path;

    use serde_json::{Value, json};

    use crate::error::{JetCode, JetError, Location};

    #[test]
    fn every_part_is_a_member() {
        let error = JetError::new(JetCode::READ_VERIFY_FAILURE, "reading \"a\"\n")
            .at(Location::page(Path::new("a.edb"), 17, 73728))
            .with_hint("restore")
            .with_source(io::Error::other("cause \\ \"quoted\""));
        assert_eq!(
            error.to_json(),
            json!({
                "code": -1018,
                "name": "JET_errReadVerifyFailure",
                "category": "data/corruption",
                "meaning": JetCode::READ_VERIFY_FAILURE.meaning(),
                "doing": "reading \"a\"\n",
                "file": "a.edb",
                "page": 17,
                "offset": 73728,
                "hint": "restore",
                "causes": ["cause \\ \"quoted\""],
            })
        );
    }

    #[test]
    fn unknown_parts_are_null() {
        let parsed = JetError::new(JetCode::from_number(-12_345), "").to_json();
        for member in ["name", "category", "meaning", "hint", "file", "page", "offset"] {
            assert_eq!(parsed[member], Value::Null, "{member}");
        }
        assert_eq!(parsed["causes"], json!([]));
    }
}
