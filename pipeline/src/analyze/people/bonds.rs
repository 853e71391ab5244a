//! Ties between the fixed units: the tables `bridges` and `mixings`.

use std::collections::BTreeMap;

use datafusion::prelude::SessionContext;
use queries::findings::bridges::{
    Bridge, BridgeChange, Bridges, Options, Verdict, bridges, changes,
};
use queries::graph::network::{Edge, Network};

use super::crowd::{DatedTie, persons_of, ties_among};
use super::replace;
use super::units::{Chart, Dimension, UNKNOWN};
use crate::analyze::Window;
use crate::analyze::history::{self, PastById, status};
use crate::analyze::layout::Layout;
use crate::engine::session::{ask, day};
use crate::error::Error;
use crate::store::Lake;

/// The ties of a window and of the one before, and who works where.
struct Bonds {
    now: Network,
    before: Network,
    chart: Chart,
}

/// The pairs of units of one dimension.
struct Judged<'a> {
    dimension: &'a Dimension,
    n_people: Vec<i64>,
    found: Bridges,
    changes: BTreeMap<(u32, u32), BridgeChange>,
}

/// One row: a pair of units with what stands beside it.
struct Row<'a> {
    dimension: &'a Dimension,
    n_people: [i64; 2],
    pair: &'a Bridge,
    change: Option<&'a BridgeChange>,
}

/// What a window came to.
pub(super) struct Kept {
    /// Bridges and silos.
    pub(super) n_found: u64,
    /// Pairs that were tested.
    pub(super) n_tested: u64,
    /// The departments of each bridge between two, by name.
    pub(super) bridges: Vec<[String; 2]>,
}

/// Writes the tables.
pub(super) async fn keep(
    lake: &Lake,
    context: &SessionContext,
    window: Window,
) -> Result<Kept, Error> {
    let bonds = Bonds::read(context, window).await?;
    let judged: Vec<Judged<'_>> = bonds
        .chart
        .dimensions
        .iter()
        .filter(|dimension| dimension.units.len() > 1)
        .map(|dimension| bonds.judge(dimension))
        .collect();
    let rows: Vec<Row<'_>> = judged.iter().flat_map(Judged::rows).collect();
    let past = history::past(context, "bridges", "n_carriers", window).await?;
    history::keep(
        lake,
        context,
        "bridges",
        window,
        laid_out(&rows, window, &past)?,
    )
    .await?;
    replace(lake, "mixings", mixings(&judged, window)?).await?;
    let is_found = |row: &&Row<'_>| row.pair.verdict != Verdict::Neither;
    let is_of_departments = |row: &&Row<'_>| row.dimension.name == bonds.chart.departments().name;
    let is_bridge = |row: &&Row<'_>| row.pair.verdict == Verdict::Bridge;
    let bridges = rows.iter().filter(is_of_departments).filter(is_bridge);
    Ok(Kept {
        n_found: rows.iter().filter(is_found).count() as u64,
        n_tested: judged.iter().map(|one| one.found.n_tested).sum(),
        bridges: bridges
            .map(|row| [row.pair.a, row.pair.b].map(|unit| row.unit(unit)))
            .collect(),
    })
}

impl Bonds {
    async fn read(context: &SessionContext, window: Window) -> Result<Self, Error> {
        let ties = async |window: Window| {
            let since = ("horizon_start", day(window.start));
            ask(context, "ties", &[since, ("window_end", day(window.end))]).await
        };
        let (now, before) = (ties(window).await?, ties(window.before()).await?);
        let both = ["one", "other"];
        let persons = persons_of(&[(&now, &both), (&before, &both)])?;
        Ok(Self {
            now: network(persons.len(), &ties_among(&now, &persons)?),
            before: network(persons.len(), &ties_among(&before, &persons)?),
            chart: Chart::read(context, window.end, &persons).await?,
        })
    }

    fn judge<'a>(&self, dimension: &'a Dimension) -> Judged<'a> {
        let (unit, n_units) = (&dimension.unit, dimension.units.len());
        let mut n_people = vec![0; n_units];
        for (person, unit) in (0_u32..).zip(unit) {
            if *unit != UNKNOWN && self.now.degree(person) > 0 {
                n_people[*unit as usize] += 1;
            }
        }
        let changes = changes(&self.before, &self.now, unit, n_units);
        Judged {
            dimension,
            n_people,
            found: bridges(&self.now, unit, n_units, &Options::default()),
            changes: changes
                .into_iter()
                .map(|one| ((one.a, one.b), one))
                .collect(),
        }
    }
}

