//! Tasks shared out among threads, and their results in the order of the tasks: the same for any number.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::Builder;

/// What `run` makes of each of `n_tasks` tasks on all cores, in their order.
pub(crate) fn on_all_cores<T: Send>(n_tasks: usize, run: impl Fn(usize) -> T + Sync) -> Vec<T> {
    in_order(n_tasks, n_cores(), || (), |(), task| run(task))
}

/// Threads that run at once.
pub(crate) fn n_cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}

/// What `run` makes of each of `n_tasks` tasks, in their order.
///
/// Threads take the next task when they are done with one, each with a `state` of its own: memory that a
/// task needs and leaves as it found it. A single thread does all of it without starting another.
pub(crate) fn in_order<S, T: Send>(
    n_tasks: usize,
    n_threads: usize,
    state: impl Fn() -> S + Sync,
    run: impl Fn(&mut S, usize) -> T + Sync,
) -> Vec<T> {
    let n_threads = n_threads.min(n_tasks);
    if n_threads <= 1 {
        let mut state = state();
        return (0..n_tasks).map(|task| run(&mut state, task)).collect();
    }
    let next = AtomicUsize::new(0);
    let work = || {
        let mut state = state();
        let mut done = Vec::new();
        loop {
            let task = next.fetch_add(1, Ordering::Relaxed);
            if task >= n_tasks {
                return done;
            }
            done.push((task, run(&mut state, task)));
        }
    };
    let mut done: Vec<(usize, T)> = std::thread::scope(|scope| {
        // Where no more threads are to be had, those that there are do all of it.
        let threads: Vec<_> = (1..n_threads)
            .map_while(|_| Builder::new().spawn_scoped(scope, work).ok())
            .collect();
        let mut done = work();
        for thread in threads {
            let of_thread = thread.join();
            done.extend(of_thread.unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        done
    });
    done.sort_unstable_by_key(|(task, _)| *task);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::in_order;

    #[test]
    fn results_stand_in_the_order_of_the_tasks() {
        let expected: Vec<usize> = (0..100).map(|task| task * task).collect();
        for n_threads in [0, 1, 3, 200] {
            let state = || 0_usize;
            let squares = in_order(100, n_threads, state, |_, task| task * task);
            assert_eq!(squares, expected);
        }
        assert!(in_order(0, 4, || (), |(), task| task).is_empty());
    }
}
