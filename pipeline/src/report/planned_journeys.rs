//! The routes that the organisation meant.

use std::collections::BTreeMap;

use crate::engine::columns;
use crate::error::Error;

use super::scope::Scope;

/// The planned journeys by name, each as its pages in order.
pub(super) struct PlannedJourneys {
    by_name: BTreeMap<String, Vec<String>>,
}

impl PlannedJourneys {
    /// Reads the table `planned_journeys`.
    pub(super) async fn read(scope: &Scope<'_>) -> Result<Self, Error> {
        let sql = "select journey, page from planned_journeys order by journey, step";
        let doing = "failed to read the planned journeys";
        let mut by_name: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for batch in &scope.select(sql, doing).await? {
            let journey = columns::texts(batch, "journey")?;
            let page = columns::texts(batch, "page")?;
            for row in 0..batch.num_rows() {
                let pages = by_name.entry(journey.value(row).to_owned()).or_default();
                pages.push(page.value(row).to_owned());
            }
        }
        Ok(Self { by_name })
    }

    /// How many there are.
    pub(super) fn len(&self) -> u64 {
        self.by_name.len() as u64
    }

    /// The first by name that leads from one page to the other, at once or later.
    pub(super) fn holding(&self, from: &str, to: &str) -> Option<String> {
        let leads = |pages: &Vec<String>| {
            let start = pages.iter().position(|page| page == from);
            start.is_some_and(|start| pages[start + 1..].iter().any(|page| page == to))
        };
        let holding = self.by_name.iter().find(|(_, pages)| leads(pages));
        holding.map(|(name, _)| name.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_journey_leads_one_way() {
        let pages = ["/a", "/b", "/c"].map(str::to_owned).to_vec();
        let journeys = PlannedJourneys {
            by_name: BTreeMap::from([("claim".to_owned(), pages)]),
        };
        assert_eq!(journeys.holding("/a", "/c").as_deref(), Some("claim"));
        assert_eq!(journeys.holding("/c", "/a"), None);
        assert_eq!(journeys.holding("/a", "/d"), None);
    }
}
