//! How people are called where they may be listed: by the name they go by, else by a pseudonym.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::Array;
use reports::model::Lists;

use crate::engine::columns;
use crate::error::{Doing, Error};
use crate::run::Run;
use crate::settings;
use crate::store::Lake;

/// That the settings list nobody, and what to do about it.
pub(crate) fn nobody_is_listed() -> Error {
    Error::usage(
        "`people.lists` is `off`, so nobody is listed: write `opt-in` in elephant.toml, \
         and let people ask for it by `elephant people opt-in USER`",
    )
}

/// Who may be listed, and how they are called.
pub(crate) struct Labels {
    /// What the settings allow.
    pub(crate) lists: Lists,
    opted_in: BTreeSet<i64>,
    names: BTreeMap<i64, String>,
}

impl Labels {
    /// Reads who asked to be listed, and the names if there are any: that takes the key, as all that tells of persons.
    pub(crate) async fn read(run: &Run, lake: &Lake) -> Result<Self, Error> {
        let lists = match run.settings.people.lists {
            settings::Lists::Off => Lists::Off,
            settings::Lists::OptIn => Lists::OptIn,
            settings::Lists::Everyone => Lists::Everyone,
        };
        let mut labels = Self {
            lists,
            opted_in: BTreeSet::new(),
            names: BTreeMap::new(),
        };
        if lists == Lists::Off {
            return Ok(labels);
        }
        run.key().map_err(|cause| Error::Usage {
            message: "lists of persons are only there with the lake's key".to_owned(),
            source: Some(cause.into()),
        })?;
        for (table, name) in [("opt_ins", None), ("names", Some("name"))] {
            let doing = format!("failed to read `{table}`");
            for batch in &lake.read(table, None, None).await.doing(doing)? {
                let person = columns::ints(batch, "person")?;
                let user = columns::texts(batch, "user")?;
                let name = name.map(|name| columns::texts(batch, name)).transpose()?;
                for row in 0..batch.num_rows() {
                    let name = name.as_ref().filter(|name| name.is_valid(row));
                    let label = name.unwrap_or(&user).value(row);
                    labels.names.insert(person.value(row), label.to_owned());
                    if table == "opt_ins" {
                        labels.opted_in.insert(person.value(row));
                    }
                }
            }
        }
        Ok(labels)
    }

    /// Whether the settings and the person allow it.
    pub(crate) fn may_list(&self, person: i64) -> bool {
        match self.lists {
            Lists::Off => false,
            Lists::OptIn => self.opted_in.contains(&person),
            Lists::Everyone => true,
        }
    }

    /// What a person is called.
    pub(crate) fn of(&self, person: i64) -> String {
        self.names.get(&person).cloned().unwrap_or_else(|| {
            format!(
                "person {:04x}-{:04x}",
                person as u64 >> 48,
                (person >> 32) & 0xffff
            )
        })
    }
}
