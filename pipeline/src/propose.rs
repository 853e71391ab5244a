//! Templates proposed from the lake, and the change that each would make, shown before it is made. Writes nothing.

use queries::text::Append;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::prelude::SessionContext;
use queries::templates::{PageUse, Proposal, Why};

use crate::engine::columns::{self, int_at, text_at};
use crate::engine::session::{self, keep};
use crate::error::{Doing, Error};
use crate::logs::site::Site;
use crate::run::Run;
use crate::store::Lake;

/// How many pages of a proposal are shown.
const N_EXAMPLES: usize = 3;

/// What accepting the proposals would do.
#[derive(Debug, Default)]
pub struct Proposed {
    /// `templates` of elephant.toml with the proposals behind what is there.
    pub templates: Vec<String>,
    /// The change that each makes.
    pub changes: Vec<Change>,
    /// Pages of the lake under today's rules.
    pub n_pages: usize,
    /// Pages that there would be.
    pub n_pages_then: usize,
    /// Pages of the lake that were loaded under earlier rules and have another name under today's.
    pub n_earlier: usize,
    /// Least number of people who make a page worth being told apart.
    few_people: u64,
}

/// The change that a template makes.
#[derive(Debug)]
pub struct Change {
    /// The page that there would be.
    pub template: String,
    /// Pages that stay what they are.
    pub exceptions: Vec<String>,
    /// Pages that become one.
    pub n_pages: usize,
    /// Events on them.
    pub n_events: i64,
    /// Different people on them, those left out of all counts aside.
    pub n_people: i64,
    /// Some of the pages, the most used first.
    pub examples: Vec<String>,
    /// People on the most used.
    pub n_people_most: u64,
    /// Why they are taken for one.
    pub why: Why,
}

/// A page of the lake.
struct Known {
    page: String,
    n_events: u64,
    n_people: u64,
}

/// Learns templates from the events of the lake.
///
/// # Errors
/// When the lake cannot be read.
pub async fn propose(run: &Run, lake: &Lake) -> Result<Proposed, Error> {
    let site = run.site()?;
    let context = session::over_lake(lake, run.memory).await?;
    keep(&context, "excluded", &[]).await?;
    let stored = stored(&context).await?;
    let today = today(&site, &stored);
    let few_people = u64::from(run.settings.privacy.k_pages);
    let proposals = queries::templates::propose(&uses(&site, &today), few_people);
    let accepted = accepted(&run.settings.site.templates, &proposals);
    let then = run.site_with(accepted.clone())?;
    let folded = folded(&then, &today);
    let counts = counts(&context, &then, &stored, &folded).await?;
    let mut changes = Vec::new();
    for one in proposals {
        // What the rules would really do is what counts: a template that another one forestalls does nothing.
        let (Some(pages), Some((n_events, n_people))) =
            (folded.get(&*one.template), counts.get(&*one.template))
        else {
            continue;
        };
        changes.push(change(one, pages, *n_events, *n_people));
    }
    // The greatest first; the order in the file is another, and matters.
    changes.sort_by(|a, b| (b.n_pages, &a.template).cmp(&(a.n_pages, &b.template)));
    let names_then: BTreeSet<_> = today.keys().map(|page| then.renamed(page)).collect();
    Ok(Proposed {
        templates: accepted,
        n_pages: today.len(),
        n_pages_then: names_then.len(),
        n_earlier: n_renamed(&site, stored.iter().map(|known| &*known.page)),
        changes,
        few_people,
    })
}

/// How many pages have another name under today's rules.
pub fn n_renamed<'a>(site: &Site, pages: impl Iterator<Item = &'a str>) -> usize {
    pages.filter(|page| site.renamed(page) != *page).count()
}

/// Every page of the events with its use; people who are left out of all counts, such as crawlers, are none.
async fn stored(context: &SessionContext) -> Result<Vec<Known>, Error> {
    let sql = "select e.page, count(*) as n_events, \
               count(distinct case when x.person is null then e.person end) as n_people \
               from events as e left anti join opt_outs as o on o.person = e.person \
               left join excluded as x on x.person = e.person \
               where e.page is not null group by e.page order by e.page";
    let doing = "failed to count the use of pages";
    let batches = context.sql(sql).await.doing(doing)?;
    let mut all = Vec::new();
    for batch in &batches.collect().await.doing(doing)? {
        let page = columns::texts(batch, "page")?;
        let events = columns::ints(batch, "n_events")?;
        let people = columns::ints(batch, "n_people")?;
        all.extend((0..batch.num_rows()).map(|row| Known {
            page: text_at(&page, row).to_owned(),
            n_events: int_at(&events, row).unsigned_abs(),
            n_people: int_at(&people, row).unsigned_abs(),
        }));
    }
    Ok(all)
}

