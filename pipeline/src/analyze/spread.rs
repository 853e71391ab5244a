//! How the elephant paths and new pages of a window spread.

use arrow::array::RecordBatch;
use datafusion::prelude::SessionContext;
use queries::findings::spreads::{Adoption, SpreadWeek, Tie, spreads};
use queries::stats::fdr;

use super::ground::{Ground, units};
use super::history;
use super::layout::Layout;
use super::people;
use super::rows;
use crate::engine::columns;
use crate::engine::session::{ask, day};
use crate::error::Error;
use crate::run::Run;
use crate::store::Lake;

/// A page is new if nobody saw it in this many days before.
const NEWS_DAYS: i32 = 28;

/// What spreads: an elephant path, or a page.
struct Item {
    from_page: Option<String>,
    to_page: String,
}

impl Item {
    fn finding_id(&self) -> String {
        match &self.from_page {
            Some(from) => rows::finding_id(from, &self.to_page),
            None => history::finding_id("spreads", "page", [self.to_page.as_str()]),
        }
    }
}

/// First uses of items by persons, not yet numbered.
#[derive(Default)]
struct Uses {
    items: Vec<Item>,
    /// Item, day and person.
    rows: Vec<(u32, i32, i64)>,
}

/// Writes the table `spreads`: `found_moves` are the elephant paths.
pub(super) async fn keep(
    lake: &Lake,
    context: &SessionContext,
    run: &Run,
    ground: &Ground,
) -> Result<(), Error> {
    let window = ground.window;
    let horizon = run.settings.analysis.horizon_weeks as i32 * 7;
    let horizon_start = ("horizon_start", day(window.end - horizon + 1));
    let window_end = ("window_end", day(window.end));
    let since_horizon = [horizon_start, window_end.clone()];
    let mut uses = Uses::default();
    uses.read(
        &ask(context, "adoptions_of_paths", &since_horizon).await?,
        true,
    )?;
    let first = people::first_day(context).await?;
    let new_since = first.map_or(window.start, |first| window.start.max(first + NEWS_DAYS));
    let since_new = [("window_start", day(new_since)), window_end];
    uses.read(
        &ask(context, "adoptions_of_pages", &since_new).await?,
        false,
    )?;
    let ties = ask(context, "ties", &since_horizon).await?;
    let rows = rows_of(context, run, ground, &uses, &ties).await?;
    history::keep(lake, context, "spreads", window, rows).await
}

impl Uses {
    fn read(&mut self, batches: &[RecordBatch], is_path: bool) -> Result<(), Error> {
        for batch in batches {
            let (from, to) = if is_path {
                (
                    Some(columns::texts(batch, "from_page")?),
                    columns::texts(batch, "to_page")?,
                )
            } else {
                (None, columns::texts(batch, "page")?)
            };
            let person = columns::ints(batch, "person")?;
            let days = columns::days(batch, "day")?;
            for row in 0..batch.num_rows() {
                let from = from.as_ref().map(|from| from.value(row));
                let item = self.item(from, to.value(row));
                self.rows.push((item, days.value(row), person.value(row)));
            }
        }
        Ok(())
    }

    /// The number of an item; its rows come together.
    fn item(&mut self, from: Option<&str>, to: &str) -> u32 {
        let is_last = |item: &Item| item.from_page.as_deref() == from && item.to_page == to;
        if !self.items.last().is_some_and(is_last) {
            self.items.push(Item {
                from_page: from.map(str::to_owned),
                to_page: to.to_owned(),
            });
        }
        self.items.len() as u32 - 1
    }
}

async fn rows_of(
    context: &SessionContext,
    run: &Run,
    ground: &Ground,
    uses: &Uses,
    ties: &[RecordBatch],
) -> Result<RecordBatch, Error> {
    let adopters = uses.rows.iter().map(|(_, _, person)| *person);
    let mut persons: Vec<i64> = ground.persons.iter().copied().chain(adopters).collect();
    persons.sort_unstable();
    persons.dedup();
    let id = |person: i64| {
        persons
            .binary_search(&person)
            .ok()
            .map(|place| place as u32)
    };
    let mut adoptions: Vec<Adoption> = uses
        .rows
        .iter()
        .filter_map(|(item, day, person)| {
            let (item, day) = (*item, *day);
            id(*person).map(|person| Adoption { item, day, person })
        })
        .collect();
    adoptions.sort_unstable();
    let ties = ties_of(ties, id)?;
    let unit = units(context, ground.window.end, &persons).await?;
    let mut weeks = spreads(&adoptions, &ties, &unit);
    // A new page that few saw is nothing that spreads.
    let k = u64::from(run.settings.privacy.k_pages);
    let mut n_people = vec![0; uses.items.len()];
    for week in &weeks {
        n_people[week.item as usize] = week.n_people;
    }
    weeks.retain(|week| n_people[week.item as usize] >= k);
    let q_values = q_values(&weeks, uses.items.len());
    let item = |week: &SpreadWeek| &uses.items[week.item as usize];
    let share = |n: f64, of: u64| (!ties.is_empty()).then_some(n / of as f64);
    Layout::of_findings(&weeks, ground.window, |w| item(w).finding_id())
        .maybe_text("from_page", |w| item(w).from_page.clone())
        .text("to_page", |w| item(w).to_page.clone())
        .day("week", |w| w.week)
        .int("n_new_people", |w| w.n_new_people as i64)
        .int("n_new_units", |w| w.n_new_units as i64)
        .maybe_float("share_after_a_tie", |w| {
            share(w.n_after_a_tie as f64, w.n_new_people)
        })
        .maybe_float("expected_share_after_a_tie", |w| {
            share(w.expected_after_a_tie, w.n_new_people)
        })
        .int("n_people", |w| w.n_people as i64)
        .maybe_float("share_after_a_tie_so_far", |w| {
            share(w.n_after_a_tie_so_far as f64, w.n_people)
        })
        .maybe_float("expected_share_so_far", |w| {
            share(w.expected_after_a_tie_so_far, w.n_people)
        })
        .maybe_float("p_value", |w| (!ties.is_empty()).then_some(w.p_value))
        .maybe_float("q_value", |w| {
            (!ties.is_empty()).then_some(q_values[w.item as usize])
        })
        .finish("spreads")
}

/// The false discovery rate of each item as its last week leaves it, over all items that spread.
fn q_values(weeks: &[SpreadWeek], n_items: usize) -> Vec<f64> {
    let last = weeks
        .chunk_by(|a, b| a.item == b.item)
        .filter_map(<[_]>::last);
    let (items, p_values): (Vec<u32>, Vec<f64>) =
        last.map(|week| (week.item, week.p_value)).unzip();
    let mut by_item = vec![1.0; n_items];
    for (item, q) in items
        .iter()
        .zip(fdr::q_values(&p_values, items.len() as u64))
    {
        by_item[*item as usize] = q;
    }
    by_item
}

fn ties_of(batches: &[RecordBatch], id: impl Fn(i64) -> Option<u32>) -> Result<Vec<Tie>, Error> {
    let mut ties = Vec::new();
    for batch in batches {
        let one = columns::ints(batch, "one")?;
        let other = columns::ints(batch, "other")?;
        let since = columns::days(batch, "since")?;
        for row in 0..batch.num_rows() {
            if let (Some(one), Some(other)) = (id(one.value(row)), id(other.value(row))) {
                ties.push(Tie {
                    one,
                    other,
                    since: since.value(row),
                });
            }
        }
    }
    Ok(ties)
}
