//! Lets the engine write databases of every page size into a folder, for programs that read databases: one ended well, one
//! recovered after the engine was lost, and one with a table made as programs make them.
//!
//! Prints one line per database: `committed`, a tab, its path.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jet_api::recover::Recovery;
use jet_api::tables::{ColumnSpec, IndexSpec, TableSpec};
use jet_api::{ColumnType, Instance};
use jet_io::OsFs;
use jet_log::outside::{SystemClock, SystemRandom};
use jet_log::recovery::Surroundings;
use jet_pages::PageSize;
use jet_test::written::{self, End};

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let folder = std::env::args_os().nth(1).ok_or("usage: written_files FOLDER")?;
    let folder = PathBuf::from(folder);
    fs::create_dir_all(&folder)?;
    let around = Surroundings {
        fs: Arc::new(OsFs),
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
    };
    for page_size in [PageSize::K4, PageSize::K8, PageSize::K16, PageSize::K32] {
        for (end, how) in [(End::Clean, "clean"), (End::Killed, "recovered")] {
            let name = format!("written-{how}-{}", page_size.bytes());
            let work = folder.join(&name);
            if work.exists() {
                fs::remove_dir_all(&work)?;
            }
            fs::create_dir_all(&work)?;
            let setup = written::setup(around.clone(), &work, page_size);
            let (path, _) = written::write(setup, 1500, end)?;
            if end == End::Killed {
                Recovery::in_folder(&work).run(&mut |_| {})?;
            }
            let database = folder.join(format!("{name}.edb"));
            fs::rename(path, &database)?;
            println!("committed\t{}", database.display());
        }
        let path = folder.join(format!("tables-{}.edb", page_size.bytes()));
        write_tables(
            &folder.join(format!("tables-{}", page_size.bytes())),
            &path,
            page_size,
        )?;
        println!("committed\t{}", path.display());
    }
    Ok(())
}

/// Writes a database with a table of every kind of column and index; a third of its rows is changed, a third deleted.
fn write_tables(work: &Path, path: &Path, page_size: PageSize) -> Result<(), Box<dyn Error + Send + Sync>> {
    for old in [work, path] {
        if old.is_dir() {
            fs::remove_dir_all(old)?;
        } else if old.exists() {
            fs::remove_file(old)?;
        }
    }
    fs::create_dir_all(work)?;
    let bytes = u32::try_from(page_size.bytes())?;
    let instance = Instance::builder().folder(work).page_size(bytes).start()?;
    let session = instance.session()?;
    let database = session.create_database(path)?;
    let mut table = database.create_table(
        TableSpec::new("Articles")
            .column(ColumnSpec::new("Id", ColumnType::Long).auto_increment())
            .column(ColumnSpec::text("Title").not_null())
            .column(ColumnSpec::new("Price", ColumnType::IeeeDouble))
            .column(ColumnSpec::new("Sold", ColumnType::Long).escrow())
            .column(ColumnSpec::long_text("Text").compressed())
            .column(ColumnSpec::long_binary("Image"))
            .column(ColumnSpec::text("Tag").ansi().multi_valued())
            .index(IndexSpec::primary("ById", ["Id"]))
            .index(IndexSpec::new("ByTitle", ["Title"]).unique())
            .index(IndexSpec::new("ByPrice", ["-Price", "Title"]))
            .index(IndexSpec::new("ByTag", ["Tag"]).ignore_any_null()),
    )?;
    for thousand in 0..2_u32 {
        let transaction = session.begin()?;
        for number in thousand * 600..(thousand + 1) * 600 {
            let image: Vec<u8> = (0..number * 7 % 9000)
                .map(|at| (at * number).to_le_bytes()[0])
                .collect();
            table.insert(|row| {
                row.set("Title", format!("Article number {number}").as_str())?;
                row.set("Price", f64::from(number % 50) / 4.0)?;
                row.set(
                    "Text",
                    "What is to be said of it. "
                        .repeat(usize::try_from(number % 97).unwrap_or(0))
                        .as_str(),
                )?;
                row.set("Image", &image[..])?;
                (0..number % 4)
                    .try_for_each(|tag| row.push("Tag", format!("tag {}", (number + tag) % 30).as_str()))
            })?;
        }
        transaction.commit()?;
    }
    let (transaction, mut is_on_row) = (session.begin()?, table.first()?);
    while is_on_row {
        match table.get_as::<i32>("Id")?.unwrap_or_default() % 3 {
            0 => table.delete()?,
            1 => table.change(|row| {
                row.set("Price", 99.5)?;
                row.set("Text", "Said in short.")
            })?,
            _ => _ = table.add_to("Sold", 3)?,
        }
        is_on_row = table.next()?;
    }
    transaction.commit()?;
    drop(table);
    drop(database);
    drop(session);
    Ok(instance.close()?)
}
