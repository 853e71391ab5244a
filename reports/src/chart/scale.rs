//! Axes: from a number to a place, with ticks at round numbers.

/// A linear axis from 0.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scale {
    /// Value at the far end.
    pub(crate) top: f64,
    /// Distance between ticks, in values.
    pub(crate) step: f64,
    from: f64,
    to: f64,
}

impl Scale {
    /// An axis that reaches the largest value with about `n_ticks` round steps, drawn between two
    /// places on the sheet.
    pub(crate) fn new(largest: f64, n_ticks: u32, from: f64, to: f64) -> Self {
        let step = round_step(largest.max(1.0) / f64::from(n_ticks.max(1)));
        let top = (largest.max(1.0) / step).ceil() * step;
        Self {
            top,
            step,
            from,
            to,
        }
    }

    /// The place of a value.
    pub(crate) fn at(self, value: f64) -> f64 {
        self.from + (self.to - self.from) * (value / self.top).clamp(0.0, 1.0)
    }

    /// Values to mark, 0 first.
    pub(crate) fn ticks(self) -> impl Iterator<Item = f64> {
        let n = (self.top / self.step).round() as u32;
        (0..=n).map(move |i| f64::from(i) * self.step)
    }
}

/// The least of 1, 2, 5, 10, 20, ... that is not below the value.
fn round_step(value: f64) -> f64 {
    let power = 10f64.powf(value.max(1.0).log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|digit| digit * power)
        .find(|&step| step >= value - 1e-9)
        .unwrap_or(10.0 * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round() {
        let scale = Scale::new(1170.0, 3, 100.0, 0.0);
        assert_eq!(
            scale.ticks().collect::<Vec<_>>(),
            [0.0, 500.0, 1000.0, 1500.0]
        );
        assert!((scale.at(750.0) - 50.0).abs() < 1e-9);
        assert_eq!(Scale::new(0.0, 3, 0.0, 1.0).ticks().count(), 2);
        assert_eq!(
            Scale::new(3.0, 3, 0.0, 1.0).ticks().collect::<Vec<_>>(),
            [0.0, 1.0, 2.0, 3.0]
        );
    }
}
