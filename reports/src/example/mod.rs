//! Invented reports for the tests: a full one, and one whose every text means harm.

mod findings;
mod people;
mod units;

use queries::day::Day;
use queries::privacy::Gate;

use crate::model::{
    ActorCount, DayUse, HourUse, Lawn, LawnPage, LawnWalk, Ledger, Lists, Method, PageUse,
    PathFinding, Report, SectionMoves, SectionUse, Totals, WeekCount, Window,
};

/// Four weeks of an invented intranet.
pub(crate) fn report() -> Report {
    let end = Day::from_ymd(2026, 5, 24);
    let window = Window {
        start: Day(end.0 - 27),
        end,
    };
    let before = Window {
        start: Day(end.0 - 55),
        end: Day(end.0 - 28),
    };
    let report = Report {
        intranet: "Example intranet".to_owned(),
        window,
        before: Some(before),
        totals: totals(1214, 18_450, 96_310, 342, 0.11),
        totals_before: Some(totals(1145, 16_926, 90_009, 355, 0.09)),
        days: days(window, 900),
        days_before: days(before, 780),
        hours: hours(),
        top_pages: top_pages(),
        paths: paths(end),
        lawn: Some(lawn()),
        sections: sections(),
        ledger: ledger(),
        actors: [("crawler", 3), ("kiosk", 2), ("monitor", 1)]
            .map(|(class, n)| ActorCount {
                class: class.to_owned(),
                n,
            })
            .to_vec(),
        method: method(),
        notes: vec!["The log of 9 May ends at noon.".to_owned()],
        gate: Gate::default(),
        ..Report::default()
    };
    units::with_units(people::with_people(findings::with_findings(report)))
}

fn totals(people: u64, visits: u64, views: u64, pages: u64, share: f64) -> Totals {
    Totals {
        people,
        visits,
        views,
        pages,
        share_unplanned: Some(share),
    }
}

fn days(window: Window, base: u64) -> Vec<DayUse> {
    (window.start.0..=window.end.0)
        .map(|day| {
            let is_weekend = Day(day).weekday() >= 5;
            let wave = u64::from((day * 37 % 11).unsigned_abs());
            let people: u64 = if is_weekend {
                40 + wave
            } else {
                base + 13 * wave
            };
            let is_shown = day % 14 != 3;
            DayUse {
                day: Day(day),
                people: is_shown.then_some(people),
                views: is_shown.then_some(people * 5 + wave),
            }
        })
        .collect()
}

fn hours() -> Vec<HourUse> {
    let mut hours = Vec::new();
    for weekday in 0..7u8 {
        for hour in 5..22u8 {
            let noon = 1.0 - (f64::from(hour) - 11.5).abs() / 8.0;
            let people = (noon.max(0.0) * if weekday < 5 { 620.0 } else { 22.0 }) as u64;
            let people = (people >= 5).then_some(people + u64::from(weekday) * 3);
            hours.push(HourUse {
                weekday,
                hour,
                people,
                views: people.map(|n| n * 3),
            });
        }
    }
    hours
}

fn top_pages() -> Vec<PageUse> {
    let titles = [
        ("/", "Home", true),
        ("/leave-request", "Leave request", true),
        ("/news", "News", true),
        ("/team-calendar", "Team calendar", true),
        (
            "/canteen",
            "What is for lunch today in the canteens of all our locations, with prices and allergens",
            false,
        ),
        ("/expense-form", "Expense form", true),
        ("/people", "Who is who", true),
        ("/projects/blue-whale", "", false),
    ];
    titles
        .iter()
        .enumerate()
        .map(|(i, &(page, title, is_planned))| PageUse {
            page: page.to_owned(),
            title: title.to_owned(),
            people: 1150 - 130 * i as u64,
            views: 9000 - 1000 * i as u64,
            is_planned,
        })
        .collect()
}

fn paths(end: Day) -> Vec<PathFinding> {
    let ways = [
        (
            "Leave request",
            "Team calendar",
            48,
            312,
            9.0,
            3.9,
            Some(6),
            1560.0,
            "growing",
        ),
        (
            "Expense form",
            "Exchange rates",
            31,
            120,
            7.2,
            2.7,
            Some(4),
            360.0,
            "stable",
        ),
        (
            "New colleague",
            "Order a laptop",
            24,
            41,
            0.4,
            12.0,
            None,
            205.0,
            "new",
        ),
        (
            "Travel planning for groups of more than ten people across several countries",
            "Insurance",
            11,
            30,
            4.1,
            1.2,
            Some(3),
            22.0,
            "fading",
        ),
    ];
    ways.iter()
        .map(
            |&(from, to, n_people, n_moves, expected, lift_low, steps, saved, status)| {
                PathFinding {
                    from_page: format!("/{}", from.to_lowercase().replace(' ', "-")),
                    to_page: format!("/{}", to.to_lowercase().replace(' ', "-")),
                    from_title: from.to_owned(),
                    to_title: to.to_owned(),
                    n_people,
                    n_moves,
                    expected_people: expected,
                    lift: n_people as f64 / expected,
                    lift_low,
                    q_value: 0.000_01 * expected,
                    n_units: Some(5),
                    planned_steps: steps,
                    clicks_saved: saved,
                    share_link: 0.12,
                    share_search: 0.61,
                    share_direct: 0.27,
                    is_unit_routine: n_people == 24,
                    first_seen: Day(end.0 - 20),
                    status: status.to_owned(),
                    weeks: weeks(end, n_people),
                    imitation: findings::imitation(n_people),
                }
            },
        )
        .collect()
}

