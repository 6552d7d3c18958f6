//! Rows found and walked through.

use std::ops::Bound;

use jet_api::{JetCode, Value};

use crate::world::{World, fill, people};

#[test]
fn rows_come_in_the_order_of_the_index_in_use() {
    let world = World::new();
    let session = world.instance.session().unwrap();
    let database = world.create(&session);
    let mut table = people(&database).unwrap();
    assert!(!table.first().unwrap());
    fill(&mut table);
    let names = |table: &mut jet_api::tables::TableCursor<'_>| -> String {
        let names = table.rows(|row| Ok(row.get_as::<String>("Name")?.unwrap()));
        names.collect::<Result<_, _>>().unwrap()
    };
    assert_eq!(names(&mut table), "abcdefghij");
    table.use_index("ByName").unwrap();
    assert_eq!(names(&mut table), "abcdefghij");
    table.use_index("ByBorn").unwrap();
    assert_eq!(names(&mut table), "ijghefcdab");
    table.use_rows().unwrap();
    assert_eq!(names(&mut table), "abcdefghij");
    assert!(table.last().unwrap());
    assert!(table.previous().unwrap());
    assert_eq!(table.get("Name").unwrap(), Some(Value::from("i")));
    let missing = table.use_index("ByNobody").unwrap_err();
    assert_eq!(missing.code(), JetCode::INDEX_NOT_FOUND);
    let missing = table.get("Nothing").unwrap_err();
    assert_eq!(missing.code(), JetCode::COLUMN_NOT_FOUND);
}

#[test]
fn searches_take_as_many_columns_as_are_given() {
    let world = World::new();
    let session = world.instance.session().unwrap();
    let database = world.create(&session);
    let mut table = people(&database).unwrap();
    fill(&mut table);
    assert!(table.seek([3]).unwrap());
    assert_eq!(table.get_as::<String>("Name").unwrap().unwrap(), "c");
    assert!(!table.next().unwrap(), "a search is a range");
    assert!(!table.seek([11]).unwrap());
    table.use_index("ByBorn").unwrap();
    assert!(table.seek([1902]).unwrap());
    assert_eq!(table.count().unwrap(), 2);
    let key = [Value::from(1902), Value::from("f")];
    assert!(table.seek(key).unwrap());
    assert_eq!(table.get_as::<i32>("Id").unwrap(), Some(6));
    let (from, to) = ([Value::from(1903)], [Value::from(1901)]);
    assert!(
        table
            .range((Bound::Excluded(&from), Bound::Included(&to)))
            .unwrap()
    );
    let mut born = vec![table.get_as::<i16>("Born").unwrap().unwrap()];
    let rest = table.rows(|row| Ok(row.get_as::<i16>("Born")?.unwrap()));
    born.extend(rest.map(Result::unwrap));
    assert_eq!(born, [1902, 1902, 1901, 1901]);
    let wrong = table.seek(["text"]).unwrap_err();
    assert_eq!(wrong.code(), JetCode::INVALID_PARAMETER);
}

#[test]
fn a_column_that_was_looked_up_reads_as_its_name_does() {
    let world = World::new();
    let session = world.instance.session().unwrap();
    let database = world.create(&session);
    let mut table = people(&database).unwrap();
    fill(&mut table);
    let name = table.column("name").unwrap();
    assert_eq!(name.definition().name, "Name");
    table.seek([2]).unwrap();
    assert_eq!(table.get(&name).unwrap(), table.get("Name").unwrap());
    assert_eq!(table.with_bytes(&name, <[u8]>::len).unwrap(), Some(2));
    assert_eq!(table.get("Story").unwrap(), None);
    let other = table.get_as::<String>("Born").unwrap_err();
    assert_eq!(other.code(), JetCode::INVALID_COLUMN_TYPE);
}
