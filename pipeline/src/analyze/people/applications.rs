//! What pages are used for that nobody meant: the table `applications`.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::RecordBatch;
use datafusion::prelude::SessionContext;
use queries::findings::applications::{
    Application, Applications, Meant, Options, World, applications,
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

/// Writes the table; returns how many applications there are, and how many clusters were held against chance.
pub(super) async fn keep(
    run: &Run,
    lake: &Lake,
    context: &SessionContext,
    crowd: &Crowd,
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
    let rows = laid_out(&found, &numbered, dimension, window, &past)?;
    history::keep(lake, context, "applications", window, rows).await?;
    Ok((found.applications.len() as u64, found.n_clusters))
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
}

fn laid_out(
    found: &Applications,
    numbered: &Numbered,
    dimension: &Dimension,
    window: Window,
    past: &PastById,
) -> Result<RecordBatch, Error> {
    let pages = |one: &Application| -> Vec<String> {
        let pages = one.pages.iter();
        pages
            .map(|page| numbered.pages[*page as usize].clone())
            .collect()
    };
    let id = |one: &Application| {
        let mut pages = pages(one);
        pages.sort();
        history::finding_id("applications", "use", pages.iter().map(String::as_str))
    };
    let units = |one: &Application| -> BTreeMap<u64, Vec<String>> {
        let mut units: BTreeMap<u64, Vec<String>> = BTreeMap::new();
        for (unit, n) in &one.units {
            let name = dimension.units[*unit as usize].clone();
            units.entry(*n).or_default().push(name);
        }
        units
    };
    let n_now = |one: &Application| one.n_people[2];
    Layout::of_findings(&found.applications, window, id)
        .texts("pages", pages)
        .int("n_people", |one| n_now(one) as i64)
        .text("declared", |one| declared(one, numbered))
        .float("audience_distance", |one| one.audience_distance)
        .float("p_value", |one| one.p_value)
        .float("q_value", |one| one.q_value)
        .float("contribution_share", |one| one.contribution_share)
        .float("site_contribution_share", |one| one.site_contribution_share)
        .float("return_rate", |one| one.return_rate)
        .float("site_return_rate", |one| one.site_return_rate)
        .float("growth", |one| one.growth)
        .texts("units", |one| {
            units(one).into_values().rev().flatten().collect()
        })
        .texts("unit_counts", |one| {
            let counts = units(one).into_iter().rev();
            let each = counts.flat_map(|(n, names)| names.into_iter().map(move |_| n.to_string()));
            each.collect()
        })
        .text("status", |one| {
            status(n_now(one), past.get(&id(one))).to_owned()
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
        Meant::Declared => format!("what was declared for {}", sections.join(", ")),
        Meant::Section => sections.join(", "),
    }
}
