//! The groups that may be shown, and those that are no more.

use std::collections::BTreeMap;

use queries::day::Day;
use queries::privacy::About;
use reports::model::{EndedGroup, Findings, GatheredPage, Group, GroupEvent, PageName, UnitPart};

use crate::engine::columns::{self, int_at};
use crate::error::Error;
use crate::report::pages::Pages;
use crate::report::scope::Scope;

/// How many pages of a group are told.
const N_PAGES: usize = 6;

/// What is told of a group beside its own row, by its id.
struct Beside {
    pages: BTreeMap<String, Vec<GatheredPage>>,
    units: BTreeMap<(String, String), Vec<(String, u64)>>,
    sizes: BTreeMap<String, Vec<(Day, u64)>>,
    events: BTreeMap<String, Vec<GroupEvent>>,
}

/// Those born and growing first, then the largest.
pub(crate) async fn groups(scope: &Scope<'_>, pages: &Pages) -> Result<Findings<Group>, Error> {
    let beside = Beside::read(scope, pages).await?;
    let mut groups = Findings::default();
    for batch in &scope
        .findings("groups", "order by n_people desc, group_id")
        .await?
    {
        let id = columns::texts(batch, "group_id")?;
        let n_people = columns::ints(batch, "n_people")?;
        let n_core = columns::ints(batch, "n_core")?;
        let share = columns::floats(batch, "largest_unit_share")?;
        let p_value = columns::floats(batch, "p_value")?;
        let stability = columns::floats(batch, "stability")?;
        let (born_from, born_to) = (
            columns::days(batch, "born_from")?,
            columns::days(batch, "born_to")?,
        );
        let status = columns::texts(batch, "status")?;
        for row in 0..batch.num_rows() {
            let n = int_at(&n_people, row) as u64;
            let Some(told) = scope.gate.told(About::People, n, None) else {
                groups.n_withheld += 1;
                continue;
            };
            let id = id.value(row).to_owned();
            let is_told = |column: &arrow::array::Date32Array| {
                use arrow::array::Array;
                column.is_valid(row).then(|| Day(column.value(row)))
            };
            let core = int_at(&n_core, row) as u64;
            let largest = (share.value(row) * n as f64).round() as u64;
            groups.shown.push(Group {
                pages: beside.pages.get(&id).cloned().unwrap_or_default(),
                n_people: told,
                n_core: scope.gate.told(About::People, core, Some(n)),
                departments: beside.parts(scope, &id, "department", n),
                locations: beside.parts(scope, &id, "location", n),
                largest_unit_share: scope
                    .gate
                    .shows(About::People, largest, Some(n))
                    .then(|| share.value(row)),
                p_value: p_value.value(row),
                stability: stability.value(row),
                born: is_told(&born_from).zip(is_told(&born_to)),
                event: crate::engine::columns::text_at(&status, row).to_owned(),
                origin: beside.origin(&id),
                events: beside.events(&id).to_vec(),
                sizes: beside.sizes_of(scope, &id),
                id,
            });
        }
    }
    let is_new = |group: &Group| !matches!(group.event.as_str(), "born" | "growing");
    groups.shown.sort_by_key(is_new);
    Ok(groups)
}

/// Groups that ended in the window, the latest first.
pub(crate) async fn ended_groups(
    scope: &Scope<'_>,
    pages: &Pages,
) -> Result<Vec<EndedGroup>, Error> {
    let sql = "select e.group_id, e.event, e.at, \
               (select max(g.n_people) from groups as g where g.group_id = e.group_id) as n_most, \
               (select max(g.window_end) from groups as g where g.group_id = e.group_id) as last_end \
               from group_events as e where e.event = 'ended' \
               and e.at between $window_start and $window_end order by e.at desc, e.group_id";
    let mut ended = Vec::new();
    for batch in &scope
        .select(sql, "failed to read the groups that ended")
        .await?
    {
        let id = columns::texts(batch, "group_id")?;
        let event = columns::texts(batch, "event")?;
        let at = columns::days(batch, "at")?;
        let n_most = columns::ints(batch, "n_most")?;
        for row in 0..batch.num_rows() {
            let n_most = int_at(&n_most, row) as u64;
            // A group that was never shown has no end to tell.
            let told = scope.gate.told(About::People, n_most, None);
            if told.is_none() {
                continue;
            }
            ended.push(EndedGroup {
                id: id.value(row).to_owned(),
                pages: last_pages(scope, pages, id.value(row)).await?,
                event: event.value(row).to_owned(),
                ended_at: Day(at.value(row)),
                n_people_most: told,
            });
        }
    }
    Ok(ended)
}

