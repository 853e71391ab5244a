//! Invented findings beside the elephant paths.

use queries::day::Day;
use queries::findings::pavings::{Effect, Measure, Measured, Verdict};

use crate::model::{
    Change, DesertedLink, Detour, DropOff, Findings, Imitation, Journey, LinkToAdd, NewPage,
    PageName, PastPath, Report,
};

/// The report with findings of every kind.
pub(super) fn with_findings(report: Report) -> Report {
    Report {
        changes: changes(),
        links_to_add: shown(links_to_add()),
        detours: shown(detours()),
        journeys: shown(journeys()),
        drop_offs: shown(vec![drop_off()]),
        new_pages: shown(new_pages()),
        past_paths: past_paths(),
        deserted_links: shown(deserted_links()),
        ..report
    }
}

/// Every page that a finding names.
pub(super) fn pages(report: &mut Report) -> Vec<&mut PageName> {
    let mut pages = Vec::new();
    for change in &mut report.changes {
        pages.extend([&mut change.from, &mut change.to]);
    }
    for link in &mut report.links_to_add.shown {
        pages.extend([&mut link.from, &mut link.to]);
        pages.extend(&mut link.turned_back_at);
    }
    for detour in &mut report.detours.shown {
        pages.extend([&mut detour.from, &mut detour.to]);
    }
    for journey in &mut report.journeys.shown {
        pages.extend(&mut journey.pages);
    }
    for drop in &mut report.drop_offs.shown {
        pages.extend([&mut drop.page, &mut drop.goal]);
    }
    pages.extend(report.new_pages.shown.iter_mut().map(|page| &mut page.name));
    for path in &mut report.past_paths {
        pages.extend([&mut path.from, &mut path.to]);
    }
    for link in &mut report.deserted_links.shown {
        pages.extend(&mut link.from);
        pages.push(&mut link.to);
    }
    pages
}

pub(super) fn shown<T>(shown: Vec<T>) -> Findings<T> {
    Findings {
        shown,
        n_withheld: 0,
    }
}

pub(super) fn named(title: &str) -> PageName {
    PageName {
        page: format!("/{}", title.to_lowercase().replace(' ', "-")),
        title: title.to_owned(),
    }
}

fn measured(measure: Measure, [before, after]: [f64; 2], sizes: [f64; 3]) -> Measured {
    let [size, low, high] = sizes;
    Measured {
        measure,
        before,
        after,
        effect: Effect {
            size,
            low,
            high,
            p_value: if high < 0.0 { 0.012 } else { 0.2 },
        },
        smallest_visible_effect: 0.34,
        n_controls: 24,
    }
}

fn changes() -> Vec<Change> {
    let change = |from: &str, to: &str, verdict, sizes: Option<[f64; 3]>| Change {
        from: named(from),
        to: named(to),
        since: Day::from_ymd(2026, 3, 2),
        verdict: Some(verdict),
        effect: sizes.map(|[size, low, high]| Effect {
            size,
            low,
            high,
            p_value: if low > 0.0 { 0.012 } else { 0.41 },
        }),
        smallest_visible: Some(0.34),
        people_before: Some(15.2),
        people_after: sizes.map(|[size, ..]| 15.2 * (1.0 + size)),
        n_weeks_after: Some(if sizes.is_some() { 8 } else { 0 }),
        n_controls: Some(24),
        ..Change::default()
    };
    let (helped, unseen) = (Some([1.96, 1.2, 2.9]), Some([-0.04, -0.3, 0.31]));
    vec![
        Change {
            moved_share: Some(0.12),
            measured: vec![
                measured(Measure::Steps, [3.1, 1.2], [-0.6, -0.68, -0.51]),
                measured(Measure::Secs, [95.0, 22.0], [-0.76, -0.85, -0.6]),
                measured(Measure::Searches, [12.4, 7.8], [-0.31, -0.6, 0.18]),
            ],
            ..change("Who is who", "Team calendar", Verdict::Helped, helped)
        },
        change("News", "Insurance", Verdict::NoVisibleEffect, unseen),
        Change {
            since: Day::from_ymd(2026, 5, 11),
            next_look: Some(Day::from_ymd(2026, 6, 21)),
            ..change("Help", "VPN", Verdict::TooEarly, None)
        },
        Change {
            smallest_visible: None,
            people_before: None,
            n_weeks_after: None,
            n_controls: None,
            ..change("Archive", "Pay", Verdict::TooFewPeople, None)
        },
    ]
}

