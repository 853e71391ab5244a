//! The table `contacts`: talks that were held.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};

use crate::derive::replace_all;
use crate::engine::columns;
use crate::error::{Doing, Error};
use crate::logs::key::Key;
use crate::people::known::is_known;
use crate::run::Run;
use crate::store::Lake;

/// A talk to write down.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The name that the logs give the person.
    pub user: &'a str,
    /// The finding that it was about.
    pub about: Option<&'a str>,
    /// What there is to say about it.
    pub note: Option<&'a str>,
}

/// A talk that was held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Contact {
    pub(crate) person: i64,
    /// Microseconds UTC.
    pub(crate) at: i64,
    pub(crate) about: Option<String>,
    note: Option<String>,
}

/// Writes down a talk, held now.
///
/// # Errors
/// When nobody knows the person or the finding, or the lake cannot be written.
pub async fn add(run: &Run, lake: &Lake, key: &Key, request: &Request<'_>) -> Result<(), Error> {
    let person = key.person_of_user(request.user.as_bytes());
    if !is_known(run, lake, person, "sessions").await? {
        return Err(Error::usage(format!(
            "neither the people nor the logs know `{}`: write the user as the logs do",
            request.user
        )));
    }
    if let Some(about) = request.about
        && !is_finding(lake, about).await?
    {
        return Err(Error::usage(format!(
            "there is no finding `{about}`: `elephant ambassadors list` shows what there is to talk about, \
             and every table of findings has a finding_id"
        )));
    }
    let mut contacts = read(lake).await?;
    contacts.push(Contact {
        person,
        at: jiff::Timestamp::now().as_microsecond(),
        about: request.about.map(str::to_owned),
        note: request.note.map(str::to_owned),
    });
    write(lake, &contacts).await
}

/// All talks, as they were written down.
pub(crate) async fn read(lake: &Lake) -> Result<Vec<Contact>, Error> {
    let doing = "failed to read the talks";
    let mut contacts = Vec::new();
    for batch in &lake.read("contacts", None, None).await.doing(doing)? {
        let person = columns::ints(batch, "person")?;
        let at = columns::times(batch, "at")?;
        let about = columns::texts(batch, "about")?;
        let note = columns::texts(batch, "note")?;
        let text = |column: &StringArray, row: usize| {
            column.is_valid(row).then(|| column.value(row).to_owned())
        };
        contacts.extend((0..batch.num_rows()).map(|row| Contact {
            person: person.value(row),
            at: at.value(row),
            about: text(&about, row),
            note: text(&note, row),
        }));
    }
    Ok(contacts)
}

async fn write(lake: &Lake, contacts: &[Contact]) -> Result<(), Error> {
    let doing = "failed to write down the talk";
    let person: Int64Array = contacts.iter().map(|one| Some(one.person)).collect();
    let at = TimestampMicrosecondArray::from_iter_values(contacts.iter().map(|one| one.at));
    let about: StringArray = contacts.iter().map(|one| one.about.as_deref()).collect();
    let note: StringArray = contacts.iter().map(|one| one.note.as_deref()).collect();
    let columns: Vec<ArrayRef> = vec![
        Arc::new(person),
        Arc::new(at.with_timezone("UTC")),
        Arc::new(about),
        Arc::new(note),
    ];
    let schema = lake.schema("contacts").doing(doing)?;
    let rows = RecordBatch::try_new(schema, columns).doing(doing)?;
    replace_all(lake, "contacts", vec![rows]).await
}

/// Tables of findings, with the column that names each.
const FINDINGS: [(&str, &str); 11] = [
    ("elephant_paths_history", "finding_id"),
    ("detours_history", "finding_id"),
    ("shortcut_candidates_history", "finding_id"),
    ("journeys_history", "finding_id"),
    ("deserted_links_history", "finding_id"),
    ("drop_offs_history", "finding_id"),
    ("gathering_places_history", "finding_id"),
    ("bridges_history", "finding_id"),
    ("applications_history", "finding_id"),
    ("audiences", "finding_id"),
    ("groups", "group_id"),
];

async fn is_finding(lake: &Lake, name: &str) -> Result<bool, Error> {
    for (table, column) in FINDINGS {
        let rows = lake.read(table, None, None).await;
        for batch in &rows.doing(format!("failed to read `{table}`"))? {
            if columns::texts(batch, column)?
                .iter()
                .flatten()
                .any(|known| known == name)
            {
                return Ok(true);
            }
        }
    }
    Ok(false)
}
