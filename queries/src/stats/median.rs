//! The median and its exact bound.

use super::binomial;

/// The median of sorted values; `None` where there is none.
pub fn median(sorted: &[f64]) -> Option<f64> {
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        n if n % 2 == 1 => Some(sorted[middle]),
        _ => Some(0.5 * (sorted[middle - 1] + sorted[middle])),
    }
}

/// A value that the median of the distribution these were drawn from is below with probability `alpha`
/// at most; `None` where they are too few to say so.
///
/// The r-th smallest value is such a bound when fewer than r of n values lie below the median with
/// probability `alpha` at most: B(r - 1; n, 1/2) <= alpha (sign test; exact for every distribution).
pub fn lower_bound(sorted: &[f64], alpha: f64) -> Option<f64> {
    let n = sorted.len() as u64;
    let is_bound = |rank: &u64| binomial::lower_tail(rank - 1, n, 0.5) <= alpha;
    let rank = (1..=n).take_while(is_bound).last()?;
    Some(sorted[rank as usize - 1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[2.0]), Some(2.0));
        assert_eq!(median(&[1.0, 2.0, 4.0, 9.0]), Some(3.0));
    }

    #[test]
    fn bounds_are_those_of_the_sign_test() {
        let values: Vec<f64> = (1..=20).map(f64::from).collect();
        // Tables of the sign test: 5 of 20 at 2.5 % on one side, none of 5.
        assert_eq!(lower_bound(&values, 0.025), Some(6.0));
        assert_eq!(lower_bound(&values[..6], 0.025), Some(1.0));
        assert_eq!(lower_bound(&values[..5], 0.025), None);
    }
}
