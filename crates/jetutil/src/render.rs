//! Output for people and for programs: JSON documents, blocks of names and values, tables, hex.

use std::fmt::{self, Write as _};
use std::io::{self, Write as _};

use serde::Serialize;

/// Writes text to standard output.
pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    Ok(io::stdout().lock().write_all(text.as_bytes())?)
}

/// Writes one JSON document to standard output, indented.
pub(crate) fn print_json(value: &impl Serialize) -> anyhow::Result<()> {
    let mut text = serde_json::to_string_pretty(value)?;
    text.push('\n');
    print(&text)
}

/// A block of lines `name  value`, names padded to one width.
#[derive(Debug)]
pub(crate) struct Facts {
    lines: Vec<(&'static str, String)>,
}

impl Facts {
    pub(crate) const fn new() -> Self {
        Self { lines: Vec::new() }
    }

    /// Adds a line; one with an empty name goes on with the line above.
    pub(crate) fn add(&mut self, name: &'static str, value: impl fmt::Display) -> &mut Self {
        self.lines.push((name, value.to_string()));
        self
    }
}

impl fmt::Display for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.lines.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        for (name, value) in &self.lines {
            writeln!(f, "{name:width$}  {value}")?;
        }
        Ok(())
    }
}

/// A table of text: the first column and those named so are left-aligned, numbers are right-aligned.
#[derive(Debug)]
pub(crate) struct TextTable {
    left_columns: usize,
    rows: Vec<Vec<String>>,
}

impl TextTable {
    /// The first `left_columns` columns hold text, the others numbers.
    pub(crate) fn new<const N: usize>(left_columns: usize, heads: [&str; N]) -> Self {
        Self {
            left_columns,
            rows: vec![heads.map(str::to_owned).to_vec()],
        }
    }

    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.to_vec());
    }
}

impl fmt::Display for TextTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width_of = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let columns = self.rows.first().map_or(0, Vec::len);
        let widths: Vec<usize> = (0..columns).map(width_of).collect();
        for row in &self.rows {
            let mut line = String::new();
            for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
                let gap = if column == 0 { "" } else { "  " };
                if column < self.left_columns {
                    write!(line, "{gap}{cell:width$}")?;
                } else {
                    write!(line, "{gap}{cell:>width$}")?;
                }
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

/// Bytes as lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        _ = write!(text, "{byte:02x}");
        text
    })
}

/// Bytes as hexadecimal, cut behind `most` of them with a note of the length.
pub(crate) fn short_hex(bytes: &[u8], most: usize) -> String {
    match bytes.split_at_checked(most) {
        Some((start, rest)) if !rest.is_empty() => format!("{}… ({} bytes)", hex(start), bytes.len()),
        _ => hex(bytes),
    }
}

/// Text cut behind `most` characters, control characters escaped.
pub(crate) fn short_text(text: &str, most: usize) -> String {
    let mut out = String::new();
    for (count, character) in text.chars().enumerate() {
        if count == most {
            _ = write!(out, "… ({} characters)", text.chars().count());
            break;
        }
        if character.is_control() {
            out.extend(character.escape_default());
        } else {
            out.push(character);
        }
    }
    out
}

/// Lines of 16 bytes with offset, hexadecimal and ASCII; runs of equal lines are one `*`.
pub(crate) fn hex_dump(bytes: &[u8]) -> String {
    let mut out = String::new();
    let mut last: Option<&[u8]> = None;
    let mut is_skipping = false;
    for (index, line) in bytes.chunks(16).enumerate() {
        if last == Some(line) && (index + 1) * 16 < bytes.len() {
            if !is_skipping {
                out.push_str("*\n");
            }
            is_skipping = true;
            continue;
        }
        (last, is_skipping) = (Some(line), false);
        _ = write!(out, "{:06x} ", index * 16);
        for (place, byte) in line.iter().enumerate() {
            let gap = if place == 8 { "  " } else { " " };
            _ = write!(out, "{gap}{byte:02x}");
        }
        let missing = 16 - line.len();
        let pad = 3 * missing + usize::from(line.len() <= 8);
        let shown = line.iter().map(|&byte| match byte {
            b' '..=b'~' => char::from(byte),
            _ => '.',
        });
        _ = writeln!(out, "{:pad$}  |{}|", "", shown.collect::<String>());
    }
    out
}

/// A number of bytes with a readable size: `3211264 (3.1 MiB)`.
pub(crate) fn bytes_text(bytes: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    match UNITS.iter().find(|(unit, _)| bytes >= *unit) {
        None => format!("{bytes} bytes"),
        Some((unit, name)) => {
            let (whole, tenth) = (bytes / unit, bytes % unit * 10 / unit);
            format!("{bytes} bytes ({whole}.{tenth} {name})")
        }
    }
}

/// `1 page`, `2 pages`.
pub(crate) fn count(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_lines_are_left_out_but_the_last() {
        let mut bytes = vec![0; 64];
        bytes.extend_from_slice(b"end");
        assert_eq!(
            hex_dump(&bytes),
            "000000  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|\n\
             *\n\
             000040  65 6e 64                                          |end|\n"
        );
    }

    #[test]
    fn long_things_are_cut_with_their_length() {
        assert_eq!(short_hex(&[1, 2, 3], 2), "0102… (3 bytes)");
        assert_eq!(short_hex(&[1, 2], 2), "0102");
        assert_eq!(short_text("a\0bc", 3), "a\\u{0}b… (4 characters)");
        assert_eq!(bytes_text(1536), "1536 bytes (1.5 KiB)");
    }
}
