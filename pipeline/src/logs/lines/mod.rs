//! Logs of one request a line, one layout a file: each reads a line into a `WebLine` or says why it cannot.
//!
//! Pure common and combined logs are read by `combined`, without this detour.

mod access_filter;
mod apache;
mod bitbucket;
mod clf;
mod confluence;
mod elb;
mod haproxy;
mod iis;
mod jira;
mod kind;
mod nginx;
mod own;
mod s3;
mod scan;
mod stamp;
mod template;
mod w3c;
mod w3c_line;
mod web;

pub use kind::{Kind, Mixed};
pub use own::Own;
pub use template::Template;
pub use w3c::W3c;

pub(super) use w3c::runs;
pub(super) use web::WebLine;

use std::sync::Arc;

use super::names::Names;
use super::rejects::Reason;

/// How the lines of a log are laid out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lines {
    /// One layout, or several in one file.
    Known(Mixed),
    /// A `LogFormat` of Apache or `log_format` of nginx.
    Template(Arc<Template>),
    /// W3C extended, under its directives.
    W3c(Box<W3c>),
}

impl Lines {
    /// The word of `inputs.format`.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Known(mixed) => mixed.as_str(),
            Self::Template(template) => template.as_str(),
            Self::W3c(w3c) => w3c.as_str(),
        }
    }

    /// Whether lines name the page before.
    pub fn has_referrer(&self) -> bool {
        match self {
            Self::Known(mixed) => mixed.has_referrer(),
            Self::Template(template) => template.has_referrer(),
            Self::W3c(w3c) => w3c.has_referrer(),
        }
    }

    /// Whether a line is no record of a request.
    pub(super) fn is_comment(&self, line: &[u8]) -> bool {
        let is_coming_in = || match self {
            Self::Known(mixed) => mixed.has(Kind::Bitbucket) && bitbucket::is_coming_in(line),
            _ => false,
        };
        line.first() == Some(&b'#') || is_coming_in()
    }

    pub(super) fn read<'a>(&self, line: &'a [u8]) -> Result<WebLine<'a>, Reason> {
        match self {
            Self::Known(mixed) => mixed.read(line),
            Self::Template(template) => template.read(line),
            Self::W3c(w3c) => w3c.read(line),
        }
    }
}

/// The format that a text of the settings lays down, or nothing when the text is a plain word.
///
/// # Errors
/// What is wrong with the text, and where.
pub(super) fn laid_down(text: &str, names: &Names, has_zone: bool) -> Option<Result<Laid, String>> {
    let lines = |made: Result<Template, String>| {
        made.map(|made| Laid::Lines(Lines::Template(Arc::new(made))))
    };
    let trimmed = text.trim();
    if let Some(pattern) = trimmed.strip_prefix("regex:") {
        return Some(Own::new(pattern, names).map(|own| Laid::Own(Arc::new(own))));
    }
    if trimmed.to_ascii_lowercase().starts_with("#fields:") {
        let made = W3c::of_fields(trimmed, names, has_zone);
        return Some(made.map(|w3c| Laid::Lines(Lines::W3c(Box::new(w3c)))));
    }
    if nginx::is_directive(text) {
        return Some(lines(nginx::compile(text)));
    }
    text.contains('%').then(|| lines(apache::compile(text)))
}

/// A format that the settings lay down.
pub(super) enum Laid {
    Lines(Lines),
    Own(Arc<Own>),
}

#[cfg(test)]
#[path = "lines_tests.rs"]
mod tests;
