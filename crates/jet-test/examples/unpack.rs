//! `unpack FOLDER [NAME]...`: writes database fixtures, all or those of these names, into FOLDER, for programs that are
//! not Rust tests.
//!
//! One line per file on standard output: `committed` or `beside`, a tab, the path. A file that is there with the right
//! length stays.

#![forbid(unsafe_code)]

use std::path::PathBuf;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let mut arguments = env::args_os().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or(io::ErrorKind::InvalidInput)?);
    let names: Vec<_> = arguments.collect();
    fs::create_dir_all(&folder)?;
    let is_wanted = |name: &str| names.is_empty() || names.iter().any(|wanted| wanted == name);
    for fixture in jet_test::fixtures::all() {
        if !is_wanted(fixture.name()) {
            continue;
        }
        let path = folder.join(fixture.name());
        let bytes = fixture.bytes();
        if fs::metadata(&path).map(|meta| meta.len()).ok() != Some(bytes.len() as u64) {
            fs::write(&path, bytes)?;
        }
        let origin = if fixture.is_committed() {
            "committed"
        } else {
            "beside"
        };
        println!("{origin}\t{}", path.display());
    }
    Ok(())
}
