//! The schema for people.

use std::fmt::Write as _;

use super::{ColumnReport, IndexReport, Report, TableReport};
use crate::render::{TextTable, count, short_text};

impl Report {
    pub(super) fn text(&self) -> String {
        let blocks: Vec<String> = self.tables.iter().map(TableReport::text).collect();
        blocks.join("\n")
    }
}

impl TableReport {
    fn text(&self) -> String {
        let mut out = format!(
            "table {}\n  object {}, root page {}, density {}%, {} at first{}\n",
            self.name,
            self.objid,
            self.root,
            self.density,
            count(self.initial_pages.into(), "page", "pages"),
            list(&self.flag_names)
        );
        if let Some(template) = &self.template {
            _ = writeln!(out, "  derived from {template}");
        }
        let mut table = TextTable::new(5, ["  column", "id", "type", "size", "properties"]);
        for column in &self.columns {
            table.row([
                format!("  {}", column.name),
                column.id.to_string(),
                column.type_text(),
                column.max_bytes.map_or("-".to_owned(), |bytes| bytes.to_string()),
                column.properties(),
            ]);
        }
        out.push_str(&table.to_string());
        for index in &self.indexes {
            index.add_to(&mut out);
        }
        if let Some(tree) = &self.long_values {
            _ = writeln!(
                out,
                "  long values: object {}, root page {}",
                tree.objid, tree.root
            );
        }
        if let Some(bytes) = self.long_value_chunk {
            _ = writeln!(out, "  long values are cut into pieces of {bytes} bytes");
        }
        if let Some(bytes) = self.separate_above {
            _ = writeln!(out, "  long values of more than {bytes} bytes leave the record");
        }
        out
    }
}

impl ColumnReport {
    fn type_text(&self) -> String {
        match self.code_page {
            Some(1200) => format!("{} (Unicode)", self.kind),
            Some(page) => format!("{} ({page})", self.kind),
            None => self.kind.to_owned(),
        }
    }

    fn properties(&self) -> String {
        let mut all: Vec<String> = self.flag_names.iter().map(|name| (*name).to_owned()).collect();
        all.retain(|name| name != "default" || self.default.is_none());
        if let Some(default) = &self.default {
            all.push(format!("default {}", short_text(&default.to_string(), 40)));
        }
        if self.derived {
            all.push("of the template".to_owned());
        }
        all.join(", ")
    }
}

impl IndexReport {
    fn add_to(&self, out: &mut String) {
        let kind = match (self.primary, self.unique) {
            (true, _) => "primary index",
            (false, true) => "unique index",
            (false, false) => "index",
        };
        _ = writeln!(
            out,
            "  {kind} {} ({}): object {}, root page {}, keys up to {} bytes, density {}%",
            self.name,
            self.key.join(" "),
            self.objid,
            self.root,
            self.key_most,
            self.density
        );
        let mut notes = Vec::new();
        if !self.primary {
            notes.push(format!("NULL: {}", self.nulls));
        }
        if self.nulls_sort_high {
            notes.push("NULL sorts high".to_owned());
        }
        if !self.conditions.is_empty() {
            notes.push(format!("only if {}", self.conditions.join(" and ")));
        }
        if let Some(most) = self.segment_most {
            notes.push(format!("segments up to {most} bytes"));
        }
        if let Some(tuple) = &self.tuple {
            notes.push(format!(
                "pieces of {} to {} characters, at most {}, every {} from {} on",
                tuple.min_characters, tuple.max_characters, tuple.max_count, tuple.step, tuple.start
            ));
        }
        if let (Some(version), Some(locale)) = (&self.sort_version, &self.locale) {
            notes.push(format!(
                "text sorted for {locale}, version {version}, mapping flags {:#x}",
                self.lcmap_flags
            ));
        }
        let told = [
            "multi-valued",
            "cross-product",
            "disallow-truncation",
            "nested-table",
            "dot-net-guid",
            "deferred",
        ];
        let flags = self.flag_names.iter().filter(|name| told.contains(name));
        notes.extend(flags.map(|name| (*name).to_owned()));
        if !notes.is_empty() {
            _ = writeln!(out, "    {}", notes.join("; "));
        }
    }
}

fn list(names: &[&str]) -> String {
    if names.is_empty() {
        String::new()
    } else {
        format!(", {}", names.join(", "))
    }
}
