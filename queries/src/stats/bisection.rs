//! Where a condition that holds below a bound and not above it turns.

/// Halves the span from `low`, where the condition holds, to `high`, where it does not, until `is_close` says of both
/// ends that it is narrow enough; returns both ends.
pub(super) fn bisect(
    mut low: f64,
    mut high: f64,
    is_close: impl Fn(f64, f64) -> bool,
    holds: impl Fn(f64) -> bool,
) -> (f64, f64) {
    while !is_close(low, high) {
        let middle = 0.5 * (low + high);
        if holds(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    (low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_turn_lies_between_both_ends() {
        let (low, high) = bisect(0.0, 2.0, |low, high| high - low <= 1e-9, |x| x * x <= 2.0);
        assert!(low * low <= 2.0 && 2.0 < high * high && high - low <= 1e-9);
    }
}
