//! Ties: what people did towards each other, held against whom they would meet by chance.
//!
//! Chance is a block model with corrected degrees (Karrer and Newman 2011): as many ties between each two
//! departments as there are, and everyone in them as often as seen. Two people are then expected to have
//! m k k' / (K K') ties, and have one or more with 1 - exp of minus that. Whoever is tied acts on many days
//! more often than lots drawn day by day would, so days are not drawn: a tie of n days is as rare as a tie
//! times the share of all ties with n days or more.

use super::background::Background;
use crate::stats::random::Random;

/// Two people and the days on which they did something towards each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TieDays {
    /// One of them.
    pub one: u32,
    /// The other.
    pub other: u32,
    /// Distinct days.
    pub n_days: u32,
}

/// Surprise of ties by place: rows of the higher places, sorted.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct TieEvidence {
    starts: Vec<u32>,
    rows: Vec<(u32, f32)>,
}

impl TieEvidence {
    /// Those after a place that it is tied to, with -log10 of the chance.
    pub(super) fn of(&self, place: u32) -> &[(u32, f32)] {
        let place = place as usize;
        if place + 1 >= self.starts.len() {
            return &[];
        }
        &self.rows[self.starts[place] as usize..self.starts[place + 1] as usize]
    }
}

/// The model of ties, and the ties themselves by place, the lower first, sorted.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct TieNull {
    n_places: usize,
    /// Department of each place.
    department: Vec<u32>,
    /// Ties of each place.
    n_ties: Vec<u32>,
    /// Ends of ties in each department, one for every tie of everybody.
    ends: Vec<Vec<u32>>,
    /// The ties: two places and days.
    ties: Vec<(u32, u32, u32)>,
    /// Blocks (department, department) and the number of ties in them, sorted.
    blocks: Vec<((u32, u32), u32)>,
    /// Days of all ties, sorted.
    days: Vec<u32>,
}

impl TieNull {
    /// The model of these ties; those of the same two people count as one, with all its days.
    pub(super) fn new(background: &Background, ties: &[TieDays]) -> Self {
        let mut place_of = vec![0; background.n_places()];
        for (place, person) in background.person.iter().enumerate() {
            place_of[*person as usize] = place as u32;
        }
        let placed = ties.iter().map(|tie| {
            let (one, other) = (place_of[tie.one as usize], place_of[tie.other as usize]);
            (one.min(other), one.max(other), tie.n_days)
        });
        let mut null = Self {
            n_places: background.n_places(),
            department: background.department.clone(),
            n_ties: vec![0; background.n_places()],
            ends: vec![Vec::new(); background.departments.len()],
            ..Self::default()
        };
        null.ties = merged(
            placed
                .filter(|(one, other, days)| one != other && *days > 0)
                .collect(),
        );
        let mut blocks = Vec::with_capacity(null.ties.len());
        for (one, other, n_days) in &null.ties {
            for end in [one, other] {
                null.n_ties[*end as usize] += 1;
                null.ends[null.department[*end as usize] as usize].push(*end);
            }
            blocks.push(null.block(*one, *other));
            null.days.push(*n_days);
        }
        blocks.sort_unstable();
        let count = |same: &[(u32, u32)]| (same[0], same.len() as u32);
        null.blocks = blocks.chunk_by(|a, b| a == b).map(count).collect();
        null.days.sort_unstable();
        null
    }

    /// Whether two places are tied.
    pub(super) fn has(&self, one: u32, other: u32) -> bool {
        let pair = (one.min(other), one.max(other));
        self.ties
            .binary_search_by_key(&pair, |tie| (tie.0, tie.1))
            .is_ok()
    }

    /// The evidence of the ties as they are.
    pub(super) fn seen(&self) -> TieEvidence {
        self.evidence(&self.ties)
    }

    /// The evidence of ties whose ends are drawn by lot inside their departments; their days stay.
    pub(super) fn drawn(&self, random: &mut Random) -> TieEvidence {
        let mut drawn = Vec::with_capacity(self.ties.len());
        for (one, other, n_days) in &self.ties {
            let mut draw = |place: u32| {
                let ends = &self.ends[self.department[place as usize] as usize];
                ends[random.below(ends.len())]
            };
            let (one, other) = (draw(*one), draw(*other));
            if one != other {
                drawn.push((one.min(other), one.max(other), *n_days));
            }
        }
        self.evidence(&merged(drawn))
    }

    /// Departments of two places; those of a lower place come first.
    fn block(&self, one: u32, other: u32) -> (u32, u32) {
        (
            self.department[one as usize],
            self.department[other as usize],
        )
    }

