//! From findings to a report: asks the lake, passes every number through the gate, writes the files.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use arrow::array::Array;
use datafusion::prelude::SessionContext;
use queries::day::Day;
use queries::privacy::{About, Gate};
use reports::model::{
    ActorCount, DayUse, HourUse, Ledger, Method, PageUse, PathFinding, Report, SectionUse, Totals,
    WeekCount, Window as Days,
};

use crate::analyze::{Window, window};
use crate::civil;
use crate::derive::register_hubs;
use crate::engine::columns::{self, int_at, text_at};
use crate::engine::planned_steps::{Plan, plan_on};
use crate::engine::session::{self, ask, day, keep};
use crate::error::{Doing, Error};
use crate::lawn;
use crate::run::Run;
use crate::store::Lake;

/// How many pages the report ranks.
const N_TOP_PAGES: usize = 15;

/// Writes the report of a window; returns the path of its page. `None`: the lake has no events.
///
/// # Errors
/// When the lake cannot be read or the report not be written.
pub async fn report(
    run: &Run,
    lake: &Lake,
    out: &Path,
    as_of: Option<i32>,
    window_days: Option<u32>,
) -> Result<Option<PathBuf>, Error> {
    let Some(window) = window(run, lake, as_of, window_days).await? else {
        return Ok(None);
    };
    let context = session::over_lake(lake, run.memory).await?;
    register_hubs(&context, run)?;
    keep(&context, "excluded", &[]).await?;
    let report = gather(run, lake, &context, window).await?;
    let files = reports::render(&report).doing("failed to draw the report")?;
    write_files(out, files).map(Some)
}

fn write_files(out: &Path, files: Vec<(String, Vec<u8>)>) -> Result<PathBuf, Error> {
    for (name, bytes) in files {
        let path = out.join(&name);
        let doing = format!("failed to write `{}`", path.display());
        fs::create_dir_all(path.parent().unwrap_or(out)).doing(&doing)?;
        // A reader sees the old file or the new one, never half of it.
        let half = path.with_extension("part");
        fs::write(&half, bytes).doing(&doing)?;
        fs::rename(&half, &path).doing(&doing)?;
    }
    Ok(out.join("index.html"))
}

async fn gather(
    run: &Run,
    lake: &Lake,
    context: &SessionContext,
    window: Window,
) -> Result<Report, Error> {
    let gate = Gate {
        k_pages: run.settings.privacy.k_pages.into(),
        k_people: run.settings.privacy.k_people.into(),
    };
    let pages = Pages::read(lake).await?;
    let plan = plan_on(context, Some(window.end), &pages.seen).await?;
    let before = window.before();
    let (totals_before, days_before) = use_of(context, before, &plan, gate).await?;
    // The window's own people come last: `weak_persons` stays as the later questions need it.
    let (totals, days) = use_of(context, window, &plan, gate).await?;
    let totals = totals.unwrap_or_default();
    let (paths, n_withheld) = paths(run, context, window, &pages, gate, totals.people).await?;
    let (top_pages, n_pages) = top_pages(context, window, gate, totals.people).await?;
    let lawn = match paths.first() {
        Some(first) => Some(lawn::lawn(context, window, &plan, &pages.titles, first, gate).await?),
        None => None,
    };
    Ok(Report {
        intranet: run.settings.intranet.name.clone(),
        window: days_of(window),
        before: totals_before.is_some().then(|| days_of(before)),
        totals: Totals {
            pages: n_pages,
            ..totals.clone()
        },
        totals_before,
        days,
        days_before,
        hours: hours(run, context, window, gate).await?,
        top_pages,
        paths,
        lawn,
        sections: sections(context, window, &plan, &pages, gate, totals.people).await?,
        ledger: ledger(lake).await?,
        actors: actors(lake).await?,
        method: method(run, lake, &plan, window, n_withheld).await?,
        notes: Vec::new(),
        gate,
    })
}

fn days_of(window: Window) -> Days {
    Days {
        start: Day(window.start),
        end: Day(window.end),
    }
}

fn bounds(window: Window) -> [session::Parameter<'static>; 2] {
    [
        ("window_start", day(window.start)),
        ("window_end", day(window.end)),
    ]
}

/// The table `pages`, for titles and sections.
struct Pages {
    titles: HashMap<String, String>,
    sections: HashMap<String, String>,
    planned: BTreeSet<String>,
    seen: BTreeSet<String>,
}

