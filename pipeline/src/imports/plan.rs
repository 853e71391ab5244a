//! Plans into the table `plan`: each snapshot ends what it no longer has and begins what it brings.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, RecordBatch, StringArray};

use super::validity::{Validity, validities, validity_columns};
use super::{Imported, read};
use crate::derive::replace_all;
use crate::engine::columns;
use crate::error::{Doing, Error};
use crate::plan::navigation::read_navigation;
use crate::plan::sitemap::{Sitemap, read_sitemap};
use crate::run::Run;
use crate::store::Lake;

/// A planned link as the lake keeps it: from, to, kind. A sitemap's pages have no source.
type Link = (Option<String>, String, String);

/// Imports `navigation.csv` or `sitemap.xml` files as one snapshot that holds from `on`.
///
/// # Errors
/// When a file cannot be read; the plan is then as it was.
pub async fn import_plan(
    run: &Run,
    lake: &Lake,
    files: &[impl AsRef<Path>],
    on: Option<i32>,
) -> Result<Imported, Error> {
    let site = run.site()?;
    let page_of = |raw: &str| site.page_of(raw.as_bytes()).into_owned();
    let mut snapshot: BTreeMap<Link, Validity> = BTreeMap::new();
    let mut kinds = BTreeSet::new();
    for file in files {
        let file = file.as_ref();
        if is_xml(file)? {
            kinds.insert(true);
            sitemap(file, &page_of, &mut snapshot, 0)?;
        } else {
            kinds.insert(false);
            navigation(file, &page_of, &mut snapshot)?;
        }
    }
    let stored = stored_plan(lake).await?;
    let (rows, done) = merge_plan(stored, snapshot, &kinds, on);
    if done.n_begun + done.n_ended > 0 {
        replace_all(lake, "plan", vec![plan_batch(lake, &rows)?]).await?;
        note_unknown_pages(run, lake, &rows).await?;
    }
    Ok(done)
}

fn is_xml(file: &Path) -> Result<bool, Error> {
    let bytes = read(file)?;
    let is_gz = bytes.starts_with(&[0x1f, 0x8b]);
    let start = bytes
        .iter()
        .find(|b| !b.is_ascii_whitespace() && !matches!(b, 0xef | 0xbb | 0xbf));
    Ok(is_gz || start == Some(&b'<'))
}

fn navigation(
    file: &Path,
    page_of: &dyn Fn(&str) -> String,
    snapshot: &mut BTreeMap<Link, Validity>,
) -> Result<(), Error> {
    let name = file.display().to_string();
    let links = read_navigation(&read(file)?, &name, page_of).doing("failed to import the plan")?;
    for link in links {
        let from = link.from.unwrap_or_else(|| "*".to_owned());
        snapshot.insert(
            (Some(from), link.to, link.kind),
            (link.valid_from, link.valid_to),
        );
    }
    Ok(())
}

fn sitemap(
    file: &Path,
    page_of: &dyn Fn(&str) -> String,
    snapshot: &mut BTreeMap<Link, Validity>,
    depth: u32,
) -> Result<(), Error> {
    let name = file.display().to_string();
    match read_sitemap(&read(file)?, &name, page_of).doing("failed to import the plan")? {
        Sitemap::Pages(pages) => {
            for page in pages {
                snapshot.insert((None, page, "sitemap".to_owned()), (None, None));
            }
            Ok(())
        }
        Sitemap::Index(parts) if depth == 0 => {
            let folder = file.parent().unwrap_or(Path::new("."));
            for part in parts {
                let leaf = part.rsplit('/').next().unwrap_or_default().to_owned();
                sitemap(&folder.join(leaf), page_of, snapshot, depth + 1)?;
            }
            Ok(())
        }
        Sitemap::Index(_) => Err(Error::failed(format!(
            "`{name}` is a sitemap index inside another: name its parts"
        ))),
    }
}

