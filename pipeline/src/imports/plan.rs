//! Plans into the table `plan`: each snapshot ends what it no longer has and begins what it brings.

mod snapshot;
mod stored;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use arrow::array::Array;
use queries::day::Day;

use self::snapshot::History;
use super::{Imported, Since, read};
use crate::derive::replace_all;
use crate::engine::columns;
use crate::error::{Doing, Error};
use crate::plan::crawl::Crawled;
use crate::plan::menu::{self, Notation};
use crate::plan::navigation::read_navigation;
use crate::plan::sitemap::{Sitemap, read_sitemap};
use crate::plan::tree::tree_links;
use crate::run::Run;
use crate::store::Lake;

pub use snapshot::{Snapshot, Source};

type PageOf<'a> = &'a dyn Fn(&str) -> String;

/// Imports navigations, menus and sitemaps as one snapshot that holds from a day on.
///
/// # Errors
/// When a file cannot be read; the plan is then as it was.
pub async fn import_plan(
    run: &Run,
    lake: &Lake,
    files: &[impl AsRef<Path>],
    since: Since,
) -> Result<Imported, Error> {
    let site = run.site()?;
    let page_of = |raw: &str| site.page_of(raw.as_bytes()).into_owned();
    let mut snapshot = Snapshot::default();
    for file in files {
        add_file(file.as_ref(), &page_of, &mut snapshot)?;
    }
    import_snapshot(lake, snapshot, since).await
}

/// Imports a snapshot that holds from a day on.
///
/// # Errors
/// When the lake cannot be read or written, or knows of a change after a day that was named.
pub async fn import_snapshot(
    lake: &Lake,
    snapshot: Snapshot,
    since: Since,
) -> Result<Imported, Error> {
    import_seen(lake, snapshot, since, |_| false).await
}

/// Like `import_snapshot`; of pages that are `unseen` the titles stay.
async fn import_seen(
    lake: &Lake,
    mut snapshot: Snapshot,
    since: Since,
    is_unseen: impl Fn(&str) -> bool,
) -> Result<Imported, Error> {
    let mut history = stored::history(lake).await?;
    if since.is_named {
        check_order(&snapshot, &history, since)?;
    }
    let mut titles = stored::titles(lake).await?;
    if snapshot.retitle(&mut titles, is_unseen) {
        replace_all(lake, "titles", vec![stored::rows_of_titles(lake, &titles)?]).await?;
    }
    let done = snapshot.merge_into(&mut history, since.day);
    if done.n_begun + done.n_ended > 0 {
        replace_all(lake, "plan", vec![stored::rows_of(lake, &history)?]).await?;
    }
    Ok(done)
}

/// An earlier snapshot would end what a later one has.
fn check_order(snapshot: &Snapshot, history: &History, since: Since) -> Result<(), Error> {
    let last = snapshot.last_change(history);
    if last <= since.day {
        return Ok(());
    }
    let last = Day(last.unwrap_or_default());
    Err(Error::usage(format!(
        "the plan changes on {last}, after --on: import snapshots in their order, or without --on"
    )))
}

/// Imports what a crawl saw. A page that it could not read says nothing about its links: they stay as they were.
///
/// # Errors
/// When the lake cannot be read or written.
pub async fn import_crawl(lake: &Lake, crawled: Crawled, since: Since) -> Result<Imported, Error> {
    let mut snapshot = Snapshot::default();
    snapshot.add(Source::Crawl, crawled.links);
    snapshot.add_titles(Source::Crawl, crawled.titles);
    let (read, gone, is_whole) = (crawled.read, crawled.gone, crawled.is_whole);
    let is_unseen = |page: &str| !is_whole && !read.contains(page) && !gone.contains(page);
    if !is_whole {
        let is_unseen = |from: &str, to: &str| from != "*" && is_unseen(from) && !gone.contains(to);
        snapshot.keep(&stored::history(lake).await?, Source::Crawl, is_unseen);
    }
    import_seen(lake, snapshot, since, is_unseen).await
}

/// Imports the tree of the addresses of all pages that were seen, or planned by another source; it takes the
/// place of the one before. It has no dates: a page hangs in the tree for as long as it is a page.
///
/// # Errors
/// When the lake cannot be read or written.
pub async fn import_tree(lake: &Lake) -> Result<Imported, Error> {
    let mut history = stored::history(lake).await?;
    let mut pages = seen_pages(lake).await?;
    for (link, _) in history.iter().filter(|(l, _)| l.source != Source::Tree) {
        let ends = link.from.iter().chain([&link.to]);
        pages.extend(ends.filter(|page| *page != "*").cloned());
    }
    replace_tree(lake, &mut history, tree_links(&pages)).await
}

