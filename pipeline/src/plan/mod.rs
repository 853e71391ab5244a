//! The plan as files and addresses: the navigation that someone intended, and the pages that a sitemap names.

pub mod audiences;
pub mod crawl;
pub mod journeys;
pub mod menu;
pub mod navigation;
pub(crate) mod rows;
pub mod sitemap;
pub mod titles;
pub mod tree;

use self::titles::Titles;

/// What can be wrong with a plan's file.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// A line cannot be read.
    #[error("`{file}` line {line}: {problem}")]
    Line {
        /// The file.
        file: String,
        /// The line, from 1.
        line: u64,
        /// What is wrong there, and how to mend it.
        problem: String,
    },
    /// The whole file cannot be read.
    #[error("`{file}`: {problem}")]
    File {
        /// The file.
        file: String,
        /// What is wrong with it.
        problem: String,
    },
}

/// The section of a page: its first segment with its slash; of another host that host.
pub fn section_of(page: &str) -> &str {
    let skip = if page.starts_with("//") { 2 } else { 1 };
    let end = page.get(skip..).and_then(|rest| rest.find('/'));
    end.map_or(page, |end| &page[..skip + end])
}

/// A link that someone planned.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlannedLink {
    /// Page that it stands on; `None` = on every page.
    pub from: Option<String>,
    /// Page that it leads to.
    pub to: String,
    /// menu, breadcrumb, tree, body, footer or global.
    pub kind: String,
    /// First day it holds; `None` = from always.
    pub valid_from: Option<i32>,
    /// Last day it holds; `None` = still.
    pub valid_to: Option<i32>,
}

impl PlannedLink {
    /// A link that holds as long as its source says so; `None` stands on every page.
    pub fn now(from: Option<&str>, to: &str, kind: &str) -> Self {
        Self {
            from: from.map(str::to_owned),
            to: to.to_owned(),
            kind: kind.to_owned(),
            valid_from: None,
            valid_to: None,
        }
    }
}

/// What a plan's file says: links, and titles of pages where it has them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Planned {
    /// The links, sorted and once each.
    pub links: Vec<PlannedLink>,
    /// The titles of pages; of several the first.
    pub titles: Titles,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_the_first_segment() {
        for (page, section) in [
            ("/", "/"),
            ("/hr", "/hr"),
            ("/hr/leave/form", "/hr"),
            ("//wiki.example.com/a/b", "//wiki.example.com"),
            ("//wiki.example.com", "//wiki.example.com"),
            ("", ""),
        ] {
            assert_eq!(section_of(page), section, "{page}");
        }
    }
}
