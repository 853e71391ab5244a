//! What we show: findings in, named bytes out. Opens no file.
//!
//! In reading order: what a report is made of, the words for it, its tables, its pictures, the parts
//! that tell one kind of finding each, and the page that holds them all.

mod chart;
mod error;
pub mod model;
mod names;
mod page;
mod section;
mod sentences;
mod table;
mod units;
mod words;

pub use error::ReportError;
pub use model::Report;
pub use page::render;
pub use words::is_hidden;

#[cfg(test)]
mod example;
