//! How paths and new pages spread, and what became of earlier paths.

use super::{Item, Line, Section, called, new_pages, past_paths, rest};
use crate::chart::Picture;
use crate::chart::compared::{Compared, MOST_ROWS, Mark, Row};
use crate::error::ReportError;
use crate::model::{Imitation, NewPage, PageName, PathFinding, Report};
use crate::table::{Cell, Table};
use crate::words;

pub(super) fn section(report: &Report) -> Result<Section, ReportError> {
    let risers = risers(report);
    let spreading = match risers.first() {
        Some(first) => item(first, &risers)?,
        None => Item::nothing("Who came after whom", why_nothing(report)),
    };
    Ok(Section {
        id: "emerging",
        short: "What spreads",
        question: "What spreads, and what became of earlier paths?",
        about: "How many took a path or a new page up after somebody they are tied to: by likes, comments, messages and the like.",
        n: risers.iter().filter(|riser| riser.from.is_some()).count()
            + report.new_pages.shown.len(),
        summary: summary(report),
        items: vec![spreading, new_pages::item(report), past_paths::item(report)],
        ..Section::default()
    })
}

/// What is new, and what is gone.
fn summary(report: &Report) -> Option<String> {
    let said = [new_pages::summary(report), past_paths::summary(report)];
    let said: Vec<String> = said.into_iter().flatten().collect();
    (!said.is_empty()).then(|| said.join(" "))
}

/// A path or new page of which it is known who came after whom.
struct Riser {
    from: Option<PageName>,
    to: PageName,
    n_people: u64,
    imitation: Imitation,
}

impl Riser {
    fn of_path(path: &PathFinding) -> Option<Self> {
        let name = |page: &str, title: &str| PageName {
            page: page.to_owned(),
            title: title.to_owned(),
        };
        let so_far = path.weeks.last().and_then(|week| week.people_so_far);
        Some(Self {
            from: Some(name(&path.from_page, &path.from_title)),
            to: name(&path.to_page, &path.to_title),
            n_people: so_far.unwrap_or(0).max(path.n_people),
            imitation: path.imitation?,
        })
    }

    fn of_page(page: &NewPage) -> Option<Self> {
        Some(Self {
            from: None,
            to: page.name.clone(),
            n_people: page.n_people,
            imitation: page.imitation?,
        })
    }

    fn pages(&self) -> impl Iterator<Item = &PageName> {
        self.from.iter().chain([&self.to])
    }

    /// People beyond chance.
    fn gain(&self) -> f64 {
        let share = self.imitation.share.unwrap_or(0.0);
        (share - self.imitation.expected_share) * self.n_people as f64
    }

    fn label(&self) -> String {
        let names: Vec<String> = self.pages().map(called).collect();
        names.join(" → ")
    }
}

/// Those first on which most people beyond chance came after a tie.
fn risers(report: &Report) -> Vec<Riser> {
    let paths = report.paths.iter().filter_map(Riser::of_path);
    let pages = report.new_pages.shown.iter().filter_map(Riser::of_page);
    let mut risers: Vec<Riser> = paths.chain(pages).collect();
    risers.sort_by(|a, b| {
        let order = b.gain().total_cmp(&a.gain());
        order.then_with(|| a.pages().map(|p| &p.page).cmp(b.pages().map(|p| &p.page)))
    });
    risers
}

fn item(first: &Riser, risers: &[Riser]) -> Result<Item, ReportError> {
    let (more, n_unlisted) = rest(risers, line);
    Ok(Item {
        heading: "Who came after whom".to_owned(),
        lead: vec![sentence(first), how_many(risers)],
        pages: first.pages().map(|page| page.page.clone()).collect(),
        more,
        n_unlisted,
        remark: "Chance means: drawn by lot among the people of the same department who had not come yet. More than chance does not show that people learn it from each other: those who are tied may also like the same things.".to_owned(),
        picture: picture(risers)?,
        table: risers
            .iter()
            .all(|riser| riser.imitation.share.is_none())
            .then(|| table(risers)),
        ..Item::default()
    })
}

/// `82 % of the 68 people ... came after somebody they are tied to had; 25 % would by chance.`
fn sentence(riser: &Riser) -> String {
    let what = match &riser.from {
        Some(from) => format!(
            "took up the way from {} to {}",
            called(from),
            called(&riser.to)
        ),
        None => format!("saw the new page {}", called(&riser.to)),
    };
    let people = words::people(riser.n_people);
    match riser.imitation.share {
        Some(share) => format!(
            "Of the {people} who {what}, {} came after somebody they are tied to; {} would by chance.{}",
            words::share(share),
            words::share(riser.imitation.expected_share),
            verdict(riser.imitation),
        ),
        None => format!(
            "{} {what}. How many of them came after somebody they are tied to is not told, since they or the others are few.{}",
            words::capital(&people),
            verdict(riser.imitation),
        ),
    }
}

fn verdict(imitation: Imitation) -> &'static str {
    if imitation.is_more_than_chance {
        " That is more than chance."
    } else {
        " That may be chance."
    }
}