fn links_to_add() -> Vec<LinkToAdd> {
    let link =
        |from: &str, to: &str, n_people, steps_median, n_saved, n_saved_together| LinkToAdd {
            from: named(from),
            to: named(to),
            n_people,
            steps_median,
            planned_steps: Some(3),
            n_saved,
            n_saved_together,
            n_people_by_link: None,
            turned_back_at: None,
            journey: None,
        };
    vec![
        LinkToAdd {
            turned_back_at: Some(named("Help")),
            ..link("Leave request", "Team calendar", 89, 4.0, 355, 355)
        },
        LinkToAdd {
            planned_steps: None,
            ..link("News", "Order a laptop", 91, 2.5, 238, 593)
        },
        link("Expense form", "Exchange rates", 17, 2.0, 41, 634),
    ]
}

fn detours() -> Vec<Detour> {
    [
        ("hub", 43, Some(12)),
        ("search", 28, None),
        ("wandering", 16, Some(9)),
    ]
    .map(|(cause, n_people, n_people_straight)| Detour {
        from: named("Leave request"),
        to: named("Team calendar"),
        n_people,
        expected_people: 7.8,
        steps_median: 3.0,
        stretch_low: 1.4,
        planned_steps: 2,
        cause: cause.to_owned(),
        n_people_straight,
        journey: (cause == "wandering").then(|| "expense claim".to_owned()),
    })
    .to_vec()
}

fn journeys() -> Vec<Journey> {
    let journey = |pages: &[&str], n_people, expected_people, is_planned| Journey {
        pages: pages.iter().map(|title| named(title)).collect(),
        n_people,
        n_times: n_people + 23,
        expected_people,
        lift_low: 1.6,
        is_planned,
    };
    vec![
        journey(
            &["News", "Expense form", "Exchange rates"],
            116,
            51.9,
            false,
        ),
        journey(
            &[
                "Leave request",
                "Team calendar",
                "Who is who",
                "New colleague",
            ],
            55,
            21.7,
            true,
        ),
    ]
}

fn drop_off() -> DropOff {
    DropOff {
        journey: "expense claim".to_owned(),
        page: named("Expense form"),
        goal: named("Exchange rates"),
        n_people: 138,
        n_people_left: 60,
        exit_rate_low: 0.35,
        exit_rate_expected: 0.23,
    }
}

/// Who came after whom, on a path of so many people.
pub(super) fn imitation(n_people: u64) -> Option<Imitation> {
    let is_more_than_chance = n_people > 40;
    (n_people > 20).then_some(Imitation {
        share: (n_people != 24).then_some(0.75),
        expected_share: if is_more_than_chance { 0.21 } else { 0.7 },
        is_more_than_chance,
    })
}

fn new_pages() -> Vec<NewPage> {
    let first_week = Day::from_ymd(2026, 5, 11);
    let page = |title, n_people, imitation| NewPage {
        name: named(title),
        n_people,
        first_week,
        imitation,
    };
    vec![
        page("Summer party", 120, None),
        page("Car pool", 31, imitation(41)),
    ]
}

fn past_paths() -> Vec<PastPath> {
    vec![
        PastPath {
            from: named("Who is who"),
            to: named("Team calendar"),
            is_paved: true,
            n_people: Some(23),
        },
        PastPath {
            from: named("News"),
            to: named("Insurance"),
            is_paved: false,
            n_people: None,
        },
    ]
}

fn deserted_links() -> Vec<DesertedLink> {
    vec![
        DesertedLink {
            from: None,
            to: named("Help"),
            kind: "global".to_owned(),
            n_people_at: Some(588),
            n_people_used: None,
            rate_high: 0.016,
            rate_median: 0.44,
            is_whole_cycle: false,
        },
        DesertedLink {
            from: Some(named("News")),
            to: named("Insurance"),
            kind: "menu".to_owned(),
            n_people_at: Some(612),
            n_people_used: Some(7),
            rate_high: 0.021,
            rate_median: 0.3,
            is_whole_cycle: false,
        },
    ]
}
