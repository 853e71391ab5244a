//! People into the table `people`: each snapshot ends the rows that are no longer so.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, Int64Array, RecordBatch, StringArray};

use super::validity::{Validity, validities, validity_columns};
use super::names::{self, Names};
use super::{Imported, read};
use crate::derive::replace_all;
use crate::engine::columns;
use crate::error::{Doing, Error};
use crate::logs::key::Key;
use crate::people::read::read_people;
use crate::run::Run;
use crate::settings::Mode;
use crate::store::Lake;

/// Imports `people.csv` as a snapshot that holds from `on`.
///
/// # Errors
/// When the file cannot be read or names a user twice; the people are then as they were.
pub async fn import_people(
    run: &Run,
    lake: &Lake,
    key: &Key,
    file: &Path,
    on: Option<i32>,
) -> Result<Imported, Error> {
    let name = file.display().to_string();
    let rows = read_people(&read(file)?, &name).doing("failed to import the people")?;
    let is_named = run.settings.privacy.mode == Mode::Named;
    let mut names = Names::new();
    let mut snapshot = BTreeMap::new();
    for row in rows {
        let person = key.person_of_user(row.user.as_bytes());
        if is_named {
            names.insert(person, (row.user, row.name));
        }
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
        snapshot.insert(person, (texts, manager));
    }
    let stored = stored_people(lake).await?;
    let (rows, done) = merge_people(stored, &snapshot, on);
    if done.n_begun + done.n_ended > 0 {
        replace_all(lake, "people", vec![people_batch(lake, &rows)?]).await?;
    }
    names::keep(lake, &names).await?;
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
        let names = ["department", "location", "role", "employment", "attributes"];
        let texts = names.map(|name| columns::texts(batch, name));
        let texts: Vec<StringArray> = texts.into_iter().collect::<Result<_, _>>()?;
        for (row, validity) in validities(batch)?.into_iter().enumerate() {
            let text = |i: usize| {
                texts[i]
                    .is_valid(row)
                    .then(|| texts[i].value(row).to_owned())
            };
            stored.push((
                persons.value(row),
                [text(0), text(1), text(2), text(3), text(4)],
                managers.is_valid(row).then(|| managers.value(row)),
                validity,
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
    let [begin, end] = validity_columns(rows.iter().map(|row| &row.3));
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
                "valid_from" => begin.clone(),
                _ => end.clone(),
            }
        })
        .collect();
    RecordBatch::try_new(schema, columns).doing("failed to lay out the people")
}
