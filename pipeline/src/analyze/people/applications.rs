//! What pages are used for that nobody meant: the table `applications`.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::RecordBatch;
use datafusion::prelude::SessionContext;
use queries::findings::applications::{
    Application, Meant, Options, World, applications, is_place_of,
};
use queries::findings::audiences::Planned;
use queries::people::uses::{Use, Uses};

use super::audiences::planned;
use super::crowd::Crowd;
use super::units::{Chart, Dimension};
use crate::analyze::Window;
use crate::analyze::history::{self, PastById, status};
use crate::analyze::layout::Layout;
use crate::engine::columns;
use crate::engine::session::ask;
use crate::error::Error;
use crate::plan::section_of;
use crate::run::Run;
use crate::store::Lake;

/// People and pages of three windows, numbered over all of them.
struct Numbered {
    persons: Vec<i64>,
    pages: Vec<String>,
    windows: Vec<Uses>,
    sections: Vec<String>,
    section: Vec<u32>,
}

/// An application, and the departments of the bridge whose place it is.
struct Row<'a> {
    application: &'a Application,
    bridge: Option<&'a [String; 2]>,
}

/// Writes the table; returns how many applications there are, and how many clusters were held against chance. `bridges`
/// are pairs of departments.
pub(super) async fn keep(
    run: &Run,
    lake: &Lake,
    context: &SessionContext,
    crowd: &Crowd,
    bridges: &[[String; 2]],
) -> Result<(u64, u64), Error> {
    let window = crowd.window;
    let before = Crowd::read(context, window.before()).await?;
    let earliest = Crowd::read(context, window.before().before()).await?;
    let numbered = Numbered::of(&[&earliest, &before, crowd]);
    let written = numbered.written(context, window).await?;
    let chart = Chart::read(context, window.end, &numbered.persons).await?;
    let planned = planned(lake).await?;
    let dimension = dimension(&chart, &planned);
    let place = |list: &[String], text: &String| list.binary_search(text).ok().map(|at| at as u32);
    let meant = planned.iter().filter_map(|(section, role, share)| {
        Some(Planned {
            section: place(&numbered.sections, section)?,
            unit: place(&dimension.units, role)?,
            share: *share,
        })
    });
    let meant: Vec<Planned> = meant.collect();
    let [one, two, three] = [0, 1, 2].map(|at| &numbered.windows[at]);
    let world = World {
        windows: [one, two, three],
        written: &written,
        unit: &dimension.unit,
        n_units: dimension.units.len(),
        section: &numbered.section,
        planned: &meant,
    };
    let options = Options {
        k: run.settings.privacy.k_people.into(),
        ..Options::default()
    };
    let found = applications(&world, &options);
    let past = history::past(context, "applications", "n_people", window).await?;
    let talk = numbered.talk(context, window).await?;
    let rows = found.applications.iter().map(|application| Row {
        application,
        bridge: bridge(application, &talk, chart.departments(), bridges),
    });
    let rows: Vec<Row<'_>> = rows.collect();
    let rows = laid_out(&rows, &numbered, dimension, window, &past)?;
    history::keep(lake, context, "applications", window, rows).await?;
    Ok((found.applications.len() as u64, found.n_clusters))
}

/// The bridge that is told already, of which these pages are the place.
fn bridge<'a>(
    application: &Application,
    talk: &[(u32, u32, u32)],
    departments: &Dimension,
    bridges: &'a [[String; 2]],
) -> Option<&'a [String; 2]> {
    let there = talk
        .iter()
        .filter(|(page, ..)| application.pages.contains(page));
    let mut pairs: Vec<(u32, u32)> = there.map(|(_, one, other)| (*one, *other)).collect();
    pairs.sort_unstable();
    pairs.dedup();
    let number = |unit: &String| departments.units.iter().position(|known| known == unit);
    bridges.iter().find(|[one, other]| {
        let units = number(one).zip(number(other));
        units.is_some_and(|(one, other)| {
            let bridge = (one.min(other) as u32, one.max(other) as u32);
            is_place_of(bridge, &pairs, &departments.unit)
        })
    })
}

/// The dimension that audiences were declared by, else the department.
fn dimension<'a>(chart: &'a Chart, planned: &[(String, String, f64)]) -> &'a Dimension {
    let n_declared = |one: &&Dimension| {
        let declared = planned
            .iter()
            .filter(|(_, role, _)| one.units.contains(role));
        declared.count()
    };
    let most = chart.dimensions.iter().rev().max_by_key(n_declared);
    most.filter(|one| n_declared(one) > 0)
        .unwrap_or_else(|| chart.departments())
}

