//! How sure the ratio of two units is: people differ, and a tie belongs to two of them.
//!
//! The naive way draws people anew, each tie with the product of both ends' counts, and overstates: a tie's own
//! chance then counts three times (Owen 2007), and nearly every interval holds. Here the logarithm of the ratio is
//! taken as a sum over ties, each weighing by how much the logarithm moves with it. Two ties that share a person are
//! not independent, all others are; so the variance is the sum over people of their squared sums, less the squares
//! of the ties themselves, which both ends have counted (Fafchamps and Gubert 2007; Aronow, Samii and Assenova
//! 2015). It needs no draws. Where people's ties repel each other the ties alone stand as the least.
//!
//! Taken as they are these sums are wrong both ways. Where people differ, a few hold much of a pair, and the logarithm
//! moves more without one of them than its slope says: so each person's sum is what the logarithm loses when that person
//! leaves (the jackknife), which was missing a sixth of the variance. Where nobody differs, a unit's people still have a
//! sum in common that is not 0, and no two people have more than so many ties: so sums are taken from the mean of the
//! unit, and ties from the mean of the pairs that could have one.

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

    /// What the logarithm loses when a person leaves. Where nothing would be left without that person, half a tie is.
    fn without(&self, ties: &Ties, person: u32, toward: (f64, f64), half: f64) -> f64 {
        let unit = ties.unit[person as usize];
        let own = ties.strength[person as usize];
        let left = |all: f64, gone: f64| left(all, gone, half);
        let of = |one: u32, toward: f64| {
            let own = if unit == one { own } else { 0.0 };
            left(ties.unit_strength[one as usize], own + toward)
        };
        let crossing = match (unit == self.a, unit == self.b) {
            (true, false) => toward.1,
            (_, true) => toward.0,
            (false, false) => 0.0,
        };
        let ends = if self.a == self.b {
            2.0 * of(self.a, toward.0)
        } else {
            of(self.a, toward.0) + of(self.b, toward.1)
        };
        let observed = ties.between[ties.cell(self.a, self.b)];
        ends - left(observed, crossing) - left(ties.total, own)
    }

    /// Calls `f` with every person of the two units or with a tie to them, and their ties to both.
    fn of_touched(&self, ties: &Ties, mut f: impl FnMut(u32, (f64, f64))) {
        let (of_a, of_b) = (&ties.toward[self.a as usize], &ties.toward[self.b as usize]);
        if self.a == self.b {
            for (person, weight) in of_a {
                f(*person, (*weight, 0.0));
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
            f(next, (to_a, to_b));
        }
    }

    /// Everybody's sum, written into `sums`.
    pub(super) fn fill(&self, ties: &Ties, sums: &mut [f64]) {
        for (sum, strength) in sums.iter_mut().zip(&ties.strength) {
            *sum = strength * self.by_any;
        }
        self.of_touched(ties, |person, toward| {
            sums[person as usize] = self.of_person(ties, person, toward);
        });
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

/// The logarithm of the share that is left of a sum; half a tie always is.
fn left(all: f64, gone: f64, half: f64) -> f64 {
    ((all - gone).max(half) / all.max(half)).ln()
}

/// Sums of the powers one to four of some numbers.
#[derive(Debug, Clone, Copy, Default)]
struct Powers([f64; 4]);

impl Powers {
    fn add(&mut self, number: f64, times: f64) {
        let mut power = times;
        for sum in &mut self.0 {
            power *= number;
            *sum += power;
        }
    }

    /// Sums of the distances from the mean of `n` numbers to the powers two and four, the former as a sample's variance
    /// times its size. One number alone has no mean to be far from.
    fn about_mean(self, n: f64) -> [f64; 2] {
        let [one, two, three, four] = self.0;
        if n < 2.0 {
            return [two, four];
        }
        let mean = one / n;
        let square = mean * mean;
        let squares = two - n * square;
        let fourths = four - 4.0 * mean * three + 6.0 * square * two - 3.0 * n * square * square;
        [squares.max(0.0) * n / (n - 1.0), fourths.max(0.0)]
    }
}

/// Variances of all pairs of a network.
pub(super) struct Variances<'a> {
    ties: &'a Ties,
    half: f64,
    /// Of each unit: what the logarithm of any pair of other units loses when one of its people leaves.
    elsewhere: Vec<Powers>,
    /// Squares of ties about the mean of the pairs of people that could have one, by units as in [`Ties`].
    squares: Vec<f64>,
    rows: Vec<f64>,
}

impl<'a> Variances<'a> {
    pub(super) fn new(ties: &'a Ties) -> Self {
        let half = 0.5 * ties.typical_weight();
        let squares = squares_about_mean(ties);
        let mut variances = Self {
            ties,
            half,
            elsewhere: vec![Powers::default(); ties.n_units],
            rows: row_sums(ties, &squares),
            squares,
        };
        for person in 0..ties.unit.len() as u32 {
            let lost = variances.lost_elsewhere(person);
            if let Some(of) = variances
                .elsewhere
                .get_mut(ties.unit[person as usize] as usize)
            {
                of.add(lost, 1.0);
            }
        }
        variances
    }

    /// What a pair loses to which a person has no tie.
    fn lost_elsewhere(&self, person: u32) -> f64 {
        let own = self.ties.strength[person as usize];
        -left(self.ties.total, own, self.half)
    }

    pub(super) fn of(&self, pair: (u32, u32)) -> Variance {
        let slope = Slope::of(self.ties, pair, 0.0);
        let sums = sums_by_kind(self.ties, &self.squares, &self.rows, pair);
        let of_ties: f64 = sums
            .iter()
            .zip(slope.by_kind())
            .map(|(s, by)| s * by * by)
            .sum();
        let [squares, fourths] = self.by_people(&slope);
        // That of the ties is known; few people tell only the rest.
        let of_people = (squares - 2.0 * of_ties).max(0.0);
        Variance {
            clustered: of_ties + of_people * widened(squares, fourths),
            of_ties,
        }
    }

    /// The sums over people of what is lost without them to the powers of two and four, each about its unit's mean.
    fn by_people(&self, slope: &Slope) -> [f64; 2] {
        let mut powers = self.elsewhere.clone();
        slope.of_touched(self.ties, |person, toward| {
            let of = &mut powers[self.ties.unit[person as usize] as usize];
            of.add(self.lost_elsewhere(person), -1.0);
            of.add(slope.without(self.ties, person, toward, self.half), 1.0);
        });
        let mut sums = [0.0; 2];
        for (powers, size) in powers.into_iter().zip(&self.ties.sizes) {
            let of_unit = powers.about_mean(*size as f64);
            sums = [sums[0] + of_unit[0], sums[1] + of_unit[1]];
        }
        sums
    }
}

/// No more than half of the noise of ties is taken away where nearly all pairs have one: so few are left that nobody
/// knows.
const LEAST_SHARE_OF_NOISE: f64 = 0.5;

/// As a tie more or less would be by chance, each pair of people having as many: less than its square, for where many
/// pairs have one no more can come.
fn squares_about_mean(ties: &Ties) -> Vec<f64> {
    let mut squares = ties.squares.clone();
    for (a, b) in ties.cells() {
        let [one, other] = [a, b].map(|unit| ties.sizes[unit as usize] as f64);
        let n_pairs = if a == b {
            one * (one - 1.0) / 2.0
        } else {
            one * other
        };
        let (all, own) = (ties.between[ties.cell(a, b)], ties.squares[ties.cell(a, b)]);
        if own <= 0.0 || n_pairs <= 0.0 {
            continue;
        }
        let left = (1.0 - all * all / own / n_pairs).max(LEAST_SHARE_OF_NOISE);
        for cell in [ties.cell(a, b), ties.cell(b, a)] {
            squares[cell] = own * left;
        }
    }
    squares
}
