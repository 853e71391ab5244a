//! The commands of the plan: files, the site, the tree of the addresses, and what people make of it.

use std::time::Duration;

use pipeline::error::Error;
use pipeline::imports::{self, Imported, Since};
use pipeline::plan::crawl::Options;
use pipeline::run::Run;
use pipeline::store::Lake;
use pipeline::{analyze, plan_view};

use super::{date, print};
use crate::args::{CrawlArgs, ImportArgs, LedgerFormat, PlanCommand};

/// Runs a command of the plan.
pub(super) async fn run(run: &Run, command: PlanCommand) -> Result<(), Error> {
    match command {
        PlanCommand::Import(arguments) => import(run, &arguments).await,
        PlanCommand::Crawl(arguments) => crawl(run, &arguments).await,
        PlanCommand::Show { page, format } => show(run, page.as_deref(), format).await,
    }
}

async fn import(run: &Run, arguments: &ImportArgs) -> Result<(), Error> {
    let _lock = run.lock()?;
    let (lake, _) = run.lake_or_new()?;
    let since = since(date(arguments.on.as_deref(), "--on")?, &lake).await?;
    if !arguments.files.is_empty() {
        let files = &arguments.files;
        let done = imports::import_plan(run, &lake, files, since).await?;
        say(run, "plan", done);
        imports::look_for_unknown_pages(run, &lake).await?;
    }
    if let Some(name) = &arguments.end {
        let done = imports::end_source(&lake, name, since).await?;
        say(run, name, done);
    }
    if arguments.tree {
        say(run, "tree", imports::import_tree(&lake).await?);
    }
    Ok(())
}

async fn since(named: Option<i32>, lake: &Lake) -> Result<Since, Error> {
    match named {
        Some(day) => Ok(Since::named(day)),
        None => Ok(Since::last_day(analyze::last_day(lake).await?)),
    }
}

fn say(run: &Run, what: &str, done: Imported) {
    run.talk.say(format!(
        "{what}: {} links and pages, {} begun, {} ended",
        done.n_rows, done.n_begun, done.n_ended
    ));
}

async fn crawl(run: &Run, arguments: &CrawlArgs) -> Result<(), Error> {
    let on = date(arguments.on.as_deref(), "--on")?;
    let options = Options {
        max_pages: arguments.max_pages as usize,
        pause: Duration::from_millis(arguments.pause_ms.into()),
        timeout: Duration::from_secs(arguments.timeout_secs.into()),
        headers: arguments.headers.clone(),
    };
    let crawled = imports::crawled(run, &arguments.place, &options).await?;
    // Only now: a crawl may take hours, and the night must not wait for it.
    let _lock = run.lock()?;
    let (lake, _) = run.lake_or_new()?;
    let on = since(on, &lake).await?;
    let done = imports::import_crawl(&lake, crawled, on).await?;
    say(run, "plan", done);
    imports::look_for_unknown_pages(run, &lake).await
}

async fn show(run: &Run, page: Option<&str>, format: LedgerFormat) -> Result<(), Error> {
    let lake = run.lake()?;
    let (text, json) = match page {
        None => {
            let view = plan_view::overview(run, &lake).await?;
            (view.text(), view.json())
        }
        Some(page) => {
            let view = plan_view::page(run, &lake, page).await?;
            (view.text(), view.json())
        }
    };
    match format {
        LedgerFormat::Text => print(&text),
        LedgerFormat::Json => print(&format!("{json:#}\n")),
    }
}
