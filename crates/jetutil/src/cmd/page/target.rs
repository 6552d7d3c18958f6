//! Which pages a word of the command line names.

use anyhow::{Context as _, bail};
use jet_pages::Pgno;

use crate::inspect::Inspected;

/// Pages to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// The header or its shadow, by file offset.
    Header { offset: u64 },
    /// Pages from the first to the last.
    Pages(Pgno, Pgno),
}

impl Target {
    /// Reads one word; names of tables need the catalog.
    ///
    /// # Errors
    /// Words that name nothing in this file.
    pub(super) fn parse(word: &str, file: &Inspected) -> anyhow::Result<Self> {
        let last = Pgno(file.raw.pages().count());
        match word {
            "header" => return Ok(Self::Header { offset: 0 }),
            "shadow" => {
                let offset = file.raw.page_size().bytes() as u64;
                return Ok(Self::Header { offset });
            }
            "all" => return Ok(Self::Pages(Pgno(1), last)),
            _ => {}
        }
        if let Some((kind, name)) = word.split_once(':') {
            let root = root(kind, name, file)?;
            return Ok(Self::Pages(root, root));
        }
        let (first, end) = parse_range(word).with_context(|| {
            format!("{word:?} is no page: give a number, a range as 4-9, header, shadow or root:TABLE")
        })?;
        if first.0 == 0 || end > last {
            bail!("pages of this file have numbers from 1 to {last}, {word:?} lies outside");
        }
        Ok(Self::Pages(first, end))
    }
}

/// `4`, `0x1f`, `4-9` or `4..9`, both ends included.
fn parse_range(word: &str) -> Option<(Pgno, Pgno)> {
    let number = |text: &str| {
        let text = text.trim();
        match text.strip_prefix("0x") {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => text.parse().ok(),
        }
    };
    let (first, last) = match word.split_once("..").or_else(|| word.split_once('-')) {
        Some((first, last)) => (number(first)?, number(last.trim_start_matches('='))?),
        None => (number(word)?, number(word)?),
    };
    (first <= last).then_some((Pgno(first), Pgno(last)))
}

fn root(kind: &str, name: &str, file: &Inspected) -> anyhow::Result<Pgno> {
    let no_table = || match &file.catalog_error {
        Some(error) => format!("the catalog, which names the roots of tables, cannot be read: {error}"),
        None => format!("there is no table {name:?}"),
    };
    match kind {
        "lv" => {
            let table = file.catalog.table(name).with_context(no_table)?;
            let tree = table
                .long_values
                .with_context(|| format!("table {name:?} has no long values"))?;
            Ok(tree.root)
        }
        "root" => {
            if let Some(table) = file.catalog.table(name) {
                return Ok(table.tree.root);
            }
            let (table, index) = name.rsplit_once(':').with_context(no_table)?;
            let table = file.catalog.table(table).with_context(no_table)?;
            let index = table
                .index(index)
                .with_context(|| format!("table {:?} has no index {index:?}", table.name))?;
            Ok(Pgno(index.root))
        }
        _ => bail!("{kind:?} is not known: root:TABLE, root:TABLE:INDEX or lv:TABLE"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_have_two_forms() {
        let range = |first, last| Some((Pgno(first), Pgno(last)));
        assert_eq!(parse_range("7"), range(7, 7));
        assert_eq!(parse_range("0x10-17"), range(16, 17));
        assert_eq!(parse_range("3..5"), range(3, 5));
        assert_eq!(parse_range("3..=5"), range(3, 5));
        for word in ["", "5-3", "-1", "4-", "x", "99999999999"] {
            assert_eq!(parse_range(word), None, "{word}");
        }
    }
}