impl Pages {
    async fn read(lake: &Lake) -> Result<Self, Error> {
        let mut pages = Self {
            titles: HashMap::new(),
            sections: HashMap::new(),
            planned: BTreeSet::new(),
            seen: BTreeSet::new(),
        };
        for batch in &lake
            .read("pages", None, None)
            .await
            .doing("failed to read `pages`")?
        {
            let page = columns::texts(batch, "page")?;
            let title = columns::texts(batch, "title")?;
            let section = columns::texts(batch, "section")?;
            let planned = columns::truths(batch, "is_planned")?;
            for row in 0..batch.num_rows() {
                let name = page.value(row).to_owned();
                pages
                    .titles
                    .insert(name.clone(), text_at(&title, row).to_owned());
                pages
                    .sections
                    .insert(name.clone(), text_at(&section, row).to_owned());
                if planned.value(row) {
                    pages.planned.insert(name.clone());
                }
                pages.seen.insert(name);
            }
        }
        Ok(pages)
    }

    fn title(&self, page: &str) -> String {
        self.titles
            .get(page)
            .filter(|t| !t.is_empty())
            .cloned()
            .unwrap_or_else(|| page.to_owned())
    }
}

/// People, visits, views of a window and of its days; `None` where nobody came.
async fn use_of(
    context: &SessionContext,
    window: Window,
    plan: &Plan,
    gate: Gate,
) -> Result<(Option<Totals>, Vec<DayUse>), Error> {
    keep(context, "weak_persons", &bounds(window)).await?;
    let mut totals = Totals::default();
    for batch in &ask(context, "use_in_all", &bounds(window)).await? {
        totals.people = int_at(&columns::ints(batch, "n_people")?, 0) as u64;
        totals.visits = int_at(&columns::ints(batch, "n_visits")?, 0) as u64;
        totals.views = int_at(&columns::ints(batch, "n_views")?, 0) as u64;
    }
    if !gate.shows(About::Pages, totals.people, None) {
        return Ok((None, Vec::new()));
    }
    let mut days = Vec::new();
    for batch in &ask(context, "use_by_day", &bounds(window)).await? {
        let date = columns::days(batch, "day")?;
        let people = columns::ints(batch, "n_people")?;
        let views = columns::ints(batch, "n_views")?;
        for row in 0..batch.num_rows() {
            let n = int_at(&people, row) as u64;
            let is_shown = gate.shows(About::Pages, n, Some(totals.people));
            days.push(DayUse {
                day: Day(date.value(row)),
                people: is_shown.then_some(n),
                views: is_shown.then(|| int_at(&views, row) as u64),
            });
        }
    }
    totals.share_unplanned = share_unplanned(context, window, plan).await?;
    Ok((Some(totals), days))
}

/// Moves of a window by pair of pages, returns left out.
async fn pairs(
    context: &SessionContext,
    window: Window,
) -> Result<Vec<(String, String, u64)>, Error> {
    let mut pairs = Vec::new();
    for batch in &ask(context, "moves_by_pair", &bounds(window)).await? {
        let from = columns::texts(batch, "from_page")?;
        let to = columns::texts(batch, "to_page")?;
        let n = columns::ints(batch, "n_moves")?;
        pairs.extend((0..batch.num_rows()).map(|row| {
            (
                from.value(row).to_owned(),
                to.value(row).to_owned(),
                int_at(&n, row) as u64,
            )
        }));
    }
    Ok(pairs)
}

fn is_planned(plan: &Plan, from: &str, to: &str) -> bool {
    match (plan.id(from), plan.id(to)) {
        (Some(from), Some(to)) => plan.graph.has_link(from, to),
        _ => false,
    }
}

async fn share_unplanned(
    context: &SessionContext,
    window: Window,
    plan: &Plan,
) -> Result<Option<f64>, Error> {
    if plan.n_links == 0 {
        return Ok(None);
    }
    let (mut unplanned, mut all) = (0, 0);
    for (from, to, n) in pairs(context, window).await? {
        all += n;
        unplanned += if is_planned(plan, &from, &to) { 0 } else { n };
    }
    Ok((all > 0).then(|| unplanned as f64 / all as f64))
}

