//! Parameters of a question: those given, and what they are unless given.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::common::ScalarValue;
use datafusion::prelude::DataFrame;
use queries::day::Day;

use crate::analyze::Window;
use crate::engine::session::{count, day};
use crate::error::{Doing, Error};
use crate::run::Run;

/// Values by the names of their parameters, and which of them were asked for.
#[derive(Debug, Clone, Default)]
pub(super) struct Values {
    known: BTreeMap<String, ScalarValue>,
    asked: BTreeSet<String>,
}

/// Parameters that have a value unless another is given: the latest window and the settings.
pub(super) const DEFAULTED: [&str; 9] = [
    "window_start",
    "window_end",
    "from_day",
    "to_day",
    "before_start",
    "horizon_start",
    "gap_secs",
    "n_days",
    K_PEOPLE,
];

/// Least number of people behind a number about units and groups: the settings' alone, since a question that is asked
/// with less shows what nobody may see.
const K_PEOPLE: &str = "k_people";

/// Whether a parameter is for whoever asks.
pub(super) fn may_be_given(name: &str) -> bool {
    name != K_PEOPLE
}

/// Those values.
pub(super) fn defaults(run: &Run, window: Window) -> Values {
    let analysis = &run.settings.analysis;
    let horizon = analysis.horizon_weeks as i32 * 7;
    let gap_secs = i64::from(analysis.session_gap_minutes) * 60;
    let values = [
        day(window.start),
        day(window.end),
        day(window.start),
        day(window.end),
        day(window.before().start),
        day(window.end - horizon + 1),
        count(gap_secs),
        count(window.n_days().into()),
        count(run.settings.privacy.k_people.into()),
    ];
    let names = DEFAULTED.iter().map(|name| (*name).to_owned());
    Values {
        known: names.zip(values).collect(),
        asked: BTreeSet::new(),
    }
}

impl Values {
    /// These, overruled by what was given.
    pub(super) fn with_given(&self, given: &BTreeMap<String, String>) -> Result<Self, Error> {
        if given.contains_key(K_PEOPLE) {
            return Err(Error::usage(
                "`k_people` is set in elephant.toml alone, under [privacy]: leave it out here",
            ));
        }
        let mut values = self.clone();
        let given = given.iter();
        let given = given.map(|(name, text)| (name.clone(), value_of(text)));
        values.known.extend(given);
        Ok(values)
    }

    /// The value of a parameter.
    pub(super) fn of(&mut self, name: &str) -> Result<ScalarValue, Error> {
        self.asked.insert(name.to_owned());
        self.known.get(name).cloned().ok_or_else(|| missing(name))
    }

    /// A value that was given and that nothing asked for is a mistake in its name.
    pub(super) fn check_given(&self, given: &BTreeMap<String, String>) -> Result<(), Error> {
        let Some(name) = given.keys().find(|name| !self.asked.contains(*name)) else {
            return Ok(());
        };
        let asked = self.asked.iter().map(String::as_str);
        let asked: Vec<&str> = asked.filter(|name| may_be_given(name)).collect();
        Err(Error::usage(match asked.as_slice() {
            [] => format!("the question has no parameter, so `{name}` cannot be given"),
            asked => format!(
                "the question has no parameter `{name}`; it has {}",
                asked.join(", ")
            ),
        }))
    }
}

/// The frame with a value for each of its parameters.
pub(super) fn bound(frame: DataFrame, values: &mut Values) -> Result<DataFrame, Error> {
    let wanted = frame
        .logical_plan()
        .get_parameter_names()
        .doing("failed to find the parameters of the question")?;
    if wanted.is_empty() {
        return Ok(frame);
    }
    let mut wanted: Vec<&str> = wanted
        .iter()
        .map(|name| name.trim_start_matches('$'))
        .collect();
    wanted.sort_unstable();
    let bound = wanted
        .into_iter()
        .map(|name| Ok((name.to_owned(), values.of(name)?)))
        .collect::<Result<Vec<_>, Error>>()?;
    frame
        .with_param_values(bound)
        .misused("failed to give the question its parameters")
}

fn missing(name: &str) -> Error {
    let example = if name.ends_with("page") {
        "/news"
    } else {
        "VALUE"
    };
    Error::usage(format!(
        "the question wants a value for `{name}`: give it with -p {name}={example}"
    ))
}

/// A number, a date or a text, as it looks.
fn value_of(text: &str) -> ScalarValue {
    if let Some(day) = Day::parse(text) {
        ScalarValue::Date32(Some(day.0))
    } else if let Ok(n) = text.parse::<i64>() {
        ScalarValue::Int64(Some(n))
    } else if let Ok(x) = text.parse::<f64>() {
        ScalarValue::Float64(Some(x))
    } else {
        ScalarValue::Utf8(Some(text.to_owned()))
    }
}