    fn evidence(&self, ties: &[(u32, u32, u32)]) -> TieEvidence {
        let mut evidence = TieEvidence {
            starts: vec![0; self.n_places + 1],
            rows: Vec::with_capacity(ties.len()),
        };
        for (one, other, n_days) in ties {
            evidence.starts[*one as usize + 1] += 1;
            let surprise = self.surprise(*one, *other, *n_days);
            evidence.rows.push((*other, surprise as f32));
        }
        for place in 0..self.n_places {
            evidence.starts[place + 1] += evidence.starts[place];
        }
        evidence
    }

    /// -log10 of the chance of a tie of so many days or more.
    fn surprise(&self, one: u32, other: u32, n_days: u32) -> f64 {
        let block = self.block(one, other);
        let at = self
            .blocks
            .binary_search_by_key(&block, |(block, _)| *block);
        let n_in_block = f64::from(at.map_or(0, |at| self.blocks[at].1));
        let ends = |department: u32| self.ends[department as usize].len() as f64;
        let n_ties = |place: u32| f64::from(self.n_ties[place as usize]);
        // Inside a department either of the two may be the one that is drawn first.
        let ways = if block.0 == block.1 { 2.0 } else { 1.0 };
        let expected =
            ways * n_in_block * n_ties(one) * n_ties(other) / (ends(block.0) * ends(block.1));
        let n_shorter = self.days.partition_point(|days| *days < n_days);
        let share = (self.days.len() - n_shorter).max(1) as f64 / self.days.len() as f64;
        -(share * -(-expected).exp_m1()).log10()
    }
}

/// Sorted, the same two people once, with the days of all.
fn merged(mut ties: Vec<(u32, u32, u32)>) -> Vec<(u32, u32, u32)> {
    ties.sort_unstable();
    ties.dedup_by(|next, kept| {
        let is_same = (next.0, next.1) == (kept.0, kept.1);
        if is_same {
            kept.2 += next.2;
        }
        is_same
    });
    ties
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::uses::Uses;

    #[test]
    fn chances_by_hand() {
        let background = Background::new(&Uses::new(5, 0, &[]), &[0, 0, 1, 1, 1], 1);
        let tie = |one, other, n_days| TieDays { one, other, n_days };
        let null = TieNull::new(
            &background,
            &[
                tie(2, 0, 3),
                tie(0, 2, 1),
                tie(0, 3, 1),
                tie(4, 3, 1),
                tie(1, 1, 9),
            ],
        );
        assert_eq!(null.ties, [(0, 2, 4), (0, 3, 1), (3, 4, 1)]);
        // Two ties between the departments; person 0 has both of its one end, person 2 one of four.
        let expected = 2.0 * 2.0 * 1.0 / (2.0 * 4.0);
        let chance = (1.0 - f64::exp(-expected)) / 3.0;
        assert!((null.surprise(0, 2, 4) + chance.log10()).abs() < 1e-12);
        // One tie inside department 1: of 4 ends 3 has two and 4 has one.
        let chance = 1.0 - f64::exp(-2.0 * 1.0 * 2.0 / 16.0);
        assert!((null.surprise(3, 4, 1) + chance.log10()).abs() < 1e-12);
        assert_eq!(null.seen().of(0).len(), 2);
        assert_eq!(TieEvidence::default().of(3).len(), 0);
    }

    #[test]
    fn drawn_ties_are_as_many_and_no_surprise() {
        let label: Vec<u32> = (0..200).map(|person| person / 40).collect();
        let background = Background::new(&Uses::new(200, 0, &[]), &label, 1);
        let mut random = Random::new(5);
        let ties: Vec<TieDays> = (0..900)
            .map(|_| TieDays {
                one: random.below(200) as u32,
                other: (random.below(14) * random.below(14)) as u32,
                n_days: 1 + random.below(3) as u32,
            })
            .collect();
        let null = TieNull::new(&background, &ties);
        let mut n_rare = [0; 2];
        for _ in 0..50 {
            for (_, surprise) in null.drawn(&mut random).rows {
                n_rare[0] += usize::from(surprise >= 2.0);
                n_rare[1] += usize::from(surprise >= 3.0);
            }
        }
        // 19,900 pairs in 50 worlds, of which a hundredth and a thousandth may be.
        assert!(n_rare[0] <= 9_950 && n_rare[1] <= 995, "{n_rare:?}");
        assert!(n_rare[0] >= 1_000, "{n_rare:?}");
    }
}
