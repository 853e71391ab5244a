//! How sure the ratio of two units is: people differ, and a tie belongs to two of them.
//!
//! The naive way draws people anew, each tie with the product of both ends' counts, and overstates: a tie's own
//! chance then counts three times (Owen 2007), and nearly every interval holds. Here the logarithm of the ratio is
//! taken as a sum over ties, each weighing by how much the logarithm moves with it. Two ties that share a person are
//! not independent, all others are; so the variance is the sum over people of their squared sums, less the squares
//! of the ties themselves, which both ends have counted (Fafchamps and Gubert 2007; Aronow, Samii and Assenova
//! 2015). It needs no draws. Where people's ties repel each other the ties alone stand as the least.

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::ties::Ties;
use crate::stats::NORMAL_975;

/// What one tie of a pair's network adds to the logarithm of observed over expected, by where its ends are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slope {
    a: u32,
    b: u32,
    /// By any tie at all.
    by_any: f64,
    /// By an end in the first unit, and in the second; all of both where they are the same.
    by_end: (f64, f64),
    /// By a tie between the two.
    by_tie: f64,
}

impl Slope {
    /// `smoothing` is added to the observed weight: 0, or half a tie where a logarithm of nothing would be needed.
    pub(super) fn of(ties: &Ties, (a, b): (u32, u32), smoothing: f64) -> Self {
        let inverse = |x: f64| if x > 0.0 { 1.0 / x } else { 0.0 };
        let by_end = |unit: u32| -inverse(ties.unit_strength[unit as usize]);
        Self {
            a,
            b,
            by_any: inverse(ties.total),
            by_end: if a == b {
                (2.0 * by_end(a), 0.0)
            } else {
                (by_end(a), by_end(b))
            },
            by_tie: inverse(ties.between[ties.cell(a, b)] + smoothing),
        }
    }

    /// Sum over a person's ties, `toward` the two units.
    fn of_person(&self, ties: &Ties, person: u32, toward: (f64, f64)) -> f64 {
        let unit = ties.unit[person as usize];
        let (is_a, is_b) = (unit == self.a, unit == self.b);
        let own = self.by_any
            + if is_a { self.by_end.0 } else { 0.0 }
            + if is_b { self.by_end.1 } else { 0.0 };
        let crossing = match (is_a, is_b) {
            (true, false) => toward.1,
            (_, true) => toward.0,
            (false, false) => 0.0,
        };
        ties.strength[person as usize] * own
            + toward.0 * self.by_end.0
            + toward.1 * self.by_end.1
            + crossing * self.by_tie
    }

    /// Calls `f` with every person of the two units or with a tie to them, and their sum.
    fn of_touched(&self, ties: &Ties, mut f: impl FnMut(u32, f64)) {
        let (of_a, of_b) = (&ties.toward[self.a as usize], &ties.toward[self.b as usize]);
        if self.a == self.b {
            for (person, weight) in of_a {
                f(*person, self.of_person(ties, *person, (*weight, 0.0)));
            }
            return;
        }
        let (mut at_a, mut at_b) = (of_a.iter().peekable(), of_b.iter().peekable());
        loop {
            let next = match (at_a.peek(), at_b.peek()) {
                (Some(a), Some(b)) => a.0.min(b.0),
                (Some(a), None) => a.0,
                (None, Some(b)) => b.0,
                (None, None) => return,
            };
            let to_a = at_a.next_if(|entry| entry.0 == next).map_or(0.0, |e| e.1);
            let to_b = at_b.next_if(|entry| entry.0 == next).map_or(0.0, |e| e.1);
            f(next, self.of_person(ties, next, (to_a, to_b)));
        }
    }

    /// Everybody's sum, written into `sums`.
    pub(super) fn fill(&self, ties: &Ties, sums: &mut [f64]) {
        for (sum, strength) in sums.iter_mut().zip(&ties.strength) {
            *sum = strength * self.by_any;
        }
        self.of_touched(ties, |person, sum| sums[person as usize] = sum);
    }

    /// The sums over people of their sums to the powers of two and four; `rest` are those of everybody's strength.
    fn by_people(&self, ties: &Ties, rest: [f64; 2]) -> [f64; 2] {
        let mut sums = [rest[0] * self.by_any.powi(2), rest[1] * self.by_any.powi(4)];
        self.of_touched(ties, |person, of_person| {
            let plain = ties.strength[person as usize] * self.by_any;
            sums[0] += of_person.powi(2) - plain.powi(2);
            sums[1] += of_person.powi(4) - plain.powi(4);
        });
        sums
    }

