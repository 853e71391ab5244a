//! The events of some people, put at their places; people are apart, so that parts are filled side by side.

use std::ops::Range;

use queries::paths::moves::NO_PAGE;

use super::day::DayLooks;

/// The columns of [`Looks`], or a piece of them.
pub(super) struct Columns<'a> {
    pub(super) id: &'a mut [i64],
    pub(super) ts: &'a mut [i64],
    pub(super) day: &'a mut [i32],
    pub(super) page: &'a mut [u32],
    pub(super) referrer: &'a mut [u32],
    pub(super) log_session: &'a mut [i64],
    pub(super) is_moving: &'a mut [bool],
    pub(super) has_referrers: &'a mut [bool],
}

impl Columns<'_> {
    /// The first `n` events, and the others.
    pub(super) fn split(self, n: usize) -> (Self, Self) {
        fn cut<T>(column: &mut [T], n: usize) -> (&mut [T], &mut [T]) {
            // Ids may not be asked for.
            column.split_at_mut(n.min(column.len()))
        }
        let id = cut(self.id, n);
        let ts = cut(self.ts, n);
        let day = cut(self.day, n);
        let page = cut(self.page, n);
        let referrer = cut(self.referrer, n);
        let log_session = cut(self.log_session, n);
        let is_moving = cut(self.is_moving, n);
        let has_referrers = cut(self.has_referrers, n);
        (
            Self {
                id: id.0,
                ts: ts.0,
                day: day.0,
                page: page.0,
                referrer: referrer.0,
                log_session: log_session.0,
                is_moving: is_moving.0,
                has_referrers: has_referrers.0,
            },
            Self {
                id: id.1,
                ts: ts.1,
                day: day.1,
                page: page.1,
                referrer: referrer.1,
                log_session: log_session.1,
                is_moving: is_moving.1,
                has_referrers: has_referrers.1,
            },
        )
    }
}

/// The events of some people.
pub(super) struct Part<'a> {
    pub(super) persons: &'a [i64],
    /// Where each person's events start among all; one more than there are persons.
    pub(super) starts: &'a [usize],
    pub(super) columns: Columns<'a>,
}

impl Part<'_> {
    /// Puts their events of all days at their places; each day comes with the ids of its pages.
    pub(super) fn fill(&mut self, days: &[(DayLooks, Vec<u32>)], with_referrers: &[i64]) {
        let first = self.starts[0];
        let mut next: Vec<usize> = self.starts.iter().map(|start| start - first).collect();
        let mut order = vec![(0, 0); next[self.persons.len()]];
        for (day, pages) in days {
            for rows in day.rows_of(self.persons[0], self.persons[self.persons.len() - 1]) {
                self.place(day, rows, pages, (&mut next, &mut order), with_referrers);
            }
        }
        self.sort(&order);
    }

    /// Puts rows of a day behind those before, person by person.
    fn place(
        &mut self,
        day: &DayLooks,
        rows: Range<usize>,
        pages: &[u32],
        (next, order): (&mut [usize], &mut [(i64, i64)]),
        with_referrers: &[i64],
    ) {
        let id = |page: u32| {
            if page == NO_PAGE {
                NO_PAGE
            } else {
                pages[page as usize]
            }
        };
        let mut at = 0;
        let mut last_input = None;
        for row in rows {
            // Rows are sorted by person: the next one is near.
            while self.persons[at] < day.person[row] {
                at += 1;
            }
            if last_input.is_none_or(|(input, _)| input != day.input[row]) {
                let has = with_referrers.binary_search(&day.input[row]).is_ok();
                last_input = Some((day.input[row], has));
            }
            let place = next[at];
            next[at] += 1;
            let columns = &mut self.columns;
            if let Some(id) = columns.id.get_mut(place) {
                *id = day.id[row];
            }
            columns.ts[place] = day.ts[row];
            columns.day[place] = day.day;
            columns.page[place] = id(day.page[row]);
            columns.referrer[place] = id(day.referrer[row]);
            columns.log_session[place] = day.log_session[row];
            columns.is_moving[place] = day.is_moving[row];
            columns.has_referrers[place] = last_input.is_some_and(|(_, has)| has);
            order[place] = (day.input[row], day.line[row]);
        }
    }

    /// Sorts the events of each person whose days were in several files.
    fn sort(&mut self, order: &[(i64, i64)]) {
        let columns = &mut self.columns;
        for at in 0..self.persons.len() {
            let range = self.starts[at] - self.starts[0]..self.starts[at + 1] - self.starts[0];
            let key = |place: usize| (columns.ts[place], order[place]);
            if range.clone().is_sorted_by_key(key) {
                continue;
            }
            let mut places: Vec<usize> = range.clone().collect();
            places.sort_by_key(|place| key(*place));
            if !columns.id.is_empty() {
                rearrange(columns.id, range.start, &places);
            }
            rearrange(columns.ts, range.start, &places);
            rearrange(columns.day, range.start, &places);
            rearrange(columns.page, range.start, &places);
            rearrange(columns.referrer, range.start, &places);
            rearrange(columns.log_session, range.start, &places);
            rearrange(columns.is_moving, range.start, &places);
            rearrange(columns.has_referrers, range.start, &places);
        }
    }
}

/// Puts the values at these places in their order, from `start` on.
fn rearrange<T: Copy>(column: &mut [T], start: usize, places: &[usize]) {
    let sorted: Vec<T> = places.iter().map(|place| column[*place]).collect();
    column[start..start + places.len()].copy_from_slice(&sorted);
}
