//! The night: new logs, changed plans and people, findings, and the report, in a row.

use std::path::{Path, PathBuf};

use crate::analyze::{Analyzed, analyze, last_day};
use crate::error::Error;
use crate::imports::{
    Imported, Since, crawl_of_settings, import_audiences, import_journeys, import_people,
    import_plan,
};
use crate::ingest::{self, Ledger};
use crate::logs::key::Key;
use crate::report::report;
use crate::run::Run;
use crate::store::Lake;

/// What a night did.
#[derive(Debug)]
pub struct Night {
    /// The ledger of the inputs.
    pub ledger: Ledger,
    /// What was found; `None` without events.
    pub analyzed: Option<Analyzed>,
    /// The report's page.
    pub report: Option<PathBuf>,
}

/// Everything once. The caller holds the lock.
///
/// # Errors
/// When a step fails; the steps before it stand.
pub async fn nightly(
    run: &Run,
    as_of: Option<i32>,
    window_days: Option<u32>,
) -> Result<Night, Error> {
    let (lake, ledger) = load(run).await?;
    tell_of(run, (&lake, ledger), as_of, window_days).await
}

/// The first half: what the settings name is in the lake afterwards. The caller holds the lock.
///
/// # Errors
/// When a step fails; the steps before it stand.
pub async fn load(run: &Run) -> Result<(Lake, Ledger), Error> {
    ingest::get_ready();
    let (lake, key) = run.lake_or_new()?;
    let inputs = ingest::inputs_of_settings(run)?;
    let ledger = ingest::ingest(run, &lake, &key, &inputs, &ingest::Options::default()).await?;
    import_changed(run, &lake, &key).await?;
    let on = Since::last_day(last_day(&lake).await?);
    tell(run, "crawl", crawl_of_settings(run, &lake, on).await?);
    Ok((lake, ledger))
}

/// The second half: what is in the lake is analyzed and reported. The caller holds the lock.
///
/// # Errors
/// When a step fails; the steps before it stand.
pub async fn tell_of(
    run: &Run,
    (lake, ledger): (&Lake, Ledger),
    as_of: Option<i32>,
    window_days: Option<u32>,
) -> Result<Night, Error> {
    let analyzed = analyze(run, lake, as_of, window_days).await?;
    let out = &run.settings.report.out;
    let page = report(run, lake, out, as_of, window_days).await?;
    Ok(Night {
        ledger,
        analyzed,
        report: page,
    })
}

/// Imports those files of the settings that changed.
///
/// # Errors
/// When one of them cannot be read.
pub async fn import_changed(run: &Run, lake: &Lake, key: &Key) -> Result<(), Error> {
    let on = last_day(lake).await?;
    let plan = &run.settings.plan;
    let files: Vec<&PathBuf> = [&plan.navigation, &plan.sitemap]
        .into_iter()
        .flatten()
        .collect();
    let there = existing(run, &files);
    if !there.is_empty() {
        let done = import_plan(run, lake, &there, Since::last_day(on)).await?;
        tell(run, "plan", done);
    }
    let journeys: Vec<&PathBuf> = plan.journeys.iter().collect();
    for file in existing(run, &journeys) {
        tell(run, "journeys", import_journeys(run, lake, file).await?);
    }
    let audiences: Vec<&PathBuf> = plan.audiences.iter().collect();
    for file in existing(run, &audiences) {
        tell(run, "audiences", import_audiences(run, lake, file).await?);
    }
    let people: Vec<&PathBuf> = run.settings.people.file.iter().collect();
    for file in existing(run, &people) {
        let done = import_people(run, lake, key, file, on).await?;
        tell(run, "people", done);
    }
    Ok(())
}

fn tell(run: &Run, what: &str, done: Imported) {
    if done.n_begun + done.n_ended > 0 {
        let (begun, ended) = (done.n_begun, done.n_ended);
        run.talk
            .say(format!("{what}: {begun} begun, {ended} ended"));
    }
}

fn existing<'a>(run: &Run, files: &[&'a PathBuf]) -> Vec<&'a Path> {
    let mut there = Vec::new();
    for file in files {
        if file.exists() {
            there.push(file.as_path());
        } else {
            run.talk.look_at(format!(
                "`{}` of the settings is not there: the lake keeps what it had",
                file.display()
            ));
        }
    }
    there
}
