//! The report for people.

use super::Report;
use crate::render::{Facts, bytes_text, count};

impl Report {
    pub(super) fn text(&self) -> String {
        let mut facts = Facts::new();
        self.file_lines(&mut facts);
        facts.add("state", format!("{}: {}", self.state.name, self.state.meaning));
        facts.add("header", &self.header.meaning);
        facts.add("format", self.format.text());
        let features = self.format.features();
        if !features.is_empty() {
            facts.add("may hold", features);
        }
        facts.add("last attached by", self.engine.text());
        self.time_lines(&mut facts);
        self.log_lines(&mut facts);
        self.history_lines(&mut facts);
        let none = "none beside the file".to_owned();
        facts.add(
            "flush map",
            self.flush_map.as_ref().map_or(none, |map| map.text()),
        );
        for problem in &self.problems {
            facts.add("problem", format!("{}: {}", problem.id, problem.message));
        }
        facts.to_string()
    }

    fn file_lines(&self, facts: &mut Facts) {
        facts.add("file", &self.file.path);
        let owned = match self.file.last_owned_page {
            Some(last) if last < self.file.pages => {
                format!(", the last {} not owned by the database", self.file.pages - last)
            }
            _ => String::new(),
        };
        facts.add(
            "size",
            format!(
                "{}: {} of {} bytes behind the two headers{owned}",
                bytes_text(self.file.bytes),
                count(self.file.pages.into(), "page", "pages"),
                self.file.page_size
            ),
        );
        if self.file.file_type == 5 {
            facts.add(
                "kind",
                "temporary database: its pages have no checksums and no lasting content",
            );
        }
        if let Some(counts) = &self.counts {
            let tables = count(counts.tables as u64, "table", "tables");
            facts.add(
                "holds",
                format!(
                    "{tables} (and {} system tables), {} columns, {} indexes, {} trees of long values; highest object id {}",
                    counts.system_tables,
                    counts.columns,
                    counts.indexes,
                    counts.long_value_trees,
                    counts.highest_object_id
                ),
            );
        }
    }

    fn time_lines(&self, facts: &mut Facts) {
        let times = &self.times;
        let mut line = |name, time: &Option<String>, always: bool| match time {
            Some(time) => _ = facts.add(name, time),
            None if always => _ = facts.add(name, "not set"),
            None => {}
        };
        line("created", &times.created, true);
        line("attached", &times.attached, true);
        line("detached", &times.detached, true);
        line("header written", &times.header_written, false);
        line("last full backup", &times.last_full_backup, true);
        line("last incremental backup", &times.last_incremental_backup, false);
        line("last copy backup", &times.last_copy_backup, false);
        line("last differential backup", &times.last_differential_backup, false);
    }

    fn log_lines(&self, facts: &mut Facts) {
        let none = || "none".to_owned();
        let signatures = &self.signatures;
        facts.add(
            "database signature",
            signatures.database.clone().unwrap_or_else(none),
        );
        facts.add(
            "log signature",
            signatures
                .log_stream
                .clone()
                .unwrap_or_else(|| "none: never logged".to_owned()),
        );
        let logs = &self.logs;
        let needed = match (logs.generation_min_required, logs.generation_max_required) {
            (0, 0) => none(),
            (low, high) => format!(
                "generations {low:#x} to {high:#x}; commits up to {:#x}",
                logs.generation_max_committed
            ),
        };
        facts.add("logs needed", needed);
        if let Some(at) = &logs.consistent_at {
            facts.add(
                "last clean at",
                format!("log position {at} (generation:sector:byte)"),
            );
        }
        facts.add("database time", logs.dbtime);
        facts.add("map signature", signatures.flush_map.clone().unwrap_or_else(none));
    }

    fn history_lines(&self, facts: &mut Facts) {
        let history = &self.history;
        if history.repairs > 0 {
            let when = history.repaired.as_deref().unwrap_or("at an unknown time");
            facts.add(
                "repaired",
                format!("{}, last {when}", count(history.repairs.into(), "time", "times")),
            );
        } else {
            facts.add("repaired", "never");
        }
        let notes = [
            (
                history.repairs_before_last_defragmentation,
                "repairs before the last defragmentation",
            ),
            (history.bits_mended, "flipped bits mended"),
            (history.bad_checksums, "bad checksums"),
            (history.pages_beyond_mending, "pages beyond mending"),
            (history.pages_patched, "pages patched"),
            (history.grown, "times grown"),
            (history.shrunk, "times shrunk"),
            (history.trimmed, "times trimmed"),
            (history.reverted, "times set back"),
            (history.reseeded, "times reseeded"),
        ];
        let notes = notes.iter().filter(|(number, _)| *number > 0);
        let notes: Vec<String> = notes.map(|(number, what)| format!("{number} {what}")).collect();
        if !notes.is_empty() {
            facts.add("history", notes.join(", "));
        }
        if !history.shadow_catalog {
            facts.add("shadow catalog", "off: there is no second copy of the catalog");
        }
    }
}
