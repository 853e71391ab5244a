//! Parts of the page that tell one kind of finding each, in the order of the page.
//!
//! A part leads with one sentence about the finding worth most, lists the next ones, draws them, and
//! gives the numbers of all. Where there is nothing, it says why in one sentence.

mod ambassadors;
mod applications;
mod audiences;
mod bridges;
mod changes;
mod deserted_links;
mod detours;
mod drop_offs;
mod emerging;
mod gathering_places;
mod groups;
mod journeys;
mod leaders;
mod links_to_add;
mod missing;
mod new_pages;
mod past_paths;

pub(crate) use missing::{Missing, take_out};

use minijinja::{Value, context};

use crate::chart::Picture;
use crate::error::ReportError;
use crate::model::{PageName, Report};
use crate::sentences;
use crate::table::Table;
use crate::words;

/// How many findings are listed after the first; all of them are in the table.
const N_LISTED: usize = 4;

/// A part of the page.
#[derive(Debug, Default)]
pub(crate) struct Section {
    /// Where links lead to.
    pub(crate) id: &'static str,
    /// Its name in the row of links.
    pub(crate) short: &'static str,
    /// The question that it answers.
    pub(crate) question: &'static str,
    /// What is looked at, in a line.
    pub(crate) about: &'static str,
    /// Whether it is about people, and not about pages and ways.
    pub(crate) is_of_people: bool,
    /// How many findings there are.
    pub(crate) n: usize,
    /// What the top of the page says of it; `None` = nothing.
    pub(crate) summary: Option<String>,
    /// Its items; an item without a heading goes on with the one before.
    pub(crate) items: Vec<Item>,
}

/// A card of a part.
#[derive(Debug, Default)]
pub(crate) struct Item {
    /// Its heading.
    pub(crate) heading: String,
    /// Sentences about the finding worth most.
    pub(crate) lead: Vec<String>,
    /// The addresses of its pages.
    pub(crate) pages: Vec<String>,
    /// Whether these stand beside each other, not one after the other.
    pub(crate) is_beside: bool,
    /// What to do about it.
    pub(crate) to_do: String,
    /// How much it is about, beside what to do at the top of the page; empty = it does not stand there.
    pub(crate) size: String,
    /// Whether it only says why there is nothing.
    pub(crate) is_nothing: bool,
    /// The next findings.
    pub(crate) more: Vec<Line>,
    /// How many are in the table alone.
    pub(crate) n_unlisted: usize,
    /// What must be known before anything is done.
    pub(crate) remark: String,
    /// The findings, drawn, with their numbers.
    pub(crate) picture: Option<Picture>,
    /// Their numbers where there is no picture.
    pub(crate) table: Option<Table>,
}

/// A further finding.
#[derive(Debug)]
pub(crate) struct Line {
    /// Names of its pages, in order.
    pub(crate) names: Vec<String>,
    /// Their addresses.
    pub(crate) pages: Vec<String>,
    /// Whether these stand beside each other, not one after the other.
    pub(crate) is_beside: bool,
    /// What is told of it, after its names.
    pub(crate) text: String,
}

/// Every part, in order.
pub(crate) fn sections(report: &Report) -> Result<Vec<Section>, ReportError> {
    Ok(vec![
        changes::section(report)?,
        links_to_add::section(report)?,
        detours::section(report)?,
        journeys::section(report)?,
        drop_offs::section(report)?,
        emerging::section(report)?,
        deserted_links::section(report)?,
        groups::section(report)?,
        leaders::section(report)?,
        ambassadors::section(report)?,
        gathering_places::section(report)?,
        bridges::section(report)?,
        audiences::section(report)?,
        applications::section(report)?,
    ])
}

impl Section {
    /// Its pictures, for files of their own.
    pub(crate) fn pictures(&self) -> impl Iterator<Item = &Picture> {
        self.items.iter().filter_map(|item| item.picture.as_ref())
    }

    /// Its tables without a picture, for files of their own.
    pub(crate) fn tables(&self) -> impl Iterator<Item = &Table> {
        self.items.iter().filter_map(|item| item.table.as_ref())
    }