async fn hours(
    run: &Run,
    context: &SessionContext,
    window: Window,
    gate: Gate,
) -> Result<Vec<HourUse>, Error> {
    let zone = run.zone()?;
    let mut cells: BTreeMap<(u8, u8), (u64, Vec<i64>)> = BTreeMap::new();
    for batch in &ask(context, "use_by_quarter_hour", &bounds(window)).await? {
        let person = columns::ints(batch, "person")?;
        let quarter = columns::times(batch, "quarter")?;
        let views = columns::ints(batch, "n_views")?;
        for row in 0..batch.num_rows() {
            let cell = cells
                .entry(civil::weekday_and_hour(&zone, quarter.value(row)))
                .or_default();
            cell.0 += int_at(&views, row) as u64;
            // The rows come sorted by person.
            if cell.1.last() != Some(&person.value(row)) {
                cell.1.push(person.value(row));
            }
        }
    }
    Ok(cells
        .into_iter()
        .map(|((weekday, hour), (views, people))| {
            let n = people.len() as u64;
            let is_shown = gate.shows(About::Pages, n, None);
            HourUse {
                weekday,
                hour,
                people: is_shown.then_some(n),
                views: is_shown.then_some(views),
            }
        })
        .collect())
}

async fn top_pages(
    context: &SessionContext,
    window: Window,
    gate: Gate,
    all: u64,
) -> Result<(Vec<PageUse>, u64), Error> {
    let mut top = Vec::new();
    let mut n_pages = 0;
    for batch in &ask(context, "use_by_page", &bounds(window)).await? {
        let page = columns::texts(batch, "page")?;
        let title = columns::texts(batch, "title")?;
        let planned = columns::truths(batch, "is_planned")?;
        let people = columns::ints(batch, "n_people")?;
        let views = columns::ints(batch, "n_views")?;
        n_pages += batch.num_rows() as u64;
        for row in 0..batch.num_rows() {
            let n = int_at(&people, row) as u64;
            if top.len() < N_TOP_PAGES && gate.shows(About::Pages, n, Some(all)) {
                top.push(PageUse {
                    page: page.value(row).to_owned(),
                    title: text_at(&title, row).to_owned(),
                    people: n,
                    views: int_at(&views, row) as u64,
                    is_planned: planned.value(row),
                });
            }
        }
    }
    Ok((top, n_pages))
}

/// The elephant paths that may be shown, and how many are withheld.
async fn paths(
    run: &Run,
    context: &SessionContext,
    window: Window,
    pages: &Pages,
    gate: Gate,
    all: u64,
) -> Result<(Vec<PathFinding>, u64), Error> {
    let mut weeks = spread(run, context, window, gate).await?;
    let doing = "failed to read the elephant paths";
    let sql = "select * from elephant_paths where window_start = $window_start \
               and window_end = $window_end order by clicks_saved desc, from_page, to_page";
    let frame = context.sql(sql).await.doing(doing)?;
    let frame = frame
        .with_param_values(bounds(window).to_vec())
        .doing(doing)?;
    let (mut shown, mut n_withheld) = (Vec::new(), 0);
    for batch in &frame.collect().await.doing(doing)? {
        let text = |name| columns::texts(batch, name);
        let int = |name| columns::ints(batch, name);
        let float = |name| columns::floats(batch, name);
        let (id, from, to, status) = (
            text("finding_id")?,
            text("from_page")?,
            text("to_page")?,
            text("status")?,
        );
        let (people, moves) = (int("n_people")?, int("n_moves")?);
        let (units, steps) = (int("n_units")?, int("planned_steps")?);
        let (expected, lift) = (float("expected_people")?, float("lift")?);
        let (lift_low, q_value) = (float("lift_low")?, float("q_value")?);
        let clicks_saved = float("clicks_saved")?;
        let (link, search) = (float("share_link")?, float("share_search")?);
        let direct = float("share_direct")?;
        let routine = columns::truths(batch, "is_unit_routine")?;
        let first = columns::days(batch, "first_seen")?;
        for row in 0..batch.num_rows() {
            let n_people = int_at(&people, row) as u64;
            if !gate.shows(About::Pages, n_people, Some(all)) {
                n_withheld += 1;
                continue;
            }
            // How many departments carry a path is about people: it wants the larger k.
            let n_units = units.is_valid(row).then(|| units.value(row) as u64);
            let n_units = n_units.filter(|_| gate.shows(About::People, n_people, None));
            shown.push(PathFinding {
                from_title: pages.title(from.value(row)),
                to_title: pages.title(to.value(row)),
                from_page: from.value(row).to_owned(),
                to_page: to.value(row).to_owned(),
                n_people,
                n_moves: int_at(&moves, row) as u64,
                expected_people: expected.value(row),
                lift: lift.value(row),
                lift_low: lift_low.value(row),
                q_value: q_value.value(row),
                n_units,
                planned_steps: steps.is_valid(row).then(|| steps.value(row) as u32),
                clicks_saved: clicks_saved.value(row),
                share_link: link.value(row),
                share_search: search.value(row),
                share_direct: direct.value(row),
                is_unit_routine: routine.value(row),
                first_seen: Day(first.value(row)),
                status: status.value(row).to_owned(),
                weeks: without_the_few(
                    weeks.remove(id.value(row)).unwrap_or_default(),
                    n_people,
                    gate,
                ),
            });
        }
    }
    Ok((shown, n_withheld))
}

