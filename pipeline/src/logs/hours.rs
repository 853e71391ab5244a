//! What a person did in each hour of a day, and from how many addresses.

/// So many addresses within an hour are more than a desk and a telephone.
const MANY_CLIENTS: u32 = 3;

/// A bit for each page and for each client of an hour; different ones may share a bit. The hours that saw something,
/// ascending: most people come in few of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Hours(Vec<Hour>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Hour {
    at: u8,
    pages: u32,
    clients: u32,
}

impl Hours {
    pub(super) fn add_page(&mut self, hour: u8, page: u32) {
        self.at(hour).pages |= 1 << (page & 31);
    }

    /// Adds a request from an address, told by a number below 32.
    pub(super) fn add_client(&mut self, hour: u8, client: u32) {
        self.at(hour).clients |= 1 << client;
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    fn at(&mut self, hour: u8) -> &mut Hour {
        // Lines mostly come in their order.
        let place = match self.0.last() {
            Some(last) if last.at == hour => self.0.len() - 1,
            _ => self.0.partition_point(|one| one.at < hour),
        };
        if self.0.get(place).is_none_or(|one| one.at != hour) {
            let new = Hour {
                at: hour,
                pages: 0,
                clients: 0,
            };
            self.0.insert(place, new);
        }
        &mut self.0[place]
    }

    /// The bits of the pages of all hours of a day.
    fn pages(&self) -> [u32; 24] {
        let mut pages = [0; 24];
        for hour in &self.0 {
            pages[usize::from(hour.at)] = hour.pages;
        }
        pages
    }

    /// Bit `h` is set when something was done in the hour `h`.
    ///
    /// A page left open over night asks its server for news and does nothing: an hour counts when its
    /// pages are not just those of the hour before.
    pub(super) fn active(&self) -> u32 {
        let pages = self.pages();
        bits(|hour| pages[hour] != 0 && (hour == 0 || pages[hour] != pages[hour - 1]))
    }

    /// Bit `h` is set when the hour `h` saw three addresses or more.
    pub(super) fn shared(&self) -> u32 {
        let is_shared = |hour: &&Hour| hour.clients.count_ones() >= MANY_CLIENTS;
        let shared = self.0.iter().filter(is_shared);
        shared.fold(0, |bits, hour| bits | 1 << hour.at)
    }
}

fn bits(is_set: impl Fn(usize) -> bool) -> u32 {
    (0..24)
        .filter(|hour| is_set(*hour))
        .fold(0, |bits, hour| bits | 1 << hour)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_left_open_does_nothing() {
        let mut hours = Hours::default();
        (12..17).for_each(|hour| hours.add_page(hour, 1));
        assert_eq!(hours.active(), 1 << 12);
        hours.add_page(15, 2);
        assert_eq!(hours.active(), 1 << 12 | 1 << 15 | 1 << 16);
    }

    #[test]
    fn three_addresses_within_an_hour_are_told() {
        let mut hours = Hours::default();
        for (hour, client) in [(12, 1), (12, 2), (13, 2), (13, 3), (13, 1)] {
            hours.add_client(hour, client);
        }
        assert_eq!(hours.shared(), 1 << 13);
    }
}
