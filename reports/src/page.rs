//! The page: words, pictures and tables put together, and each picture and table as a file.

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, Value, context};

use crate::chart::{self, Picture};
use crate::error::ReportError;
use crate::model::{ActorCount, Ledger, PathFinding, Report};
use crate::names;
use crate::sentences;
use crate::table::{Cell, Table};
use crate::words;

const TEMPLATE: &str = include_str!("../templates/report.html");

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
    let mut files = vec![(
        "index.html".to_owned(),
        page(report, &pictures)?.into_bytes(),
    )];
    for picture in pictures.all() {
        files.push((
            format!("charts/{}.svg", picture.name),
            picture.file().into_bytes(),
        ));
        let table = &picture.table;
        files.push((
            format!("tables/{}.csv", table.name),
            table.csv().into_bytes(),
        ));
    }
    for table in [
        totals_table(report),
        ledger_table(&report.ledger),
        actors_table(report),
    ] {
        files.push((
            format!("tables/{}.csv", table.name),
            table.csv().into_bytes(),
        ));
    }
    Ok(files)
}

/// The report's pictures; `None` where there is nothing to draw.
struct Pictures {
    lawn: Option<Picture>,
    spread: Option<Picture>,
    ranked_paths: Option<Picture>,
    days: Option<Picture>,
    heat_map: Option<Picture>,
    top_pages: Option<Picture>,
    sections: Option<Picture>,
}

impl Pictures {
    fn draw(report: &Report) -> Result<Self, ReportError> {
        let k = report.gate.k_pages;
        let first = report.paths.first();
        let lawn = report.lawn.as_ref().filter(|_| first.is_some());
        Ok(Self {
            lawn: lawn
                .map(|lawn| chart::lawn::lawn(lawn, k))
                .transpose()?
                .flatten(),
            spread: first
                .map(|path| chart::spread::spread(&path.weeks, k))
                .transpose()?
                .flatten(),
            ranked_paths: drawn(&report.paths, chart::ranked_paths::ranked_paths)?,
            days: drawn(&report.days, |days| {
                chart::days::days(days, &report.days_before, k)
            })?,
            heat_map: drawn(&report.hours, |hours| chart::heat_map::heat_map(hours, k))?,
            top_pages: drawn(&report.top_pages, chart::top_pages::top_pages)?,
            sections: drawn(&report.sections, |sections| {
                chart::sections::sections(sections, k)
            })?,
        })
    }

    fn all(&self) -> impl Iterator<Item = &Picture> {
        [
            &self.lawn,
            &self.spread,
            &self.ranked_paths,
            &self.days,
            &self.heat_map,
            &self.top_pages,
            &self.sections,
        ]
        .into_iter()
        .flatten()
    }
}

fn drawn<T>(
    rows: &[T],
    draw: impl FnOnce(&[T]) -> Result<Picture, ReportError>,
) -> Result<Option<Picture>, ReportError> {
    if rows.is_empty() {
        Ok(None)
    } else {
        draw(rows).map(Some)
    }
}

/// A picture for the template.
fn view(picture: Option<&Picture>) -> Option<Value> {
    picture.map(|picture| {
        context! {
            svg => picture.inline(),
            title => picture.title.clone(),
            description => picture.description.clone(),
            table => picture.table.view(),
        }
    })
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
        to_do => sentences::what_to_do(path),
        sure => sentences::how_sure(path, report.window.n_days()),
        line => sentences::path_line(path),
    }
}

