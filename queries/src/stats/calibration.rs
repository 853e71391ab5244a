//! How honest p values are, given many of them from worlds in which the null holds.

/// How far the share of p values at or below some level exceeds that level, at most: the side of the
/// Kolmogorov-Smirnov distance to the uniform distribution that claims too much. 0 or less is conservative;
/// 0 without values.
pub fn unsafe_distance(p_values: &[f64]) -> f64 {
    let mut sorted = p_values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len() as f64;
    let shares = (1..=sorted.len()).map(|rank| rank as f64 / n);
    let distances = shares.zip(&sorted).map(|(share, p)| share - p);
    distances.fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_claiming_too_much_counts() {
        let even: Vec<f64> = (1..=100).map(|n| f64::from(n) / 100.0).collect();
        assert!(unsafe_distance(&even) < 1e-12);
        let shy: Vec<f64> = even.iter().map(|p| p.sqrt()).collect();
        assert!(unsafe_distance(&shy) < 1e-12);
        let bold: Vec<f64> = even.iter().map(|p| p * p).collect();
        assert!((unsafe_distance(&bold) - 0.25).abs() < 0.01);
        assert!(unsafe_distance(&[]) < 1e-12);
    }
}
