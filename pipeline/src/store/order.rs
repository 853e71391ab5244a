//! The order that a file declares: one that does not hold gives wrong answers.

use std::cmp::Ordering;

use arrow::array::{
    Array, ArrayRef, AsArray, DynComparator, RecordBatch, UInt32Array, make_comparator,
};
use arrow::compute::{SortOptions, take};
use arrow::datatypes::{Int64Type, TimestampMicrosecondType};
use arrow::error::ArrowError;

/// What the first and the last of some sorted rows are sorted by.
pub(super) struct Ends {
    first: Vec<ArrayRef>,
    last: Vec<ArrayRef>,
}

impl Ends {
    /// The ends of a batch that has rows; nothing where it is not sorted. Whole columns are compared in place, each row
    /// with the one before it; nulls come first.
    ///
    /// # Errors
    /// When values cannot be compared.
    pub(super) fn of(sort: &[&str], rows: &RecordBatch) -> Result<Option<Self>, ArrowError> {
        let keys = sort.iter().map(|name| rows.column_by_name(name).cloned());
        let Some(keys) = keys.collect::<Option<Vec<ArrayRef>>>() else {
            return Ok(None);
        };
        let order = Order::between(&keys, &keys)?;
        if !(1..rows.num_rows()).all(|row| order.holds(row - 1, row)) {
            return Ok(None);
        }
        // Copies: a slice would keep the whole column.
        let row = |row: usize| {
            let place = UInt32Array::from(vec![row as u32]);
            let keys = keys.iter().map(|key| take(key, &place, None));
            keys.collect::<Result<Vec<ArrayRef>, ArrowError>>()
        };
        Ok(Some(Self {
            first: row(0)?,
            last: row(rows.num_rows() - 1)?,
        }))
    }

    /// Whether the rows of the other may follow.
    ///
    /// # Errors
    /// When values cannot be compared.
    pub(super) fn may_precede(&self, next: &Self) -> Result<bool, ArrowError> {
        Ok(Order::between(&self.last, &next.first)?.holds(0, 0))
    }
}

/// How rows of one batch stand to rows of another, or of the same.
struct Order<'a>(Vec<Compared<'a>>);

/// A column of both batches.
enum Compared<'a> {
    /// Numbers without nulls, as most that are sorted by.
    Numbers(&'a [i64], &'a [i64]),
    Other(DynComparator),
}

impl<'a> Order<'a> {
    fn between(left: &'a [ArrayRef], right: &'a [ArrayRef]) -> Result<Self, ArrowError> {
        let nulls_first = SortOptions {
            descending: false,
            nulls_first: true,
        };
        let columns = left.iter().zip(right).map(|(left, right)| {
            if let (Some(left), Some(right)) = (numbers(left), numbers(right)) {
                return Ok(Compared::Numbers(left, right));
            }
            make_comparator(left, right, nulls_first).map(Compared::Other)
        });
        columns.collect::<Result<_, _>>().map(Self)
    }

    /// Whether the first row may stand before the second.
    fn holds(&self, first: usize, second: usize) -> bool {
        let mut orders = self.0.iter().map(|column| match column {
            Compared::Numbers(left, right) => left[first].cmp(&right[second]),
            Compared::Other(compare) => compare(first, second),
        });
        orders
            .find(|order| order.is_ne())
            .is_none_or(Ordering::is_lt)
    }
}

/// The values of a column of 64-bit numbers or times without nulls.
fn numbers(column: &ArrayRef) -> Option<&[i64]> {
    if column.null_count() > 0 {
        return None;
    }
    let times = column.as_primitive_opt::<TimestampMicrosecondType>();
    times.map(|times| &times.values()[..]).or_else(|| {
        let numbers = column.as_primitive_opt::<Int64Type>();
        numbers.map(|numbers| &numbers.values()[..])
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Date32Array, Int64Array, StringArray};

    use super::*;

    /// Batches of (person, page, day); a null is written as `-`.
    fn batches(rows: &[&[(i64, &str, i32)]]) -> Vec<RecordBatch> {
        let batch = |rows: &&[(i64, &str, i32)]| {
            let person: Int64Array = rows.iter().map(|row| Some(row.0)).collect();
            let page: StringArray = rows.iter().map(|r| (r.1 != "-").then_some(r.1)).collect();
            let day: Date32Array = rows.iter().map(|row| Some(row.2)).collect();
            RecordBatch::try_from_iter_with_nullable([
                ("person", Arc::new(person) as ArrayRef, false),
                ("page", Arc::new(page) as ArrayRef, true),
                ("day", Arc::new(day) as ArrayRef, false),
            ])
            .expect("columns of one length")
        };
        rows.iter().map(batch).collect()
    }

    fn is_sorted(sort: &[&str], rows: &[&[(i64, &str, i32)]]) -> bool {
        let batches = batches(rows).into_iter();
        let batches = batches.filter(|batch| batch.num_rows() > 0);
        let ends = batches.map(|batch| Ends::of(sort, &batch).expect("comparable"));
        let Some(ends) = ends.collect::<Option<Vec<Ends>>>() else {
            return false;
        };
        ends.windows(2)
            .all(|pair| pair[0].may_precede(&pair[1]).expect("comparable"))
    }

    #[test]
    fn texts_and_dates_are_compared_as_numbers_are() {
        let sort = ["person", "page", "day"];
        assert!(is_sorted(
            &sort,
            &[&[(1, "/a", 5), (1, "/b", 2), (2, "/a", 1)]]
        ));
        assert!(!is_sorted(&sort, &[&[(1, "/b", 1), (1, "/a", 1)]]));
        assert!(!is_sorted(&sort, &[&[(1, "/a", 2), (1, "/a", 1)]]));
        assert!(!is_sorted(&["day"], &[&[(1, "/a", 2), (2, "/b", 1)]]));
        assert!(!is_sorted(&["page"], &[&[(1, "/b", 1), (2, "/a", 2)]]));
        assert!(!is_sorted(&["absent"], &[&[(1, "/a", 1)]]));
        assert!(is_sorted(&[], &[&[(2, "/a", 1)], &[(1, "/a", 1)]]));
    }

    #[test]
    fn nulls_come_first() {
        assert!(is_sorted(
            &["page"],
            &[&[(1, "-", 1), (2, "-", 1), (3, "/a", 1)]]
        ));
        assert!(!is_sorted(&["page"], &[&[(1, "/a", 1), (2, "-", 1)]]));
    }

    #[test]
    fn the_order_goes_on_from_batch_to_batch() {
        let sort = ["person", "page"];
        assert!(is_sorted(
            &sort,
            &[&[(1, "/b", 1)], &[], &[(1, "/b", 1), (2, "/a", 1)]]
        ));
        assert!(!is_sorted(&sort, &[&[(1, "/b", 1)], &[], &[(1, "/a", 1)]]));
    }
}
