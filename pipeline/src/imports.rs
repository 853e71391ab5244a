//! The plan and the people: files in, dated rows of the lake out.
//!
//! Each import is a snapshot. The first one holds from always; a later one ends what it no longer
//! has on the day before and begins what is new. The same file again changes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    Array, Date32Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};

use crate::derive::replace_all;
use crate::engine::columns;
use crate::error::{Doing, Error};
use crate::logs::key::Key;
use crate::people::read::read_people;
use crate::plan::navigation::read_navigation;
use crate::plan::sitemap::{Sitemap, read_sitemap};
use crate::run::Run;
use crate::store::Lake;

/// What an import changed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Imported {
    /// Rows of the snapshot.
    pub n_rows: usize,
    /// Rows that are new.
    pub n_begun: usize,
    /// Rows that ended.
    pub n_ended: usize,
}

/// A planned link as the lake keeps it: from, to, kind. A sitemap's pages have no source.
type Link = (Option<String>, String, String);
type Validity = (Option<i32>, Option<i32>);

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

fn read(file: &Path) -> Result<Vec<u8>, Error> {
    fs::read(file).misused(format!("failed to read `{}`", file.display()))
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
        let begin = columns::days(batch, "valid_from")?;
        let end = columns::days(batch, "valid_to")?;
        let date = |days: &Date32Array, row: usize| days.is_valid(row).then(|| days.value(row));
        for row in 0..batch.num_rows() {
            let source = from.is_valid(row).then(|| from.value(row).to_owned());
            let link = (source, to.value(row).to_owned(), kind.value(row).to_owned());
            stored.insert(link, (date(&begin, row), date(&end, row)));
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
    let begin: Date32Array = rows.values().map(|v| v.0).collect();
    let end: Date32Array = rows.values().map(|v| v.1).collect();
    RecordBatch::try_new(
        schema,
        vec![
            Arc::new(from),
            Arc::new(to),
            Arc::new(kind),
            Arc::new(begin),
            Arc::new(end),
        ],
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

/// Imports `people.csv` as a snapshot that holds from `on`.
///
/// # Errors
/// When the file cannot be read or names a user twice; the people are then as they were.
pub async fn import_people(
    lake: &Lake,
    key: &Key,
    file: &Path,
    on: Option<i32>,
) -> Result<Imported, Error> {
    let name = file.display().to_string();
    let rows = read_people(&read(file)?, &name).doing("failed to import the people")?;
    let mut snapshot = BTreeMap::new();
    for row in rows {
        let manager = row
            .manager
            .as_deref()
            .map(|m| key.person_of_user(m.as_bytes()));
        let more: serde_json::Map<String, serde_json::Value> = row
            .attributes
            .into_iter()
            .map(|(k, v)| (k, v.into()))
            .collect();
        let attributes = (!more.is_empty()).then(|| serde_json::Value::Object(more).to_string());
        let texts = [
            row.department,
            row.location,
            row.role,
            row.employment,
            attributes,
        ];
        snapshot.insert(key.person_of_user(row.user.as_bytes()), (texts, manager));
    }
    let stored = stored_people(lake).await?;
    let (rows, done) = merge_people(stored, &snapshot, on);
    if done.n_begun + done.n_ended > 0 {
        replace_all(lake, "people", vec![people_batch(lake, &rows)?]).await?;
    }
    Ok(done)
}

type Texts = [Option<String>; 5];
type PersonRow = (i64, Texts, Option<i64>, Validity);

async fn stored_people(lake: &Lake) -> Result<Vec<PersonRow>, Error> {
    let mut stored = Vec::new();
    for batch in &lake
        .read("people", None, None)
        .await
        .doing("failed to read the people")?
    {
        let persons = columns::ints(batch, "person")?;
        let managers = columns::ints(batch, "manager")?;
        let begin = columns::days(batch, "valid_from")?;
        let end = columns::days(batch, "valid_to")?;
        let names = ["department", "location", "role", "employment", "attributes"];
        let texts = names.map(|name| columns::texts(batch, name));
        let texts: Vec<StringArray> = texts.into_iter().collect::<Result<_, _>>()?;
        for row in 0..batch.num_rows() {
            let text = |i: usize| {
                texts[i]
                    .is_valid(row)
                    .then(|| texts[i].value(row).to_owned())
            };
            let date = |days: &Date32Array| days.is_valid(row).then(|| days.value(row));
            stored.push((
                persons.value(row),
                [text(0), text(1), text(2), text(3), text(4)],
                managers.is_valid(row).then(|| managers.value(row)),
                (date(&begin), date(&end)),
            ));
        }
    }
    Ok(stored)
}

fn merge_people(
    mut stored: Vec<PersonRow>,
    snapshot: &BTreeMap<i64, (Texts, Option<i64>)>,
    on: Option<i32>,
) -> (Vec<PersonRow>, Imported) {
    let is_first = stored.is_empty();
    let mut done = Imported {
        n_rows: snapshot.len(),
        ..Imported::default()
    };
    let mut standing = BTreeSet::new();
    for (person, texts, manager, validity) in &mut stored {
        if validity.1.is_some() {
            continue;
        }
        let stays = snapshot
            .get(person)
            .is_some_and(|(t, m)| t == texts && m == manager);
        if stays {
            standing.insert(*person);
        } else {
            validity.1 = on.map(|day| day - 1);
            done.n_ended += 1;
        }
    }
    let begin = if is_first { None } else { on };
    for (person, (texts, manager)) in snapshot {
        if !standing.contains(person) {
            stored.push((*person, texts.clone(), *manager, (begin, None)));
            done.n_begun += 1;
        }
    }
    stored.sort();
    (stored, done)
}

fn people_batch(lake: &Lake, rows: &[PersonRow]) -> Result<RecordBatch, Error> {
    let schema = lake
        .schema("people")
        .doing("failed to find the table `people`")?;
    let text = |i: usize| -> Arc<dyn Array> {
        Arc::new(
            rows.iter()
                .map(|r| r.1[i].as_deref())
                .collect::<StringArray>(),
        )
    };
    let persons: Int64Array = rows.iter().map(|r| Some(r.0)).collect();
    let managers: Int64Array = rows.iter().map(|r| r.2).collect();
    let begin: Date32Array = rows.iter().map(|r| r.3.0).collect();
    let end: Date32Array = rows.iter().map(|r| r.3.1).collect();
    let columns = schema
        .fields()
        .iter()
        .map(|field| -> Arc<dyn Array> {
            match field.name().as_str() {
                "person" => Arc::new(persons.clone()),
                "manager" => Arc::new(managers.clone()),
                "department" => text(0),
                "location" => text(1),
                "role" => text(2),
                "employment" => text(3),
                "attributes" => text(4),
                "valid_from" => Arc::new(begin.clone()),
                _ => Arc::new(end.clone()),
            }
        })
        .collect();
    RecordBatch::try_new(schema, columns).doing("failed to lay out the people")
}

/// Leaves a person out of everything, or counts them again.
///
/// # Errors
/// When the lake cannot be written.
pub async fn opt_out(lake: &Lake, key: &Key, user: &str, is_out: bool) -> Result<bool, Error> {
    let person = key.person_of_user(user.as_bytes());
    let mut rows: BTreeMap<i64, i64> = BTreeMap::new();
    for batch in &lake
        .read("opt_outs", None, None)
        .await
        .doing("failed to read `opt_outs`")?
    {
        let persons = columns::ints(batch, "person")?;
        let at = columns::times(batch, "at")?;
        rows.extend((0..batch.num_rows()).map(|row| (persons.value(row), at.value(row))));
    }
    let now = jiff::Timestamp::now().as_microsecond();
    let is_changed = if is_out {
        let is_new = !rows.contains_key(&person);
        rows.entry(person).or_insert(now);
        is_new
    } else {
        rows.remove(&person).is_some()
    };
    if is_changed {
        let schema = lake
            .schema("opt_outs")
            .doing("failed to find the table `opt_outs`")?;
        let persons: Int64Array = rows.keys().map(|p| Some(*p)).collect();
        let at = TimestampMicrosecondArray::from_iter_values(rows.values().copied())
            .with_timezone("UTC");
        let batch = RecordBatch::try_new(schema, vec![Arc::new(persons), Arc::new(at)])
            .doing("failed to lay out the opt-outs")?;
        replace_all(lake, "opt_outs", vec![batch]).await?;
    }
    Ok(is_changed)
}
