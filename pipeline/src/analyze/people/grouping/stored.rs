//! The steps of a history as rows of the lake, and back.

use std::collections::BTreeMap;

use arrow::array::{Array, RecordBatch};
use queries::findings::group_events::{Event, History};

use super::{birth, word};
use crate::analyze::Window;
use crate::analyze::history::run_id;
use crate::analyze::layout::Layout;
use crate::analyze::people::replace;
use crate::engine::columns;
use crate::error::{Doing, Error};
use crate::store::Lake;

/// How many pages name a group.
const N_NAMING: usize = 6;

/// The groups of a window.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) window: Window,
    pub(crate) fingerprint: i64,
    pub(crate) n_people: i64,
    pub(crate) n_pages: i64,
    pub(crate) n_ties: i64,
    pub(crate) n_tested: i64,
    pub(crate) n_worlds: i64,
    pub(crate) resolution: f64,
    pub(crate) groups: Vec<Found>,
}

/// A group.
#[derive(Debug, Clone, Default)]
pub(crate) struct Found {
    /// Its name; empty until it is followed.
    pub(crate) name: String,
    /// By person.
    pub(crate) members: Vec<Member>,
    /// The least likely first.
    pub(crate) pages: Vec<Page>,
    pub(crate) units: Vec<UnitPart>,
    pub(crate) n_units: i64,
    pub(crate) largest_share: f64,
    pub(crate) cohesion: f64,
    pub(crate) p_value: f64,
    pub(crate) stability: f64,
}

/// A member.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Member {
    pub(crate) person: i64,
    pub(crate) strength: f64,
    pub(crate) is_core: bool,
}

/// A page that a group gathers round.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) address: String,
    pub(crate) n_people: i64,
    pub(crate) expected: f64,
    pub(crate) lift: f64,
}

/// How many members are of a unit.
#[derive(Debug, Clone)]
pub(crate) struct UnitPart {
    pub(crate) dimension: String,
    pub(crate) unit: Option<String>,
    pub(crate) n_people: i64,
}

impl Found {
    fn n_locations(&self) -> i64 {
        let is_location = |part: &&UnitPart| part.dimension == "location" && part.unit.is_some();
        self.units.iter().filter(is_location).count() as i64
    }
}

/// Groups by window and name while they are read.
type Groups = BTreeMap<(i32, String), Found>;

/// The steps that the lake holds, by their last day.
pub(crate) async fn read(lake: &Lake) -> Result<Vec<Step>, Error> {
    let mut groups = Groups::new();
    // In the order of the table, which is that in which they were found.
    let mut order: BTreeMap<i32, Vec<String>> = BTreeMap::new();
    for batch in &rows(lake, "groups").await? {
        let end = columns::days(batch, "window_end")?;
        let name = columns::texts(batch, "group_id")?;
        let n_units = columns::ints(batch, "n_units")?;
        let share = columns::floats(batch, "largest_unit_share")?;
        let cohesion = columns::floats(batch, "cohesion")?;
        let p_value = columns::floats(batch, "p_value")?;
        let stability = columns::floats(batch, "stability")?;
        for row in 0..batch.num_rows() {
            let key = (end.value(row), name.value(row).to_owned());
            order.entry(key.0).or_default().push(key.1.clone());
            let found = Found {
                name: key.1.clone(),
                n_units: n_units.value(row),
                largest_share: share.value(row),
                cohesion: cohesion.value(row),
                p_value: p_value.value(row),
                stability: stability.value(row),
                ..Found::default()
            };
            groups.insert(key, found);
        }
    }
    read_members(lake, &mut groups).await?;
    read_pages(lake, &mut groups).await?;
    read_units(lake, &mut groups).await?;
    let mut steps = Vec::new();
    for batch in &rows(lake, "group_windows").await? {
        let start = columns::days(batch, "window_start")?;
        let end = columns::days(batch, "window_end")?;
        let ints = |name| columns::ints(batch, name);
        let (fingerprint, n_people, n_pages) =
            (ints("fingerprint")?, ints("n_people")?, ints("n_pages")?);
        let (n_ties, n_tested, n_worlds) = (ints("n_ties")?, ints("n_tested")?, ints("n_worlds")?);
        let resolution = columns::floats(batch, "resolution")?;
        for row in 0..batch.num_rows() {
            let end = end.value(row);
            let names = order.remove(&end).unwrap_or_default();
            steps.push(Step {
                window: Window {
                    start: start.value(row),
                    end,
                },
                fingerprint: fingerprint.value(row),
                n_people: n_people.value(row),
                n_pages: n_pages.value(row),
                n_ties: n_ties.value(row),
                n_tested: n_tested.value(row),
                n_worlds: n_worlds.value(row),
                resolution: resolution.value(row),
                groups: names
                    .into_iter()
                    .filter_map(|name| groups.remove(&(end, name)))
                    .collect(),
            });
        }
    }
    Ok(steps)
}

