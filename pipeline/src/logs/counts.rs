//! Where every line of an input went: event, filter, reject or comment.

/// Why a well-formed line is no event; the first that matches counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Filter {
    /// A line without an HTTP request in it.
    NoRequest,
    /// Another method than GET.
    Method,
    /// A style, script, picture or font.
    Static,
    /// Status 3xx but 304.
    Redirect,
    /// Status 4xx or 5xx.
    Error,
    /// Any other status than 200, 206 and 304.
    Status,
    /// Fetched by the browser in advance.
    Prefetch,
    /// A health check.
    Health,
    /// A sign-in, done or failed.
    SignIn,
    /// A record of a service that is no part of the intranet, such as mail.
    OtherService,
}

impl Filter {
    /// Every filter in its order.
    pub const ALL: [Self; 10] = [
        Self::NoRequest,
        Self::Method,
        Self::Static,
        Self::Redirect,
        Self::Error,
        Self::Status,
        Self::Prefetch,
        Self::Health,
        Self::SignIn,
        Self::OtherService,
    ];

    /// The word of `inputs.filtered_by`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoRequest => "no_request",
            Self::Method => "method",
            Self::Static => "static",
            Self::Redirect => "redirect",
            Self::Error => "error",
            Self::Status => "status",
            Self::Prefetch => "prefetch",
            Self::Health => "health",
            Self::SignIn => "sign_in",
            Self::OtherService => "other_service",
        }
    }
}

/// The table has no larger numbers: a log that claims more bytes has that many.
const MOST_BYTES: u64 = i64::MAX as u64;

/// The sums over the lines read: `lines = events + filtered + rejected + comments`, always.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Lines; in CSV records and empty lines.
    pub lines: u64,
    /// Lines that became an event.
    pub events: u64,
    /// Lines filtered, by the number of the `Filter`.
    pub filtered: [u64; Filter::ALL.len()],
    /// Unreadable lines.
    pub rejected: u64,
    /// Comments, empty lines and the header of CSV.
    pub comments: u64,
    /// Sum of the log's size field over all lines read, filtered ones included.
    pub bytes: u64,
    /// Earliest time of a line read, microseconds UTC.
    pub first_ts: Option<i64>,
    /// Latest time of a line read, microseconds UTC.
    pub last_ts: Option<i64>,
}

impl Counts {
    /// The lines filtered, whatever the reason.
    pub fn filtered_sum(&self) -> u64 {
        self.filtered.iter().sum()
    }

    /// The filters that caught something, with their counts.
    pub fn filtered_by(&self) -> impl Iterator<Item = (Filter, u64)> {
        Filter::ALL
            .into_iter()
            .zip(self.filtered)
            .filter(|(_, n)| *n > 0)
    }

    /// Adds the counts of another batch of the same input.
    pub fn merge(&mut self, other: &Self) {
        self.lines += other.lines;
        self.events += other.events;
        for (mine, theirs) in self.filtered.iter_mut().zip(other.filtered) {
            *mine += theirs;
        }
        self.rejected += other.rejected;
        self.comments += other.comments;
        self.bytes = self.bytes.saturating_add(other.bytes).min(MOST_BYTES);
        for ts in [other.first_ts, other.last_ts].into_iter().flatten() {
            self.see_ts(ts);
        }
    }

    /// Adds the size of an answer, if it is known.
    pub(super) fn see_bytes(&mut self, bytes: i64) {
        let bytes = bytes.max(0) as u64;
        self.bytes = self.bytes.saturating_add(bytes).min(MOST_BYTES);
    }

    pub(super) fn see_ts(&mut self, ts: i64) {
        self.first_ts = Some(self.first_ts.map_or(ts, |first| first.min(ts)));
        self.last_ts = Some(self.last_ts.map_or(ts, |last| last.max(ts)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_beyond_all_bounds_stay_a_number_of_the_table() {
        let mut counts = Counts::default();
        for _ in 0..30 {
            counts.see_bytes(999_999_999_999_999_999);
        }
        counts.see_bytes(-1);
        let other = counts.clone();
        counts.merge(&other);
        assert_eq!(counts.bytes, MOST_BYTES);
    }
}
