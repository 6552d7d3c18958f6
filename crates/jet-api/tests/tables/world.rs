//! An instance in a folder of its own, with a table of people.

use jet_api::tables::{ColumnSpec, IndexSpec, TableCursor, TableSpec};
use jet_api::{ColumnType, Instance, JetError, OpenDatabase, Session};

pub(crate) struct World {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) instance: Instance,
}

impl World {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let instance = Instance::builder().folder(folder.path()).start().unwrap();
        Self { folder, instance }
    }

    pub(crate) fn create<'s>(&self, session: &'s Session) -> OpenDatabase<'s> {
        session
            .create_database(self.folder.path().join("one.edb"))
            .unwrap()
    }

    pub(crate) fn open<'s>(&self, session: &'s Session) -> OpenDatabase<'s> {
        session.open_database(self.folder.path().join("one.edb")).unwrap()
    }
}

pub(crate) fn people<'s>(database: &OpenDatabase<'s>) -> Result<TableCursor<'s>, JetError> {
    database.create_table(
        TableSpec::new("People")
            .column(ColumnSpec::new("Id", ColumnType::Long).auto_increment())
            .column(ColumnSpec::text("Name").not_null())
            .column(ColumnSpec::new("Born", ColumnType::Short))
            .column(ColumnSpec::long_text("Story").compressed())
            .column(ColumnSpec::text("Tag").multi_valued())
            .column(ColumnSpec::new("Visits", ColumnType::Long).escrow())
            .index(IndexSpec::primary("ById", ["Id"]))
            .index(IndexSpec::new("ByName", ["Name"]).unique())
            .index(IndexSpec::new("ByBorn", ["-Born", "Name"]))
            .index(IndexSpec::new("ByTag", ["Tag"]).ignore_any_null()),
    )
}

/// Ten rows: `Name` is `a` to `j`, `Born` 1900 to 1904, each twice.
pub(crate) fn fill(table: &mut TableCursor<'_>) {
    for number in 0..10_i16 {
        table
            .insert(|row| {
                let name = char::from(b'a' + u8::try_from(number).unwrap()).to_string();
                row.set("Name", name.as_str())?;
                row.set("Born", 1900 + number / 2)
            })
            .unwrap();
    }
}