async fn last_pages(scope: &Scope<'_>, pages: &Pages, id: &str) -> Result<Vec<PageName>, Error> {
    let sql = "select group_id, page from group_pages order by group_id, window_end desc, lift desc, page";
    let mut names: Vec<PageName> = Vec::new();
    for batch in &scope
        .select(sql, "failed to read the pages of groups")
        .await?
    {
        let group = columns::texts(batch, "group_id")?;
        let page = columns::texts(batch, "page")?;
        for row in 0..batch.num_rows() {
            let name = pages.name(page.value(row));
            if group.value(row) == id && names.len() < N_PAGES && !names.contains(&name) {
                names.push(name);
            }
        }
    }
    Ok(names)
}

impl Beside {
    async fn read(scope: &Scope<'_>, pages: &Pages) -> Result<Self, Error> {
        Ok(Self {
            pages: gathered(scope, pages).await?,
            units: units(scope).await?,
            sizes: sizes(scope).await?,
            events: events(scope).await?,
        })
    }

    /// The units of a group, the largest first.
    fn parts(&self, scope: &Scope<'_>, id: &str, dimension: &str, n: u64) -> Vec<UnitPart> {
        let key = (id.to_owned(), dimension.to_owned());
        let units = self.units.get(&key).map_or(&[][..], Vec::as_slice);
        told_parts(scope, dimension, n, units)
    }

    fn events(&self, id: &str) -> &[GroupEvent] {
        self.events.get(id).map_or(&[], Vec::as_slice)
    }

    /// How a group came out of others: by a split, or by a merger in the window in which it was first seen.
    fn origin(&self, id: &str) -> Option<GroupEvent> {
        let first = self.sizes.get(id).and_then(|sizes| sizes.first());
        let is_first = |event: &GroupEvent| first.is_some_and(|(end, _)| *end == event.at);
        let came = |event: &&GroupEvent| match event.event.as_str() {
            "came out" => true,
            "merged" => is_first(event),
            _ => false,
        };
        self.events(id).iter().find(came).cloned()
    }

    fn sizes_of(&self, scope: &Scope<'_>, id: &str) -> Vec<(Day, Option<u64>)> {
        let sizes = self.sizes.get(id).map_or(&[][..], Vec::as_slice);
        let told = |n: u64| scope.gate.told(About::People, n, None);
        sizes.iter().map(|(end, n)| (*end, told(*n))).collect()
    }
}

/// The units of `n` people, the largest first. Those of few people stand together under one name: that somebody is
/// of a unit is told of no unit of which only a few are.
pub(crate) fn told_parts(
    scope: &Scope<'_>,
    dimension: &str,
    n: u64,
    units: &[(String, u64)],
) -> Vec<UnitPart> {
    if units.is_empty() {
        // Nothing is known of them: not even that there are several.
        return Vec::new();
    }
    let counts: Vec<u64> = units.iter().map(|(_, n)| *n).collect();
    let told = scope.gate.told_parts(About::People, n, &counts);
    let mut parts: Vec<UnitPart> = Vec::new();
    let mut rest = n;
    for ((unit, n), told) in units.iter().zip(told) {
        if told.is_some() {
            rest = rest.saturating_sub(*n);
            parts.push(UnitPart {
                unit: unit.clone(),
                n_people: told,
            });
        }
    }
    if rest > 0 {
        let other = if parts.is_empty() { "several" } else { "other" };
        parts.push(UnitPart {
            unit: format!("{other} {dimension}s"),
            n_people: scope.gate.told(About::People, rest, None),
        });
    }
    parts
}

