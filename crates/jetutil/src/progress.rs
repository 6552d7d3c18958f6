//! How far a long command is, with rate and remaining time, on standard error when that is a terminal.

use std::sync::{Mutex, MutexGuard, PoisonError};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar for one step after the other, shared by threads. Drawn at most a few times a second; nothing when standard error is no terminal.
#[derive(Debug)]
pub(crate) struct Bar {
    bar: Mutex<ProgressBar>,
    is_wanted: bool,
}

impl Bar {
    /// `is_wanted`: false draws nothing at all.
    pub(crate) fn new(is_wanted: bool) -> Self {
        Self {
            bar: Mutex::new(ProgressBar::hidden()),
            is_wanted,
        }
    }

    /// Begins a step of `total` units, in place of the one before.
    pub(crate) fn begin(&self, name: &'static str, unit: &'static str, total: u64) {
        self.end();
        if !self.is_wanted {
            return;
        }
        let template = format!("{{prefix}} [{{bar:30}}] {{percent}}% {{per_sec}} {unit}, {{eta}} left");
        // A template that cannot be parsed leaves the plain bar.
        let style = ProgressStyle::with_template(&template).unwrap_or_else(|_| ProgressStyle::default_bar());
        *self.bar() = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr())
            .with_style(style)
            .with_prefix(name);
    }

    /// So many units more are done.
    pub(crate) fn advance(&self, units: u64) {
        self.bar().inc(units);
    }

    /// Runs `print` while the bar is out of the way.
    pub(crate) fn suspend<T>(&self, print: impl FnOnce() -> T) -> T {
        self.bar().suspend(print)
    }

    /// Takes the bar away.
    pub(crate) fn end(&self) {
        self.bar().finish_and_clear();
    }

    fn bar(&self) -> MutexGuard<'_, ProgressBar> {
        self.bar.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
