//! The times of a source as whole numbers, in the unit in which they come.

use arrow::array::{ArrayRef, AsArray, Int64Array};
use arrow::compute::{CastOptions, cast, cast_with_options};
use arrow::datatypes::{DataType, Int64Type, TimeUnit};
use datafusion::common::Result;

use super::source::Source;
use super::told::misused;

/// How a column tells the time.
#[derive(Debug, Clone)]
pub(super) struct Clock {
    /// What its values are cast to before they are numbers.
    through: DataType,
    /// Ticks a second; nothing where numbers tell the order alone.
    ticks: Option<i64>,
}

impl Clock {
    /// The clock of a source's column `ts`. Numbers are no times, for nobody says of which unit; they are an
    /// order, which is enough where no gap is cut.
    pub(super) fn of(source: &Source, has_gap: bool) -> Result<Self> {
        let data_type = source.data_type("ts")?;
        let through = match data_type {
            DataType::Timestamp(..) => data_type.clone(),
            DataType::Date32 | DataType::Date64 => DataType::Timestamp(TimeUnit::Second, None),
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => {
                DataType::Timestamp(TimeUnit::Microsecond, None)
            }
            whole if whole.is_integer() && !has_gap => DataType::Int64,
            other => {
                return Err(misused(format!(
                    "`ts` of `{}` is {other}: it must be a time, as `to_timestamp_seconds(ts)` or \
                     `to_timestamp_millis(ts)` makes one of a number in a view",
                    source.name
                )));
            }
        };
        let ticks = match &through {
            DataType::Timestamp(TimeUnit::Second, _) => Some(1),
            DataType::Timestamp(TimeUnit::Millisecond, _) => Some(1_000),
            DataType::Timestamp(TimeUnit::Microsecond, _) => Some(1_000_000),
            DataType::Timestamp(TimeUnit::Nanosecond, _) => Some(1_000_000_000),
            _ => None,
        };
        Ok(Self { through, ticks })
    }

    /// A length of time in whole ticks, rounded down: times differ by whole ticks, so nothing is lost.
    pub(super) fn ticks(&self, us: i64) -> i64 {
        let ticks = i128::from(us) * i128::from(self.ticks.unwrap_or(1_000_000)) / 1_000_000;
        i64::try_from(ticks).unwrap_or(i64::MAX)
    }

    /// The times of a column.
    pub(super) fn values(&self, column: &ArrayRef) -> Result<Int64Array> {
        let strict = CastOptions {
            safe: false,
            ..CastOptions::default()
        };
        let times = cast_with_options(column, &self.through, &strict)
            .map_err(|cause| misused(format!("`ts` holds what is no time: {cause}")))?;
        let numbers = cast(&times, &DataType::Int64)?;
        Ok(numbers.as_primitive::<Int64Type>().clone())
    }
}
