//! A file that holds pages of any age is brought up to date by the log.

use std::path::Path;

use jet_btree::change::Bookmark;
use jet_btree::space::NewTree;
use jet_io::MemFs;
use jet_log::Generation;
use jet_log::recovery::Target;
use jet_pages::{PageFlags, PageSize, Pgno};

use crate::model::Dice;
use crate::plant::{DATABASE, DBID, FIRST_PAGES, author, check, plant, put, take};
use crate::redone::{assert_same, redo};

#[test]
fn whatever_pages_were_written_before_the_crash_redo_brings_all_up_to_date() {
    for seed in 0..6 {
        let size = [PageSize::K4, PageSize::K32][seed as usize % 2];
        let fs = MemFs::new();
        let store = plant(&fs, size, 300);
        store.create_root(&author(1), FIRST_PAGES).unwrap();
        let new = NewTree {
            page_count: 1,
            has_space_trees: false,
            is_unique: true,
            flags: PageFlags::default(),
        };
        let tree = store.create_tree(&author(1), Pgno(1), new).unwrap();
        let mut dice = Dice::new(seed);
        // Copies of the file at several times; in the end each page is taken out of one of them.
        let mut copies = vec![vec![0; (FIRST_PAGES as usize + 2) * size.bytes()]];
        for number in 0..4000_usize {
            let key = format!("{:06}", dice.below(1500)).into_bytes();
            if number / 1000 % 2 == 0 {
                let data = vec![number as u8; dice.below(size.bytes() / 12) + 1];
                put(&store, &tree, 1, &key, &data);
            } else {
                take(&store, &tree, 1, (&key, &[]), dice.below(2) == 0);
                let bookmark = Bookmark { key: &key, data: &[] };
                store
                    .clean_page(&tree, &author(1), &bookmark, &mut |node| node.flags.is_deleted())
                    .unwrap();
            }
            if dice.below(500) == 0 {
                store.flush().unwrap();
                copies.push(fs.contents(Path::new(DATABASE)).unwrap());
            }
        }
        store.flush().unwrap();
        let log = store.log().unwrap();
        log.flush(log.position()).unwrap();
        check(&store, &[tree.root()]);
        let last = fs.contents(Path::new(DATABASE)).unwrap();
        copies.push(last.clone());
        let mut mixed = last;
        for (index, page) in mixed.chunks_mut(size.bytes()).enumerate().skip(2) {
            let copy = &copies[dice.below(copies.len())];
            let at = index * size.bytes();
            match copy.get(at..at + size.bytes()) {
                Some(old) => page.copy_from_slice(old),
                None => page.fill(0),
            }
        }
        let onto = MemFs::from_files([(DATABASE, mixed)]);
        let (mut redone, _) = redo(&fs, size, &onto, Generation(u32::MAX));
        redone.flush(DBID).unwrap();
        assert_same(size, &fs, &onto);
    }
}
