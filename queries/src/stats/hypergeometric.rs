//! The hypergeometric distribution: upper tails.

use statrs::function::factorial::ln_binomial;

/// P(X >= x) of the marked ones among `drawn` of `all`, `marked` of which are marked.
///
/// Summed from the term of x away from the mean, where each term is a fraction of the one before; so
/// tiny tails keep their digits and still rank.
///
/// # Panics
/// When more are marked or drawn than there are.
pub fn upper_tail(x: u64, all: u64, marked: u64, drawn: u64) -> f64 {
    assert!(marked <= all && drawn <= all, "no more than there are");
    let (least, most) = ((marked + drawn).saturating_sub(all), marked.min(drawn));
    if x <= least {
        return 1.0;
    }
    if x > most {
        return 0.0;
    }
    let mean = marked as f64 * drawn as f64 / all as f64;
    if x as f64 <= mean {
        // The lower tail is summed the same way, downwards.
        return (1.0 - falling(x - 1, least, all, marked, drawn)).clamp(0.0, 1.0);
    }
    rising(x, most, all, marked, drawn).clamp(0.0, 1.0)
}

/// P(X = x).
fn mass(x: u64, all: u64, marked: u64, drawn: u64) -> f64 {
    let ln =
        ln_binomial(marked, x) + ln_binomial(all - marked, drawn - x) - ln_binomial(all, drawn);
    ln.exp()
}

fn rising(x: u64, most: u64, all: u64, marked: u64, drawn: u64) -> f64 {
    let (mut term, mut sum) = (1.0, 1.0);
    for i in x..most {
        // All four are whole numbers of at least 0: no difference is lost.
        let up = (marked - i) as f64 * (drawn - i) as f64;
        let down = (i + 1) as f64 * (all + i + 1 - marked - drawn) as f64;
        term *= up / down;
        sum += term;
        if term < sum * 1e-17 {
            break;
        }
    }
    mass(x, all, marked, drawn) * sum
}

fn falling(x: u64, least: u64, all: u64, marked: u64, drawn: u64) -> f64 {
    let (mut term, mut sum) = (1.0, 1.0);
    for i in (least..x).rev() {
        let up = (i + 1) as f64 * (all + i + 1 - marked - drawn) as f64;
        let down = (marked - i) as f64 * (drawn - i) as f64;
        term *= up / down;
        sum += term;
        if term < sum * 1e-17 {
            break;
        }
    }
    mass(x, all, marked, drawn) * sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(n: u64, k: u64) -> f64 {
        (0..k).fold(1.0, |c, i| c * (n - i) as f64 / (i + 1) as f64)
    }

    #[test]
    fn tails_agree_with_counting() {
        for (all, marked, drawn) in [(10, 4, 5), (30, 20, 25), (50, 3, 40), (1, 1, 1), (9, 0, 4)] {
            for x in 0..=drawn + 1 {
                let slow: f64 = (x..=drawn)
                    .filter(|i| *i <= marked && drawn - i <= all - marked)
                    .map(|i| choose(marked, i) * choose(all - marked, drawn - i))
                    .sum::<f64>()
                    / choose(all, drawn);
                let fast = upper_tail(x, all, marked, drawn);
                assert!(
                    (fast - slow).abs() < 1e-10,
                    "P(X >= {x}; {all}, {marked}, {drawn}): {fast} and {slow}"
                );
            }
        }
    }

    #[test]
    fn tiny_tails_still_rank() {
        let tail = |x| upper_tail(x, 1_000_000, 1_000, 1_000);
        assert!(tail(40) < tail(39) && tail(40) > 0.0 && tail(40) < 1e-40);
    }
}