fn weeks(end: Day, n_people: u64) -> Vec<WeekCount> {
    let last = end.monday().0;
    (0..9)
        .map(|i| WeekCount {
            week: Day(last - 7 * (8 - i)),
            people_so_far: (i > 1).then(|| n_people * i as u64 * i as u64 / 64),
        })
        .collect()
}

fn lawn() -> Lawn {
    let pages = [
        ("Home", 0),
        ("HR", 1),
        ("Finance", 1),
        ("Projects", 1),
        ("IT", 1),
        ("Leave", 2),
        ("Pay", 2),
        ("Expenses", 2),
        ("Tools", 2),
        ("Help", 2),
        ("Leave request", 3),
        ("Team calendar", 3),
        ("VPN", 3),
    ];
    Lawn {
        pages: pages
            .iter()
            .map(|&(title, depth)| LawnPage {
                page: match title {
                    "Home" => "/".to_owned(),
                    title => format!("/{}", title.to_lowercase().replace(' ', "-")),
                },
                title: title.to_owned(),
                depth,
            })
            .collect(),
        links: vec![
            (0, 1),
            (0, 2),
            (0, 3),
            (0, 4),
            (1, 5),
            (1, 6),
            (2, 7),
            (4, 8),
            (4, 9),
            (5, 10),
            (8, 11),
            (9, 12),
        ],
        route: vec![10, 5, 1, 0, 4, 8, 11],
        from: 10,
        to: 11,
        n_people: 48,
        expected_people: 9.0,
        walks: [("search", 33), ("direct", 15), ("link", 7)]
            .map(|(kind, n_people)| LawnWalk {
                via: Vec::new(),
                kind: kind.to_owned(),
                n_people,
            })
            .to_vec(),
    }
}

fn sections() -> Vec<SectionUse> {
    [
        ("HR", 40, 31, Some(812)),
        ("IT", 55, 20, Some(640)),
        ("Projects", 12, 12, Some(377)),
        ("Archive", 80, 0, None),
    ]
    .map(
        |(section, n_planned_pages, n_used_pages, people)| SectionUse {
            section: section.to_owned(),
            n_planned_pages,
            n_used_pages,
            people,
            moves: people.map(|people| SectionMoves {
                planned: people * 11,
                unplanned: people * n_used_pages / 9,
            }),
        },
    )
    .to_vec()
}

fn ledger() -> Ledger {
    Ledger {
        inputs: 28,
        lines: 101_876,
        events: 96_310,
        duplicates: 612,
        filtered: 4902,
        filtered_by: vec![
            ("static_file".to_owned(), 4000),
            ("redirect".to_owned(), 902),
        ],
        rejected: 50,
        comments: 2,
    }
}

fn method() -> Method {
    Method {
        n_tested: 48_211,
        n_candidates: 903,
        n_shuffled: 0,
        k_pages: 5,
        k_people: 10,
        q: 0.05,
        lift: 1.5,
        session_gap_minutes: 30,
        has_plan: true,
        counts_addresses: false,
        sensitive_declared: false,
        n_planned_links: 2_093,
        n_judged_links: 20,
        n_planned_journeys: 2,
        n_judged_steps: 5,
        n_judged_routes: 1_203,
        n_judged_demands: 2_963,
        has_ties: true,
        n_withheld: 0,
        ..Method::default()
    }
}

/// The same weeks with a path down the tree to a page that the plan does not reach well.
pub(crate) fn other() -> Report {
    let mut report = report();
    let lawn = report.lawn.as_mut().unwrap();
    (lawn.from, lawn.to, lawn.n_people) = (3, 12, 160);
    lawn.route = vec![3, 0, 4, 9, 12];
    lawn.walks[0] = LawnWalk {
        via: vec![6],
        kind: "search".to_owned(),
        n_people: 140,
    };
    lawn.walks.truncate(2);
    report.paths.truncate(1);
    report
}

/// The same weeks while nobody may be listed, whatever was handed over.
pub(crate) fn lists_off() -> Report {
    let mut report = report();
    report.method.lists = Lists::Off;
    report
}

/// The same report with every text replaced by one that means harm.
pub(crate) fn hostile() -> Report {
    const BAD: &str = "\"><script>alert(1)</script><img onload=\"x\" src=\"y\">'&\u{202e}\u{200b}\u{0}\u{7}\u{feff}{{ 7*7 }}";
    let bad = || BAD.to_owned();
    let mut report = report();
    report.intranet = bad();
    report.notes = vec![bad()];
    for page in &mut report.top_pages {
        (page.page, page.title) = (bad(), bad());
    }
    for path in &mut report.paths {
        (path.from_page, path.to_page, path.from_title, path.to_title) =
            (bad(), bad(), bad(), bad());
        path.status = bad();
    }
    for section in &mut report.sections {
        section.section = bad();
    }
    for name in findings::pages(&mut report) {
        (name.page, name.title) = (bad(), bad());
    }
    for name in people::pages(&mut report) {
        (name.page, name.title) = (bad(), bad());
    }
    for text in people::texts(&mut report) {
        *text = bad();
    }
    report.drop_offs.shown[0].journey = bad();
    report.deserted_links.shown[1].kind = bad();
    report.detours.shown[0].cause = bad();
    let lawn = report.lawn.as_mut().unwrap();
    for page in &mut lawn.pages {
        (page.page, page.title) = (bad(), bad());
    }
    for walk in &mut lawn.walks {
        walk.kind = bad();
    }
    for actor in &mut report.actors {
        actor.class = bad();
    }
    report.ledger.filtered_by = vec![(bad(), 4902)];
    report
}
