//! Files that shrink, grow and are trimmed, and the pages that are missing for that reason.

use jet_btree::redo::{Missing, RedoError};
use jet_log::Generation;
use jet_log::record::Record;
use jet_log::record::database::{ExtendDatabase, ShrinkDatabase, ShrinkDatabase3, TrimDatabase};
use jet_log::record::node::Delta64;
use jet_log::record::space::{ExtentFreed, ExtentFreed2, NewPage};
use jet_log::recovery::Target as _;
use jet_pages::{Dbtime, NodeFlags, PageFlags, PageSize, Pgno};

use crate::bench::{
    AFTER, AHEAD, ATTACHED, BEHIND, Bench, DATABASE, GENERATION, TREE, at, file_of, page, time_of,
};
use crate::records::{SESSION, node};

const SIZE: PageSize = PageSize::K4;

fn pages(count: u32) -> Vec<Vec<u8>> {
    let leaf = |pgno| {
        page(SIZE, pgno, 10, PageFlags::LEAF, |page| {
            page.insert(0, NodeFlags::default(), b"key", 0, &[0; 8]).unwrap();
        })
    };
    (1..=count).map(leaf).collect()
}

/// A change of `page` that expects time `before`.
fn raise(page: u32, before: u64) -> Record<'static> {
    Record::Delta64(Delta64 {
        node: node(page, before, 0),
        delta: 1,
        offset: 0,
        key: b"key",
        bookmark_data: b"",
    })
}

/// All three forms of the record that cuts the file behind `last`.
fn shrinks(last: u32) -> [Record<'static>; 3] {
    let (database, last_page, page_count) = (DATABASE, Pgno(last), 2);
    let old = ShrinkDatabase {
        database,
        last_page,
        page_count,
    };
    let dated = ShrinkDatabase3 {
        database,
        last_page,
        page_count,
        dbtime: Dbtime(77),
    };
    [
        Record::ShrinkDatabase(old),
        Record::ShrinkDatabase2(old),
        Record::ShrinkDatabase3(dated),
    ]
}

fn bench(newest: Generation, resized: Option<jet_log::Lgpos>) -> Bench {
    Bench::resized(SIZE, file_of(SIZE, &pages(4)), newest, resized)
}

#[test]
fn the_file_is_cut_and_changed_pages_behind_its_end_are_forgotten() {
    for record in shrinks(2) {
        let mut bench = bench(BEHIND, None);
        bench.redo(&raise(2, 10)).unwrap();
        bench.redo(&raise(4, 10)).unwrap();
        bench.redo(&record).unwrap();
        let after = bench.pages();
        assert_eq!(after.len(), 2);
        assert_eq!((time_of(&after[0]), time_of(&after[1])), (10, AFTER.0));
        bench.redo(&record).unwrap();
        assert_eq!(bench.pages(), after);
        assert_eq!(bench.redo.marks(DATABASE).dbtime, AFTER);
    }
    let mut bench = bench(BEHIND, None);
    let [.., dated] = shrinks(3);
    bench.redo(&dated).unwrap();
    assert_eq!(
        (bench.pages().len(), bench.redo.marks(DATABASE).dbtime),
        (3, Dbtime(77))
    );
}

#[test]
fn a_file_whose_length_is_that_of_a_later_record_stays_as_it_is() {
    let cases = [
        // The header tells: cut or grown later, at this place, before it.
        (AHEAD, Some(at(GENERATION, 8, 9)), 4),
        (AHEAD, Some(at(GENERATION, 8, 1)), 2),
        (AHEAD, Some(at(GENERATION, 8, 0)), 2),
        (AHEAD, Some(ATTACHED), 2),
        // It does not tell: cut only when the file has nothing of later records.
        (AHEAD, None, 4),
        (BEHIND, None, 2),
    ];
    for (newest, resized, expected) in cases {
        for record in shrinks(2) {
            let mut bench = bench(newest, resized);
            bench.redo(&record).unwrap();
            assert_eq!(bench.pages().len(), expected, "{newest:?}, {resized:?}");
        }
    }
}

