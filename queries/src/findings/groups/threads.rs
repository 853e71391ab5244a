//! Work by index on a fixed number of threads; what comes back lies in the order of the indexes.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Does the work for 0 to n - 1. Each thread makes a desk of its own to work at, and takes the next index when
/// it is free: which thread did what is chance, the results and their order are not.
pub(super) fn by_index<Desk, Done: Send>(
    n: usize,
    n_threads: usize,
    desk: impl Fn() -> Desk + Sync,
    work: impl Fn(&mut Desk, usize) -> Done + Sync,
) -> Vec<Done> {
    let next = AtomicUsize::new(0);
    let run = || {
        let mut own = desk();
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= n {
                return done;
            }
            done.push((index, work(&mut own, index)));
        }
    };
    let n_helpers = n_threads.clamp(1, n.max(1)) - 1;
    let mut done = std::thread::scope(|scope| {
        let helpers: Vec<_> = (0..n_helpers).map(|_| scope.spawn(run)).collect();
        let mut done = run();
        for helper in helpers {
            done.extend(helper.join().expect("the work does not fail"));
        }
        done
    });
    done.sort_unstable_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, done)| done).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_lie_in_order() {
        for n_threads in [0, 1, 3, 8] {
            let squares = by_index(50, n_threads, || 0, |_, index| index * index);
            assert_eq!(squares, (0..50).map(|i| i * i).collect::<Vec<_>>());
        }
        assert_eq!(by_index(0, 4, || (), |(), index| index), [0_usize; 0]);
    }
}
