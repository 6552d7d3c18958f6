//! Tables that the engine writes, read by what reads files of Windows.

use std::sync::Arc;

use jet_api::{ColumnValues, Database, JetError};
use jet_io::SimFs;
use jet_log::outside::{SystemClock, SystemRandom};
use jet_pages::PageSize;
use jet_session::storage::Storage;
use jet_test::written::{self, End, Rows};

use crate::created::assert_sound;
use crate::world::{disk, setup};

const PATH: &str = "/data/written.edb";
const COUNT: i32 = 1500;

fn rows(fs: &SimFs) -> Rows {
    let db = Database::options()
        .file_system(Arc::new(fs.clone()))
        .open(PATH)
        .unwrap();
    let table = db.open_table(written::TABLE).unwrap();
    let mut found = Rows::new();
    let mut rows = table.rows();
    while let Some(row) = rows.next() {
        let row = row.unwrap();
        let mut values = Vec::new();
        row.each_column(|column, stored| {
            if let ColumnValues::Stored(stored) = stored {
                let value = stored.iter().next().unwrap().unwrap();
                values.push(row.plain(column, value)?.to_vec());
            }
            Ok::<(), JetError>(())
        })
        .unwrap();
        let [id, text, blob] = <[Vec<u8>; 3]>::try_from(values).unwrap();
        let id = i32::from_le_bytes(id.try_into().unwrap());
        found.insert(id, (String::from_utf8(text).unwrap(), blob));
    }
    found
}

const SIZES: [PageSize; 4] = [PageSize::K4, PageSize::K8, PageSize::K16, PageSize::K32];

#[test]
fn a_table_of_the_engine_reads_like_one_of_windows() {
    for page_size in SIZES {
        let fs = disk();
        let (_, expected) = written::write(setup(&fs, page_size), COUNT, End::Clean).unwrap();
        assert_sound(&fs, PATH);
        assert!(rows(&fs) == expected, "{page_size:?}");
    }
}

#[test]
fn what_a_killed_engine_leaves_is_recovered_by_the_next_one_and_by_the_tool() {
    for page_size in SIZES {
        let fs = disk();
        let (_, expected) = written::write(setup(&fs, page_size), COUNT, End::Killed).unwrap();
        for image in [fs.durable_image(), fs.written_image(), fs.crash_image(7)] {
            let by_tool = image.fork();
            jet_api::recover::Recovery::in_folder("/data")
                .surroundings(
                    Arc::new(by_tool.clone()),
                    Arc::new(SystemClock),
                    Arc::new(SystemRandom),
                )
                .run(&mut |_| {})
                .unwrap();
            assert_sound(&by_tool, PATH);
            assert!(rows(&by_tool) == expected, "{page_size:?}, by the tool");
            let storage = Storage::start(setup(&image, page_size), &mut |_| {})
                .unwrap()
                .engine;
            drop(storage);
            assert_sound(&image, PATH);
            assert!(rows(&image) == expected, "{page_size:?}, by the engine");
        }
    }
}