/// The large numbers, each against the window before.
fn figures(report: &Report) -> Vec<Value> {
    let (now, before) = (&report.totals, report.totals_before.as_ref());
    if now.people == 0 {
        return Vec::new();
    }
    let figure = |name: &'static str, measure: fn(&crate::model::Totals) -> u64| {
        context! {
            name => name,
            value => words::thousands(measure(now)),
            change => sentences::compared(now, before, measure),
        }
    };
    let mut figures = vec![
        figure("people", |totals| totals.people),
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

fn page(report: &Report, pictures: &Pictures) -> Result<String, ReportError> {
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
        before => report.before.map(words::window),
        headline => sentences::headline(report),
        figures => figures(report),
        n_findings => findings.len(),
        n_unlisted => findings.len().saturating_sub(N_LISTED + 1),
        findings => findings.into_iter().take(N_LISTED + 1).collect::<Vec<_>>(),
        why_nothing => sentences::why_nothing(report),
        lawn => view(pictures.lawn.as_ref()),
        spread => view(pictures.spread.as_ref()),
        ranked_paths => view(pictures.ranked_paths.as_ref()),
        days => view(pictures.days.as_ref()),
        heat_map => view(pictures.heat_map.as_ref()),
        top_pages => view(pictures.top_pages.as_ref()),
        sections => view(pictures.sections.as_ref()),
        ledger => sentences::ledger(&report.ledger),
        ledger_sum => sentences::ledger_sum(&report.ledger),
        ledger_table => ledger_table(&report.ledger).view(),
        actors_table => (!report.actors.is_empty()).then(|| actors_table(report).view()),
        method => sentences::method(&report.method, report.window.n_days()),
        privacy => sentences::privacy(&report.method),
        notes => report.notes.iter().map(|note| words::clean(note)).collect::<Vec<_>>(),
        light => chart::declarations(false),
        dark => chart::declarations(true),
    };
    Ok(environment.get_template("report.html")?.render(page)?)
}

fn totals_table(report: &Report) -> Table {
    let mut table = Table::new("totals", &["number", "now", "before"]);
    let (now, before) = (&report.totals, report.totals_before.as_ref());
    let mut row = |name: &str, measure: fn(&crate::model::Totals) -> Cell| {
        table.push(vec![
            Cell::text(name),
            measure(now),
            before.map_or(Cell::Empty, measure),
        ]);
    };
    row("people", |totals| Cell::Count(totals.people));
    row("visits", |totals| Cell::Count(totals.visits));
    row("views", |totals| Cell::Count(totals.views));
    row("pages", |totals| Cell::Count(totals.pages));
    row("share of moves outside the plan", |totals| {
        totals.share_unplanned.map_or(Cell::Empty, Cell::Share)
    });
    table
}

fn ledger_table(ledger: &Ledger) -> Table {
    let mut table = Table::new("ledger", &["lines", "count"]);
    for (name, n) in [
        ("events", ledger.events),
        ("seen before", ledger.duplicates),
        ("left out by rule", ledger.filtered),
    ] {
        table.push(vec![Cell::text(name), Cell::Count(n)]);
    }
    for (reason, n) in &ledger.filtered_by {
        let name = format!("… of these {}", reason.replace('_', " "));
        table.push(vec![Cell::text(name), Cell::Count(*n)]);
    }
    for (name, n) in [
        ("headers, comments, empty lines", ledger.comments),
        ("unreadable", ledger.rejected),
        ("all lines", ledger.lines),
    ] {
        table.push(vec![Cell::text(name), Cell::Count(n)]);
    }
    table
}

