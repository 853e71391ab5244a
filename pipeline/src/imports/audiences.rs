//! Planned audiences into the table `planned_audiences`: the file as it is now.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{Float64Array, RecordBatch, StringArray};

use super::{Imported, read};
use crate::derive::replace_all;
use crate::engine::columns;
use crate::error::{Doing, Error};
use crate::plan::audiences::{PlannedShare, read_audiences};
use crate::plan::section_of;
use crate::run::Run;
use crate::store::Lake;

/// Imports `audiences.csv`.
///
/// # Errors
/// When the file cannot be read; the audiences are then as they were.
pub async fn import_audiences(run: &Run, lake: &Lake, file: &Path) -> Result<Imported, Error> {
    let site = run.site()?;
    let section = |raw: &str| section_of(&site.page_of(raw.as_bytes())).to_owned();
    let name = file.display().to_string();
    let shares = read_audiences(&read(file)?, &name, &section)
        .doing("failed to import the planned audiences")?;
    let stored = stored_audiences(lake).await?;
    let n_missing_in = |these: &[PlannedShare], those: &[PlannedShare]| {
        let is_missing = |share: &&PlannedShare| !those.contains(share);
        these.iter().filter(is_missing).count()
    };
    let done = Imported {
        n_rows: shares.len(),
        n_begun: n_missing_in(&shares, &stored),
        n_ended: n_missing_in(&stored, &shares),
    };
    if done.n_begun + done.n_ended > 0 {
        replace_all(lake, "planned_audiences", vec![batch(lake, &shares)?]).await?;
    }
    Ok(done)
}

/// The planned audiences of the lake.
pub(super) async fn stored_audiences(lake: &Lake) -> Result<Vec<PlannedShare>, Error> {
    let doing = "failed to read the planned audiences";
    let mut shares = Vec::new();
    for batch in &lake
        .read("planned_audiences", None, None)
        .await
        .doing(doing)?
    {
        let section = columns::texts(batch, "section")?;
        let role = columns::texts(batch, "role")?;
        let share = columns::floats(batch, "share")?;
        shares.extend((0..batch.num_rows()).map(|row| PlannedShare {
            section: section.value(row).to_owned(),
            role: role.value(row).to_owned(),
            share: share.value(row),
        }));
    }
    Ok(shares)
}

fn batch(lake: &Lake, shares: &[PlannedShare]) -> Result<RecordBatch, Error> {
    let schema = lake
        .schema("planned_audiences")
        .doing("failed to find the table `planned_audiences`")?;
    let section: StringArray = shares.iter().map(|s| Some(s.section.as_str())).collect();
    let role: StringArray = shares.iter().map(|s| Some(s.role.as_str())).collect();
    let share: Float64Array = shares.iter().map(|s| Some(s.share)).collect();
    RecordBatch::try_new(
        schema,
        vec![Arc::new(section), Arc::new(role), Arc::new(share)],
    )
    .doing("failed to lay out the planned audiences")
}
