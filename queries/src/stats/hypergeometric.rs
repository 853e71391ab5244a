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

/// P(sum >= x) of independent draws `(all, marked, drawn)`; 1 for x = 0.
///
/// Convolved draw by draw; what reaches x is only summed, so the work is at most x times the marked ones drawn.
///
/// # Panics
/// When more are marked or drawn than there are.
pub fn upper_tail_of_sum(x: u64, draws: &[(u64, u64, u64)]) -> f64 {
    let x = x as usize;
    if x == 0 {
        return 1.0;
    }
    // below[i] is the chance of a sum of i so far.
    let mut below = vec![0.0; x];
    let mut next = vec![0.0; x];
    below[0] = 1.0;
    let (mut tail, mut most) = (0.0, 0);
    for (all, marked, drawn) in draws {
        let (first, masses) = masses(*all, *marked, *drawn);
        next.fill(0.0);
        for (sum, chance) in below.iter().enumerate().take(most + 1) {
            for (more, mass) in (first..).zip(&masses) {
                match next.get_mut(sum + more) {
                    Some(next) => *next += chance * mass,
                    None => tail += chance * mass,
                }
            }
        }
        std::mem::swap(&mut below, &mut next);
        most = (most + first + masses.len() - 1).min(x - 1);
    }
    tail.min(1.0)
}

/// The least number that can be drawn, and the chance of each from it up; each is a fraction of its
/// neighbour, from the likeliest outwards, so that none is lost.
fn masses(all: u64, marked: u64, drawn: u64) -> (usize, Vec<f64>) {
    assert!(marked <= all && drawn <= all, "no more than there are");
    let (least, most) = ((marked + drawn).saturating_sub(all), marked.min(drawn));
    let up = |i: u64| {
        (marked - i) as f64 * (drawn - i) as f64
            / ((i + 1) as f64 * (all + i + 1 - marked - drawn) as f64)
    };
    let mode = ((marked + 1) * (drawn + 1) / (all + 2)).clamp(least, most);
    let mut masses = vec![1.0; (most - least + 1) as usize];
    for i in mode..most {
        masses[(i + 1 - least) as usize] = masses[(i - least) as usize] * up(i);
    }
    for i in (least..mode).rev() {
        masses[(i - least) as usize] = masses[(i + 1 - least) as usize] / up(i);
    }
    let sum: f64 = masses.iter().sum();
    for mass in &mut masses {
        *mass /= sum;
    }
    (least as usize, masses)
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
    fn a_sum_of_draws_agrees_with_all_outcomes() {
        let draws = [(10, 4, 5), (3, 1, 2), (8, 7, 6)];
        let chances = |draw: (u64, u64, u64)| {
            let (all, marked, drawn) = draw;
            let counted = (0..=drawn).filter(move |i| *i <= marked && drawn - i <= all - marked);
            counted.map(move |i| {
                let ways = choose(marked, i) * choose(all - marked, drawn - i);
                (i, ways / choose(all, drawn))
            })
        };
        for x in 0..16 {
            let mut slow = 0.0;
            for (a, of_a) in chances(draws[0]) {
                for (b, of_b) in chances(draws[1]) {
                    let reach = chances(draws[2]).filter(|(c, _)| a + b + c >= x);
                    slow += reach.map(|(_, of_c)| of_a * of_b * of_c).sum::<f64>();
                }
            }
            let fast = upper_tail_of_sum(x, &draws);
            assert!((fast - slow).abs() < 1e-12, "{x}: {fast} and {slow}");
        }
        assert!((upper_tail_of_sum(0, &[]) - 1.0).abs() < 1e-12);
        assert!(upper_tail_of_sum(1, &[]).abs() < 1e-12);
    }

    #[test]
    fn tiny_tails_still_rank() {
        let tail = |x| upper_tail(x, 1_000_000, 1_000, 1_000);
        assert!(tail(40) < tail(39) && tail(40) > 0.0 && tail(40) < 1e-40);
    }
}
