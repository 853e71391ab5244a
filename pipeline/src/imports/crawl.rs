//! The site itself as the plan: crawled by its address, or read from saved pages.

use std::path::Path;

use super::{Imported, Since, import_crawl};
use crate::error::Error;
use crate::plan::crawl::{self, Crawled, Options};
use crate::run::Run;
use crate::store::Lake;

/// Crawls an address or a folder of saved pages, and tells what it saw; the lake is not touched, so no lock is wanted.
///
/// # Errors
/// When the place is neither, or not a single page can be read.
pub async fn crawled(run: &Run, place: &str, options: &Options) -> Result<Crawled, Error> {
    let crawled = look(run, place, options).await?;
    for note in &crawled.notes {
        run.talk.note(note);
    }
    for worry in &crawled.worries {
        run.talk.look_at(worry);
    }
    run.talk.say(format!(
        "{} pages read, {} links",
        crawled.read.len(),
        crawled.links.len()
    ));
    Ok(crawled)
}

async fn look(run: &Run, place: &str, options: &Options) -> Result<Crawled, Error> {
    let site = run.site()?;
    if place.contains("://") {
        return crawl::crawl_site(&site, place, options, &run.talk).await;
    }
    let folder = Path::new(place);
    if !folder.is_dir() {
        return Err(Error::usage(format!(
            "`{place}` is no folder, and no address: an address begins with http:// or https://"
        )));
    }
    let base = run.settings.intranet.base_url.as_str();
    let base = Some(base).filter(|base| !base.is_empty());
    crawl::crawl_folder(&site, base, folder, options)
}

/// The crawl of the settings, if there is one. One that fails needs a look, and leaves the plan as it was.
///
/// # Errors
/// When the lake cannot be read or written.
pub async fn crawl_of_settings(run: &Run, lake: &Lake, since: Since) -> Result<Imported, Error> {
    let Some(place) = &run.settings.plan.crawl else {
        return Ok(Imported::default());
    };
    let place = place.to_string_lossy();
    match crawled(run, &place, &Options::default()).await {
        Ok(crawled) => import_crawl(lake, crawled, since).await,
        Err(error) => {
            run.talk.look_at(format!(
                "the crawl of the settings failed, the plan stays as it was: {}",
                error.with_causes()
            ));
            Ok(Imported::default())
        }
    }
}
