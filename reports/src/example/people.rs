//! Invented findings about people: the same four weeks, the same intranet.

use queries::day::Day;

use super::findings::{named, shown};
use crate::model::{
    Ambassador, Encounters, EndedGroup, Findings, GatheredPage, GatheringPlace, Group, GroupEvent,
    Leader, Leaders, Lists, Method, PageName, Reach, Report, Role, RoleCount, UnitPart,
};

/// The last days of the windows, each a week after the one before.
const N_WINDOWS: i32 = 8;

/// The report with groups, leaders, ambassadors and gathering places.
pub(super) fn with_people(report: Report) -> Report {
    let end = report.window.end;
    Report {
        groups: Findings {
            n_withheld: 1,
            ..shown(groups(end))
        },
        ended_groups: ended_groups(end),
        leaders: leaders(),
        ambassadors: ambassadors(),
        reach: Some(Reach {
            n_chosen: 4,
            n_people: 980,
            covered: Some(436),
            by_executives: Some(301),
            by_random: Some(142.4),
            two_steps: Some(871),
        }),
        gathering_places: shown(gathering_places()),
        method: Method {
            lists: Lists::OptIn,
            has_units: true,
            has_audiences: true,
            n_windows: 8,
            n_windows_needed: 2,
            n_null_worlds: 99,
            n_judged_groups: 14,
            n_judged_people: 311,
            n_judged_places: 48,
            n_judged_pairs: 33,
            n_watched_shares: 96,
            n_judged_applications: 21,
            ..report.method
        },
        ..report
    }
}

/// Every page that a finding about people names.
pub(super) fn pages(report: &mut Report) -> Vec<&mut PageName> {
    let mut pages = Vec::new();
    for group in &mut report.groups.shown {
        pages.extend(group.pages.iter_mut().map(|page| &mut page.name));
    }
    for group in &mut report.ended_groups {
        pages.extend(&mut group.pages);
    }
    pages.extend(
        report
            .gathering_places
            .shown
            .iter_mut()
            .map(|place| &mut place.name),
    );
    for application in &mut report.applications.shown {
        pages.extend(&mut application.pages);
    }
    pages
}

/// Every other text of the findings about people.
pub(super) fn texts(report: &mut Report) -> Vec<&mut String> {
    let mut texts = Vec::new();
    for group in &mut report.groups.shown {
        texts.extend([&mut group.id, &mut group.event]);
        let parts = group.departments.iter_mut().chain(&mut group.locations);
        texts.extend(parts.map(|part| &mut part.unit));
    }
    for group in &mut report.ended_groups {
        texts.extend([&mut group.id, &mut group.event]);
    }
    for leader in &mut report.leaders.listed {
        texts.push(&mut leader.label);
        texts.extend(&mut leader.unit);
    }
    for ambassador in &mut report.ambassadors {
        texts.push(&mut ambassador.label);
        texts.extend(&mut ambassador.unit);
        texts.extend(ambassador.units.iter_mut().chain(&mut ambassador.due));
    }
    for bridges in &mut report.bridges {
        texts.push(&mut bridges.dimension);
        texts.extend(&mut bridges.units);
    }
    for audience in &mut report.audiences.shown {
        texts.extend([
            &mut audience.section,
            &mut audience.dimension,
            &mut audience.unit,
        ]);
        texts.extend(audience.ratio.as_mut().map(|ratio| &mut ratio.against));
    }
    for application in &mut report.applications.shown {
        texts.push(&mut application.declared);
        texts.extend(
            application
                .departments
                .iter_mut()
                .map(|part| &mut part.unit),
        );
    }
    texts
}

pub(super) fn parts(units: &[(&str, Option<u64>)]) -> Vec<UnitPart> {
    let part = |&(unit, n_people): &(&str, Option<u64>)| UnitPart {
        unit: unit.to_owned(),
        n_people,
    };
    units.iter().map(part).collect()
}

fn groups(end: Day) -> Vec<Group> {
    let pages = |titles: &[(&str, u64, f64)]| {
        let page = |&(title, n_people, lift): &(&str, u64, f64)| GatheredPage {
            name: named(title),
            n_people,
            lift,
        };
        titles.iter().map(page).collect::<Vec<_>>()
    };
    let sizes = |numbers: [u64; N_WINDOWS as usize]| {
        let windows = numbers.iter().zip(1..=N_WINDOWS);
        let size =
            |(&n, i): (&u64, i32)| (Day(end.0 - 7 * (N_WINDOWS - i)), (n >= 10).then_some(n));
        windows.map(size).collect::<Vec<_>>()
    };
    let happened = |event: &str| GroupEvent {
        event: event.to_owned(),
        since: Day(end.0 - 7),
        at: end,
    };
    vec![
        Group {
            id: "g-31".to_owned(),
            pages: pages(&[
                ("Contract templates", 31, 8.4),
                ("Patent search", 27, 7.7),
                ("Open source at work", 19, 5.2),
                ("Licence questions", 16, 4.8),
            ]),
            n_people: 34,
            n_core: Some(22),
            departments: parts(&[
                ("Engineering", Some(12)),
                ("Legal", Some(10)),
                ("Sales", None),
                ("Service", None),
            ]),
            locations: parts(&[("Ghent", Some(18)), ("Lyon", Some(16))]),
            largest_unit_share: Some(12.0 / 34.0),
            p_value: 0.01,
            stability: 0.91,
            born: Some((Day(end.0 - 42), Day(end.0 - 35))),
            event: "growing".to_owned(),
            origin: None,
            events: vec![happened("growing")],
            sizes: sizes([0, 0, 13, 17, 20, 24, 31, 34]),
        },
        Group {
            id: "g-17".to_owned(),
            pages: pages(&[("Machine data", 52, 6.1), ("Spare parts", 44, 3.9)]),
            n_people: 61,
            n_core: Some(47),
            departments: parts(&[
                ("Service", Some(24)),
                ("Engineering", Some(21)),
                ("Sales", Some(16)),
            ]),
            locations: parts(&[("Lyon", Some(33)), ("Ghent", Some(28))]),
            largest_unit_share: Some(24.0 / 61.0),
            p_value: 0.01,
            stability: 0.94,
            born: None,
            event: "stable".to_owned(),
            origin: None,
            events: Vec::new(),
            sizes: sizes([58, 58, 60, 63, 62, 59, 60, 61]),
        },
        Group {
            id: "g-33".to_owned(),
            pages: pages(&[("Running club", 14, 11.0)]),
            n_people: 16,
            n_core: None,
            departments: parts(&[
                ("Finance", None),
                ("HR", None),
                ("IT", None),
                ("Legal", None),
                ("Sales", None),
            ]),
            locations: parts(&[("Ghent", Some(16))]),
            largest_unit_share: None,
            p_value: 0.03,
            stability: 0.72,
            born: Some((Day(end.0 - 14), Day(end.0 - 7))),
            event: String::new(),
            origin: None,
            events: vec![happened("born")],
            sizes: sizes([0, 0, 0, 0, 0, 0, 14, 16]),
        },
    ]
}

