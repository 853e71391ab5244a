//! The fixed units that people belong to: department, location, role, and what else `people.csv` tells.

use std::collections::BTreeMap;

use arrow::array::{Array, StringArray};
use datafusion::prelude::SessionContext;

use crate::engine::columns;
use crate::engine::session::day;
use crate::error::{Doing, Error};

/// A unit that is not known.
pub(crate) const UNKNOWN: u32 = u32::MAX;

/// People from outside are a unit of their own where no department is given for them.
const OUTSIDE: &str = "External";

/// A way of dividing people: by department, by location.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Dimension {
    /// Its name, the column's.
    pub(crate) name: String,
    /// The units' names, sorted; a unit's id is its place here.
    pub(crate) units: Vec<String>,
    /// The unit of each person, [`UNKNOWN`] where nobody says.
    pub(crate) unit: Vec<u32>,
}

impl Dimension {
    /// The name of a person's unit.
    pub(crate) fn of(&self, person: usize) -> Option<&str> {
        let unit = self.unit[person];
        self.units.get(unit as usize).map(String::as_str)
    }
}

/// Who works where on a day.
#[derive(Debug, Clone, Default)]
pub(crate) struct Chart {
    /// Department, location and role, in this order, then employment and further columns where they divide people.
    pub(crate) dimensions: Vec<Dimension>,
    /// The manager of each person.
    pub(crate) manager: Vec<Option<i64>>,
    /// Whether the chart knows the person.
    pub(crate) is_known: Vec<bool>,
}

impl Chart {
    /// The chart of a day for `persons`, who are sorted.
    pub(crate) async fn read(
        context: &SessionContext,
        on: i32,
        persons: &[i64],
    ) -> Result<Self, Error> {
        let doing = "failed to read who works where";
        let sql = "select * from people \
                   where (valid_from is null or valid_from <= $on) \
                   and (valid_to is null or valid_to >= $on) order by person";
        let frame = context.sql(sql).await.doing(doing)?;
        let frame = frame.with_param_values(vec![("on", day(on))]).doing(doing)?;
        let mut chart = Self {
            manager: vec![None; persons.len()],
            is_known: vec![false; persons.len()],
            dimensions: Vec::new(),
        };
        let mut columns: BTreeMap<String, Vec<Option<String>>> = BTreeMap::new();
        for batch in &frame.collect().await.doing(doing)? {
            let person = columns::ints(batch, "person")?;
            let manager = columns::ints(batch, "manager")?;
            let told = Told::read(batch)?;
            for row in 0..batch.num_rows() {
                let Ok(place) = persons.binary_search(&person.value(row)) else {
                    continue;
                };
                chart.is_known[place] = true;
                chart.manager[place] = manager.is_valid(row).then(|| manager.value(row));
                for (name, value) in told.of(row) {
                    let column = columns.entry(name);
                    column.or_insert_with(|| vec![None; persons.len()])[place] = Some(value);
                }
            }
        }
        for name in ["department", "location", "role"] {
            let column = columns.remove(name);
            let column = column.unwrap_or_else(|| vec![None; persons.len()]);
            chart.dimensions.push(dimension(name, &column));
        }
        let more = columns.iter().map(|(name, column)| dimension(name, column));
        // A column that says the same of everybody divides nobody, and one that differs for each names them.
        let divides = |one: &Dimension| {
            one.units.len() > 1 && one.units.len() * 5 <= one.unit.len().max(1)
        };
        chart.dimensions.extend(more.filter(divides));
        Ok(chart)
    }

    /// The departments.
    pub(crate) fn departments(&self) -> &Dimension {
        &self.dimensions[0]
    }

    /// The locations.
    pub(crate) fn locations(&self) -> &Dimension {
        &self.dimensions[1]
    }
}

/// The columns of `people` that divide people.
struct Told {
    plain: [(&'static str, StringArray); 4],
    attributes: StringArray,
}

impl Told {
    fn read(batch: &arrow::array::RecordBatch) -> Result<Self, Error> {
        let text = |name| columns::texts(batch, name);
        Ok(Self {
            plain: [
                ("department", text("department")?),
                ("location", text("location")?),
                ("role", text("role")?),
                ("employment", text("employment")?),
            ],
            attributes: text("attributes")?,
        })
    }

    /// Names and values of a row.
    fn of(&self, row: usize) -> Vec<(String, String)> {
        let value = |column: &StringArray| {
            let is_told = column.is_valid(row) && !column.value(row).is_empty();
            is_told.then(|| column.value(row).to_owned())
        };
        let plain = self.plain.iter();
        let mut told: Vec<(String, String)> = plain
            .filter_map(|(name, column)| Some(((*name).to_owned(), value(column)?)))
            .collect();
        let is_told = |name: &str| told.iter().any(|(known, _)| known == name);
        let is_external = value(&self.plain[3].1).is_some_and(|text| {
            text.eq_ignore_ascii_case("external") || text.eq_ignore_ascii_case("extern")
        });
        if is_external && !is_told("department") {
            told.push(("department".to_owned(), OUTSIDE.to_owned()));
        }
        let more = value(&self.attributes)
            .and_then(|text| serde_json::from_str::<BTreeMap<String, String>>(&text).ok());
        told.extend(more.into_iter().flatten());
        told
    }
}

fn dimension(name: &str, column: &[Option<String>]) -> Dimension {
    let mut units: Vec<String> = column.iter().flatten().cloned().collect();
    units.sort();
    units.dedup();
    let place = |unit: &String| units.binary_search(unit).map_or(UNKNOWN, |place| place as u32);
    let unit = column.iter();
    let unit = unit.map(|unit| unit.as_ref().map_or(UNKNOWN, place));
    Dimension {
        name: name.to_owned(),
        unit: unit.collect(),
        units,
    }
}
