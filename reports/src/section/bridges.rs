//! Where units are cut off from each other, and where they are joined.

use super::{Item, Section, called_all};
use crate::chart;
use crate::error::ReportError;
use crate::model::{Application, BridgeCell, DimensionBridges, EiIndex, Report};
use crate::units;
use crate::words;

/// Most pairs of one kind that are told in words; all of them are in the table.
const N_TOLD: usize = 3;

pub(super) fn section(report: &Report) -> Result<Section, ReportError> {
    let bridges = &report.bridges;
    let told: Vec<&DimensionBridges> = bridges
        .iter()
        .filter(|dimension| !dimension.cells.is_empty())
        .collect();
    let items = if told.is_empty() {
        vec![Item::nothing("No pair of units", why_nothing(report))]
    } else {
        told.iter()
            .enumerate()
            .map(|(i, dimension)| item(i, dimension, report))
            .collect::<Result<_, _>>()?
    };
    Ok(Section {
        id: "apart",
        short: "Who is cut off",
        question: "Where are they cut off from each other?",
        about: "Ties between every two units, over what they would be if everybody kept as many ties and they fell by chance: 1 means as many as chance gives.",
        is_of_people: true,
        n: told.iter().map(|dimension| n_found(dimension)).sum(),
        summary: told.iter().find_map(|dimension| summary(dimension)),
        items,
    })
}

/// What is farthest from chance: units that are cut off, else a link that has changed.
fn summary(dimension: &DimensionBridges) -> Option<String> {
    let cut = dimension.silos.iter().map(|&index| unit(dimension, index));
    let cut: Vec<String> = cut.collect();
    let name = words::clean(&dimension.dimension);
    match cut.as_slice() {
        [] => changes(dimension).into_iter().next(),
        [only] => Some(format!("{only} has hardly any ties to another {name}.")),
        several => Some(format!(
            "{} each have hardly any ties to another {name}.",
            units::names(several)
        )),
    }
}

fn n_found(dimension: &DimensionBridges) -> usize {
    dimension.silos.len() + across(dimension, "bridge").len()
}

fn item(index: usize, dimension: &DimensionBridges, report: &Report) -> Result<Item, ReportError> {
    let k = report.gate.k_people;
    let picture = chart::bridges::bridges(index, dimension, k)?;
    let mut lead = cut_off(dimension);
    lead.extend(bridges(dimension, &report.applications.shown, k));
    lead.extend(changes(dimension));
    if lead.is_empty() {
        lead.push("No unit is cut off from the others, and no two are joined clearly more than chance gives.".to_owned());
    }
    lead.extend(dimension.ei.map(|ei| ei_sentence(ei, &dimension.dimension)));
    Ok(Item {
        heading: format!("By {}", words::clean(&dimension.dimension)),
        lead,
        to_do: to_do(dimension),
        size: summary(dimension)
            .map(|said| said.trim_end_matches('.').to_owned())
            .unwrap_or_default(),
        remark: if index == 0 {
            "Sizes of units are taken into account. Units that serve all, such as IT and HR, are bridges by their job; a reorganisation within these days, pages for everybody and shared accounts can make or hide a gap. Few ties in the logs do not mean that people do not meet elsewhere.".to_owned()
        } else {
            String::new()
        },
        table: picture
            .is_none()
            .then(|| chart::bridges::table(index, dimension, k)),
        picture,
        ..Item::default()
    })
}

/// Pairs of two units with that verdict, those farthest from chance first.
fn across<'a>(dimension: &'a DimensionBridges, verdict: &str) -> Vec<&'a BridgeCell> {
    let cells = dimension.cells.iter();
    let mut found: Vec<&BridgeCell> = cells
        .filter(|cell| cell.a != cell.b && cell.verdict == verdict)
        .collect();
    let far = |cell: &BridgeCell| cell.ratio.max(f64::MIN_POSITIVE).ln().abs();
    found.sort_by(|one, other| {
        let order = far(other).total_cmp(&far(one));
        order.then_with(|| (one.a, one.b).cmp(&(other.a, other.b)))
    });
    found
}

fn unit(dimension: &DimensionBridges, index: usize) -> String {
    dimension
        .units
        .get(index)
        .map_or_else(|| "?".to_owned(), |unit| words::clean(unit))
}