/// The pages under today's rules with events and people; of pages that have become one the people are summed.
fn today<'a>(site: &Site, stored: &'a [Known]) -> Today<'a> {
    let mut today = BTreeMap::new();
    for known in stored {
        let sum: &mut (u64, u64) = today.entry(site.renamed(&known.page)).or_default();
        sum.0 += known.n_events;
        sum.1 += known.n_people;
    }
    today
}

type Today<'a> = BTreeMap<std::borrow::Cow<'a, str>, (u64, u64)>;

/// The pages that may be folded: hubs are not, and no template can name what a terminal would not show.
fn uses<'a>(site: &Site, today: &'a Today<'_>) -> Vec<PageUse<'a>> {
    let is_hub = |page: &str| site.is_home(page) || site.is_search(page) || site.is_login(page);
    today
        .iter()
        .filter(|(page, _)| !is_hub(page) && !page.chars().any(reports::is_hidden))
        .map(|(page, (n_events, n_people))| PageUse {
            page,
            n_events: *n_events,
            n_people: *n_people,
        })
        .collect()
}

/// The templates of the settings, and behind them the proposals, each page once.
fn accepted(before: &[String], proposals: &[Proposal]) -> Vec<String> {
    let mut all = before.to_vec();
    for one in proposals {
        for line in one.exceptions.iter().chain([&one.template]) {
            if !all.contains(line) {
                all.push(line.clone());
            }
        }
    }
    all
}

/// What pages would become where that is another page, with the pages and their people.
fn folded<'a>(then: &Site, today: &'a Today<'_>) -> BTreeMap<String, Vec<(&'a str, u64)>> {
    let mut folded: BTreeMap<String, Vec<(&str, u64)>> = BTreeMap::new();
    for (page, (_, n_people)) in today {
        let name = then.renamed(page);
        if name != *page {
            let pages = folded.entry(name.into_owned()).or_default();
            pages.push((page, *n_people));
        }
    }
    folded
}

/// Events and people of what would be one page, counted in the lake.
async fn counts(
    context: &SessionContext,
    then: &Site,
    stored: &[Known],
    folded: &BTreeMap<String, Vec<(&str, u64)>>,
) -> Result<BTreeMap<String, (i64, i64)>, Error> {
    let pairs = stored
        .iter()
        .map(|known| (&known.page, then.renamed(&known.page)));
    let pairs: Vec<_> = pairs
        .filter(|(_, name)| folded.contains_key(&**name))
        .collect();
    let pages: StringArray = pairs.iter().map(|(page, _)| Some(page.as_str())).collect();
    let names: StringArray = pairs.iter().map(|(_, name)| Some(&**name)).collect();
    let schema = Arc::new(Schema::new(vec![
        Field::new("page", DataType::Utf8, true),
        Field::new("name", DataType::Utf8, true),
    ]));
    let doing = "failed to count what templates would change";
    let rows = RecordBatch::try_new(schema.clone(), vec![Arc::new(pages), Arc::new(names)]);
    session::register(context, "folded_pages", schema, vec![rows.doing(doing)?])?;
    let sql = "select f.name, count(*) as n_events, \
               count(distinct case when x.person is null then e.person end) as n_people \
               from events as e join folded_pages as f on f.page = e.page \
               left anti join opt_outs as o on o.person = e.person \
               left join excluded as x on x.person = e.person group by f.name order by f.name";
    let batches = context.sql(sql).await.doing(doing)?;
    let mut counts = BTreeMap::new();
    for batch in &batches.collect().await.doing(doing)? {
        let name = columns::texts(batch, "name")?;
        let column = |name| -> Result<Int64Array, Error> { columns::ints(batch, name) };
        let (events, people) = (column("n_events")?, column("n_people")?);
        counts.extend((0..batch.num_rows()).map(|row| {
            let both = (int_at(&events, row), int_at(&people, row));
            (text_at(&name, row).to_owned(), both)
        }));
    }
    Ok(counts)
}

