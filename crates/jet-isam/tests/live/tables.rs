//! Tables that come and are opened.

use jet_isam::cursor::Access;
use jet_isam::error::Refusal;
use jet_isam::history::Sight;
use jet_pages::PageSize;

use crate::world::{World, people};

#[test]
fn a_new_table_is_seen_by_others_when_its_maker_commits() {
    let world = World::new(PageSize::from_bytes(4096).unwrap());
    let (mut maker, mut other) = (world.session(1), world.session(2));
    maker.begin();
    let made = maker.create(&people()).unwrap();
    let (tables, work) = other.parts();
    let open = tables.open_table(&work, &world.database, "people", Access::default());
    assert_eq!(open.unwrap_err().refusal(), Some(Refusal::ObjectNotFound));
    maker.commit();
    let (tables, work) = other.parts();
    let open = tables.open_table(&work, &world.database, "people", Access::default());
    assert_eq!(open.unwrap_err().refusal(), Some(Refusal::TableLocked));
    maker.tables.close(made).unwrap();
    let (tables, work) = other.parts();
    tables
        .open_table(&work, &world.database, "people", Access::default())
        .unwrap();
}

#[test]
fn a_table_whose_maker_rolls_back_never_was() {
    let world = World::new(PageSize::from_bytes(4096).unwrap());
    let mut maker = world.session(1);
    maker.begin();
    let made = maker.create(&people()).unwrap();
    maker.roll_back();
    assert_eq!(
        maker.tables.cursor(made).unwrap_err().refusal(),
        Some(Refusal::InvalidTable)
    );
    let (tables, work) = maker.parts();
    let open = tables.open_table(&work, &world.database, "People", Access::default());
    assert_eq!(open.unwrap_err().refusal(), Some(Refusal::ObjectNotFound));
    maker.create(&people()).unwrap();
    let names: Vec<_> = world
        .database
        .tables()
        .unwrap()
        .iter()
        .filter_map(|table| table.definition(&Sight::COMMITTED))
        .map(|definition| definition.def.name.clone())
        .collect();
    assert_eq!(names.last().map(String::as_str), Some("People"));
}