/// People who have walked each path so far, week by week, from the first step on.
async fn spread(
    run: &Run,
    context: &SessionContext,
    window: Window,
    gate: Gate,
) -> Result<HashMap<String, Vec<WeekCount>>, Error> {
    let horizon = run.settings.analysis.horizon_weeks as i32 * 7;
    let parameters = [
        ("horizon_start", day(window.end - horizon + 1)),
        ("window_end", day(window.end)),
    ];
    let mut new: BTreeMap<String, BTreeMap<i32, u64>> = BTreeMap::new();
    for batch in &ask(context, "spread_of_paths", &parameters).await? {
        let id = columns::texts(batch, "finding_id")?;
        let date = columns::days(batch, "day")?;
        let n = columns::ints(batch, "n_new_people")?;
        for row in 0..batch.num_rows() {
            let week = Day(date.value(row)).monday().0;
            *new.entry(id.value(row).to_owned())
                .or_default()
                .entry(week)
                .or_default() += int_at(&n, row) as u64;
        }
    }
    let last = Day(window.end).monday().0;
    Ok(new
        .into_iter()
        .map(|(id, weeks)| (id, cumulated(&weeks, last, gate)))
        .collect())
}

/// A step of fewer than k people would tell the few apart: it is added to the next week's.
fn cumulated(new: &BTreeMap<i32, u64>, last: i32, gate: Gate) -> Vec<WeekCount> {
    let Some(&first) = new.keys().next() else {
        return Vec::new();
    };
    let (mut so_far, mut shown) = (0, 0);
    (first..=last)
        .step_by(7)
        .map(|week| {
            so_far += new.get(&week).copied().unwrap_or(0);
            if gate.shows(About::Pages, so_far - shown, None) {
                shown = so_far;
            }
            WeekCount {
                week: Day(week),
                people_so_far: (shown > 0).then_some(shown),
            }
        })
        .collect()
}

/// The last of the spread stands beside the people of the window: where the two differ by fewer than
/// k, the few who walked only earlier could be told by subtraction, and the window's number is shown.
fn without_the_few(mut weeks: Vec<WeekCount>, n_people: u64, gate: Gate) -> Vec<WeekCount> {
    let all = weeks
        .last()
        .and_then(|week| week.people_so_far)
        .unwrap_or(0);
    if all > n_people && !gate.shows(About::Pages, all - n_people, None) {
        for week in &mut weeks {
            week.people_so_far = week.people_so_far.map(|n| n.min(n_people));
        }
    }
    weeks
}

async fn sections(
    context: &SessionContext,
    window: Window,
    plan: &Plan,
    pages: &Pages,
    gate: Gate,
    all: u64,
) -> Result<Vec<SectionUse>, Error> {
    let mut sections: BTreeMap<String, SectionUse> = BTreeMap::new();
    let entry = |section: &str| SectionUse {
        section: section.to_owned(),
        ..SectionUse::default()
    };
    let section_of = |page: &str| pages.sections.get(page).cloned().unwrap_or_default();
    for page in &pages.planned {
        let section = section_of(page);
        sections
            .entry(section.clone())
            .or_insert_with(|| entry(&section))
            .n_planned_pages += 1;
    }
    for batch in &ask(context, "people_by_section", &bounds(window)).await? {
        let name = columns::texts(batch, "section")?;
        let people = columns::ints(batch, "n_people")?;
        let used = columns::ints(batch, "n_pages")?;
        for row in 0..batch.num_rows() {
            let n = int_at(&people, row) as u64;
            if gate.shows(About::Pages, n, Some(all)) || n == all {
                let section = sections
                    .entry(name.value(row).to_owned())
                    .or_insert_with(|| entry(name.value(row)));
                section.people = Some(n);
                section.n_used_pages = int_at(&used, row) as u64;
            }
        }
    }
    for (from, to, n) in pairs(context, window).await? {
        if let Some(section) = sections
            .get_mut(&section_of(&to))
            .filter(|s| s.people.is_some())
        {
            if is_planned(plan, &from, &to) {
                section.moves_planned += n;
            } else {
                section.moves_unplanned += n;
            }
        }
    }
    let mut sections: Vec<SectionUse> = sections.into_values().collect();
    sections.sort_by(|a, b| {
        b.people
            .cmp(&a.people)
            .then_with(|| a.section.cmp(&b.section))
    });
    Ok(sections)
}