fn ended_groups(end: Day) -> Vec<EndedGroup> {
    vec![
        EndedGroup {
            id: "g-9".to_owned(),
            pages: vec![named("Summer party"), named("Car pool")],
            event: "merged".to_owned(),
            ended_at: Day(end.0 - 14),
            n_people_most: Some(19),
        },
        EndedGroup {
            id: "g-4".to_owned(),
            pages: vec![named("Year-end closing")],
            event: "ended".to_owned(),
            ended_at: Day(end.0 - 28),
            n_people_most: None,
        },
    ]
}

fn leaders() -> Leaders {
    use Role::{Broker, Hub, Initiator};
    let leader = |role, label: &str, unit: &str, n_followers, score, has_reports| Leader {
        label: label.to_owned(),
        unit: Some(unit.to_owned()),
        role,
        n_followers,
        score,
        is_strong: score > 4.0,
        has_reports,
    };
    Leaders {
        listed: vec![
            leader(
                Initiator,
                "quiet-heron",
                "Service",
                Some(23),
                5.4,
                Some(false),
            ),
            leader(Initiator, "amber-otter", "Legal", Some(14), 3.1, Some(true)),
            leader(Initiator, "pale-finch", "Engineering", None, 2.6, None),
            leader(Broker, "quiet-heron", "Service", Some(41), 4.2, Some(false)),
            leader(Broker, "broad-maple", "Sales", Some(29), 3.0, Some(true)),
        ],
        counts: vec![
            RoleCount {
                role: Initiator,
                n_people: Some(31),
                n_without_reports: Some(21),
            },
            RoleCount {
                role: Broker,
                n_people: Some(14),
                n_without_reports: None,
            },
            RoleCount {
                role: Hub,
                n_people: None,
                n_without_reports: None,
            },
        ],
    }
}

fn ambassadors() -> Vec<Ambassador> {
    let units = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    let chosen = |rank, label: &str, unit: &str, new, covered| Ambassador {
        rank,
        label: label.to_owned(),
        unit: Some(unit.to_owned()),
        n_new_people: new,
        n_people_covered: covered,
        ..Ambassador::default()
    };
    vec![
        Ambassador {
            units: units(&["Service", "Engineering", "Sales", "IT"]),
            due: vec![
                "the way from Leave request to Team calendar, which is new".to_owned(),
                "the group round Machine data".to_owned(),
            ],
            last_contact: Some(Day::from_ymd(2026, 4, 14)),
            ..chosen(1, "quiet-heron", "Service", Some(173), Some(173))
        },
        Ambassador {
            units: units(&["Legal", "Engineering"]),
            due: vec!["the group round Contract templates, which is growing".to_owned()],
            ..chosen(2, "amber-otter", "Legal", Some(121), Some(294))
        },
        Ambassador {
            units: units(&["Sales", "Finance", "HR"]),
            last_contact: Some(Day::from_ymd(2026, 5, 20)),
            ..chosen(3, "broad-maple", "Sales", Some(88), Some(382))
        },
        Ambassador {
            units: units(&["IT"]),
            ..chosen(4, "early-sparrow", "IT", Some(54), Some(436))
        },
    ]
}

fn gathering_places() -> Vec<GatheringPlace> {
    let place = |title, n_people, n_units, mixing, mixing_low, mixing_expected| GatheringPlace {
        name: named(title),
        n_people,
        n_units,
        mixing,
        mixing_low,
        mixing_expected,
        ..GatheringPlace::default()
    };
    vec![
        GatheringPlace {
            n_leaders: Some(12),
            n_together: Some(64),
            together_expected: Some(31.0),
            encounters: Some(Encounters {
                n: 340,
                expected: 120.0,
                p_value: 0.0004,
                q_value: 0.02,
            }),
            ..place("Canteen chat", 212, 9, 0.86, 0.83, 0.61)
        },
        GatheringPlace {
            n_together: Some(22),
            together_expected: None,
            ..place("Machine data", 140, 5, 0.71, 0.66, 0.52)
        },
        place("Car pool", 31, 4, 0.7, 0.58, 0.49),
    ]
}
