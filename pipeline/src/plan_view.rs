//! What `plan show` shows: the plan in all, or of one page beside what people do there.

mod overview;
mod page;
mod told;

use queries::day::Day;

pub use overview::{Overview, overview};
pub use page::{PageView, page};

/// Rows of a list that a terminal shows; JSON has all.
const N_SHOWN: usize = 30;

/// A first day in words.
fn since(day: Option<i32>) -> String {
    day.map_or_else(|| "always".to_owned(), |day| Day(day).to_string())
}