async fn rows(lake: &Lake, table: &str) -> Result<Vec<RecordBatch>, Error> {
    let rows = lake.read(table, None, None).await;
    rows.doing(format!("failed to read `{table}`"))
}

async fn read_members(lake: &Lake, groups: &mut Groups) -> Result<(), Error> {
    for batch in &rows(lake, "group_members").await? {
        let end = columns::days(batch, "window_end")?;
        let name = columns::texts(batch, "group_id")?;
        let person = columns::ints(batch, "person")?;
        let strength = columns::floats(batch, "strength")?;
        let is_core = columns::truths(batch, "is_core")?;
        for row in 0..batch.num_rows() {
            if let Some(group) = groups.get_mut(&(end.value(row), name.value(row).to_owned())) {
                group.members.push(Member {
                    person: person.value(row),
                    strength: strength.value(row),
                    is_core: is_core.value(row),
                });
            }
        }
    }
    Ok(())
}

async fn read_pages(lake: &Lake, groups: &mut Groups) -> Result<(), Error> {
    for batch in &rows(lake, "group_pages").await? {
        let end = columns::days(batch, "window_end")?;
        let name = columns::texts(batch, "group_id")?;
        let page = columns::texts(batch, "page")?;
        let n_people = columns::ints(batch, "n_people")?;
        let expected = columns::floats(batch, "expected_people")?;
        let lift = columns::floats(batch, "lift")?;
        for row in 0..batch.num_rows() {
            if let Some(group) = groups.get_mut(&(end.value(row), name.value(row).to_owned())) {
                group.pages.push(Page {
                    address: page.value(row).to_owned(),
                    n_people: n_people.value(row),
                    expected: expected.value(row),
                    lift: lift.value(row),
                });
            }
        }
    }
    Ok(())
}

async fn read_units(lake: &Lake, groups: &mut Groups) -> Result<(), Error> {
    for batch in &rows(lake, "group_units").await? {
        let end = columns::days(batch, "window_end")?;
        let name = columns::texts(batch, "group_id")?;
        let dimension = columns::texts(batch, "dimension")?;
        let unit = columns::texts(batch, "unit")?;
        let n_people = columns::ints(batch, "n_people")?;
        for row in 0..batch.num_rows() {
            if let Some(group) = groups.get_mut(&(end.value(row), name.value(row).to_owned())) {
                group.units.push(UnitPart {
                    dimension: dimension.value(row).to_owned(),
                    unit: unit.is_valid(row).then(|| unit.value(row).to_owned()),
                    n_people: n_people.value(row),
                });
            }
        }
    }
    Ok(())
}

/// Writes all tables of groups: every step as it is followed now.
pub(crate) async fn write(lake: &Lake, steps: &[Step], history: &History) -> Result<(), Error> {
    replace(lake, "groups", groups(steps, history)?).await?;
    replace(lake, "group_members", members(steps)?).await?;
    replace(lake, "group_pages", pages(steps)?).await?;
    replace(lake, "group_units", units(steps)?).await?;
    replace(lake, "group_events", events(steps, history)?).await?;
    replace(lake, "group_windows", windows(steps)?).await
}

/// A row of a step: the step, the group, and a part of the group.
type Of<'a, T> = (&'a Step, &'a Found, T);

fn each<T>(steps: &[Step], parts: impl Fn(&Found) -> &[T]) -> Vec<Of<'_, &T>> {
    let mut rows = Vec::new();
    for step in steps {
        for group in &step.groups {
            rows.extend(parts(group).iter().map(|part| (step, group, part)));
        }
    }
    rows
}

/// What every row of a step tells first.
fn begun<T>(
    rows: &[T],
    step: impl Fn(&T) -> &Step + Copy,
    group: impl Fn(&T) -> &Found,
) -> Layout<'_, T> {
    of_step(rows, step).text("group_id", |row| group(row).name.clone())
}

