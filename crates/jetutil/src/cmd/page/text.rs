//! A page for people.

use std::fmt::Write as _;

use serde_json::Value as Json;

use super::node::{Content, NodeReport};
use super::report::{External, Header, PageReport};
use crate::render::{Facts, count, short_text};

impl PageReport {
    pub(super) fn text(&self) -> String {
        let owner = match (&self.owner, &self.header) {
            (Some(owner), Some(_)) => format!(" {owner}"),
            _ => String::new(),
        };
        let mut out = format!(
            "page {} at offset {}: {}{owner}\n",
            self.page, self.offset, self.kind
        );
        let mut facts = Facts::new();
        let verdict = match &self.checksum.detail {
            Some(detail) => format!("{}: {detail}", self.checksum.verdict),
            None => self.checksum.verdict.to_owned(),
        };
        facts.add("  checksum", verdict);
        if let Some(header) = &self.header {
            header.add_to(&mut facts);
        }
        if let Some(external) = &self.external_header {
            external.add_to(&mut facts);
        }
        for finding in &self.findings {
            facts.add("  finding", format!("{}: {}", finding.id, finding.message));
        }
        out.push_str(&facts.to_string());
        for node in &self.nodes {
            node.add_to(&mut out);
        }
        if let Some(hex) = &self.hex {
            out.push_str(hex);
        }
        out
    }
}

impl Header {
    fn add_to(&self, facts: &mut Facts) {
        let link = |pgno: u32| {
            if pgno == 0 {
                "none".to_owned()
            } else {
                pgno.to_string()
            }
        };
        let flush_type = ["unknown", "rock", "paper", "scissors"]
            .get(self.flush_type as usize)
            .unwrap_or(&"unknown");
        facts
            .add(
                "  flags",
                format!(
                    "{:#x}: {}; flush type {flush_type}",
                    self.flags,
                    self.flag_names.join(", ")
                ),
            )
            .add("  changed at", format!("database time {}", self.dbtime))
            .add(
                "  siblings",
                format!("left {}, right {}", link(self.prev), link(self.next)),
            )
            .add(
                "  room",
                format!(
                    "{} bytes free, {} of them uncommitted; used bytes end at {}",
                    self.free_bytes, self.uncommitted_free_bytes, self.free_offset
                ),
            )
            .add(
                "  tags",
                format!("{}, {} before the first node", self.tag_count, self.reserved_tags),
            );
        if let Some(page) = self.stored_page {
            facts.add("  own number", page);
        }
    }
}

impl External {
    fn add_to(&self, facts: &mut Facts) {
        if let Some(space) = &self.space {
            let place = match (space.space_trees, space.free_bitmap) {
                (Some((owned, free)), _) => {
                    format!("owned extents at page {owned}, free ones at page {free}")
                }
                (None, Some(bitmap)) => format!("one extent, free pages {bitmap:#034b}"),
                (None, None) => String::new(),
            };
            facts.add(
                "  space",
                format!(
                    "{}, parent at page {}, {place}",
                    count(space.page_count.into(), "page", "pages"),
                    space.parent
                ),
            );
            if let Some(number) = space.auto_increment {
                facts.add("  auto-increment", number);
            }
        } else if self.bytes > 0 && self.prefix_key.is_empty() {
            facts.add("  tag 0", &self.hex);
        }
        if !self.prefix_key.is_empty() {
            facts.add("  prefix key", &self.prefix_key);
        }
        for (first, last) in &self.kept_for_splits {
            facts.add("  kept", format!("pages {first} to {last}, for splits"));
        }
    }
}

impl NodeReport {
    fn add_to(&self, out: &mut String) {
        let flags = if self.flags.is_empty() {
            String::new()
        } else {
            format!(" [{}]", self.flags.join(" "))
        };
        _ = write!(
            out,
            "  node {} (tag {}, {} bytes at {}){flags} key {}",
            self.node, self.tag, self.size, self.offset, self.key
        );
        if let Some(values) = &self.key_values {
            _ = write!(out, " = ({})", values.join(", "));
        }
        out.push('\n');
        if let Some(problem) = &self.problem {
            _ = writeln!(out, "    problem: {problem}");
        }
        if let Some(content) = &self.content {
            content.add_to(out);
        }
    }
}

impl Content {
    fn add_to(&self, out: &mut String) {
        _ = match self {
            Self::Child(page) => writeln!(out, "    child page {page}"),
            Self::Record(columns) => {
                for (name, value) in columns {
                    _ = writeln!(out, "    {name} = {}", value_text(value));
                }
                Ok(())
            }
            Self::Bookmark { hex, values } => {
                let values = values
                    .as_ref()
                    .map(|values| format!(" = ({})", values.join(", ")));
                writeln!(out, "    row {hex}{}", values.unwrap_or_default())
            }
            Self::LongValue {
                id,
                reference_count,
                size,
                encrypted,
            } => writeln!(
                out,
                "    long value {id}: {size} bytes, named by {}{}",
                count((*reference_count).into(), "column", "columns"),
                if *encrypted { ", encrypted" } else { "" }
            ),
            Self::Chunk { id, offset, start } => {
                writeln!(out, "    piece of long value {id} at {offset}: {start}")
            }
            Self::Extent { first, last, pool: 0 } if first == last => writeln!(out, "    page {first}"),
            Self::Extent { first, last, pool: 0 } => writeln!(out, "    pages {first} to {last}"),
            Self::Extent { first, last, pool } => writeln!(out, "    pages {first} to {last} of pool {pool}"),
            Self::Data(hex) => writeln!(out, "    data {hex}"),
        };
    }
}

/// Values on one line each; long ones are cut, `--json` has them whole.
fn value_text(value: &Json) -> String {
    match value {
        Json::String(text) => format!("\"{}\"", short_text(text, 200)),
        other => short_text(&other.to_string(), 200),
    }
}
