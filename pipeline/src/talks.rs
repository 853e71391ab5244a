//! Talks with ambassadors: who was talked to, when, about what; who is due, and about what of these days.

mod contacts;
mod due;
mod list;

pub use contacts::{Request, add};
pub(crate) use due::{due_talks, last_talks};
pub use list::list;

/// A talk every four weeks: each window brings something new, and nobody is asked twice about the same.
pub(crate) const EVERY_DAYS: i32 = 28;
