//! False discovery rate over a declared family (Benjamini and Hochberg 1995).

/// The q value of each p value, in a family of `m` tests; tests that are not in `p` count with p = 1.
///
/// q is the smallest false discovery rate at which the test would still be called: the running
/// minimum of `p * m / rank` from the largest p down.
///
/// # Panics
/// When the family is smaller than the list.
pub fn q_values(p: &[f64], m: u64) -> Vec<f64> {
    assert!(
        m >= p.len() as u64,
        "the family holds at least the tests given"
    );
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|a, b| p[*a].total_cmp(&p[*b]).then(a.cmp(b)));
    let mut q = vec![1.0; p.len()];
    let mut least: f64 = 1.0;
    for (rank, place) in order.iter().enumerate().rev() {
        least = least.min(p[*place] * m as f64 / (rank + 1) as f64);
        q[*place] = least;
    }
    q
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_by_hand() {
        let q = q_values(&[0.01, 0.04, 0.03, 0.005], 4);
        let expected = [0.02, 0.04, 0.04, 0.02];
        for (q, expected) in q.iter().zip(expected) {
            assert!((q - expected).abs() < 1e-12, "{q} is not {expected}");
        }
    }

    #[test]
    fn tests_left_out_count_as_ones() {
        let all = q_values(&[0.001, 0.5, 1.0, 1.0, 1.0], 5);
        assert!((q_values(&[0.001, 0.5], 5)[0] - all[0]).abs() < 1e-12);
        assert!(q_values(&[], 3).is_empty());
    }
}