async fn gathered(
    scope: &Scope<'_>,
    pages: &Pages,
) -> Result<BTreeMap<String, Vec<GatheredPage>>, Error> {
    let mut gathered: BTreeMap<String, Vec<GatheredPage>> = BTreeMap::new();
    let rest = "order by group_id, lift desc, page";
    for batch in &scope.findings("group_pages", rest).await? {
        let id = columns::texts(batch, "group_id")?;
        let page = columns::texts(batch, "page")?;
        let n_people = columns::ints(batch, "n_people")?;
        let lift = columns::floats(batch, "lift")?;
        for row in 0..batch.num_rows() {
            let n = int_at(&n_people, row) as u64;
            // Members on a page are people of a group: the larger k holds.
            let Some(n_people) = scope.gate.told(About::People, n, None) else {
                continue;
            };
            let of_group = gathered.entry(id.value(row).to_owned()).or_default();
            if of_group.len() < N_PAGES {
                of_group.push(GatheredPage {
                    name: pages.name(page.value(row)),
                    n_people,
                    lift: lift.value(row),
                });
            }
        }
    }
    Ok(gathered)
}

type Units = BTreeMap<(String, String), Vec<(String, u64)>>;

async fn units(scope: &Scope<'_>) -> Result<Units, Error> {
    let mut units = Units::new();
    let rest = "and unit is not null order by group_id, dimension, n_people desc, unit";
    for batch in &scope.findings("group_units", rest).await? {
        let id = columns::texts(batch, "group_id")?;
        let dimension = columns::texts(batch, "dimension")?;
        let unit = columns::texts(batch, "unit")?;
        let n_people = columns::ints(batch, "n_people")?;
        for row in 0..batch.num_rows() {
            let key = (id.value(row).to_owned(), dimension.value(row).to_owned());
            let part = (unit.value(row).to_owned(), int_at(&n_people, row) as u64);
            units.entry(key).or_default().push(part);
        }
    }
    Ok(units)
}

async fn sizes(scope: &Scope<'_>) -> Result<BTreeMap<String, Vec<(Day, u64)>>, Error> {
    let mut sizes: BTreeMap<String, Vec<(Day, u64)>> = BTreeMap::new();
    let sql = "select group_id, window_end, n_people from groups \
               where window_end <= $window_end order by group_id, window_end";
    for batch in &scope
        .select(sql, "failed to read the sizes of groups")
        .await?
    {
        let id = columns::texts(batch, "group_id")?;
        let end = columns::days(batch, "window_end")?;
        let n_people = columns::ints(batch, "n_people")?;
        for row in 0..batch.num_rows() {
            let size = (Day(end.value(row)), int_at(&n_people, row) as u64);
            sizes
                .entry(id.value(row).to_owned())
                .or_default()
                .push(size);
        }
    }
    Ok(sizes)
}

/// The events of each group, in order, where they have enough people to be told of. A group that came out of another stands in
/// no row of its own: it is one of the others of that one's split.
async fn events(scope: &Scope<'_>) -> Result<BTreeMap<String, Vec<GroupEvent>>, Error> {
    let mut events: BTreeMap<String, Vec<GroupEvent>> = BTreeMap::new();
    for batch in &scope
        .select(EVENTS, "failed to read the events of groups")
        .await?
    {
        let id = columns::texts(batch, "group_id")?;
        let event = columns::texts(batch, "event")?;
        let since = columns::days(batch, "since")?;
        let at = columns::days(batch, "at")?;
        let n_people = columns::ints(batch, "n_people")?;
        for row in 0..batch.num_rows() {
            let n = int_at(&n_people, row) as u64;
            if !scope.gate.shows(About::People, n, None) {
                continue;
            }
            let event = GroupEvent {
                event: event.value(row).to_owned(),
                since: Day(since.value(row)),
                at: Day(at.value(row)),
            };
            events
                .entry(id.value(row).to_owned())
                .or_default()
                .push(event);
        }
    }
    Ok(events)
}

/// Of two in one window the structural one comes last, since a group that splits shrinks too.
const EVENTS: &str = "\
     select group_id, event, since, at, n_people, event in ('merged', 'split') as is_structural \
     from group_events where at <= $window_end \
     union all \
     select unnest(others) as group_id, 'came out' as event, since, at, n_people, true as is_structural \
     from group_events where event = 'split' and at <= $window_end \
     order by group_id, at, is_structural, event";
