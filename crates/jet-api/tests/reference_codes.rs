//! The table of codes against the list of the reference, where that list is at hand: beside the workspace or
//! in the folder that `JET_SHARED` names.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use jet_api::JetCode;

fn reference_list() -> Option<String> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let folder = env::var_os("JET_SHARED").map_or_else(beside, PathBuf::from);
    fs::read_to_string(folder.join("api/errors.csv")).ok()
}

/// Columns: name, number, kind, category, sub_category, category_path, ...; none of these is ever quoted.
#[test]
fn every_code_of_the_reference_is_here_and_no_other() {
    let Some(list) = reference_list() else {
        println!("no reference list of codes at hand");
        return;
    };
    let mut kinds = BTreeMap::new();
    for line in list.lines().skip(1) {
        let columns: Vec<_> = line.split(',').collect();
        let (name, number, kind) = (columns[0], columns[1].parse::<i32>().unwrap(), columns[2]);
        *kinds.entry(kind).or_insert(0) += 1;
        let code = JetCode::from_name(name).unwrap_or_else(|| panic!("{name} is missing"));
        assert_eq!(code.number(), number, "{name}");
        assert_eq!(code.name() == Some(name), kind != "alias", "{name}");
        let path = code
            .category()
            .map(|category| format!("Error/{category}").to_lowercase());
        let expected = columns[5].to_lowercase();
        if kind != "alias" && !expected.is_empty() && kind != "warning" {
            assert_eq!(path.as_deref(), Some(expected.as_str()), "{name}");
        }
    }
    assert_eq!(kinds.values().sum::<usize>(), 493);
    assert_eq!(JetCode::all().len() + kinds["alias"], 493);
}