    /// By how much a tie moves the logarithm, by its ends in the two units: neither, first, twice the first, second,
    /// twice the second, both.
    pub(super) fn by_kind(&self) -> [f64; 6] {
        let (any, (a, b)) = (self.by_any, self.by_end);
        let inside = if self.a == self.b { self.by_tie } else { 0.0 };
        [
            any,
            any + a,
            any + 2.0 * a + inside,
            any + b,
            any + 2.0 * b,
            any + a + b + self.by_tie,
        ]
    }
}

/// Sums of a table of [`Ties`] by the kinds of [`Slope::by_kind`].
pub(super) fn sums_by_kind(
    ties: &Ties,
    table: &[f64],
    rows: &[f64],
    (a, b): (u32, u32),
) -> [f64; 6] {
    let at = |one, other| table[ties.cell(one, other)];
    let all: f64 = rows[ties.n_units];
    if a == b {
        let (inside, any) = (at(a, a), rows[a as usize]);
        return [all - any, any - inside, inside, 0.0, 0.0, 0.0];
    }
    let (inside_a, inside_b, both) = (at(a, a), at(b, b), at(a, b));
    let only_a = rows[a as usize] - inside_a - both;
    let only_b = rows[b as usize] - inside_b - both;
    let none = all - only_a - only_b - inside_a - inside_b - both;
    [none, only_a, inside_a, only_b, inside_b, both]
}

/// Sums of the rows of a table of [`Ties`], each tie once, and of all ties as the last.
pub(super) fn row_sums(ties: &Ties, table: &[f64]) -> Vec<f64> {
    let n = ties.n_units;
    let mut sums: Vec<f64> = (0..n)
        .map(|row| table[row * n..(row + 1) * n].iter().sum())
        .collect();
    let inside: f64 = (0..n).map(|unit| table[unit * n + unit]).sum();
    let all = f64::midpoint(sums.iter().sum(), inside);
    sums.push(all);
    sums
}

/// The variance of the logarithm of a ratio.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Variance {
    /// With what people's ties have in common.
    pub clustered: f64,
    /// As if every tie were independent.
    pub of_ties: f64,
}

/// By how much a variance is widened because few people tell it: with the degrees of freedom of Satterthwaite 1946, that
/// a sum of squares has whose terms differ so much, Student's interval is so much wider than the normal one.
pub(super) fn widened(squares: f64, fourths: f64) -> f64 {
    // A normal number's fourth power is three times its squared variance.
    let freedom = 3.0 * squares * squares / fourths;
    if freedom.is_nan() || freedom > MANY {
        return 1.0;
    }
    let t = StudentsT::new(0.0, 1.0, freedom.max(1.0)).expect("degrees of freedom");
    (t.inverse_cdf(0.975) / NORMAL_975).powi(2)
}

/// With more degrees of freedom Student's interval is the normal one to a thousandth.
const MANY: f64 = 1_000.0;

/// Variances of all pairs of a network.
pub(super) struct Variances<'a> {
    ties: &'a Ties,
    /// Sums of everybody's strength to the powers of two and four.
    strength: [f64; 2],
    rows: Vec<f64>,
}

impl<'a> Variances<'a> {
    pub(super) fn new(ties: &'a Ties) -> Self {
        Self {
            ties,
            strength: [2, 4].map(|power| ties.strength.iter().map(|s| s.powi(power)).sum()),
            rows: row_sums(ties, &ties.squares),
        }
    }

    pub(super) fn of(&self, pair: (u32, u32)) -> Variance {
        let slope = Slope::of(self.ties, pair, 0.0);
        let sums = sums_by_kind(self.ties, &self.ties.squares, &self.rows, pair);
        let of_ties: f64 = sums
            .iter()
            .zip(slope.by_kind())
            .map(|(s, by)| s * by * by)
            .sum();
        let [squares, fourths] = slope.by_people(self.ties, self.strength);
        let clustered = (squares - of_ties).max(of_ties);
        Variance {
            // Sums of few people are too small by about one part in as many as the ratio is worth.
            clustered: clustered * (1.0 + clustered) * widened(squares, fourths),
            of_ties,
        }
    }
}
