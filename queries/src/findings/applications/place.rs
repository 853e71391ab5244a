//! Whether pages are where two units talk who are joined by a bridge.
//!
//! Such pages are an application by every test: others use them than their sections are for, write there, and become more.
//! But what is new is the bridge, which is told by itself; a second finding would tell the same people again.

use crate::findings::elephant_paths::NO_UNIT;

/// Whether pages are the place of a bridge between two units, the lower first: half of the pairs of people or more are
/// across it, of those that turned to each other there. `talk` are these pairs, each once.
pub fn is_place_of(bridge: (u32, u32), talk: &[(u32, u32)], unit: &[u32]) -> bool {
    let units = |&(one, other): &(u32, u32)| {
        let (one, other) = (unit[one as usize], unit[other as usize]);
        (one.min(other), one.max(other))
    };
    let known = talk.iter().map(units).filter(|pair| pair.1 != NO_UNIT);
    let known: Vec<(u32, u32)> = known.collect();
    let n_across = known.iter().filter(|pair| **pair == bridge).count();
    n_across > 0 && 2 * n_across >= known.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_pairs_make_a_place() {
        let unit = [0, 0, 1, 1, 2, NO_UNIT];
        // Two pairs across, one inside, one to a third unit; whoever is of no known unit does not count.
        let talk = [(0, 2), (3, 1), (0, 1), (0, 4), (0, 5)];
        assert!(is_place_of((0, 1), &talk, &unit));
        assert!(!is_place_of((1, 2), &talk, &unit));
        assert!(!is_place_of((0, 1), &talk[1..], &unit));
        assert!(!is_place_of((0, 1), &[], &unit));
    }
}
