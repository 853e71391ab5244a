//! Talk: what a run says to its operator, on stderr, and what needs a look afterwards.

use std::fmt::Display;
use std::io::IsTerminal;
use std::sync::Mutex;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How and whether a run talks.
#[derive(Debug, Default)]
pub struct Talk {
    /// Nothing but errors.
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

    /// Notes something that needs a look: it is said, and the run ends with exit code 3.
    pub fn look_at(&self, message: impl Display) {
        let message = message.to_string();
        if !self.is_quiet {
            self.line("warning", &message);
        }
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
        let bar = ProgressBar::new(length);
        let hidden = self.is_quiet || self.is_plain || self.is_json;
        if hidden || !std::io::stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        if let Ok(style) = ProgressStyle::with_template("{msg:>10} {bar:30} {percent:>3} % {eta}") {
            bar.set_style(style);
        }
        bar.set_message(what.to_owned());
        bar.enable_steady_tick(Duration::from_millis(200));
        bar
    }

    #[expect(
        clippy::print_stderr,
        reason = "the one place that talks to the operator"
    )]
    fn line(&self, level: &str, message: &str) {
        let message = escape_controls(message);
        if self.is_json {
            eprintln!(
                "{}",
                serde_json::json!({ "level": level, "message": message })
            );
        } else if level == "info" {
            eprintln!("{message}");
        } else {
            eprintln!("{level}: {message}");
        }
    }
}

/// Control characters made visible: what comes from a log must not steer a terminal.
fn escape_controls(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_control() && c != '\n' {
                '\u{FFFD}'
            } else {
                c
            }
        })
        .collect()
}
