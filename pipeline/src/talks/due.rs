//! Who is due for a talk: those whose groups something of these days touches.

use std::collections::BTreeMap;

use datafusion::prelude::SessionContext;
use queries::findings::ambassadors::{Contact, Touch, due};

use super::{EVERY_DAYS, contacts};
use crate::analyze::Window;
use crate::civil;
use crate::engine::columns;
use crate::engine::session::day;
use crate::error::{Doing, Error};
use crate::run::Run;
use crate::store::Lake;

/// Somebody to talk to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DueTalk {
    pub(crate) person: i64,
    /// The last talk, as a day.
    pub(crate) last_talk: Option<i32>,
    /// What to talk about: names of findings and what they say.
    pub(crate) subjects: Vec<(String, String)>,
}

/// What there is to talk about: names and what they say, and whom each touches.
#[derive(Default)]
struct Subjects {
    names: Vec<(String, String)>,
    touched: Vec<(u32, i64)>,
}

/// The ambassadors of a window who are due, those first who have waited longest.
pub(crate) async fn due_talks(
    run: &Run,
    lake: &Lake,
    context: &SessionContext,
    window: Window,
) -> Result<Vec<DueTalk>, Error> {
    let chosen = pairs(context, window, "select person, 0 as number from ambassadors where window_start = $window_start and window_end = $window_end order by rank").await?;
    let chosen: Vec<i64> = chosen.into_iter().map(|(person, _)| person).collect();
    let sql = "select person, dense_rank() over (order by group_id) as number from group_members \
               where window_start = $window_start and window_end = $window_end order by person, number";
    let members = pairs(context, window, sql).await?;
    let subjects = Subjects::read(context, window).await?;
    let held = contacts::read(lake).await?;
    let mut persons: Vec<i64> = chosen.clone();
    persons.extend(members.iter().map(|(person, _)| *person));
    persons.extend(subjects.touched.iter().map(|(_, person)| *person));
    persons.extend(held.iter().map(|one| one.person));
    persons.sort_unstable();
    persons.dedup();
    let id = |person: i64| persons.partition_point(|one| *one < person) as u32;
    let zone = run.zone()?;
    let finding = |about: &str| {
        let mut names = subjects.names.iter();
        names.position(|(name, _)| name == about).map(|at| at as u32)
    };
    let held: Vec<Contact> = held
        .iter()
        .map(|one| Contact {
            person: id(one.person),
            day: civil::day_of(&zone, one.at),
            finding: one.about.as_deref().and_then(finding),
        })
        .collect();
    let touches: Vec<Touch> = subjects
        .touched
        .iter()
        .map(|(finding, person)| Touch {
            finding: *finding,
            person: id(*person),
        })
        .collect();
    let mut groups: Vec<(u32, u32)> = members
        .iter()
        .map(|(person, number)| (id(*person), *number as u32))
        .collect();
    groups.sort_unstable();
    let chosen: Vec<u32> = chosen.into_iter().map(id).collect();
    // Talks are held today, not in the window: one of last night counts as the latest.
    let today = held.iter().map(|one| one.day).fold(window.end, i32::max);
    let due = due(&chosen, &held, &touches, &groups, today, EVERY_DAYS);
    Ok(due
        .into_iter()
        .map(|one| DueTalk {
            person: persons[one.person as usize],
            last_talk: one.last_talk,
            subjects: one
                .subjects
                .iter()
                .map(|subject| subjects.names[subject.finding as usize].clone())
                .collect(),
        })
        .collect())
}

async fn pairs(context: &SessionContext, window: Window, sql: &str) -> Result<Vec<(i64, i64)>, Error> {
    let mut pairs = Vec::new();
    for batch in &asked(context, window, sql).await? {
        let person = columns::ints(batch, "person")?;
        let number = columns::ints(batch, "number")?;
        pairs.extend((0..batch.num_rows()).map(|row| (person.value(row), number.value(row))));
    }
    Ok(pairs)
}

async fn asked(
    context: &SessionContext,
    window: Window,
    sql: &str,
) -> Result<Vec<arrow::array::RecordBatch>, Error> {
    let doing = "failed to find who is due for a talk";
    let values = vec![
        ("window_start", day(window.start)),
        ("window_end", day(window.end)),
    ];
    let frame = context.sql(sql).await.doing(doing)?;
    let frame = frame.with_param_values(values).doing(doing)?;
    frame.collect().await.doing(doing)
}

impl Subjects {
    /// Groups that were born, changed or may be new; elephant paths that are new or growing, which touch the groups
    /// that gather round one of their pages.
    async fn read(context: &SessionContext, window: Window) -> Result<Self, Error> {
        let of_groups = "select g.group_id as name, m.person, \
             'the group round ' || coalesce(array_to_string(array_slice(g.pages, 1, 2), ' and '), 'no page') || \
             case coalesce(g.status, 'new') \
             when 'born' then ' is new' when 'growing' then ' is growing' when 'shrinking' then ' is shrinking' \
             when 'merged' then ' took in another one' when 'split' then ' has split' \
             else ' is there' end as says \
             from groups as g join group_members as m on m.group_id = g.group_id and m.window_end = g.window_end \
             where g.window_start = $window_start and g.window_end = $window_end \
             and coalesce(g.status, 'new') <> 'stable' order by name, person";
        let of_paths = "select distinct p.finding_id as name, m.person, \
             'people go from ' || p.from_page || ' to ' || p.to_page || \
             case p.status when 'new' then ', which is new' else ', ever more of them' end as says \
             from elephant_paths as p \
             join group_pages as g on (g.page = p.to_page or g.page = p.from_page) \
             join group_members as m on m.group_id = g.group_id and m.window_end = g.window_end \
             where p.window_start = $window_start and p.window_end = $window_end and p.status in ('new', 'growing') \
             and g.window_start = $window_start and g.window_end = $window_end order by name, person";
        let mut subjects = Self::default();
        for sql in [of_groups, of_paths] {
            for batch in &asked(context, window, sql).await? {
                subjects.add(batch)?;
            }
        }
        Ok(subjects)
    }

    fn add(&mut self, batch: &arrow::array::RecordBatch) -> Result<(), Error> {
        let name = columns::texts(batch, "name")?;
        let says = columns::texts(batch, "says")?;
        let person = columns::ints(batch, "person")?;
        for row in 0..batch.num_rows() {
            if self.names.last().is_none_or(|(last, _)| last != name.value(row)) {
                self.names.push((name.value(row).to_owned(), says.value(row).to_owned()));
            }
            self.touched.push((self.names.len() as u32 - 1, person.value(row)));
        }
        Ok(())
    }
}

/// Days of the last talk by person, for those who are not due as well.
pub(crate) async fn last_talks(run: &Run, lake: &Lake) -> Result<BTreeMap<i64, i32>, Error> {
    let zone = run.zone()?;
    let mut last: BTreeMap<i64, i32> = BTreeMap::new();
    for contact in contacts::read(lake).await? {
        let day = civil::day_of(&zone, contact.at);
        let known = last.entry(contact.person).or_insert(day);
        *known = day.max(*known);
    }
    Ok(last)
}
