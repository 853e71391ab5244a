//! The page: words, pictures and tables put together, and each picture and table as a file.

mod first;
#[cfg(test)]
mod page_tests;
mod pictures;
mod tables;

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, Value, context};
use queries::day::Day;

use crate::chart::{self, Picture};
use crate::error::ReportError;
use crate::model::{PathFinding, Report, Totals};
use crate::names;
use crate::section::{Missing, Section, sections, take_out};
use crate::sentences;
use crate::table::Table;
use crate::words;

use pictures::Pictures;
use tables::{actors_table, ledger_table, totals_table};

const TEMPLATE: &str = include_str!("../../templates/report.html");

/// How many findings are listed after the first; all of them are in the table.
const N_LISTED: usize = 14;

/// A report as named bytes: `index.html`, then `charts/NAME.svg` and `tables/NAME.csv`.
///
/// The page is self-contained: it asks for no other file, has no script, and everything that came
/// from a log is escaped. The same report gives the same bytes.
///
/// # Errors
/// When a picture cannot be drawn or the template not be filled; neither depends on the data.
pub fn render(report: &Report) -> Result<Vec<(String, Vec<u8>)>, ReportError> {
    let report = &names::told_apart(report.clone());
    let pictures = Pictures::draw(report)?;
    let mut sections = sections(report)?;
    let missing = take_out(report, &mut sections);
    let html = page(report, &pictures, &sections, &missing)?;
    let mut files = vec![("index.html".to_owned(), html.into_bytes())];
    for picture in pictures
        .all()
        .chain(sections.iter().flat_map(Section::pictures))
    {
        let name = format!("charts/{}.svg", picture.name);
        files.push((name, picture.file().into_bytes()));
        files.push(file_of(&picture.table));
    }
    files.extend(sections.iter().flat_map(Section::tables).map(file_of));
    files.push(file_of(&totals_table(report)));
    files.push(file_of(&ledger_table(&report.ledger)));
    files.push(file_of(&actors_table(report)));
    Ok(files)
}

fn file_of(table: &Table) -> (String, Vec<u8>) {
    let name = format!("tables/{}.csv", table.name);
    (name, table.csv().into_bytes())
}

/// A picture for the template.
fn view(picture: &Picture) -> Value {
    context! {
        svg => picture.inline(),
        title => picture.title.clone(),
        description => picture.description.clone(),
        table => picture.table.view(),
    }
}

/// Where the logs begin, if that is within the window: its days begin there.
fn begins(report: &Report) -> Option<Day> {
    let first = report.days.first()?.day;
    (first > report.window.start).then_some(first)
}

/// A finding for the template.
fn finding(path: &PathFinding, report: &Report) -> Value {
    context! {
        from => sentences::from_name(path),
        to => sentences::to_name(path),
        from_page => words::clean(&path.from_page),
        to_page => words::clean(&path.to_page),
        facts => words::capital(&sentences::path_facts(path)),
        came => sentences::how_they_came(path, report.gate.k_pages),
        to_do => sentences::what_to_do(path, report.gate.k_pages),
        spares => sentences::what_it_spares(path),
        sure => sentences::how_sure(path, sentences::n_days(report)),
        line => sentences::path_line(path),
    }
}

/// The large numbers, each against the window before.
fn figures(report: &Report) -> Vec<Value> {
    let (now, before) = (&report.totals, report.totals_before.as_ref());
    if now.people == 0 {
        return Vec::new();
    }
    let figure = |name: &'static str, measure: fn(&Totals) -> u64| {
        context! {
            name => name,
            value => words::thousands(measure(now)),
            change => sentences::compared(now, before, measure),
        }
    };
    let mut figures = vec![
        figure(
            if report.method.counts_addresses {
                "addresses"
            } else {
                "people"
            },
            |totals| totals.people,
        ),
        figure("visits", |totals| totals.visits),
        figure("page views", |totals| totals.views),
        figure("pages used", |totals| totals.pages),
    ];
    if let Some(share) = now.share_unplanned {
        let was = before.and_then(|before| before.share_unplanned);
        figures.push(context! {
            name => "of the moves leave the plan",
            value => words::share(share),
            change => was.map_or_else(String::new, |was| format!("was {}", words::share(was))),
        });
    }
    figures
}

fn page(
    report: &Report,
    pictures: &Pictures,
    sections: &[Section],
    missing: &[Missing],
) -> Result<String, ReportError> {
    let mut environment = Environment::new();
    environment.set_syntax(
        SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build()?,
    );
    environment.set_formatter(|out, state, value| match value.as_str() {
        // Plain slashes: an address is to be found in the page as it is.
        Some(text) if !value.is_safe() => Ok(out.write_str(&words::escape(text))?),
        _ => minijinja::escape_formatter(out, state, value),
    });
    // The name's ending turns escaping on.
    environment.add_template("report.html", TEMPLATE)?;
    let findings: Vec<Value> = report
        .paths
        .iter()
        .map(|path| finding(path, report))
        .collect();
    let page = context! {
        intranet => words::name(&report.intranet, "The intranet"),
        window => words::window(report.window),
        begins => begins(report).map(Day::words),
        before => report.before.map(words::window),
        headline => sentences::headline(report),
        counted => sentences::counted(report),
        tasks => first::tasks(report, sections),
        news => first::news(report, sections),
        missing => missing.iter().map(Missing::view).collect::<Vec<_>>(),
        has_plan => report.method.has_plan,
        by_steps => sentences::by_steps(report),
        people_begin => sections.iter().find(|part| part.is_of_people).map(|part| part.id),
        figures => figures(report),
        n_findings => findings.len(),
        n_unlisted => findings.len().saturating_sub(N_LISTED + 1),
        findings => findings.into_iter().take(N_LISTED + 1).collect::<Vec<_>>(),
        why_nothing => sentences::why_nothing(report),
        lawn => pictures.lawn.as_ref().map(view),
        spread => pictures.spread.as_ref().map(view),
        ranked_paths => pictures.ranked_paths.as_ref().map(view),
        parts => sections.iter().map(|part| part.view(view)).collect::<Vec<_>>(),
        days => pictures.days.as_ref().map(view),
        heat_map => pictures.heat_map.as_ref().map(view),
        top_pages => pictures.top_pages.as_ref().map(view),
        sections => pictures.sections.as_ref().map(view),
        ledger => sentences::ledger(&report.ledger),
        ledger_sum => sentences::ledger_sum(&report.ledger),
        ledger_table => ledger_table(&report.ledger).view(),
        actors_table => (!report.actors.is_empty()).then(|| actors_table(report).view()),
        left_out => sentences::left_out(&report.actors),
        method => sentences::method(&report.method, sentences::n_days(report)),
        method_of_people => sentences::method_of_people(&report.method),
        privacy => sentences::privacy(report),
        notes => report.notes.iter().map(|note| words::clean(note)).collect::<Vec<_>>(),
        light => chart::declarations(false),
        dark => chart::declarations(true),
    };
    Ok(environment.get_template("report.html")?.render(page)?)
}
