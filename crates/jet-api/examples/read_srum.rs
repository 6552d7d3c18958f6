//! Who used the network: reads a `SRUDB.dat`, the database of Windows' System Resource Usage Monitor.
//!
//! ```sh
//! cargo run -p jet-api --example read_srum -- SRUDB.dat
//! ```
//!
//! Shows: opening a file, rows with typed values, one table looked up from another by its primary index.

use std::collections::BTreeMap;
use std::process::ExitCode;

use jet_api::{Database, JetError, Seek, SeekTarget, Table, Value};

/// Network data usage, by its provider's GUID.
const NETWORK: &str = "{973F5D5C-1D90-4944-BE8E-24B94231A174}";

fn main() -> ExitCode {
    let Some(path) = std::env::args_os().nth(1) else {
        eprintln!("usage: read_srum SRUDB.dat");
        return ExitCode::from(2);
    };
    match report(path.as_ref()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("read_srum: {error}");
            ExitCode::from(2)
        }
    }
}

fn report(path: &std::path::Path) -> Result<(), JetError> {
    let db = Database::open(path)?;
    let names = db.open_table("SruDbIdMapTable")?;
    let network = db.open_table(NETWORK)?;

    let mut by_program: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    let mut rows = network.rows();
    while let Some(row) = rows.next() {
        let row = row?;
        let Some(program) = row.get_as::<i32>("AppId")? else {
            continue;
        };
        let total = by_program.entry(program_name(&names, program)?).or_default();
        total.0 += row.get_as::<i64>("BytesSent")?.unwrap_or(0);
        total.1 += row.get_as::<i64>("BytesRecvd")?.unwrap_or(0);
    }

    let mut programs: Vec<_> = by_program.into_iter().collect();
    programs.sort_by_key(|(_, (sent, received))| core::cmp::Reverse(sent + received));
    println!("{:>14} {:>14}  program", "bytes sent", "received");
    for (name, (sent, received)) in programs {
        println!("{sent:>14} {received:>14}  {name}");
    }
    Ok(())
}

/// The name that belongs to a number; the primary index of the table is on the number alone.
fn program_name(names: &Table<'_>, number: i32) -> Result<String, JetError> {
    let mut cursor = names.cursor(None)?;
    if cursor.seek(SeekTarget::Equal, &[Some(Value::I32(number))])? == Seek::Exact
        && let Some(row) = cursor.row()?
        && let Some(blob) = row.get_as::<Vec<u8>>("IdBlob")?
    {
        let units: Vec<u16> = blob
            .as_chunks()
            .0
            .iter()
            .map(|unit| u16::from_le_bytes(*unit))
            .collect();
        return Ok(String::from_utf16_lossy(&units).trim_end_matches('\0').to_owned());
    }
    Ok(format!("number {number}"))
}
