//! The report for people.

use std::fmt::Write as _;

use super::{Report, Run, TreeReport};
use crate::render::{TextTable, bytes_text, count};

impl Report {
    pub(super) fn text(&self) -> String {
        let mut table = TextTable::new(
            1,
            [
                "tree", "object", "root", "owned", "free", "space", "internal", "leaves", "levels", "rows",
                "data", "fill",
            ],
        );
        for tree in &self.trees {
            let levels = tree.depth.to_string();
            table.row([
                format!("{:1$}{2}", "", 2 * tree.nesting, tree.name()),
                tree.owner.objid.to_string(),
                tree.root.to_string(),
                tree.owned_pages.to_string(),
                tree.free_pages.to_string(),
                tree.space_tree_pages.to_string(),
                tree.internal_pages.to_string(),
                tree.leaf_pages.to_string(),
                levels,
                tree.rows.to_string(),
                tree.data_bytes.to_string(),
                tree.fill_percent
                    .map_or("-".to_owned(), |fill| format!("{fill}%")),
            ]);
        }
        let total = &self.total;
        table.row([
            "all".to_owned(),
            String::new(),
            String::new(),
            total.owned_pages.to_string(),
            total.free_pages.to_string(),
            total.space_tree_pages.to_string(),
            String::new(),
            String::new(),
            String::new(),
            total.rows.to_string(),
            total.data_bytes.to_string(),
            String::new(),
        ]);
        let mut out = table.to_string();
        out.push('\n');
        for tree in &self.trees {
            tree.extent_lines(&mut out);
        }
        let size = self.page_size as u64;
        _ = writeln!(
            out,
            "{} of {} bytes: {} owned by the database, {} of them free ({}); {} behind the last owned one",
            count(self.file_pages.into(), "page", "pages"),
            self.page_size,
            total.owned_pages,
            total.free_pages,
            bytes_text(total.free_pages * size),
            self.pages_beyond_owned
        );
        if self.leaked.is_empty() {
            out.push_str("no page is leaked\n");
        }
        for leak in &self.leaked {
            _ = writeln!(
                out,
                "leaked: pages {} to {}, owned by object {}, neither used nor free",
                leak.first, leak.last, leak.objid
            );
        }
        for problem in &self.problems {
            _ = writeln!(out, "problem: {}: {}", problem.id, problem.message);
        }
        out
    }
}

impl TreeReport {
    /// The tree without its table where the table stands above it.
    fn name(&self) -> String {
        match (&self.owner.table, &self.owner.index) {
            (_, Some(index)) => format!("index {index}"),
            (Some(_), None) if self.owner.tree == "long-values" => "long values".to_owned(),
            (Some(table), None) => table.clone(),
            (None, None) => "database".to_owned(),
        }
    }

    fn extent_lines(&self, out: &mut String) {
        let Some(extents) = &self.extents else { return };
        _ = writeln!(out, "{}", self.owner);
        for (name, runs) in [
            ("owned", &extents.owned),
            ("free", &extents.free),
            ("kept for splits", &extents.kept_for_splits),
        ] {
            if !runs.is_empty() {
                let runs: Vec<String> = runs.iter().map(Run::text).collect();
                _ = writeln!(out, "  {name}: {}", runs.join(" "));
            }
        }
        out.push('\n');
    }
}

impl Run {
    fn text(&self) -> String {
        let pool = match self.pool {
            0 => "",
            1 => "(continuous)",
            2 => "(shelved)",
            _ => "(unknown pool)",
        };
        if self.first == self.last {
            format!("{}{pool}", self.first)
        } else {
            format!("{}-{}{pool}", self.first, self.last)
        }
    }
}