/// Ends all that a source said, as a snapshot without a link would; the tree, which has no dates, goes.
///
/// # Errors
/// When there is no such source, or the lake cannot be read or written.
pub async fn end_source(lake: &Lake, name: &str, since: Since) -> Result<Imported, Error> {
    let source = Source::named(name).ok_or_else(|| {
        let names: Vec<&str> = Source::ALL.map(Source::name).to_vec();
        let names = names.join(", ");
        Error::usage(format!(
            "`{name}` is no source of a plan: write one of {names}"
        ))
    })?;
    if source == Source::Tree {
        let mut history = stored::history(lake).await?;
        return replace_tree(lake, &mut history, Vec::new()).await;
    }
    let mut snapshot = Snapshot::default();
    snapshot.add(source, Vec::new());
    import_snapshot(lake, snapshot, since).await
}

/// Brings the tree up to the pages, where the plan has one.
///
/// # Errors
/// When the lake cannot be read or written.
pub async fn renew_tree(lake: &Lake) -> Result<(), Error> {
    let history = stored::history(lake).await?;
    if history.keys().any(|link| link.source == Source::Tree) {
        import_tree(lake).await?;
    }
    Ok(())
}

async fn replace_tree(
    lake: &Lake,
    history: &mut History,
    links: Vec<crate::plan::PlannedLink>,
) -> Result<Imported, Error> {
    let mut snapshot = Snapshot::default();
    snapshot.add(Source::Tree, links);
    let done = snapshot.replace_in(history);
    if done.n_begun + done.n_ended > 0 {
        replace_all(lake, "plan", vec![stored::rows_of(lake, history)?]).await?;
    }
    Ok(done)
}

fn add_file(file: &Path, page_of: PageOf, snapshot: &mut Snapshot) -> Result<(), Error> {
    let doing = "failed to import the plan";
    let (bytes, name) = (read(file)?, file.display().to_string());
    if is_xml(&bytes) {
        return sitemap(file, &bytes, page_of, snapshot, 0);
    }
    match Notation::of(file, &bytes) {
        Some(notation) => {
            let planned = menu::read_menu(&bytes, notation, &name, page_of).doing(doing)?;
            snapshot.add_planned(Source::Menu, planned);
        }
        None => {
            let planned = read_navigation(&bytes, &name, page_of).doing(doing)?;
            snapshot.add_planned(Source::Navigation, planned);
        }
    }
    Ok(())
}

fn is_xml(bytes: &[u8]) -> bool {
    let is_gz = bytes.starts_with(&[0x1f, 0x8b]);
    let start = bytes
        .iter()
        .find(|b| !b.is_ascii_whitespace() && !matches!(b, 0xef | 0xbb | 0xbf));
    is_gz || start == Some(&b'<')
}

fn sitemap(
    file: &Path,
    bytes: &[u8],
    page_of: PageOf,
    snapshot: &mut Snapshot,
    depth: u32,
) -> Result<(), Error> {
    let name = file.display().to_string();
    match read_sitemap(bytes, &name, page_of).doing("failed to import the plan")? {
        Sitemap::Pages(pages) => {
            snapshot.add_pages(pages);
            Ok(())
        }
        Sitemap::Index(parts) if depth == 0 => {
            let folder = file.parent().unwrap_or(Path::new("."));
            for part in parts {
                let leaf = part.rsplit('/').next().unwrap_or_default().to_owned();
                let file = folder.join(leaf);
                sitemap(&file, &read(&file)?, page_of, snapshot, depth + 1)?;
            }
            Ok(())
        }
        Sitemap::Index(_) => Err(Error::failed(format!(
            "`{name}` is a sitemap index inside another: name its parts"
        ))),
    }
}

/// The pages that were seen in the logs.
pub(super) async fn seen_pages(lake: &Lake) -> Result<BTreeSet<String>, Error> {
    let mut seen = BTreeSet::new();
    let batches = lake.read("pages", None, None).await;
    for batch in &batches.doing("failed to read `pages`")? {
        let pages = columns::texts(batch, "page")?;
        let first = columns::days(batch, "first_seen")?;
        let rows = (0..batch.num_rows()).filter(|row| first.is_valid(*row));
        seen.extend(rows.map(|row| pages.value(row).to_owned()));
    }
    Ok(seen)
}

/// The pages that each source has in the plan now, and those that its links stand on.
pub(super) async fn planned_pages(
    lake: &Lake,
) -> Result<BTreeMap<Source, BTreeSet<String>>, Error> {
    let mut planned: BTreeMap<Source, BTreeSet<String>> = BTreeMap::new();
    for (link, times) in stored::history(lake).await? {
        if times.iter().any(|(_, last)| last.is_none()) {
            let pages = link.from.into_iter().chain([link.to]);
            let pages = pages.filter(|page| page != "*");
            planned.entry(link.source).or_default().extend(pages);
        }
    }
    Ok(planned)
}
