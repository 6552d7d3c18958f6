//! Writes a large database: `cargo run -p jet-test --example inflate -- FIXTURE BYTES OUT`.

#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used)]

use std::path::Path;

use jet_test::build::{Amount, inflate};
use jet_test::fixtures;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [fixture, bytes, out] = &arguments[..] else {
        let names: Vec<_> = fixtures::all().iter().map(|fixture| fixture.name()).collect();
        eprintln!("usage: inflate FIXTURE BYTES OUT\nfixtures: {}", names.join(" "));
        std::process::exit(2);
    };
    let amount = Amount::FileBytes(bytes.parse().unwrap());
    let made = inflate(fixtures::named(fixture), amount, Path::new(out)).unwrap();
    println!(
        "table {}: {} rows, {} bytes",
        made.table, made.rows, made.file_bytes
    );
}