fn how_many(risers: &[Riser]) -> String {
    let n = risers
        .iter()
        .filter(|riser| riser.imitation.is_more_than_chance)
        .count() as u64;
    let of = risers.len() as u64;
    match (n, of) {
        (_, 1) => String::new(),
        (0, _) => format!(
            "On none of the {} that can be judged is it more than chance.",
            words::spelled(of)
        ),
        _ if n == of => format!(
            "It is more than chance on all {} that can be judged.",
            words::spelled(of)
        ),
        _ => format!(
            "It is more than chance on {} of the {} that can be judged.",
            words::spelled(n),
            words::spelled(of),
        ),
    }
}

fn line(riser: &Riser) -> Line {
    let people = words::people(riser.n_people);
    let beyond = if riser.imitation.is_more_than_chance {
        "more than chance"
    } else {
        "may be chance"
    };
    let text = match riser.imitation.share {
        Some(share) => format!(
            "{} of {people} after a tie, {} by chance; {beyond}.",
            words::share(share),
            words::share(riser.imitation.expected_share),
        ),
        None => format!("{people}; {beyond}."),
    };
    Line::of(riser.pages(), text)
}

fn why_nothing(report: &Report) -> String {
    if !report.method.has_ties {
        return "It is not known who is tied to whom, so nothing can be said of who came after whom. Likes, comments, follows and messages tell it: give them as social actions.".to_owned();
    }
    format!(
        "No elephant path and no new page has the {} people that it takes to say who came after whom.",
        report.gate.k_people
    )
}

fn picture(risers: &[Riser]) -> Result<Option<Picture>, ReportError> {
    let mut rows: Vec<Row> = risers.iter().filter_map(row).collect();
    if rows.is_empty() {
        return Ok(None);
    }
    let n_told = rows.len();
    rows.truncate(MOST_ROWS);
    let n = rows.len();
    let chart = Compared {
        name: "spreads",
        mark: Mark::Dot,
        does: "share who came after somebody they are tied to",
        usual: "share who would by chance",
        aside: "people so far",
        tick: |n| format!("{n} %"),
        rows,
    };
    let (size, drawn) = chart.draw()?;
    Ok(Some(Picture {
        name: "spreads",
        title: "People who came after somebody they are tied to".to_owned(),
        description: format!(
            "{}, those first on which most people beyond chance came after a tie.{}",
            words::shown(n, n_told, "way or page", "ways and pages"),
            few(risers),
        ),
        table: table(risers),
        size,
        drawn,
    }))
}

/// What is not drawn, and why.
fn few(risers: &[Riser]) -> String {
    let few = risers
        .iter()
        .filter(|riser| riser.imitation.share.is_none());
    match few.count() as u64 {
        0 => String::new(),
        n => format!(
            " The share is not told of {}: it would stand for too few people, or for all but too few.",
            words::plural(n, "other", "others")
        ),
    }
}

fn row(riser: &Riser) -> Option<Row> {
    let share = riser.imitation.share?;
    Some(Row {
        label: riser.label(),
        usual: (0.0, 100.0 * riser.imitation.expected_share),
        bound: 100.0 * share,
        does: 100.0 * share,
        high: None,
        told: words::share(share),
        aside: words::thousands(riser.n_people),
    })
}

fn table(risers: &[Riser]) -> Table {
    let header = [
        "from",
        "from page",
        "to",
        "to page",
        "people so far",
        "came after a tie",
        "by chance",
        "more than chance",
    ];
    let mut table = Table::new("spreads", &header);
    for riser in risers {
        let from = riser.from.clone().unwrap_or_default();
        table.push(vec![
            Cell::text(words::name(&from.title, &from.page)),
            Cell::Address(from.page),
            Cell::text(words::name(&riser.to.title, &riser.to.page)),
            Cell::Address(riser.to.page.clone()),
            Cell::Count(riser.n_people),
            riser
                .imitation
                .share
                .map_or(Cell::text("not told"), Cell::Share),
            Cell::Share(riser.imitation.expected_share),
            Cell::text(if riser.imitation.is_more_than_chance {
                "yes"
            } else {
                "no"
            }),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example;

    #[test]
    fn imitation_is_said_no_louder_than_chance_allows() {
        let report = example::report();
        let mut all = risers(&report);
        assert_eq!(
            sentence(&all[0]),
            "Of the 48 people who took up the way from Leave request to Team calendar, 75 % came after somebody they are tied to; 21 % would by chance. That is more than chance."
        );
        assert_eq!(
            how_many(&all),
            "It is more than chance on two of the four that can be judged."
        );
        all[0].imitation.is_more_than_chance = false;
        assert!(sentence(&all[0]).ends_with("That may be chance."));
        all[0].imitation.share = None;
        assert!(sentence(&all[0]).contains("is not told"));
        assert!(!sentence(&all[0]).contains('%'));
    }

    #[test]
    fn nothing_has_a_reason() {
        let mut report = example::report();
        report.method.has_ties = false;
        assert!(why_nothing(&report).contains("not known who is tied"));
        report.method.has_ties = true;
        assert!(why_nothing(&report).contains("10 people"));
    }
}