/// Who was left out. Machines may be counted; where people stand behind the accounts, a few are
/// not told.
fn actors_table(report: &Report) -> Table {
    let mut table = Table::new("actors", &["visitor", "what it is", "how many"]);
    let k = report.gate.k_people;
    let count = |actor: &ActorCount| {
        let is_machine = matches!(
            actor.class.as_str(),
            "crawler" | "scanner" | "monitor" | "system"
        );
        Cell::gated((is_machine || actor.n >= k).then_some(actor.n), k)
    };
    for actor in &report.actors {
        let (name, why) = sentences::actor(actor);
        table.push(vec![Cell::text(name), Cell::text(why), count(actor)]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example;

    fn files(report: &Report) -> Vec<(String, String)> {
        let files = render(report).unwrap();
        files
            .into_iter()
            .map(|(name, bytes)| (name, String::from_utf8(bytes).unwrap()))
            .collect()
    }

    fn check_page(html: &str) {
        let outside = html.replace("http://www.w3.org/2000/svg", "");
        for forbidden in [
            "http://",
            "https://",
            "<script",
            "javascript:",
            "@import",
            "url(",
            "<link",
        ] {
            assert!(!outside.contains(forbidden), "{forbidden}");
        }
        // Text may speak of attributes; only tags can have them.
        for tag in html
            .split('<')
            .skip(1)
            .filter_map(|rest| rest.split('>').next())
        {
            let names: String = tag.split('"').step_by(2).collect();
            assert!(!names.contains(" src=") && !names.contains(" on"), "{tag}");
        }
        for link in html.split("href=\"").skip(1) {
            assert!(link.starts_with('#'), "{}", &link[..link.len().min(40)]);
        }
        let svgs: Vec<&str> = html.split("<svg ").skip(1).collect();
        for svg in &svgs {
            let svg = &svg[..svg.find("</svg>").unwrap()];
            assert!(
                svg.contains("role=\"img\"")
                    && svg.contains("<title id=")
                    && svg.contains("<desc id=")
            );
        }
        let mut ids: Vec<&str> = html
            .split(" id=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap())
            .collect();
        let n = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), n, "an id stands twice");
        assert!(!html.contains("NaN") && !html.contains("inf "));
    }

    #[test]
    fn a_full_report_has_every_picture_and_table() {
        let files = files(&example::report());
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        for name in [
            "lawn",
            "spread",
            "ranked_paths",
            "days",
            "heat_map",
            "top_pages",
            "sections",
        ] {
            assert!(
                names.contains(&format!("charts/{name}.svg").as_str()),
                "{name}"
            );
        }
        for name in [
            "lawn",
            "elephant_paths",
            "days",
            "hours",
            "pages",
            "sections",
            "ledger",
            "totals",
        ] {
            assert!(
                names.contains(&format!("tables/{name}.csv").as_str()),
                "{name}"
            );
        }
        let html = &files[0].1;
        check_page(html);
        assert_eq!(html.matches("<svg ").count(), 7);
        assert_eq!(
            html.matches("<details").count(),
            html.matches("</details>").count()
        );
        assert!(html.contains("fewer than 5"), "a withheld day is said");
        assert!(html.contains("1,214") && html.contains("+6 %"));
    }

    #[test]
    fn every_page_is_told_with_its_address() {
        let report = example::report();
        let files = files(&report);
        let html = &files[0].1;
        for path in &report.paths {
            for page in [&path.from_page, &path.to_page] {
                assert!(html.contains(&format!("<bdi>{page}</bdi>")), "{page}");
            }
        }
        for page in &report.top_pages {
            assert!(
                html.contains(&format!("<bdi>{}</bdi>", page.page)),
                "{}",
                page.page
            );
        }
    }

    #[test]
    fn an_empty_report_is_a_page_too() {
        let files = files(&Report::default());
        check_page(&files[0].1);
        assert!(files[0].1.contains("Fewer than 5 people used the intranet"));
    }

    #[test]
    fn hostile_texts_stay_text() {
        let files = files(&example::hostile());
        check_page(&files[0].1);
        assert!(
            files[0].1.contains("{{ 7*7 }}"),
            "no text is taken for a template"
        );
        for (name, text) in &files {
            if name.starts_with("tables/") {
                continue;
            }
            assert!(
                !text.contains("<script") && !text.contains("<img"),
                "{name}"
            );
            assert!(!text.contains("onload=\""), "{name}");
            let hidden = ['\u{202e}', '\u{200b}', '\u{0}', '\u{7}', '\u{feff}'];
            assert!(!text.contains(hidden), "{name}");
        }
    }

    #[test]
    fn the_same_report_gives_the_same_bytes() {
        assert_eq!(
            render(&example::report()).unwrap(),
            render(&example::report()).unwrap()
        );
    }

    /// Writes the examples to the folder that `ELEPHANT_REPORT_EXAMPLES` names, to be looked at.
    #[test]
    fn examples_to_look_at() {
        let Ok(folder) = std::env::var("ELEPHANT_REPORT_EXAMPLES") else {
            return;
        };
        let mut upwards = example::other();
        let lawn = upwards.lawn.as_mut().unwrap();
        (lawn.from, lawn.to, lawn.route) = (10, 2, Vec::new());
        lawn.walks[0].via.clear();
        let examples = [
            ("full", example::report()),
            ("other", example::other()),
            ("upwards", upwards),
            ("empty", Report::default()),
            ("hostile", example::hostile()),
        ];
        for (name, report) in examples {
            for (file, bytes) in render(&report).unwrap() {
                let path = std::path::Path::new(&folder).join(name).join(file);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, bytes).unwrap();
            }
        }
    }
}
