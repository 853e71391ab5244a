//! Planned journeys into the table `planned_journeys`: the file as it is now.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{Int64Array, RecordBatch, StringArray};

use super::{Imported, read};
use crate::derive::replace_all;
use crate::engine::columns;
use crate::error::{Doing, Error};
use crate::plan::journeys::{JourneyStep, read_journeys};
use crate::run::Run;
use crate::store::Lake;

/// Imports `journeys.csv`.
///
/// # Errors
/// When the file cannot be read; the journeys are then as they were.
pub async fn import_journeys(run: &Run, lake: &Lake, file: &Path) -> Result<Imported, Error> {
    let site = run.site()?;
    let page_of = |raw: &str| site.page_of(raw.as_bytes()).into_owned();
    let name = file.display().to_string();
    let steps = read_journeys(&read(file)?, &name, &page_of)
        .doing("failed to import the planned journeys")?;
    let stored = stored_journeys(lake).await?;
    let is_in = |list: &[JourneyStep], step: &JourneyStep| list.binary_search(step).is_ok();
    let done = Imported {
        n_rows: steps.len(),
        n_begun: steps.iter().filter(|step| !is_in(&stored, step)).count(),
        n_ended: stored.iter().filter(|step| !is_in(&steps, step)).count(),
    };
    if done.n_begun + done.n_ended > 0 {
        replace_all(lake, "planned_journeys", vec![batch(lake, &steps)?]).await?;
    }
    Ok(done)
}

/// The planned journeys of the lake, sorted by name and step.
pub(super) async fn stored_journeys(lake: &Lake) -> Result<Vec<JourneyStep>, Error> {
    let doing = "failed to read the planned journeys";
    let mut steps = Vec::new();
    for batch in &lake
        .read("planned_journeys", None, None)
        .await
        .doing(doing)?
    {
        let journey = columns::texts(batch, "journey")?;
        let step = columns::ints(batch, "step")?;
        let page = columns::texts(batch, "page")?;
        steps.extend((0..batch.num_rows()).map(|row| JourneyStep {
            journey: journey.value(row).to_owned(),
            step: step.value(row),
            page: page.value(row).to_owned(),
        }));
    }
    steps.sort();
    Ok(steps)
}

fn batch(lake: &Lake, steps: &[JourneyStep]) -> Result<RecordBatch, Error> {
    let schema = lake
        .schema("planned_journeys")
        .doing("failed to find the table `planned_journeys`")?;
    let journey: StringArray = steps.iter().map(|s| Some(s.journey.as_str())).collect();
    let step: Int64Array = steps.iter().map(|s| Some(s.step)).collect();
    let page: StringArray = steps.iter().map(|s| Some(s.page.as_str())).collect();
    RecordBatch::try_new(
        schema,
        vec![Arc::new(journey), Arc::new(step), Arc::new(page)],
    )
    .doing("failed to lay out the planned journeys")
}
