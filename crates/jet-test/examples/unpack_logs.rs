//! `unpack_logs FOLDER FIXTURE NAME[=NEW_NAME]...`: writes log files and checkpoints of a fixture into FOLDER, under other names
//! where such are given, for programs that are not Rust tests.

#![forbid(unsafe_code)]

use std::path::PathBuf;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let mut arguments = env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or(io::ErrorKind::InvalidInput)?);
    let fixture = jet_test::logs::named(&arguments.next().ok_or(io::ErrorKind::InvalidInput)?);
    fs::create_dir_all(&folder)?;
    for wanted in arguments {
        let (name, new_name) = wanted.split_once('=').unwrap_or((&wanted, &wanted));
        let bytes = fixture.files().get(name).ok_or(io::ErrorKind::NotFound)?;
        fs::write(folder.join(new_name), bytes)?;
    }
    Ok(())
}
