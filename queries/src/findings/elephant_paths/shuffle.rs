//! A copy of the moves in which nobody means anything by where they go.
//!
//! Each person's departures stay, with their days; the arrivals are dealt out anew over all moves,
//! and moves to the page itself are redrawn. Both margins hold, so whatever the detector finds here it
//! finds by chance.

use super::MoveRows;
use crate::paths::moves::Via;
use crate::stats::random::Random;

/// Moves of their own, one a row.
#[derive(Default)]
pub(super) struct Copy {
    person: Vec<u32>,
    from: Vec<u32>,
    to: Vec<u32>,
    day: Vec<i32>,
    via: Vec<Via>,
    n: Vec<u32>,
}

impl Copy {
    pub(super) fn rows(&self) -> MoveRows<'_> {
        MoveRows {
            person: &self.person,
            from: &self.from,
            to: &self.to,
            day: &self.day,
            via: &self.via,
            n: &self.n,
        }
    }
}

/// A shuffled copy of the moves that are no returns.
pub(super) fn shuffled(rows: &MoveRows<'_>, seed: u64) -> Copy {
    let mut copy = Copy::default();
    for row in 0..rows.n.len() {
        if rows.via[row] == Via::Back {
            continue;
        }
        for _ in 0..rows.n[row] {
            copy.person.push(rows.person[row]);
            copy.from.push(rows.from[row]);
            copy.to.push(rows.to[row]);
            copy.day.push(rows.day[row]);
            copy.via.push(rows.via[row]);
            copy.n.push(1);
        }
    }
    let mut random = Random::new(seed);
    random.shuffle(&mut copy.to);
    redraw_self_moves(&copy.from, &mut copy.to, &mut random);
    copy
}

/// Exchanges the arrival of each move to itself with one that suits both; where a page has more than
/// half of all moves none may suit, and the move stays as it is.
fn redraw_self_moves(from: &[u32], to: &mut [u32], random: &mut Random) {
    for place in 0..to.len() {
        if from[place] != to[place] {
            continue;
        }
        for _ in 0..1_000 {
            let other = random.below(to.len());
            if from[other] != to[place] && from[place] != to[other] {
                to.swap(place, other);
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn margins_hold_and_nobody_stays() {
        let n = 400;
        let person: Vec<u32> = (0..n).map(|i| i % 17).collect();
        let from: Vec<u32> = (0..n).map(|i| i % 7).collect();
        let to: Vec<u32> = (0..n).map(|i| (i % 7 + 1 + i % 3) % 9).collect();
        let via = vec![Via::Link; n as usize];
        let rows = MoveRows {
            person: &person,
            from: &from,
            to: &to,
            day: &vec![0; n as usize],
            via: &via,
            n: &vec![1; n as usize],
        };
        let copy = shuffled(&rows, 3);
        let sorted = |items: &[u32]| {
            let mut items = items.to_vec();
            items.sort_unstable();
            items
        };
        assert_eq!(copy.from, from);
        assert_eq!(copy.person, person);
        assert_eq!(sorted(&copy.to), sorted(&to));
        assert!(copy.from.iter().zip(&copy.to).all(|(from, to)| from != to));
        assert_ne!(copy.to, to);
    }
}