fn of_step<T>(rows: &[T], step: impl Fn(&T) -> &Step + Copy) -> Layout<'_, T> {
    Layout::new(rows)
        .int("run_id", |row| run_id(step(row).window))
        .day("window_start", |row| step(row).window.start)
        .day("window_end", |row| step(row).window.end)
}

fn groups(steps: &[Step], history: &History) -> Result<RecordBatch, Error> {
    let mut rows = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        for (place, group) in step.groups.iter().enumerate() {
            let state = history.states[at][place].map(word);
            rows.push((step, group, (history.ids[at][place], state)));
        }
    }
    let born = |id: u32, is_after: bool| {
        let event = birth(history, id)?;
        let window = if is_after { event.after } else { event.window };
        (event.window > 0).then(|| steps[window].window.end)
    };
    begun(&rows, |row| row.0, |row| row.1)
        .int("n_people", |row| row.1.members.len() as i64)
        .int("n_core", |row| {
            let core = row.1.members.iter().filter(|member| member.is_core);
            core.count() as i64
        })
        .int("n_units", |row| row.1.n_units)
        .float("largest_unit_share", |row| row.1.largest_share)
        .int("n_locations", |row| row.1.n_locations())
        .float("cohesion", |row| row.1.cohesion)
        .float("p_value", |row| row.1.p_value)
        .float("stability", |row| row.1.stability)
        .maybe_day("born_from", |row| born(row.2.0, true))
        .maybe_day("born_to", |row| born(row.2.0, false))
        .texts("pages", |row| {
            let pages = row.1.pages.iter().take(N_NAMING);
            pages.map(|page| page.address.clone()).collect()
        })
        .maybe_text("status", |row| row.2.1.map(str::to_owned))
        .finish("groups")
}

fn members(steps: &[Step]) -> Result<RecordBatch, Error> {
    let rows = each(steps, |group| &group.members);
    begun(&rows, |row| row.0, |row| row.1)
        .int("person", |row| row.2.person)
        .float("strength", |row| row.2.strength)
        .truth("is_core", |row| row.2.is_core)
        .finish("group_members")
}

fn pages(steps: &[Step]) -> Result<RecordBatch, Error> {
    let rows = each(steps, |group| &group.pages);
    begun(&rows, |row| row.0, |row| row.1)
        .text("page", |row| row.2.address.clone())
        .int("n_people", |row| row.2.n_people)
        .float("expected_people", |row| row.2.expected)
        .float("lift", |row| row.2.lift)
        .finish("group_pages")
}

fn units(steps: &[Step]) -> Result<RecordBatch, Error> {
    let rows = each(steps, |group| &group.units);
    begun(&rows, |row| row.0, |row| row.1)
        .text("dimension", |row| row.2.dimension.clone())
        .maybe_text("unit", |row| row.2.unit.clone())
        .int("n_people", |row| row.2.n_people)
        .finish("group_units")
}

fn events(steps: &[Step], history: &History) -> Result<RecordBatch, Error> {
    let mut names: BTreeMap<u32, String> = BTreeMap::new();
    for (step, ids) in steps.iter().zip(&history.ids) {
        let groups = step.groups.iter().zip(ids);
        names.extend(groups.map(|(group, id)| (*id, group.name.clone())));
    }
    let name = |id: &u32| names.get(id).cloned().unwrap_or_default();
    Layout::new(&history.events)
        .text("group_id", |event: &Event| name(&event.id))
        .text("event", |event| word(event.kind).to_owned())
        .day("at", |event| steps[event.window].window.end)
        .maybe_day("since", |event| {
            let is_told = event.after < event.window;
            is_told.then(|| steps[event.after].window.end)
        })
        .int("n_people", |event| event.n_before.max(event.n_after) as i64)
        .texts("others", |event| event.others.iter().map(name).collect())
        .finish("group_events")
}

fn windows(steps: &[Step]) -> Result<RecordBatch, Error> {
    of_step(steps, |step| step)
        .int("fingerprint", |step| step.fingerprint)
        .int("n_people", |step| step.n_people)
        .int("n_pages", |step| step.n_pages)
        .int("n_ties", |step| step.n_ties)
        .int("n_tested", |step| step.n_tested)
        .int("n_worlds", |step| step.n_worlds)
        .float("resolution", |step| step.resolution)
        .finish("group_windows")
}
