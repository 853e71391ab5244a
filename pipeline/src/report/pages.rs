//! The table `pages`, for titles and sections.

use std::collections::{BTreeSet, HashMap};

use reports::model::PageName;

use crate::engine::columns::{self, text_at};
use crate::error::{Doing, Error};
use crate::store::Lake;

/// What is known of each page.
#[derive(Default)]
pub(super) struct Pages {
    pub(super) titles: HashMap<String, String>,
    pub(super) sections: HashMap<String, String>,
    pub(super) planned: BTreeSet<String>,
    pub(super) seen: BTreeSet<String>,
}

impl Pages {
    pub(super) async fn read(lake: &Lake) -> Result<Self, Error> {
        let mut pages = Self::default();
        for batch in &lake
            .read("pages", None, None)
            .await
            .doing("failed to read `pages`")?
        {
            let page = columns::texts(batch, "page")?;
            let title = columns::texts(batch, "title")?;
            let section = columns::texts(batch, "section")?;
            let planned = columns::truths(batch, "is_planned")?;
            for row in 0..batch.num_rows() {
                let name = page.value(row).to_owned();
                pages
                    .titles
                    .insert(name.clone(), text_at(&title, row).to_owned());
                pages
                    .sections
                    .insert(name.clone(), text_at(&section, row).to_owned());
                if planned.value(row) {
                    pages.planned.insert(name.clone());
                }
                pages.seen.insert(name);
            }
        }
        Ok(pages)
    }

    /// The title of a page, else its address.
    pub(super) fn title(&self, page: &str) -> String {
        self.titles
            .get(page)
            .filter(|t| !t.is_empty())
            .cloned()
            .unwrap_or_else(|| page.to_owned())
    }

    /// A page as a finding names it.
    pub(super) fn name(&self, page: &str) -> PageName {
        PageName {
            page: page.to_owned(),
            title: self.title(page),
        }
    }
}
