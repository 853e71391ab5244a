//! The source of the functions of people's ways: rows of person, ts and page, as numbers.

use arrow::array::{Array, ArrayRef, RecordBatch};
use arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::Result;
use queries::paths::visits::{NOBODY, Rows, Visits};

use super::clock::Clock;
use super::dictionary::{Dictionary, Kind, merged};
use super::source::Source;
use super::table::column;
use super::told::misused;

/// Bytes that a row takes, from its numbers (16) over its place in the order (16) to what is counted (about 24).
pub(super) const BYTES_A_ROW: usize = 56;

/// How the columns of a source are read.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    person: Kind,
    page: Kind,
    clock: Clock,
    places: [usize; 3],
}

/// The rows of a part, each a number in every column; [`NOBODY`] as the person of a row that lacks any of them.
#[derive(Debug)]
pub(super) struct Part {
    person_names: Dictionary,
    page_names: Dictionary,
    persons: Vec<u32>,
    ts: Vec<i64>,
    pages: Vec<u32>,
}

/// The rows of all parts in order.
pub(super) struct Ordered {
    pub(super) visits: Visits,
    /// The name of each page.
    pub(super) pages: ArrayRef,
}

impl Reading {
    /// The columns of a source, if they are what they must be.
    pub(super) fn of(source: &Source, has_gap: bool) -> Result<Self> {
        let places = [
            source.place("person")?,
            source.place("ts")?,
            source.place("page")?,
        ];
        Ok(Self {
            person: source.kind("person")?,
            clock: Clock::of(source, has_gap)?,
            page: source.kind("page")?,
            places,
        })
    }

    /// Places of person, ts and page among the columns of the source.
    pub(super) fn places(&self) -> Vec<usize> {
        self.places.to_vec()
    }

    /// The type in which pages are given back.
    pub(super) fn page_type(&self) -> DataType {
        self.page.data_type()
    }

    /// A gap in ticks of the source.
    pub(super) fn gap(&self, us: i64) -> i64 {
        self.clock.ticks(us)
    }

    pub(super) fn begin(&self) -> Part {
        Part {
            person_names: Dictionary::new(self.person),
            page_names: Dictionary::new(self.page),
            persons: Vec::new(),
            ts: Vec::new(),
            pages: Vec::new(),
        }
    }

    /// Adds rows to a part; gives the bytes that they take.
    pub(super) fn take(&self, part: &mut Part, batch: &RecordBatch) -> Result<usize> {
        let first = part.persons.len();
        let names = &mut part.person_names;
        names.encode(column(batch, "person")?, &mut part.persons)?;
        let names = &mut part.page_names;
        names.encode(column(batch, "page")?, &mut part.pages)?;
        let ts = self.clock.values(column(batch, "ts")?)?;
        part.ts.extend_from_slice(ts.values());
        let rows = part.persons[first..].iter_mut().zip(&part.pages[first..]);
        for (row, (person, page)) in rows.enumerate() {
            if *page == NOBODY || ts.is_null(row) {
                *person = NOBODY;
            }
        }
        Ok(batch.num_rows() * BYTES_A_ROW)
    }

    /// Puts the rows of all parts in order.
    pub(super) fn order(&self, mut parts: Vec<Part>, n_threads: usize) -> Result<Ordered> {
        let n_rows: usize = parts.iter().map(|part| part.persons.len()).sum();
        if u32::try_from(n_rows).is_err() {
            return Err(misused(
                "the source has more than four thousand million rows: ask for fewer days at a time",
            ));
        }
        let names: Vec<&Dictionary> = parts.iter().map(|part| &part.person_names).collect();
        let (people, person_places) = merged(self.person, &names)?;
        let names: Vec<&Dictionary> = parts.iter().map(|part| &part.page_names).collect();
        let (pages, page_places) = merged(self.page, &names)?;
        let n_a_thread = parts.len().div_ceil(n_threads.max(1)).max(1);
        std::thread::scope(|scope| {
            let parts = parts.chunks_mut(n_a_thread);
            let people = person_places.chunks(n_a_thread);
            for ((parts, people), pages) in parts.zip(people).zip(page_places.chunks(n_a_thread)) {
                scope.spawn(move || {
                    for ((part, people), pages) in parts.iter_mut().zip(people).zip(pages) {
                        renumber(&mut part.persons, people);
                        renumber(&mut part.pages, pages);
                    }
                });
            }
        });
        let rows: Vec<Rows<'_>> = parts
            .iter()
            .map(|part| Rows {
                person: &part.persons,
                ts: &part.ts,
                page: &part.pages,
            })
            .collect();
        Ok(Ordered {
            visits: Visits::new(&rows, people.len(), n_threads),
            pages,
        })
    }
}

/// Numbers of a part's own names as places among those of all.
pub(super) fn renumber(numbers: &mut [u32], places: &[u32]) {
    for number in numbers {
        *number = places.get(*number as usize).copied().unwrap_or(NOBODY);
    }
}

/// The places of these columns of a source too.
pub(super) fn with_columns(
    mut places: Vec<usize>,
    source: &SchemaRef,
    wanted: &SchemaRef,
) -> Vec<usize> {
    let names = wanted.fields().iter().map(|field| field.name());
    places.extend(names.filter_map(|name| source.index_of(name).ok()));
    places.sort_unstable();
    places.dedup();
    places
}