#[test]
fn the_file_grows_to_its_last_page_and_never_becomes_shorter() {
    let extend = |last| {
        Record::ExtendDatabase(ExtendDatabase {
            database: DATABASE,
            last_page: Pgno(last),
            extra: &[],
        })
    };
    let mut bench = bench(AHEAD, Some(ATTACHED));
    bench.redo(&extend(3)).unwrap();
    assert_eq!(bench.flush().unwrap().len(), 6 * SIZE.bytes());
    bench.redo(&extend(7)).unwrap();
    assert_eq!(bench.flush().unwrap().len(), 9 * SIZE.bytes());
}

/// Every record that gives up pages 4 and 5, or makes page 5 anew.
fn givers() -> Vec<Record<'static>> {
    let (database, first_page, page_count, freed_flags) = (DATABASE, Pgno(4), 2, 0);
    let [shrink, ..] = shrinks(3);
    vec![
        shrink,
        Record::TrimDatabase(TrimDatabase {
            database,
            first_page,
            page_count,
        }),
        Record::ExtentFreed(ExtentFreed {
            database,
            first_page,
            page_count,
            freed_flags,
        }),
        Record::ExtentFreed2(ExtentFreed2 {
            database,
            first_page,
            page_count,
            freed_flags,
            dbtime: AFTER,
        }),
        Record::NewPage(NewPage {
            session: SESSION,
            database,
            page: Pgno(5),
            tree: TREE,
            dbtime: Dbtime(2000),
        }),
    ]
}

/// A page that is not there, one that was never written, and one that was not written since.
fn unready() -> [(Vec<Vec<u8>>, &'static str); 3] {
    let with = |page: Vec<u8>| [pages(4), vec![page]].concat();
    [
        (pages(4), "beyond the end"),
        (with(vec![0; SIZE.bytes()]), "zero"),
        (with(pages(5)[4].clone()), "old"),
    ]
}

fn is_expected(error: &RedoError, what: &str) -> bool {
    match error {
        RedoError::Missing {
            pgno: Pgno(5), why, ..
        } => match why {
            Missing::BeyondEnd => what == "beyond the end",
            Missing::Zero => what == "zero",
            Missing::GivenUp => false,
        },
        RedoError::TooOld { pgno: Pgno(5), .. } => what == "old",
        _ => false,
    }
}

#[test]
fn a_page_may_be_missing_until_a_record_gives_it_up_or_makes_it() {
    for (pages, what) in unready() {
        for record in givers() {
            let mut bench = Bench::new(SIZE, file_of(SIZE, &pages), AHEAD);
            bench.redo(&raise(5, 900)).unwrap();
            bench.redo(&raise(5, 950)).unwrap();
            bench.redo(&record).unwrap();
            bench.redo.reached(Generation(GENERATION + 1)).unwrap();
            bench.flush().unwrap_or_else(|error| panic!("{what}: {error}"));
        }
    }
}

#[test]
fn a_page_that_stays_missing_is_an_error_when_redo_has_passed_or_ends() {
    for (pages, what) in unready() {
        let file = file_of(SIZE, &pages);
        let mut bench = Bench::new(SIZE, file.clone(), AHEAD);
        bench.redo(&raise(5, 900)).unwrap();
        bench.redo.reached(AHEAD).unwrap();
        let error = crate::bench::bare(bench.redo.reached(Generation(GENERATION + 1)).unwrap_err());
        assert!(is_expected(&error, what), "{error}");
        let error = bench.flush().unwrap_err();
        assert!(is_expected(&error, what), "{error}");
        let error = Bench::new(SIZE, file, BEHIND).redo(&raise(5, 900)).unwrap_err();
        assert!(is_expected(&error, what), "{error}");
    }
}

/// Times of a page that mean "cut off" and "set back".
#[test]
fn a_page_that_was_cut_off_or_set_back_is_missing() {
    for time in [u64::MAX - 2, u64::MAX - 1] {
        let mut all = pages(5);
        all[4] = crate::bench::at_time(&all[4], time);
        let error = Bench::new(SIZE, file_of(SIZE, &all), BEHIND)
            .redo(&raise(5, 900))
            .unwrap_err();
        let given_up = matches!(
            error,
            RedoError::Missing {
                why: Missing::GivenUp,
                ..
            }
        );
        assert!(given_up, "{error}");
    }
}