async fn ledger(lake: &Lake) -> Result<Ledger, Error> {
    let mut ledger = Ledger::default();
    let mut reasons: BTreeMap<String, u64> = BTreeMap::new();
    for batch in &lake
        .read("inputs", None, None)
        .await
        .doing("failed to read the ledger")?
    {
        let sum = |name: &str| -> Result<u64, Error> {
            let column = columns::ints(batch, name)?;
            Ok((0..batch.num_rows())
                .map(|row| int_at(&column, row) as u64)
                .sum())
        };
        ledger.inputs += batch.num_rows() as u64;
        ledger.lines += sum("lines")?;
        ledger.events += sum("events")?;
        ledger.duplicates += sum("duplicates")?;
        ledger.filtered += sum("filtered")?;
        ledger.rejected += sum("rejected")?;
        ledger.comments += sum("comments")?;
        let filtered_by = columns::texts(batch, "filtered_by")?;
        for row in 0..batch.num_rows() {
            let counts: BTreeMap<String, u64> =
                serde_json::from_str(text_at(&filtered_by, row)).unwrap_or_default();
            for (reason, n) in counts {
                *reasons.entry(reason).or_default() += n;
            }
        }
    }
    ledger.filtered_by = reasons.into_iter().collect();
    Ok(ledger)
}

async fn actors(lake: &Lake) -> Result<Vec<ActorCount>, Error> {
    let mut classes: BTreeMap<String, u64> = BTreeMap::new();
    for batch in &lake
        .read("actors", None, None)
        .await
        .doing("failed to read the actors")?
    {
        let class = columns::texts(batch, "class")?;
        for row in 0..batch.num_rows() {
            *classes.entry(class.value(row).to_owned()).or_default() += 1;
        }
    }
    Ok(classes
        .into_iter()
        .map(|(class, n)| ActorCount { class, n })
        .collect())
}

async fn method(
    run: &Run,
    lake: &Lake,
    plan: &Plan,
    window: Window,
    n_withheld: u64,
) -> Result<Method, Error> {
    let counts = crate::runs::latest(lake, "analyze")
        .await?
        .unwrap_or_default();
    let is_this_window = counts["window_end"] == Day(window.end).to_string()
        && counts["window_start"] == Day(window.start).to_string();
    if !is_this_window {
        return Err(Error::failed(
            "the findings are of another window: run `elephant analyze` for this one first",
        ));
    }
    let count = |name: &str| counts[name].as_u64().unwrap_or(0);
    let options = queries::findings::elephant_paths::Options::default();
    let settings = &run.settings;
    Ok(Method {
        n_tested: count("tested"),
        n_candidates: count("candidates"),
        n_shuffled: count("shuffled"),
        k_pages: settings.privacy.k_pages.into(),
        k_people: settings.privacy.k_people.into(),
        q: options.q,
        lift: options.lift,
        session_gap_minutes: settings.analysis.session_gap_minutes,
        has_plan: plan.n_links > 0,
        counts_addresses: counts_addresses(lake).await?,
        sensitive_declared: !settings.privacy.sensitive.is_empty(),
        n_withheld,
    })
}

/// Whether no log names its users, so that addresses were counted.
async fn counts_addresses(lake: &Lake) -> Result<bool, Error> {
    for batch in &lake
        .read("inputs", None, None)
        .await
        .doing("failed to read the ledger")?
    {
        let names_users = columns::truths(batch, "names_users")?;
        if (0..batch.num_rows()).any(|row| names_users.value(row)) {
            return Ok(false);
        }
    }
    Ok(true)
}
