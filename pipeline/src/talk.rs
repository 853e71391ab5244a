//! Talk: what a run says to its operator, on stderr, and what needs a look afterwards.

use std::fmt::Display;
use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How and whether a run talks.
#[derive(Debug, Default)]
pub struct Talk {
    /// Nothing but errors and what needs a look.
    pub is_quiet: bool,
    /// One JSON object a line instead of plain text.
    pub is_json: bool,
    /// No progress bars even on a terminal.
    pub is_plain: bool,
    look: Mutex<Vec<String>>,
}

impl Talk {
    /// A run that talks as told.
    pub fn new(is_quiet: bool, is_json: bool, is_plain: bool) -> Self {
        Self {
            is_quiet,
            is_json,
            is_plain,
            look: Mutex::default(),
        }
    }

    /// Says what is being done.
    pub fn say(&self, message: impl Display) {
        if !self.is_quiet {
            self.line("info", &message.to_string());
        }
    }

    /// Says something that may be wrong and may as well be right: it needs no look, and the exit code stays 0.
    pub fn note(&self, message: impl Display) {
        if !self.is_quiet {
            self.line("note", &message.to_string());
        }
    }

    /// Notes something that needs a look: it is said to quiet runs too, for cron mails what is said, and the run ends
    /// with exit code 3.
    pub fn look_at(&self, message: impl Display) {
        let message = message.to_string();
        self.line("warning", &message);
        self.look
            .lock()
            .expect("no holder of this lock panics")
            .push(message);
    }

    /// Says that something failed; never silent.
    pub fn fail(&self, message: impl Display) {
        self.line("error", &message.to_string());
    }

    /// Whether something needs a look.
    pub fn needs_a_look(&self) -> bool {
        !self
            .look
            .lock()
            .expect("no holder of this lock panics")
            .is_empty()
    }

    /// A progress bar of `length` steps; invisible where stderr is no terminal.
    pub fn bar(&self, length: u64, what: &str) -> ProgressBar {
        let template = "{msg:>10} {bar:30} {percent:>3} % {eta}";
        self.shown(ProgressBar::new(length), template, what)
    }

    /// For work of which nobody knows how long it takes: how long it has taken; invisible where stderr is no terminal.
    pub fn clock(&self, what: &str) -> ProgressBar {
        self.shown(ProgressBar::no_length(), "{msg:>10} {elapsed}", what)
    }

    fn shown(&self, bar: ProgressBar, template: &str, what: &str) -> ProgressBar {
        let hidden = self.is_quiet || self.is_plain || self.is_json;
        if hidden || !std::io::stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(what.to_owned());
        bar.enable_steady_tick(Duration::from_millis(200));
        bar
    }

    fn line(&self, level: &str, message: &str) {
        let message = visible(message);
        let line = if self.is_json {
            serde_json::json!({ "level": level, "message": message }).to_string()
        } else if level == "info" {
            message
        } else {
            format!("{level}: {message}")
        };
        // Where nobody reads there is nobody to tell: `2>&1 | head` is no reason to stop.
        drop(writeln!(std::io::stderr().lock(), "{line}"));
    }
}

/// `1 input`, `2 inputs`.
pub fn counted(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// Characters that steer a terminal or hide in it made visible, for what comes from a log is hostile.
fn visible(text: &str) -> String {
    text.chars()
        .map(|c| {
            if reports::is_hidden(c) && c != '\n' {
                '\u{FFFD}'
            } else {
                c
            }
        })
        .collect()
}
