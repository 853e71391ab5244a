//! A copy of the moves in which nobody means anything by where they go.
//!
//! Each person's departures stay, with their days; the arrivals are dealt out anew over all moves,
//! and moves to the page itself are redrawn. Both margins hold, so whatever the detector finds here it
//! finds by chance.

use super::{MoveRow, MoveRows, Moves};
use crate::paths::moves::Via;
use crate::stats::random::Random;

/// A shuffled copy of the moves that are no returns.
pub(super) fn shuffled(rows: &MoveRows<'_>, seed: u64) -> Moves {
    let mut copy = Moves::with_room(rows.n.len());
    for place in 0..rows.n.len() {
        let row = rows.row(place);
        if row.via != Via::Back {
            (0..row.n).for_each(|_| copy.push(MoveRow { n: 1, ..row }));
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
        let mut moves = Moves::default();
        for i in 0..400 {
            moves.push(MoveRow {
                person: i % 17,
                from: i % 7,
                to: (i % 7 + 1 + i % 3) % 9,
                day: 0,
                via: Via::Link,
                n: 1,
            });
        }
        let copy = shuffled(&moves.rows(), 3);
        let sorted = |items: &[u32]| {
            let mut items = items.to_vec();
            items.sort_unstable();
            items
        };
        assert_eq!(copy.from, moves.from);
        assert_eq!(copy.person, moves.person);
        assert_eq!(sorted(&copy.to), sorted(&moves.to));
        assert!(copy.from.iter().zip(&copy.to).all(|(from, to)| from != to));
        assert_ne!(copy.to, moves.to);
    }
}
