//! Forward and backward alike: the exact test of signs.
//!
//! If nobody led, each lead (of a follower, of an item) would be as likely to stand the other way round.
//! All 2^n ways to set the signs make the null distribution of their sum; it is built lead by lead, in n times
//! the sum of the leads, so nothing is drawn by lot and the smallest p value is as small as it may be.

/// P(sum >= that of these leads), each keeping its size and getting its sign by a coin; 1 without leads.
pub(super) fn p_value(leads: &[i64]) -> f64 {
    let sizes: Vec<usize> = leads
        .iter()
        .map(|lead| lead.unsigned_abs() as usize)
        .filter(|size| *size > 0)
        .collect();
    let total: usize = sizes.iter().sum();
    let ahead: i64 = leads.iter().filter(|lead| **lead > 0).sum();
    // chances[i]: those with a plus add up to i.
    let mut chances = vec![0.0; total + 1];
    chances[0] = 1.0;
    let mut reached = 0;
    for size in sizes {
        reached += size;
        for sum in (0..=reached).rev() {
            let with = if sum >= size {
                chances[sum - size]
            } else {
                0.0
            };
            chances[sum] = 0.5 * (chances[sum] + with);
        }
    }
    chances[ahead as usize..].iter().sum::<f64>().min(1.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn by_hand() {
        assert!((p_value(&[1, 1, 1]) - 0.125).abs() < 1e-12);
        // 5 alone decides: half of all ways reach it with it, and one vote is all it is.
        assert!((p_value(&[5, 1, 0]) - 0.25).abs() < 1e-12);
        assert!((p_value(&[50, -1]) - 0.5).abs() < 1e-12);
        assert!((p_value(&[-2, -2]) - 1.0).abs() < 1e-12);
        assert!((p_value(&[]) - 1.0).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn agrees_with_all_signs(leads in proptest::collection::vec(-6_i64..7, 0..10)) {
            let sum: i64 = leads.iter().sum();
            let ways = 0_u32..1 << leads.len();
            let reach = ways.filter(|ways| {
                let signed = (0..).zip(&leads).map(|(bit, lead)| {
                    if ways >> bit & 1 == 1 { lead.abs() } else { -lead.abs() }
                });
                signed.sum::<i64>() >= sum
            });
            let slow = reach.count() as f64 / f64::from(1_u32 << leads.len());
            prop_assert!((p_value(&leads) - slow).abs() < 1e-12);
        }
    }
}
