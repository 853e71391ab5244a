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

/// The q value of each p value in a family of which some tests are more likely to find something, by what is known
/// apart from their p values. They have half of the error budget, and the others the other half: p is divided by a weight,
/// and the weights of all tests are 1 on average (Genovese, Roeder and Wasserman 2006). Where the likely ones are
/// none, or half or more of all, nothing is gained, and all weigh the same.
///
/// The rate is controlled as that of [`q_values`] is as long as, where the null holds, `is_likely` and `p` are independent.
///
/// # Panics
/// When the lists are not equally long.
pub fn q_values_of_two(p: &[f64], is_likely: &[bool]) -> Vec<f64> {
    assert_eq!(p.len(), is_likely.len(), "one for each test");
    let n = p.len();
    let n_likely = is_likely.iter().filter(|is_likely| **is_likely).count();
    if n_likely == 0 || 2 * n_likely >= n {
        return q_values(p, n as u64);
    }
    let weight = |n_alike: usize| n as f64 / (2 * n_alike) as f64;
    let (likely, other) = (weight(n_likely), weight(n - n_likely));
    let weighted = |(p, is_likely): (&f64, &bool)| {
        let weight = if *is_likely { likely } else { other };
        (p / weight).min(1.0)
    };
    let weighted: Vec<f64> = p.iter().zip(is_likely).map(weighted).collect();
    q_values(&weighted, n as u64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn weights_call_what_the_definition_calls(
            tests in proptest::collection::vec((0.0_f64..0.2, proptest::bool::weighted(0.3)), 1..30),
            level in 0.01_f64..0.5,
        ) {
            let (p, is_likely): (Vec<f64>, Vec<bool>) = tests.into_iter().unzip();
            let n = p.len() as f64;
            let n_likely = is_likely.iter().filter(|one| **one).count() as f64;
            let weight = |is_likely: bool| match is_likely {
                _ if n_likely < 0.5 || 2.0 * n_likely >= n => 1.0,
                true => n / 2.0 / n_likely,
                false => n / 2.0 / (n - n_likely),
            };
            let weights: Vec<f64> = is_likely.iter().map(|one| weight(*one)).collect();
            prop_assert!((weights.iter().sum::<f64>() / n - 1.0).abs() < 1e-12);
            // The most tests of which as many are below as many times their share of the level.
            let below = |rank: usize| {
                let limit = level * rank as f64 / n;
                let is_below = |place: &usize| p[*place] <= weights[*place] * limit;
                (0..p.len()).filter(is_below).collect::<Vec<usize>>()
            };
            let called = (1..=p.len()).rev().map(|rank| (rank, below(rank)));
            let called = called.into_iter().find(|(rank, below)| below.len() >= *rank);
            let called = called.map_or(Vec::new(), |(_, below)| below);
            let q = q_values_of_two(&p, &is_likely);
            let fast: Vec<usize> = (0..p.len()).filter(|place| q[*place] <= level).collect();
            prop_assert_eq!(fast, called);
        }
    }

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