/// People tied by the number of days on which they did something towards each other.
pub(super) fn network(n_persons: usize, ties: &[DatedTie]) -> Network {
    let edges = ties.iter();
    let edges: Vec<Edge> = edges
        .map(|tie| (tie.one, tie.other, f64::from(tie.n_days)))
        .collect();
    Network::new(n_persons, &edges)
}

impl<'a> Judged<'a> {
    fn rows(&'a self) -> impl Iterator<Item = Row<'a>> {
        self.found.pairs.iter().map(|pair| Row {
            dimension: self.dimension,
            n_people: [pair.a, pair.b].map(|unit| self.n_people[unit as usize]),
            pair,
            change: self.changes.get(&(pair.a, pair.b)),
        })
    }
}

impl Row<'_> {
    fn unit(&self, unit: u32) -> String {
        self.dimension.units[unit as usize].clone()
    }

    fn finding_id(&self) -> String {
        let (a, b) = (self.unit(self.pair.a), self.unit(self.pair.b));
        history::finding_id("bridges", "bridge", [self.dimension.name.as_str(), &a, &b])
    }
}

fn word(verdict: Verdict) -> String {
    let word = match verdict {
        Verdict::Silo => "silo",
        Verdict::Bridge => "bridge",
        Verdict::Neither => "neither",
    };
    word.to_owned()
}

fn laid_out(
    rows: &[Row<'_>],
    window: Window,
    past: &PastById,
) -> Result<arrow::array::RecordBatch, Error> {
    let finite = |number: f64| number.is_finite().then_some(number);
    Layout::of_findings(rows, window, Row::finding_id)
        .text("dimension", |r| r.dimension.name.clone())
        .text("unit_a", |r| r.unit(r.pair.a))
        .text("unit_b", |r| r.unit(r.pair.b))
        .int("n_people_a", |r| r.n_people[0])
        .int("n_people_b", |r| r.n_people[1])
        .float("observed", |r| r.pair.observed)
        .float("expected", |r| r.pair.expected)
        .float("ratio", |r| r.pair.ratio)
        .float("ratio_low", |r| r.pair.ratio_low)
        .maybe_float("ratio_high", |r| finite(r.pair.ratio_high))
        .float("p_value", |r| r.pair.p_value)
        .float("q_value", |r| r.pair.q_value)
        .text("verdict", |r| word(r.pair.verdict))
        .int("n_carriers", |r| r.pair.n_carriers as i64)
        .float("concentration", |r| r.pair.concentration)
        .float("ratio_without_one", |r| r.pair.ratio_without_one)
        .truth("is_fragile", |r| r.pair.is_fragile)
        .maybe_float("ratio_before", |r| r.change.map(|one| one.ratio_before))
        .truth("is_changed", |r| {
            r.change.is_some_and(|one| one.q_value <= 0.05)
        })
        .text("status", |r| {
            status(r.pair.n_carriers, past.get(&r.finding_id())).to_owned()
        })
        .finish("bridges")
}

fn mixings(judged: &[Judged<'_>], window: Window) -> Result<arrow::array::RecordBatch, Error> {
    let rows: Vec<_> = judged
        .iter()
        .filter_map(|one| Some((one, one.found.mixing.as_ref()?)))
        .collect();
    Layout::of_window(&rows, window)
        .text("dimension", |(one, _)| one.dimension.name.clone())
        .int("n_people", |(one, _)| one.n_people.iter().sum())
        .int("n_ties", |(_, mixing)| mixing.n_ties as i64)
        .float("ei_index", |(_, mixing)| mixing.observed)
        .float("ei_low", |(_, mixing)| mixing.observed_low)
        .float("ei_high", |(_, mixing)| mixing.observed_high)
        .float("ei_expected", |(_, mixing)| mixing.expected)
        .float("ei_deviation", |(_, mixing)| mixing.expected_deviation)
        .float("z", |(_, mixing)| mixing.z)
        .float("beyond_chance", |(_, mixing)| mixing.beyond_chance)
        .float("assortativity", |(_, mixing)| mixing.assortativity)
        .finish("mixings")
}
