//! The plan and the people: files in, dated rows of the lake out.
//!
//! Each import is a snapshot. The first one holds from always; a later one ends what it no longer
//! has on the day before and begins what is new. The same file again changes nothing.

mod audiences;
mod choices;
mod crawl;
mod journeys;
mod names;
mod people;
mod plan;
mod unknown;
mod validity;

use std::fs;
use std::path::Path;

use crate::error::{Doing, Error};

pub use audiences::import_audiences;
pub use choices::{Choice, Chosen, choose};
pub use crawl::{crawl_of_settings, crawled};
pub use journeys::import_journeys;
pub use people::import_people;
pub use plan::{
    Snapshot, Source, end_source, import_crawl, import_plan, import_snapshot, import_tree,
    renew_tree,
};
pub use unknown::look_for_unknown_pages;

/// From when a snapshot holds.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Since {
    day: Option<i32>,
    is_named: bool,
}

impl Since {
    /// A day that somebody named. The lake must not know of a later change.
    pub fn named(day: i32) -> Self {
        Self {
            day: Some(day),
            is_named: true,
        }
    }

    /// The last day of the events, if there are any.
    pub fn last_day(day: Option<i32>) -> Self {
        Self {
            day,
            is_named: false,
        }
    }
}

/// What an import changed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Imported {
    /// Rows of the snapshot.
    pub n_rows: usize,
    /// Rows that are new.
    pub n_begun: usize,
    /// Rows that ended.
    pub n_ended: usize,
}

fn read(file: &Path) -> Result<Vec<u8>, Error> {
    fs::read(file).misused(format!("failed to read `{}`", file.display()))
}
