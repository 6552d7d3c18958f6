//! What is told of a run: scripts as they come, sums at the end.

use std::collections::BTreeMap;

use jet_trace::judge::{Difference, Verdict};
use serde::Serialize;

/// How much is told.
#[derive(Clone, Copy)]
pub(crate) struct Form {
    /// One JSON object, and nothing before it.
    pub(crate) is_json: bool,
    /// The calls before a difference.
    pub(crate) has_context: bool,
    /// The verbs that are missing.
    pub(crate) has_unsupported: bool,
}

/// Sums over all scripts.
#[derive(Serialize)]
pub(crate) struct Report {
    #[serde(skip)]
    form: Form,
    calls: u64,
    agree: u64,
    explained: BTreeMap<&'static str, u64>,
    differ: u64,
    unsupported: BTreeMap<&'static str, u64>,
    failures: BTreeMap<String, String>,
    scripts: Vec<Verdict>,
}

impl Report {
    pub(crate) fn new(form: Form) -> Self {
        Self {
            form,
            calls: 0,
            agree: 0,
            explained: BTreeMap::new(),
            differ: 0,
            unsupported: BTreeMap::new(),
            failures: BTreeMap::new(),
            scripts: Vec::new(),
        }
    }

    /// Counts a script, and tells its first difference.
    pub(crate) fn add(&mut self, verdict: Verdict) {
        self.calls += verdict.calls;
        self.agree += verdict.agree;
        self.differ += verdict.differ;
        add_all(&mut self.explained, &verdict.explained);
        add_all(&mut self.unsupported, &verdict.unsupported);
        if let Some(first) = verdict.first.as_ref().filter(|_| !self.form.is_json) {
            println!(
                "{}: {} of {} calls differ, first call {} (line {})",
                verdict.script, verdict.differ, verdict.calls, first.call, first.line
            );
            if self.form.has_context {
                show(first);
            }
        }
        self.scripts.push(verdict);
    }

    /// A script that could not be replayed.
    pub(crate) fn add_failure(&mut self, script: &str, reason: &str) {
        if !self.form.is_json {
            println!("{script}: not replayed: {reason}");
        }
        self.failures.insert(script.to_owned(), reason.to_owned());
    }

    /// Tells the sums; whether all is as recorded or as explained.
    pub(crate) fn finish(self) -> anyhow::Result<bool> {
        if self.form.is_json {
            println!("{}", serde_json::to_string_pretty(&self)?);
        } else {
            self.show_sums();
        }
        Ok(self.differ == 0 && self.failures.is_empty())
    }

    fn show_sums(&self) {
        for (reason, count) in &self.explained {
            println!("explained {count}: {reason}");
        }
        if self.form.has_unsupported {
            let mut verbs: Vec<_> = self.unsupported.iter().collect();
            verbs.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
            for (verb, count) in verbs {
                println!("unsupported {count}: {verb}");
            }
        }
        if !self.unsupported.is_empty() {
            let calls: u64 = self.unsupported.values().sum();
            println!("{} verbs unsupported, {calls} calls", self.unsupported.len());
        }
        if !self.failures.is_empty() {
            println!("{} scripts not replayed", self.failures.len());
        }
        let explained: u64 = self.explained.values().sum();
        println!(
            "{} scripts, {} calls, {} agree, {explained} explained, {} differ",
            self.scripts.len(),
            self.calls,
            self.agree,
            self.differ
        );
    }
}

fn show(first: &Difference) {
    for call in &first.before {
        println!("    {}", call.replace('\n', "\n    "));
    }
    println!("recorded:\n    {}", first.golden.replace('\n', "\n    "));
    println!("replayed:\n    {}", first.mine.replace('\n', "\n    "));
}

fn add_all(sums: &mut BTreeMap<&'static str, u64>, counts: &BTreeMap<&'static str, u64>) {
    for (name, count) in counts {
        *sums.entry(name).or_default() += count;
    }
}