impl Numbered {
    fn of(crowds: &[&Crowd]) -> Self {
        let persons: BTreeSet<i64> = crowds
            .iter()
            .flat_map(|one| &one.persons)
            .copied()
            .collect();
        let pages: BTreeSet<&String> = crowds.iter().flat_map(|one| &one.pages).collect();
        let persons: Vec<i64> = persons.into_iter().collect();
        let pages: Vec<String> = pages.into_iter().cloned().collect();
        let windows = crowds.iter().map(|crowd| {
            let place = |page: &String| pages.partition_point(|one| one < page) as u32;
            let page: Vec<u32> = crowd.pages.iter().map(place).collect();
            let mut uses: Vec<Use> = Vec::with_capacity(crowd.uses.len());
            for (at, person) in crowd.persons.iter().enumerate() {
                let id = persons.partition_point(|one| one < person) as u32;
                let of_person = crowd.uses.items(at as u32).iter();
                for (item, weeks) in of_person.zip(crowd.uses.week_sets(at as u32)) {
                    // Mondays lie seven bits apart.
                    let weeks = (0..32).filter(|week| weeks >> week & 1 == 1);
                    uses.extend(weeks.map(|week| (id, page[*item as usize], week)));
                }
            }
            uses.sort_unstable();
            Uses::new(persons.len(), pages.len(), &uses)
        });
        let windows = windows.collect();
        let sections: BTreeSet<&str> = pages.iter().map(|page| section_of(page)).collect();
        let sections: Vec<String> = sections.into_iter().map(str::to_owned).collect();
        let section = |page: &String| {
            let section = section_of(page);
            sections.partition_point(|one| one.as_str() < section) as u32
        };
        Self {
            section: pages.iter().map(section).collect(),
            persons,
            pages,
            windows,
            sections,
        }
    }

    /// Who wrote on which page, sorted.
    async fn written(
        &self,
        context: &SessionContext,
        window: Window,
    ) -> Result<Vec<(u32, u32)>, Error> {
        let mut written = Vec::new();
        for batch in &ask(context, "written", &window.parameters()).await? {
            let person = columns::ints(batch, "person")?;
            let page = columns::texts(batch, "page")?;
            for row in 0..batch.num_rows() {
                let person = self.persons.binary_search(&person.value(row));
                let page = self
                    .pages
                    .binary_search_by(|one| one.as_str().cmp(page.value(row)));
                if let (Ok(person), Ok(page)) = (person, page) {
                    written.push((person as u32, page as u32));
                }
            }
        }
        written.sort_unstable();
        Ok(written)
    }

    /// Who turned to whom on which page: page, one, other.
    async fn talk(
        &self,
        context: &SessionContext,
        window: Window,
    ) -> Result<Vec<(u32, u32, u32)>, Error> {
        let mut talk = Vec::new();
        for batch in &ask(context, "talk", &window.parameters()).await? {
            let page = columns::texts(batch, "page")?;
            let one = columns::ints(batch, "one")?;
            let other = columns::ints(batch, "other")?;
            for row in 0..batch.num_rows() {
                let page = self
                    .pages
                    .binary_search_by(|known| known.as_str().cmp(page.value(row)));
                let person = |person: i64| self.persons.binary_search(&person);
                let both = (person(one.value(row)), person(other.value(row)));
                if let (Ok(page), (Ok(one), Ok(other))) = (page, both) {
                    talk.push((page as u32, one as u32, other as u32));
                }
            }
        }
        Ok(talk)
    }
}

fn laid_out(
    rows: &[Row<'_>],
    numbered: &Numbered,
    dimension: &Dimension,
    window: Window,
    past: &PastById,
) -> Result<RecordBatch, Error> {
    let pages = |row: &Row<'_>| -> Vec<String> {
        let pages = row.application.pages.iter();
        pages
            .map(|page| numbered.pages[*page as usize].clone())
            .collect()
    };
    let id = |row: &Row<'_>| {
        let mut pages = pages(row);
        pages.sort();
        history::finding_id("applications", "use", pages.iter().map(String::as_str))
    };
    let units = |row: &Row<'_>| -> BTreeMap<u64, Vec<String>> {
        let mut units: BTreeMap<u64, Vec<String>> = BTreeMap::new();
        for (unit, n) in &row.application.units {
            let name = dimension.units[*unit as usize].clone();
            units.entry(*n).or_default().push(name);
        }
        units
    };
    let n_now = |row: &Row<'_>| row.application.n_people[2];
    let bridge = |row: &Row<'_>, at: usize| row.bridge.map(|units| units[at].clone());
    Layout::of_findings(rows, window, id)
        .texts("pages", pages)
        .int("n_people", |row| n_now(row) as i64)
        .text("declared", |row| declared(row.application, numbered))
        .float("audience_distance", |row| row.application.audience_distance)
        .float("p_value", |row| row.application.p_value)
        .float("q_value", |row| row.application.q_value)
        .float("contribution_share", |row| {
            row.application.contribution_share
        })
        .float("site_contribution_share", |row| {
            row.application.site_contribution_share
        })
        .float("return_rate", |row| row.application.return_rate)
        .float("site_return_rate", |row| row.application.site_return_rate)
        .float("growth", |row| row.application.growth)
        .texts("units", |row| {
            units(row).into_values().rev().flatten().collect()
        })
        .texts("unit_counts", |row| {
            let counts = units(row).into_iter().rev();
            let each = counts.flat_map(|(n, names)| names.into_iter().map(move |_| n.to_string()));
            each.collect()
        })
        .maybe_text("bridge_unit_a", |row| bridge(row, 0))
        .maybe_text("bridge_unit_b", |row| bridge(row, 1))
        .text("status", |row| {
            status(n_now(row), past.get(&id(row))).to_owned()
        })
        .finish("applications")
}

/// Whom it was meant for, in words.
fn declared(one: &Application, numbered: &Numbered) -> String {
    let sections: BTreeSet<&str> = one
        .pages
        .iter()
        .map(|page| section_of(&numbered.pages[*page as usize]))
        .collect();
    let sections: Vec<&str> = sections.into_iter().collect();
    match one.meant {
        Meant::Declared => format!("an audience of its own for each of {}", sections.join(", ")),
        Meant::Section => sections.join(", "),
    }
}