/// Units that are cut off from all others; else the pairs that are farthest apart.
fn cut_off(dimension: &DimensionBridges) -> Vec<String> {
    let silos = across(dimension, "silo");
    if dimension.silos.is_empty() {
        return silos
            .iter()
            .take(N_TOLD)
            .map(|cell| pair(dimension, cell))
            .collect();
    }
    let silo = |&index: &usize| {
        let high = silos
            .iter()
            .filter(|cell| cell.a == index || cell.b == index)
            .map(|cell| cell.ratio_high)
            .fold(0.0, f64::max);
        let most = if high > 0.0 {
            format!(
                ": at most {} times those that chance gives, wherever that can be told",
                words::times(high)
            )
        } else {
            String::new()
        };
        format!(
            "{} has hardly any ties to another {}{most}.",
            unit(dimension, index),
            words::clean(&dimension.dimension)
        )
    };
    dimension.silos.iter().take(N_TOLD).map(silo).collect()
}

/// `Engineering and Legal have 2.1 times the ties that chance gives (1.7 to 2.5).`
fn pair(dimension: &DimensionBridges, cell: &BridgeCell) -> String {
    format!(
        "{} and {} have {} times the ties that chance gives ({} to {}).",
        unit(dimension, cell.a),
        unit(dimension, cell.b),
        words::times(cell.ratio),
        words::times(cell.ratio_low),
        words::times(cell.ratio_high),
    )
}

/// The bridges that are told in words.
fn told(dimension: &DimensionBridges) -> impl Iterator<Item = &BridgeCell> {
    across(dimension, "bridge").into_iter().take(N_TOLD)
}

fn bridges(dimension: &DimensionBridges, applications: &[Application], k: u64) -> Vec<String> {
    let sentence = |cell| {
        let places = applications
            .iter()
            .filter(|one| is_place(dimension, cell, one));
        let places: String = places.map(place).collect();
        format!("{}{}{places}", pair(dimension, cell), carriers(cell, k))
    };
    told(dimension).map(sentence).collect()
}

/// Whether pages are told as the place of a bridge, and so are no finding of their own.
pub(super) fn is_told_as_place(report: &Report, application: &Application) -> bool {
    report
        .bridges
        .iter()
        .any(|dimension| told(dimension).any(|cell| is_place(dimension, cell, application)))
}

fn is_place(dimension: &DimensionBridges, cell: &BridgeCell, application: &Application) -> bool {
    let is_unit = |index: usize, name: &String| dimension.units.get(index) == Some(name);
    let is_it = |[one, other]: &[String; 2]| {
        is_unit(cell.a, one) && is_unit(cell.b, other)
            || is_unit(cell.a, other) && is_unit(cell.b, one)
    };
    dimension.dimension == "department" && application.bridge.as_ref().is_some_and(is_it)
}

fn place(application: &Application) -> String {
    format!(
        " They talk on {}, which nobody meant for it.",
        called_all(&application.pages)
    )
}

/// Who carries a link, in no more detail than the gate allows.
fn carriers(cell: &BridgeCell, k: u64) -> String {
    match (cell.is_fragile, cell.n_carriers) {
        (true, _) => format!(
            " It is fragile: {} people carry this link.",
            words::withheld(k)
        ),
        (false, Some(n)) => format!(" {} carry this link.", words::capital(&words::people(n))),
        (false, None) => String::new(),
    }
}

fn changes(dimension: &DimensionBridges) -> Vec<String> {
    let changed = dimension.cells.iter().filter_map(|cell| {
        let change = cell.change.filter(|change| change.is_changed)?;
        let does = if cell.ratio > change.ratio_before {
            "more"
        } else {
            "less"
        };
        let who = if cell.a == cell.b {
            format!("Within {}, people deal", unit(dimension, cell.a))
        } else {
            format!(
                "{} and {} deal",
                unit(dimension, cell.a),
                unit(dimension, cell.b)
            )
        };
        Some(format!(
            "{who} with each other {does} than in the days before: {} times chance, then {}.",
            words::times(cell.ratio),
            words::times(change.ratio_before),
        ))
    });
    changed.take(N_TOLD).collect()
}

fn ei_sentence(ei: EiIndex, dimension: &str) -> String {
    let verdict = if ei.observed < ei.low {
        format!("people keep to their own {dimension} more than chance gives")
    } else if ei.observed > ei.high {
        format!("people deal across {dimension} borders more than chance gives")
    } else {
        "that is what chance gives".to_owned()
    };
    format!(
        "{} of all ties lead to another {}; with units of these sizes chance gives {} ({} to {}), so {}.",
        across_share(ei.observed),
        words::clean(dimension),
        across_share(ei.expected),
        across_share(ei.low),
        across_share(ei.high),
        words::clean(&verdict),
    )
}

