//! Rows inserted, changed and deleted, by one session and by several.

use jet_api::tables::{ColumnSpec, IndexSpec};
use jet_api::verify::{NoProgress, Verifier};
use jet_api::{ColumnType, JetCode, JetError, Value};

use crate::world::{World, fill, people};

#[test]
fn rows_are_changed_whole_or_not_at_all() {
    let world = World::new();
    let session = world.instance.session().unwrap();
    let database = world.create(&session);
    let mut table = people(&database).unwrap();
    fill(&mut table);
    let taken = table.insert(|row| row.set("Name", "c")).unwrap_err();
    assert_eq!(taken.code(), JetCode::KEY_DUPLICATE);
    let no_name = table.insert(|row| row.set("Born", 1)).unwrap_err();
    assert_eq!(no_name.code(), JetCode::NULL_INVALID);
    let given_up = table.insert(|row| {
        row.set("Name", "k")?;
        Err(JetError::new(JetCode::CALLBACK_FAILED, "trying"))
    });
    assert_eq!(given_up.unwrap_err().code(), JetCode::CALLBACK_FAILED);
    table.use_index("ByName").unwrap();
    assert!(!table.seek(["k"]).unwrap());
    assert!(table.seek(["c"]).unwrap());
    table
        .change(|row| {
            assert_eq!(row.get("Name")?, Some(Value::from("c")));
            row.set("Name", "z")?;
            row.set_null("Born")
        })
        .unwrap();
    assert!(!table.seek(["c"]).unwrap());
    assert!(table.seek(["z"]).unwrap());
    assert_eq!(table.get("Born").unwrap(), None);
    table.delete().unwrap();
    assert_eq!(table.get("Name").unwrap_err().code(), JetCode::RECORD_DELETED);
    assert!(!table.seek(["z"]).unwrap());
}

#[test]
fn long_values_and_several_values_come_back() {
    let world = World::new();
    let session = world.instance.session().unwrap();
    let database = world.create(&session);
    let mut table = people(&database).unwrap();
    let story = "once upon a time ".repeat(10_000);
    let name = table
        .insert(|row| {
            row.set("Name", "long")?;
            row.set("Story", story.as_str())?;
            row.push("Tag", "first")?;
            row.push("Tag", "second")
        })
        .unwrap();
    table.go_to(&name).unwrap();
    assert_eq!(table.get_as::<String>("Story").unwrap().unwrap(), story);
    let tags = [Value::from("first"), Value::from("second")];
    assert_eq!(table.values("Tag").unwrap(), tags);
    table.use_index("ByTag").unwrap();
    assert!(table.seek(["second"]).unwrap());
    assert_eq!(table.get_as::<String>("Name").unwrap().unwrap(), "long");
    let more: Vec<u8> = "the end".encode_utf16().flat_map(u16::to_le_bytes).collect();
    table.change(|row| row.append("Story", &more)).unwrap();
    let longer = table.get_as::<String>("Story").unwrap().unwrap();
    assert_eq!(longer.len(), story.len() + 7);
    assert!(longer.ends_with("the end"));
}

#[test]
fn a_snapshot_stays_and_the_second_writer_is_refused() {
    let world = World::new();
    let (first, second) = (
        world.instance.session().unwrap(),
        world.instance.session().unwrap(),
    );
    let database = world.create(&first);
    let mut table = people(&database).unwrap();
    fill(&mut table);
    drop(table);
    let mut mine = database.open_table("People").unwrap();
    let theirs = world.open(&second);
    let mut theirs = theirs.open_table("People").unwrap();
    let reading = second.begin().unwrap();
    assert!(theirs.seek([1]).unwrap());
    let writing = first.begin().unwrap();
    mine.seek([1]).unwrap();
    mine.change(|row| row.set("Born", 1999)).unwrap();
    let refused = theirs.change(|row| row.set("Born", 2000)).unwrap_err();
    assert_eq!(refused.code(), JetCode::WRITE_CONFLICT);
    writing.commit().unwrap();
    assert_eq!(
        theirs.get_as::<i16>("Born").unwrap(),
        Some(1900),
        "as when the transaction began"
    );
    drop(reading);
    assert_eq!(theirs.get_as::<i16>("Born").unwrap(), Some(1999));
}