async fn stored_plan(lake: &Lake) -> Result<BTreeMap<Link, Validity>, Error> {
    let mut stored = BTreeMap::new();
    for batch in &lake
        .read("plan", None, None)
        .await
        .doing("failed to read the plan")?
    {
        let from = columns::texts(batch, "from_page")?;
        let to = columns::texts(batch, "to_page")?;
        let kind = columns::texts(batch, "kind")?;
        for (row, validity) in validities(batch)?.into_iter().enumerate() {
            let source = from.is_valid(row).then(|| from.value(row).to_owned());
            let link = (source, to.value(row).to_owned(), kind.value(row).to_owned());
            stored.insert(link, validity);
        }
    }
    Ok(stored)
}

/// Ends what the snapshot no longer has and begins what it brings. Only the sources at hand speak: a
/// sitemap says nothing about links, nor a navigation about a sitemap's pages.
fn merge_plan(
    mut stored: BTreeMap<Link, Validity>,
    snapshot: BTreeMap<Link, Validity>,
    kinds: &BTreeSet<bool>,
    on: Option<i32>,
) -> (BTreeMap<Link, Validity>, Imported) {
    let speaks = |link: &Link| kinds.contains(&(link.2 == "sitemap"));
    let is_first = !stored.keys().any(speaks);
    let mut done = Imported {
        n_rows: snapshot.len(),
        ..Imported::default()
    };
    for (link, validity) in &mut stored {
        if speaks(link) && validity.1.is_none() && !snapshot.contains_key(link) {
            validity.1 = on.map(|day| day - 1);
            done.n_ended += 1;
        }
    }
    for (link, (from, to)) in snapshot {
        let begin = from.or(if is_first { None } else { on });
        let known = stored
            .get(&link)
            .is_some_and(|v| v.1.is_none() || v.1 == to);
        if !known {
            stored.insert(link, (begin, to));
            done.n_begun += 1;
        }
    }
    (stored, done)
}

fn plan_batch(lake: &Lake, rows: &BTreeMap<Link, Validity>) -> Result<RecordBatch, Error> {
    let schema = lake
        .schema("plan")
        .doing("failed to find the table `plan`")?;
    let from: StringArray = rows.keys().map(|l| l.0.as_deref()).collect();
    let to: StringArray = rows.keys().map(|l| Some(l.1.as_str())).collect();
    let kind: StringArray = rows.keys().map(|l| Some(l.2.as_str())).collect();
    let [begin, end] = validity_columns(rows.values());
    RecordBatch::try_new(
        schema,
        vec![Arc::new(from), Arc::new(to), Arc::new(kind), begin, end],
    )
    .doing("failed to lay out the plan")
}

/// A plan of another site, or of another spelling, names pages that nobody sees: worth a look.
async fn note_unknown_pages(
    run: &Run,
    lake: &Lake,
    rows: &BTreeMap<Link, Validity>,
) -> Result<(), Error> {
    let mut seen = BTreeSet::new();
    for batch in &lake
        .read("pages", None, None)
        .await
        .doing("failed to read `pages`")?
    {
        let pages = columns::texts(batch, "page")?;
        let first = columns::days(batch, "first_seen")?;
        seen.extend(
            (0..batch.num_rows())
                .filter(|row| first.is_valid(*row))
                .map(|row| pages.value(row).to_owned()),
        );
    }
    if seen.is_empty() {
        return Ok(());
    }
    let planned: BTreeSet<&String> = rows.keys().map(|l| &l.1).collect();
    let unknown: Vec<&&String> = planned
        .iter()
        .filter(|p| !seen.contains(p.as_str()))
        .collect();
    if 2 * unknown.len() > planned.len() {
        let examples: Vec<String> = unknown.iter().take(3).map(|p| format!("`{p}`")).collect();
        run.talk.look_at(format!(
            "{} of {} planned pages were never seen in the logs, such as {}: is `base_url` right?",
            unknown.len(),
            planned.len(),
            examples.join(", ")
        ));
    }
    Ok(())
}
