//! Where units meet: the table `gathering_places`.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::prelude::SessionContext;
use queries::findings::gathering_places::{
    GatheringPlace, GatheringPlaces, Options, People, Presence, Together, TogetherOptions,
    gathering_places, meeting_pages, together,
};

use super::crowd::Crowd;
use super::units::Dimension;
use crate::analyze::history::{self, PastById, status};
use crate::analyze::layout::Layout;
use crate::civil;
use crate::engine::columns;
use crate::engine::session::{ask, register};
use crate::error::{Doing, Error};
use crate::run::Run;
use crate::store::Lake;

/// The dimensions by which people meet: who sits elsewhere and who works on something else. That a lead and a clerk read
/// the same page is no meeting.
const DIMENSIONS: [&str; 2] = ["department", "location"];

/// A place with what stands beside it.
struct Row<'a> {
    dimension: &'a Dimension,
    place: GatheringPlace,
    together: Option<Together>,
}

/// Writes the table; returns at how many pages departments meet, and how many pages have enough people to tell.
pub(super) async fn keep(
    run: &Run,
    lake: &Lake,
    context: &SessionContext,
    crowd: &Crowd,
    is_leader: &[bool],
) -> Result<(u64, u64), Error> {
    let visits = visits(crowd);
    let options = Options {
        k: run.settings.privacy.k_people.into(),
        ..Options::default()
    };
    let dimensions = crowd.chart.dimensions.iter();
    let dimensions: Vec<&Dimension> = dimensions
        .filter(|one| DIMENSIONS.contains(&one.name.as_str()) && one.units.len() > 1)
        .collect();
    let judged = if dimensions.is_empty() {
        Vec::new()
    } else {
        visited_by(options.k, &visits)
    };
    let presences = presences(run, context, crowd, &judged).await?;
    let at_once = TogetherOptions {
        k: options.k,
        ..TogetherOptions::default()
    };
    let meeting = meeting_pages(&presences, &at_once);
    let units: Vec<&[u32]> = dimensions.iter().map(|one| &one.unit[..]).collect();
    let people = People {
        units: &units,
        is_leader,
    };
    let found = gathering_places(&visits, &people, &meeting, &options);
    let found: Vec<(&Dimension, GatheringPlaces)> = dimensions.into_iter().zip(found).collect();
    let mut rows = Vec::new();
    for (dimension, places) in &found {
        if places.places.is_empty() {
            continue;
        }
        // All pages are looked at, not the called ones alone: where people meet is judged among as many.
        let met = together(&presences, &dimension.unit, &at_once);
        let met: BTreeMap<u32, Together> = met.into_iter().map(|one| (one.page, one)).collect();
        rows.extend(places.places.iter().map(|place| Row {
            dimension,
            place: *place,
            together: met.get(&place.page).copied(),
        }));
    }
    let past = history::past(context, "gathering_places", "n_people", crowd.window).await?;
    let laid_out = laid_out(&rows, crowd, &past)?;
    history::keep(lake, context, "gathering_places", crowd.window, laid_out).await?;
    let is_told = |row: &&Row<'_>| row.dimension.name == DIMENSIONS[0];
    let n_places = rows.iter().filter(is_told).count() as u64;
    Ok((n_places, judged.len() as u64))
}

/// Who visited which page, by page.
fn visits(crowd: &Crowd) -> Vec<(u32, u32)> {
    let mut visits: Vec<(u32, u32)> = Vec::with_capacity(crowd.uses.len());
    for person in 0..crowd.persons.len() as u32 {
        visits.extend(crowd.uses.items(person).iter().map(|page| (*page, person)));
    }
    visits.sort_unstable();
    visits
}

/// The pages of at least k visitors, in order.
fn visited_by(k: u64, visits: &[(u32, u32)]) -> Vec<u32> {
    let by_page = visits.chunk_by(|a, b| a.0 == b.0);
    let by_many = by_page.filter(|of_page| of_page.len() as u64 >= k);
    by_many.map(|of_page| of_page[0].0).collect()
}

/// When people first came to these pages on a day, by the clock on the wall.
async fn presences(
    run: &Run,
    context: &SessionContext,
    crowd: &Crowd,
    pages: &[u32],
) -> Result<Vec<Presence>, Error> {
    let doing = "failed to ask when people were where";
    let pages = pages
        .iter()
        .map(|page| crowd.pages[*page as usize].as_str());
    let schema = Arc::new(Schema::new(vec![Field::new("page", DataType::Utf8, false)]));
    let column = Arc::new(StringArray::from_iter_values(pages));
    let batch = RecordBatch::try_new(schema.clone(), vec![column]).doing(doing)?;
    register(context, "asked_pages", schema, vec![batch])?;
    let zone = run.zone()?;
    let mut presences = Vec::new();
    for batch in &ask(context, "presence", &crowd.window.parameters()).await? {
        let page = columns::texts(batch, "page")?;
        let person = columns::ints(batch, "person")?;
        let minute = columns::times(batch, "minute")?;
        let mut place = 0;
        for row in 0..batch.num_rows() {
            // Rows come by page, so that its place is seldom to be looked for.
            let name = page.value(row);
            if crowd.pages.get(place).is_none_or(|known| known != name) {
                place = crowd.pages.partition_point(|known| known.as_str() < name);
            }
            let is_known = crowd.pages.get(place).is_some_and(|known| known == name);
            let person = crowd.persons.binary_search(&person.value(row));
            if let (true, Ok(person)) = (is_known, person) {
                presences.push(Presence {
                    page: place as u32,
                    person: person as u32,
                    second: civil::wall_seconds(&zone, minute.value(row)),
                });
            }
        }
    }
    presences.sort_unstable();
    presences.dedup();
    Ok(presences)
}

fn laid_out(rows: &[Row<'_>], crowd: &Crowd, past: &PastById) -> Result<RecordBatch, Error> {
    let page = |row: &Row<'_>| crowd.pages[row.place.page as usize].clone();
    let id = |row: &Row<'_>| {
        let (dimension, page) = (row.dimension.name.as_str(), page(row));
        history::finding_id("gathering_places", "place", [dimension, page.as_str()])
    };
    Layout::of_findings(rows, crowd.window, id)
        .text("page", page)
        .text("dimension", |row| row.dimension.name.clone())
        .int("n_people", |row| row.place.n_people as i64)
        .int("n_units", |row| row.place.n_units as i64)
        .float("mixing", |row| row.place.mixing)
        .float("mixing_low", |row| row.place.mixing_low)
        .float("mixing_expected", |row| row.place.expected_mixing)
        .float("p_value", |row| row.place.p_value)
        .float("q_value", |row| row.place.q_value)
        .int("n_leaders", |row| row.place.n_leaders as i64)
        .maybe_int("n_together", |row| {
            row.together.map(|one| one.n_in_company as i64)
        })
        .maybe_float("together_expected", |row| {
            row.together.map(|one| one.expected_in_company)
        })
        .maybe_int("n_met", |row| row.together.map(|one| one.n_met as i64))
        .maybe_int("n_encounters", |row| {
            row.together.map(|one| one.n_encounters as i64)
        })
        .maybe_float("encounters_expected", |row| {
            row.together.map(|one| one.expected_encounters)
        })
        .maybe_float("encounters_p_value", |row| {
            row.together.map(|one| one.p_value)
        })
        .maybe_float("encounters_q_value", |row| {
            row.together.map(|one| one.q_value)
        })
        .text("status", |row| {
            status(row.place.n_people, past.get(&id(row))).to_owned()
        })
        .finish("gathering_places")
}