fn change(one: Proposal, pages: &[(&str, u64)], n_events: i64, n_people: i64) -> Change {
    let mut by_use: Vec<&(&str, u64)> = pages.iter().collect();
    by_use.sort_by_key(|(page, n_people)| (std::cmp::Reverse(*n_people), *page));
    // The most used is the one that would be missed most; the others tell what the rest is like.
    let places = [0, by_use.len() / 2, by_use.len() - 1];
    let places: BTreeSet<usize> = places.into_iter().take(N_EXAMPLES).collect();
    Change {
        template: one.template,
        exceptions: one.exceptions,
        n_pages: pages.len(),
        n_events,
        n_people,
        n_people_most: by_use[0].1,
        examples: places
            .into_iter()
            .map(|at| by_use[at].0.to_owned())
            .collect(),
        why: one.why,
    }
}

impl Proposed {
    /// For a terminal.
    pub fn text(&self) -> String {
        let mut text = String::new();
        if self.changes.is_empty() {
            text.add_line(format_args!(
                "no template is proposed: the {} pages of the lake stay as they are",
                self.n_pages
            ));
        } else {
            text.add_line(format_args!("{} pages of the lake would become {}. Nothing is written. To accept that, let [site] of elephant.toml say\n\
                 (what you do not want, leave out; the first that matches counts):\n",
                self.n_pages, self.n_pages_then));
            text.push_str(&self.toml());
        }
        for change in &self.changes {
            self.push_change(&mut text, change);
        }
        text.push_str(&self.about_earlier_days());
        text
    }

    /// The key of `[site]` that accepts all proposals.
    pub fn toml(&self) -> String {
        let line = |template: &String| format!("    {},\n", toml::Value::String(template.clone()));
        let lines: String = self.templates.iter().map(line).collect();
        format!("templates = [\n{lines}]\n")
    }

    fn push_change(&self, text: &mut String, change: &Change) {
        let Why {
            alike,
            n_values,
            n_rarely_used,
        } = &change.why;
        text.add_line(format_args!("\n{}\n    {} pages become one: {} events of {} people\n    \
             because {n_values} values in this place {alike}, {n_rarely_used} of them used by fewer than {} people\n    \
             such as {}; the first is the most used, by {} people",
            change.template,
            change.n_pages,
            change.n_events,
            change.n_people,
            self.few_people,
            change.examples.join(", "),
            change.n_people_most
        ));
        if !change.exceptions.is_empty() {
            text.add_line(format_args!("    but not {}", change.exceptions.join(", ")));
        }
    }

    fn about_earlier_days(&self) -> String {
        let mut text = String::new();
        if !self.changes.is_empty() {
            text.push_str(
                "\nTemplates hold for what is loaded after they are accepted. Days that are in the lake keep their \
                 addresses: to fold\nthese too, load the logs into a new lake under the same key.\n",
            );
        }
        if self.n_earlier > 0 {
            text.add_line(format_args!("\n{}", earlier_words(self.n_earlier)));
        }
        text
    }

    /// For a program.
    pub fn json(&self) -> String {
        let changes: Vec<_> = self.changes.iter().map(Change::json).collect();
        let all = serde_json::json!({
            "templates": self.templates,
            "pages": self.n_pages,
            "pages_then": self.n_pages_then,
            "pages_of_earlier_rules": self.n_earlier,
            "proposals": changes,
        });
        format!("{all}\n")
    }
}

impl Change {
    fn json(&self) -> serde_json::Value {
        serde_json::json!({
            "template": self.template,
            "exceptions": self.exceptions,
            "pages": self.n_pages,
            "events": self.n_events,
            "people": self.n_people,
            "people_of_most_used": self.n_people_most,
            "examples": self.examples,
            "why": format!("values {}", self.why.alike),
            "values": self.why.n_values,
            "values_rarely_used": self.why.n_rarely_used,
        })
    }
}

/// That pages keep the names of the rules they were loaded under.
pub fn earlier_words(n: usize) -> String {
    format!(
        "{n} pages of the lake were loaded under earlier rules of [site] and have another name under today's: they keep \
         theirs\nuntil the logs are loaded into a new lake"
    )
}
