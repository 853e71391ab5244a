//! The table `names`: who a person is, apart from everything else, and only where the settings say so.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Int64Array, RecordBatch, StringArray};

use crate::derive::replace_all;
use crate::error::{Doing, Error};
use crate::store::Lake;

/// User and name by person.
pub(super) type Names = BTreeMap<i64, (String, Option<String>)>;

/// Keeps these names, and no others.
pub(super) async fn keep(lake: &Lake, names: &Names) -> Result<(), Error> {
    let doing = "failed to keep the names";
    let schema = lake.schema("names").doing(doing)?;
    let person: Int64Array = names.keys().map(|person| Some(*person)).collect();
    let user: StringArray = names.values().map(|(user, _)| Some(user.as_str())).collect();
    let name: StringArray = names.values().map(|(_, name)| name.as_deref()).collect();
    let batch = RecordBatch::try_new(
        schema,
        vec![Arc::new(person), Arc::new(user), Arc::new(name)],
    )
    .doing(doing)?;
    let is_same = lake
        .read("names", None, None)
        .await
        .doing(doing)?
        .iter()
        .filter(|stored| stored.num_rows() > 0)
        .eq([&batch].into_iter().filter(|batch| batch.num_rows() > 0));
    if is_same {
        return Ok(());
    }
    replace_all(lake, "names", vec![batch]).await
}
