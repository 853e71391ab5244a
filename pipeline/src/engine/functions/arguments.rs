//! The values that a function is called with.

use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::Expr;

use super::Signature;
use super::told::misused;

/// The gap that ends a session unless another is given, in microseconds: 30 minutes, as web analytics has it.
const DEFAULT_GAP_US: i64 = 30 * MINUTE_US;

const MINUTE_US: i64 = 60_000_000;

/// The values of one call.
pub(super) struct Arguments<'a> {
    signature: &'a Signature,
    values: Vec<ScalarValue>,
}

impl<'a> Arguments<'a> {
    /// The values, if there are as many as the function takes.
    pub(super) fn new(signature: &'a Signature, expressions: &[Expr]) -> Result<Self> {
        let whole = format!("{}{}", signature.name, signature.arguments);
        if !signature.n_arguments.contains(&expressions.len()) {
            return Err(misused(format!(
                "`{}` was given {} values: it is {whole}, as {}",
                signature.name,
                expressions.len(),
                signature.call()
            )));
        }
        let value = |expression: &Expr| match expression {
            Expr::Literal(value, _) => Ok(value.clone()),
            other => Err(misused(format!(
                "`{other}` is no value: {whole} wants its values written out, as {}",
                signature.call()
            ))),
        };
        let values = expressions.iter().map(value).collect::<Result<_>>()?;
        Ok(Self { signature, values })
    }

    fn wrong(&self, name: &str, is: &str, must: &str) -> datafusion::error::DataFusionError {
        misused(format!(
            "{name} of `{}` is {is}: it must be {must}, as in {}",
            self.signature.name,
            self.signature.call()
        ))
    }

    /// The name of the source.
    pub(super) fn source(&self) -> Result<&str> {
        match self.values.first() {
            Some(
                ScalarValue::Utf8(Some(name))
                | ScalarValue::Utf8View(Some(name))
                | ScalarValue::LargeUtf8(Some(name)),
            ) => Ok(name),
            other => Err(self.wrong("the source", &shown(other), "a name in quotes")),
        }
    }

    /// The gap at this place in microseconds: minutes, or an interval.
    pub(super) fn gap_us(&self, place: usize) -> Result<i64> {
        let Some(value) = self.values.get(place) else {
            return Ok(DEFAULT_GAP_US);
        };
        let must = "minutes or an interval, 0 or more (30, interval '30 minutes')";
        let us = match value {
            ScalarValue::IntervalMonthDayNano(Some(gap)) if gap.months == 0 => Some(
                i128::from(gap.days) * 1_440 * i128::from(MINUTE_US)
                    + i128::from(gap.nanoseconds) / 1_000,
            ),
            ScalarValue::IntervalDayTime(Some(gap)) => {
                Some((i128::from(gap.days) * 86_400_000 + i128::from(gap.milliseconds)) * 1_000)
            }
            value => number(value)
                .filter(|minutes| minutes.abs() < 1e12)
                .map(|minutes| (minutes * MINUTE_US as f64).round() as i128),
        };
        us.and_then(|us| i64::try_from(us).ok())
            .filter(|us| *us >= 0)
            .ok_or_else(|| self.wrong("the gap", &shown(Some(value)), must))
    }

    /// A whole number at this place, from `least` to `most`.
    pub(super) fn whole(&self, place: usize, name: &str, least: i64, most: i64) -> Result<i64> {
        let value = self.values.get(place);
        let is_whole = |x: &f64| x.fract().abs() < f64::EPSILON;
        value
            .and_then(number)
            .filter(is_whole)
            .filter(|x| (least as f64..=most as f64).contains(x))
            .map(|x| x as i64)
            .ok_or_else(|| {
                let must = if most == i64::MAX {
                    format!("a whole number, {least} or more")
                } else {
                    format!("a whole number from {least} to {most}")
                };
                self.wrong(name, &shown(value), &must)
            })
    }

    /// A number at this place that passes a test; nothing where none is given.
    pub(super) fn number(
        &self,
        place: usize,
        name: &str,
        must: &str,
        is_good: impl Fn(f64) -> bool,
    ) -> Result<Option<f64>> {
        let Some(value) = self.values.get(place) else {
            return Ok(None);
        };
        match number(value).filter(|x| is_good(*x)) {
            Some(x) => Ok(Some(x)),
            None => Err(self.wrong(name, &shown(Some(value)), must)),
        }
    }

    /// Whether a value is given at this place.
    pub(super) fn has(&self, place: usize) -> bool {
        place < self.values.len()
    }
}

fn shown(value: Option<&ScalarValue>) -> String {
    value.map_or_else(|| "absent".to_owned(), ToString::to_string)
}

/// A number of any type; texts are none.
fn number(value: &ScalarValue) -> Option<f64> {
    if !value.data_type().is_numeric() {
        return None;
    }
    match value.cast_to(&arrow::datatypes::DataType::Float64) {
        Ok(ScalarValue::Float64(number)) => number.filter(|x| x.is_finite()),
        _ => None,
    }
}
