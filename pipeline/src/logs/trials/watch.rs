//! Sees to it that no case of a test goes on for ever: a test harness would wait as long.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A case takes less than a millisecond; a machine with much else to do may stand still for a while.
const LIMIT_SECS: u64 = 60;

/// Ends the process when a case takes too long, and says which.
pub(super) struct Watch {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    n_cases: AtomicU64,
    bytes: Mutex<Vec<u8>>,
    is_over: AtomicBool,
}

impl Watch {
    pub(super) fn over(name: &'static str) -> Self {
        let shared = Arc::<Shared>::default();
        let watched = Arc::clone(&shared);
        thread::spawn(move || watched.wait(name));
        Self { shared }
    }

    /// Another case begins.
    pub(super) fn case(&self, bytes: &[u8]) {
        self.shared.n_cases.fetch_add(1, Ordering::Relaxed);
        if let Ok(mut kept) = self.shared.bytes.lock() {
            kept.clear();
            kept.extend_from_slice(bytes);
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::Relaxed);
    }
}

impl Shared {
    #[expect(clippy::print_stderr, reason = "nothing else is left to say it")]
    fn wait(&self, name: &str) {
        let (mut seen, mut secs) = (0, 0);
        while !self.is_over.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_secs(1));
            let n_cases = self.n_cases.load(Ordering::Relaxed);
            secs = if n_cases == seen { secs + 1 } else { 0 };
            seen = n_cases;
            if secs > LIMIT_SECS {
                let bytes = self
                    .bytes
                    .lock()
                    .map(|bytes| bytes.escape_ascii().to_string());
                eprintln!("{name} hangs on the choices {}", bytes.unwrap_or_default());
                std::process::abort();
            }
        }
    }
}