#[test]
fn several_sessions_add_to_one_number() {
    let world = World::new();
    let (first, second) = (
        world.instance.session().unwrap(),
        world.instance.session().unwrap(),
    );
    let database = world.create(&first);
    let mut table = people(&database).unwrap();
    fill(&mut table);
    drop(table);
    let mut mine = database.open_table("People").unwrap();
    let theirs = world.open(&second);
    let mut theirs = theirs.open_table("People").unwrap();
    mine.seek([1]).unwrap();
    theirs.seek([1]).unwrap();
    let (one, two) = (first.begin().unwrap(), second.begin().unwrap());
    mine.add_to("Visits", 5).unwrap();
    theirs.add_to("Visits", 2).unwrap();
    drop(two);
    one.commit().unwrap();
    assert_eq!(theirs.get_as::<i32>("Visits").unwrap(), Some(5));
}

#[test]
fn tables_come_with_their_transaction_and_outlive_the_engine() {
    let world = World::new();
    let session = world.instance.session().unwrap();
    let database = world.create(&session);
    let undone = session.begin().unwrap();
    let table = people(&database).unwrap();
    drop(table);
    drop(undone);
    assert_eq!(database.table_names().unwrap(), Vec::<String>::new());
    let done = session.begin().unwrap();
    let mut table = people(&database).unwrap();
    fill(&mut table);
    done.commit().unwrap();
    drop(table);
    drop(database);
    drop(session);
    let World { folder, instance } = world;
    instance.close().unwrap();
    let path = folder.path().join("one.edb");
    let mut found = Vec::new();
    Verifier::default()
        .run(
            &path,
            &mut |finding| found.push(format!("{finding:?}")),
            &mut NoProgress,
        )
        .unwrap();
    assert_eq!(found, Vec::<String>::new());
    let file = jet_api::Database::open(&path).unwrap();
    let table = file.open_table("People").unwrap();
    let (mut rows, mut count) = (table.rows(), 0);
    while let Some(row) = rows.next() {
        assert!(row.unwrap().get("Name").unwrap().is_some());
        count += 1;
    }
    assert_eq!(count, 10);
}

#[test]
fn an_index_is_built_when_nobody_else_is_changing_rows() {
    let world = World::new();
    let (first, second) = (
        world.instance.session().unwrap(),
        world.instance.session().unwrap(),
    );
    let database = world.create(&first);
    let mut table = people(&database).unwrap();
    fill(&mut table);
    drop(table);
    let mut mine = database.open_table("People").unwrap();
    let theirs = world.open(&second);
    let mut theirs = theirs.open_table("People").unwrap();
    let writing = second.begin().unwrap();
    theirs.seek([4]).unwrap();
    theirs.change(|row| row.set("Born", 1800)).unwrap();
    let index = || IndexSpec::new("OnlyBorn", ["Born"]);
    let refused = mine.create_index(index()).unwrap_err();
    assert_eq!(refused.code(), JetCode::WRITE_CONFLICT);
    assert_eq!(
        mine.use_index("OnlyBorn").unwrap_err().code(),
        JetCode::INDEX_NOT_FOUND
    );
    drop(writing);
    mine.create_index(index()).unwrap();
    mine.use_index("OnlyBorn").unwrap();
    assert!(!mine.seek([1800]).unwrap());
    assert!(mine.seek([1901]).unwrap());
    assert_eq!(mine.count().unwrap(), 2);
    mine.use_rows().unwrap();
    mine.add_column(ColumnSpec::new("Died", ColumnType::Short).default_value(0))
        .unwrap();
    mine.insert(|row| row.set("Name", "z")).unwrap();
    assert!(mine.last().unwrap());
    assert_eq!(mine.get_as::<i16>("Died").unwrap(), Some(0));
    mine.delete_index("OnlyBorn").unwrap();
}
