//! Invented bridges, audiences and applications.

use queries::day::Day;

use super::findings::{named, shown};
use super::people::parts;
use crate::model::{
    Alarm, Application, Audience, AudienceWeek, BridgeCell, BridgeChange, DimensionBridges,
    EiIndex, Findings, Ratio, Report, ToldShare,
};

/// The report with bridges, audiences and applications.
pub(super) fn with_units(report: Report) -> Report {
    let end = report.window.end;
    Report {
        bridges: vec![departments(), locations()],
        audiences: Findings {
            n_withheld: 2,
            ..shown(audiences(end))
        },
        applications: shown(applications(end)),
        ..report
    }
}

/// A pair whose ratio is known within a fifth; so far from 1 that it is a bridge or a silo, or not.
fn cell(a: usize, b: usize, expected: f64, ratio: f64) -> BridgeCell {
    let verdict = match ratio {
        _ if a == b => "neither",
        ratio if ratio < 0.4 => "silo",
        ratio if ratio > 1.9 => "bridge",
        _ => "neither",
    };
    BridgeCell {
        a,
        b,
        observed: Some(expected * ratio),
        expected: Some(expected),
        ratio,
        ratio_low: ratio * 0.8,
        ratio_high: ratio * 1.2,
        verdict: verdict.to_owned(),
        n_carriers: Some(24),
        is_fragile: false,
        change: None,
    }
}

fn departments() -> DimensionBridges {
    let units = ["Engineering", "Finance", "IT", "Legal", "Sales", "Service"];
    let ratios: [&[f64]; 6] = [
        &[3.1],
        &[0.7, 4.2],
        &[1.1, 1.3, 2.9],
        &[2.1, 0.9, 0.8, 3.8],
        &[0.3, 0.22, 0.35, 0.31, 5.2],
        &[1.4, 0.6, 1.2, 0.0, 0.28, 2.7],
    ];
    let mut cells = Vec::new();
    for (a, row) in ratios.iter().enumerate() {
        let shown = row.iter().enumerate().filter(|&(_, &ratio)| ratio > 0.0);
        cells.extend(shown.map(|(b, &ratio)| cell(b, a, 60.0, ratio)));
    }
    let joined = cells.iter_mut().find(|cell| (cell.a, cell.b) == (0, 3));
    let joined = joined.unwrap();
    (joined.n_carriers, joined.is_fragile) = (None, true);
    (joined.observed, joined.expected) = (None, None);
    joined.change = Some(BridgeChange {
        ratio_before: 0.9,
        is_changed: true,
    });
    let alone = cells.iter_mut().find(|cell| (cell.a, cell.b) == (4, 4));
    alone.unwrap().verdict = "silo".to_owned();
    DimensionBridges {
        dimension: "department".to_owned(),
        units: units.map(str::to_owned).to_vec(),
        cells,
        silos: vec![4],
        ei: Some(EiIndex {
            observed: -0.18,
            expected: 0.62,
            low: 0.59,
            high: 0.65,
        }),
    }
}

fn locations() -> DimensionBridges {
    DimensionBridges {
        dimension: "location".to_owned(),
        units: vec!["Ghent".to_owned(), "Lyon".to_owned()],
        cells: vec![
            cell(0, 0, 300.0, 1.1),
            cell(0, 1, 420.0, 0.93),
            cell(1, 1, 280.0, 1.05),
        ],
        silos: Vec::new(),
        ei: None,
    }
}

/// Half a year of weeks, each with the number of people and their share.
fn weeks(end: Day, of: impl Fn(i32) -> (u64, f64)) -> Vec<AudienceWeek> {
    let last = end.monday().0;
    let week = |i: i32| {
        let (n, share) = of(i);
        AudienceWeek {
            week: Day(last - 7 * (25 - i)),
            n_people: (n >= 10).then_some(n),
            share,
            share_low: (share - 0.06).max(0.0),
            share_high: (share + 0.06).min(1.0),
        }
    };
    (0..26).map(week).collect()
}

fn audiences(end: Day) -> Vec<Audience> {
    let audience = |section: &str, unit: &str, planned_share| Audience {
        section: section.to_owned(),
        dimension: "role".to_owned(),
        unit: unit.to_owned(),
        planned_share,
        contribution_share: Some(0.55),
        ..Audience::default()
    };
    let wave = |i: i32| f64::from(i * 7 % 5) * 0.01;
    vec![
        Audience {
            weeks: weeks(end, |i| {
                let share = 0.1 + 0.7 / (1.0 + (-0.7 * f64::from(i - 11)).exp()) + wave(i);
                ((640.0 * share) as u64, share)
            }),
            ratio: Some(Ratio {
                against: "Consultant".to_owned(),
                value: 4.1,
                low: 3.6,
                high: 4.7,
                n_people: 1_020,
                n_people_needed: 2_500,
            }),
            alarm: Some(Alarm {
                since: Day(end.monday().0 - 98),
                since_low: Day(end.monday().0 - 112),
                since_high: Day(end.monday().0 - 84),
                share_before: ToldShare::Is(0.12),
                share_after: ToldShare::Is(0.8),
            }),
            within: Some(60.0),
            mix: Some(8.0),
            ..audience("Projects", "Client", Some(0.1))
        },
        Audience {
            weeks: weeks(end, |i| ((190 + i) as u64, 0.34 + wave(i))),
            ratio: Some(Ratio {
                against: String::new(),
                value: 0.51,
                low: 0.42,
                high: 0.63,
                n_people: 812,
                n_people_needed: 900,
            }),
            ..audience("HR", "Consultant", Some(0.5))
        },
        Audience {
            weeks: weeks(end, |i| ((i + 2) as u64, 0.1 + wave(i))),
            contribution_share: None,
            ..audience("IT", "Client", None)
        },
    ]
}

fn applications(end: Day) -> Vec<Application> {
    vec![
        Application {
            pages: vec![
                named("Canteen chat"),
                named("Flat hunting"),
                named("Car pool"),
            ],
            n_people: 118,
            declared: "HR, for new colleagues".to_owned(),
            departments: parts(&[
                ("Engineering", Some(44)),
                ("Service", Some(31)),
                ("Sales", Some(23)),
                ("Finance", None),
                ("Legal", None),
            ]),
            audience_distance: 0.48,
            q_value: 0.004,
            contribution_share: 0.31,
            site_contribution_share: 0.04,
            return_rate: 0.66,
            site_return_rate: 0.31,
            growth: 1.4,
            since: Some(Day(end.0 - 21)),
            bridge: None,
        },
        Application {
            pages: vec![named("Test bench log")],
            n_people: 27,
            declared: "Archive".to_owned(),
            departments: parts(&[("Engineering", Some(27))]),
            audience_distance: 0.29,
            q_value: 0.03,
            contribution_share: 0.12,
            site_contribution_share: 0.04,
            return_rate: 0.58,
            site_return_rate: 0.31,
            growth: 1.1,
            since: None,
            bridge: None,
        },
    ]
}
