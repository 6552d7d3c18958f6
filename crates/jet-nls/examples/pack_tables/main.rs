#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a development tool: it stops on bad sources"
)]

//! Makes the embedded weight files from the text form of the weight table.
//!
//! `cargo run -p jet-nls --example pack_tables -- SOURCE_DIRECTORY DATA_DIRECTORY`, where the source holds
//! `weights-060305.txt.xz` and `weights-060305-cjk.txt.xz`. `data/ORIGIN.md` says what they are.

mod pack;
mod source;

use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(from), Some(to), None) = (arguments.next(), arguments.next(), arguments.next()) else {
        return Err("usage: pack_tables SOURCE_DIRECTORY DATA_DIRECTORY".into());
    };
    for (name, file) in [
        ("sort-060305.bin", pack::base(&from)?),
        ("sort-060305-han.bin", pack::han(&from)?),
    ] {
        println!("{name}: {} bytes", file.len());
        std::fs::write(to.join(name), file)?;
    }
    Ok(())
}
