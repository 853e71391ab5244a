//! Many worlds of a null, ranked against what is seen.
//!
//! A rank among so many worlds of the same thing gives no p value below one in so many, which no family of
//! hundreds survives. So each thing is told as its deviation from its own worlds first, and then ranked among the
//! deviations of all things of about its size: the shapes of these distributions go with the size.

/// Where a value lies among its worlds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Scale {
    /// Mean of the worlds and of what is seen, which under the null is one of them.
    pub(crate) mean: f64,
    /// Their standard deviation.
    pub(crate) spread: f64,
}

impl Scale {
    /// The scale of some values.
    pub(crate) fn of(values: impl Iterator<Item = f64> + Clone) -> Self {
        let n = values.clone().count() as f64;
        let mean = values.clone().sum::<f64>() / n;
        let squares: f64 = values.map(|value| (value - mean).powi(2)).sum();
        Self {
            mean,
            spread: (squares / n).sqrt(),
        }
    }

    /// The deviation of a value; 0 where nothing ever moves.
    pub(crate) fn deviation(&self, value: f64) -> f64 {
        // Below this it moves by rounding alone.
        if self.spread > 1e-9 {
            (value - self.mean) / self.spread
        } else {
            0.0
        }
    }
}

/// So many of `n` things are ranked together: enough for ranks of 1 in thousands, and a fifth of many, which still parts
/// large from small.
pub(crate) fn class_of(n: usize) -> usize {
    (n / 5).max(100)
}

/// Worlds that give a class of `n` things as many deviations as `most` give a class of a hundred: fewer where there are
/// many things, down to a quarter, since each thing's own scale has to be known too.
pub(crate) fn worlds_for(n: usize, most: usize) -> usize {
    let enough = (most * class_of(0)).div_ceil(class_of(n));
    enough.clamp(most.div_ceil(4), most)
}

/// The share of worlds' deviations at least as large as what is seen, among those of things of about the same
/// size, what is seen counted in. `chance` holds the deviations of each world in the order of `seen`.
pub(crate) fn ranks(
    seen: &[f64],
    chance: &[Vec<f64>],
    size: &[usize],
    least_of_class: usize,
) -> Vec<f64> {
    let class = classes(size, least_of_class);
    let n_classes = class.iter().max().map_or(0, |most| most + 1);
    let mut of_class = vec![Vec::new(); n_classes];
    for world in chance {
        for (deviation, class) in world.iter().zip(&class) {
            of_class[*class].push(*deviation);
        }
    }
    for deviations in &mut of_class {
        deviations.sort_by(f64::total_cmp);
    }
    let rank = |(seen, class): (&f64, &usize)| {
        let all = &of_class[*class];
        // What differs by rounding alone is as large.
        let n_below = all.partition_point(|other| *other < seen - 1e-9);
        (all.len() - n_below + 1) as f64 / (all.len() + 1) as f64
    };
    seen.iter().zip(&class).map(rank).collect()
}

/// Things by size, cut where a class is full; equal sizes stay together, and a last class that would not be
/// full joins the one before.
fn classes(size: &[usize], least: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..size.len()).collect();
    order.sort_by_key(|place| size[*place]);
    let mut class = vec![0; size.len()];
    let (mut number, mut n_of_class, mut n_left) = (0, 0, size.len());
    for alike in order.chunk_by(|a, b| size[*a] == size[*b]) {
        if n_of_class >= least && n_left >= least {
            (number, n_of_class) = (number + 1, 0);
        }
        for place in alike {
            class[*place] = number;
        }
        n_of_class += alike.len();
        n_left -= alike.len();
    }
    class
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_by_hand() {
        let chance = vec![vec![0.0, 1.0], vec![2.0, 3.0]];
        let ranks = ranks(&[2.5, -1.0], &chance, &[7, 8], 100);
        assert!((ranks[0] - 0.4).abs() < 1e-12 && (ranks[1] - 1.0).abs() < 1e-12);
        let scale = Scale::of([1.0, 3.0].into_iter());
        assert!((scale.deviation(4.0) - 2.0).abs() < 1e-12);
        assert!(Scale::of([5.0, 5.0].into_iter()).deviation(9.0).abs() < 1e-12);
    }

    #[test]
    fn equal_sizes_stay_together_and_small_classes_join() {
        let mut size: Vec<usize> = vec![5; 120];
        size.extend(vec![6; 130]);
        size.extend(vec![9; 20]);
        let class = classes(&size, 100);
        assert!(class[..120].iter().all(|class| *class == 0));
        assert!(class[120..].iter().all(|class| *class == 1));
        assert!(classes(&[], 100).is_empty());
    }

    #[test]
    fn many_things_need_fewer_worlds() {
        assert_eq!(
            (class_of(20), class_of(500), class_of(5_000)),
            (100, 100, 1_000)
        );
        let worlds = |n| worlds_for(n, 199);
        assert_eq!((worlds(20), worlds(1_000), worlds(5_000)), (199, 100, 50));
    }
}
