//! The text form of the weight table: sections of lines.

use std::error::Error;
use std::io::Read;
use std::path::Path;

/// A heading such as `except 1a` and the lines below it.
pub(crate) struct TextSection {
    /// Words of the heading.
    pub(crate) heading: Vec<String>,
    /// The lines up to the next heading.
    pub(crate) lines: Vec<String>,
}

impl TextSection {
    /// The number of the sort in the heading.
    pub(crate) fn sort(&self) -> Result<u8, Box<dyn Error>> {
        Ok(u8::from_str_radix(
            self.heading.get(1).ok_or("a heading without a sort")?,
            16,
        )?)
    }

    /// The first word of the heading.
    pub(crate) fn kind(&self) -> &str {
        self.heading.first().map_or("", String::as_str)
    }
}

/// Unpacks and splits `path`.
pub(crate) fn read(path: &Path) -> Result<Vec<TextSection>, Box<dyn Error>> {
    let packed = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut text = String::new();
    lzma_rust2::XzReader::new(packed.as_slice(), true).read_to_string(&mut text)?;
    let mut lines = text.lines();
    if lines.next() != Some("version,00060305") {
        return Err("not the table of version 6.3.05".into());
    }
    let mut sections = Vec::<TextSection>::new();
    for line in lines {
        if let Some(heading) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            let heading = heading.split_whitespace().map(str::to_owned).collect();
            sections.push(TextSection {
                heading,
                lines: Vec::new(),
            });
        } else {
            sections
                .last_mut()
                .ok_or("a line before the first heading")?
                .lines
                .push(line.to_owned());
        }
    }
    Ok(sections)
}

/// Splits a line at its commas and reads the first `hexadecimal` fields as such.
pub(crate) fn fields(line: &str, hexadecimal: usize) -> Result<Vec<u16>, Box<dyn Error>> {
    line.split(',')
        .enumerate()
        .map(|(index, field)| {
            let radix = if index < hexadecimal { 16 } else { 10 };
            u16::from_str_radix(field, radix).map_err(|error| format!("{line}: {error}").into())
        })
        .collect()
}