/// The index as the share of ties that go across: from −1, all within, to +1, all across.
fn across_share(index: f64) -> String {
    words::share(f64::midpoint(1.0, index.clamp(-1.0, 1.0)))
}

fn to_do(dimension: &DimensionBridges) -> String {
    if !dimension.silos.is_empty() {
        let cut: Vec<String> = dimension
            .silos
            .iter()
            .map(|&i| unit(dimension, i))
            .collect();
        return format!(
            "ask in {} what people there would need from the others and do not get, and give the two sides a page that both use.",
            units::names(&cut),
        );
    }
    let fragile = across(dimension, "bridge")
        .into_iter()
        .find(|cell| cell.is_fragile);
    match fragile {
        Some(cell) => format!(
            "see that the link between {} and {} does not hang on so few: bring more people of both together.",
            unit(dimension, cell.a),
            unit(dimension, cell.b),
        ),
        None => String::new(),
    }
}

fn why_nothing(report: &Report) -> String {
    let (method, k) = (&report.method, report.gate.k_people);
    if !method.has_units {
        return "It is not known who belongs to which unit, so it is not known which units are cut off. Give people.csv.".to_owned();
    }
    if !method.has_ties {
        return "It is not known who is tied to whom. Likes, comments, follows and messages tell it: give them as social actions.".to_owned();
    }
    format!("No two units have {k} people or more each who have ties.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example;

    #[test]
    fn silos_bridges_and_changes_are_told_with_their_bounds() {
        let report = example::report();
        let told = item(0, &report.bridges[0], &report).unwrap();
        assert_eq!(
            told.lead,
            [
                "Sales has hardly any ties to another department: at most 0.4 times those that chance gives, wherever that can be told.",
                "Engineering and Legal have 2.1 times the ties that chance gives (1.7 to 2.5). It is fragile: fewer than 10 people carry this link.",
                "Engineering and Legal deal with each other more than in the days before: 2.1 times chance, then 0.9.",
                "41 % of all ties lead to another department; with units of these sizes chance gives 81 % (80 % to 83 %), so people keep to their own department more than chance gives.",
            ]
        );
        assert!(told.to_do.starts_with("ask in Sales"));
        let quiet = item(1, &report.bridges[1], &report).unwrap();
        assert!(quiet.lead[0].starts_with("No unit is cut off"));
        assert_eq!(section(&report).unwrap().n, 2);
    }

    #[test]
    fn the_place_of_a_bridge_is_told_with_it_and_not_twice() {
        let mut report = example::report();
        let before = super::super::applications::section(&report).unwrap();
        report.applications.shown[0].bridge = Some(["Legal".to_owned(), "Engineering".to_owned()]);
        let told = item(0, &report.bridges[0], &report).unwrap();
        assert!(
            told.lead[1].ends_with(
                "They talk on Canteen chat, Flat hunting and Car pool, which nobody meant for it."
            ),
            "{}",
            told.lead[1]
        );
        let after = super::super::applications::section(&report).unwrap();
        assert_eq!(after.n + 1, before.n);
        // A bridge that is not told cannot tell its place.
        report.bridges.clear();
        let alone = super::super::applications::section(&report).unwrap();
        assert_eq!(alone.n, before.n);
    }

    #[test]
    fn carriers_are_told_only_where_the_gate_lets_them() {
        let mut cell = BridgeCell {
            n_carriers: Some(24),
            ..BridgeCell::default()
        };
        assert_eq!(carriers(&cell, 10), " 24 people carry this link.");
        cell.is_fragile = true;
        assert!(!carriers(&cell, 10).contains("24"));
        (cell.n_carriers, cell.is_fragile) = (None, false);
        assert_eq!(carriers(&cell, 10), "");
    }

    #[test]
    fn chance_is_said_to_be_chance() {
        let ei = EiIndex {
            observed: 0.61,
            expected: 0.62,
            low: 0.59,
            high: 0.65,
        };
        assert!(ei_sentence(ei, "role").contains("so that is what chance gives"));
    }

    #[test]
    fn nothing_has_a_reason() {
        let mut report = example::report();
        assert!(why_nothing(&report).starts_with("No two units have 10"));
        report.method.has_ties = false;
        assert!(why_nothing(&report).contains("social actions"));
        report.method.has_units = false;
        assert!(why_nothing(&report).contains("people.csv"));
    }
}
