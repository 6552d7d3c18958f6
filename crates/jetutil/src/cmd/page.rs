//! `jetutil page`: single pages as they lie in the file, damaged ones too.
//!
//! Pages are read past the cache and shown as far as they make sense: a wrong checksum, a tag that leads out of the page
//! or a record that cannot be cut into columns costs only itself.

mod key;
mod node;
mod report;
mod target;
mod text;

use std::path::PathBuf;

use jet_pages::Pgno;

use crate::args::Args;
use crate::inspect::Inspected;
use crate::{Outcome, render};
use report::PageReport;
use target::Target;

/// Show pages: header, checksum, tags, nodes with decoded keys and records, findings.
///
/// With --json each page is one object on a line of its own. Pages are shown as they lie in the file, whatever state they
/// are in.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  jetutil page SRUDB.dat 4\n  jetutil page SRUDB.dat 1-16 --json\n  \
    jetutil page SRUDB.dat root:SruDbIdMapTable --hex\n  jetutil page SRUDB.dat header --raw"
)]
pub(crate) struct Page {
    /// The database file.
    file: PathBuf,

    /// Which pages: a number, a range as 4-9, `all`, `header`, `shadow`, root:TABLE, root:TABLE:INDEX or lv:TABLE (the
    /// root of its long values).
    #[arg(required = true, value_name = "N")]
    which: Vec<String>,

    /// The bytes of the page in hexadecimal behind what they mean.
    #[arg(long)]
    hex: bool,

    /// Nothing but the bytes in hexadecimal.
    #[arg(long, conflicts_with = "hex")]
    raw: bool,
}

pub(crate) fn run(page: &Page, args: &Args) -> anyhow::Result<Outcome> {
    let file = Inspected::open(args.open_options(), &page.file)?;
    let targets = page
        .which
        .iter()
        .map(|which| Target::parse(which, &file))
        .collect::<anyhow::Result<Vec<Target>>>()?;
    let mut outcome = Outcome::Sound;
    let mut is_first = true;
    for target in targets {
        match target {
            Target::Header { offset } => show_header(page, args, &file, offset)?,
            Target::Pages(first, last) => {
                for pgno in first.0..=last.0 {
                    if !is_first && !args.json {
                        render::print("\n")?;
                    }
                    is_first = false;
                    if show(page, args, &file, Pgno(pgno))? == Outcome::Findings {
                        outcome = Outcome::Findings;
                    }
                }
            }
        }
    }
    Ok(outcome)
}

fn show(page: &Page, args: &Args, file: &Inspected, pgno: Pgno) -> anyhow::Result<Outcome> {
    let size = file.raw.page_size();
    let offset = pgno.file_offset(size);
    let bytes = read(file, offset)?;
    if page.raw {
        render::print(&format!(
            "page {pgno} at offset {offset}\n{}",
            render::hex_dump(&bytes)
        ))?;
        return Ok(Outcome::Sound);
    }
    let mut report = PageReport::of(file, pgno, &bytes);
    if args.json {
        report.hex = page.hex.then(|| render::hex(&bytes));
        render::print(&format!("{}\n", serde_json::to_string(&report)?))?;
    } else {
        report.hex = page.hex.then(|| render::hex_dump(&bytes));
        render::print(&report.text())?;
    }
    Ok(match report.is_sound() {
        true => Outcome::Sound,
        false => Outcome::Findings,
    })
}

/// The header or its shadow: the bytes and their checksum; what they say is the business of `info`.
fn show_header(page: &Page, args: &Args, file: &Inspected, offset: u64) -> anyhow::Result<()> {
    let bytes = read(file, offset)?;
    let computed = jet_pages::checksum::xor::header_checksum(&bytes);
    let stored = bytes.first_chunk().map_or(0, |four| u32::from_le_bytes(*four));
    let name = if offset == 0 { "header" } else { "shadow" };
    let is_valid = stored == computed;
    if args.json {
        let mut object = serde_json::json!({
            "page": name, "offset": offset, "checksum": { "stored": stored, "computed": computed, "valid": is_valid },
        });
        if let (true, Some(object)) = (page.hex || page.raw, object.as_object_mut()) {
            object.insert("hex".into(), render::hex(&bytes).into());
        }
        return render::print(&format!("{object}\n"));
    }
    let verdict = match is_valid {
        true => format!("valid ({stored:#010x})"),
        false => format!("{stored:#010x}, but should be {computed:#010x}"),
    };
    let head = format!("{name} at offset {offset}: checksum {verdict}; `jetutil info` says what it means\n");
    render::print(&(head + &render::hex_dump(&bytes)))
}

/// One page's worth of bytes; fewer where the file ends.
fn read(file: &Inspected, offset: u64) -> anyhow::Result<Vec<u8>> {
    let mut bytes = vec![0; file.raw.page_size().bytes()];
    let got = file.raw.pages().file().read_at(&mut bytes, offset)?;
    bytes.truncate(got);
    Ok(bytes)
}