    /// The part for the template; `picture` is how it shows pictures.
    pub(crate) fn view(&self, picture: impl Fn(&Picture) -> Value) -> Value {
        let items: Vec<Value> = self.items.iter().map(|item| item.view(&picture)).collect();
        context! {
            id => self.id,
            short => self.short,
            question => self.question,
            about => self.about,
            is_of_people => self.is_of_people,
            n => self.n,
            items => items,
        }
    }
}

impl Item {
    /// A card that only says why there is nothing.
    pub(crate) fn nothing(heading: &str, why: String) -> Self {
        Self {
            heading: heading.to_owned(),
            lead: vec![why],
            is_nothing: true,
            ..Self::default()
        }
    }

    fn view(&self, picture: impl Fn(&Picture) -> Value) -> Value {
        let more: Vec<Value> = self.more.iter().map(Line::view).collect();
        context! {
            heading => &self.heading,
            lead => self.lead.iter().map(|said| words::unbroken(said)).collect::<Vec<_>>(),
            pages => addresses(&self.pages),
            is_beside => self.is_beside,
            to_do => &self.to_do,
            more => more,
            n_unlisted => self.n_unlisted,
            remark => &self.remark,
            picture => self.picture.as_ref().map(picture),
            table => self.table.as_ref().map(Table::view),
        }
    }
}

impl Line {
    /// A line about a way from page to page.
    pub(crate) fn of<'a>(pages: impl IntoIterator<Item = &'a PageName>, text: String) -> Self {
        let pages: Vec<&PageName> = pages.into_iter().collect();
        Self {
            names: pages.iter().map(|page| called(page)).collect(),
            pages: pages.iter().map(|page| page.page.clone()).collect(),
            is_beside: false,
            text,
        }
    }

    /// A line about something of that name, with the pages that belong to it.
    pub(crate) fn about(name: String, pages: Vec<String>, text: String) -> Self {
        Self {
            names: vec![name],
            pages,
            is_beside: true,
            text,
        }
    }

    fn view(&self) -> Value {
        context! {
            names => &self.names,
            pages => addresses(&self.pages),
            is_beside => self.is_beside,
            text => words::unbroken(&self.text),
        }
    }
}

fn addresses(pages: &[String]) -> Vec<String> {
    pages.iter().map(|page| words::clean(page)).collect()
}

/// A page in a sentence.
pub(crate) fn called(page: &PageName) -> String {
    sentences::called(&page.title, &page.page)
}

/// Pages that belong together, in a sentence: the first few, and how many more.
pub(crate) fn called_all<'a>(pages: impl IntoIterator<Item = &'a PageName>) -> String {
    called_first(pages, 3)
}

/// The same with so many names.
pub(crate) fn called_first<'a>(
    pages: impl IntoIterator<Item = &'a PageName>,
    n_called: usize,
) -> String {
    let mut names: Vec<String> = pages.into_iter().map(called).collect();
    let n_more = names.len().saturating_sub(n_called) as u64;
    names.truncate(n_called);
    if n_more > 0 {
        names.push(format!("{} more", words::spelled(n_more)));
    }
    words::list(&names)
}

/// What the organisation meant between two pages, for what people do there is then no gap of the plan.
pub(crate) fn on_journey(journey: Option<&str>) -> String {
    journey.map_or_else(String::new, |journey| {
        format!(
            " Both are steps of the planned journey “{}”.",
            words::clean(journey)
        )
    })
}

/// The findings after the first: those that are listed, and how many are not.
pub(crate) fn rest<T>(findings: &[T], line: impl Fn(&T) -> Line) -> (Vec<Line>, usize) {
    let after = findings.iter().skip(1);
    let more = after.take(N_LISTED).map(line).collect();
    (more, findings.len().saturating_sub(N_LISTED + 1))
}

/// What stands for too few people, in a sentence; nothing where nothing does.
pub(crate) fn withheld(n: u64, k: u64) -> Option<String> {
    (n > 0).then(|| {
        format!(
            "{} for {few} people, or for all but {few}, and {} not shown.",
            words::capital(&words::plural(n, "finding stands", "findings stand")),
            if n == 1 { "is" } else { "are" },
            few = words::withheld(k),
        )
    })
}
