//! `journeys.csv`: `journey,step,url`: routes that the organisation meant, and where each leads.

use std::collections::BTreeMap;

use super::PlanError;
use super::rows::read_rows;

/// A step of a planned journey.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct JourneyStep {
    /// The journey's name.
    pub journey: String,
    /// Its number, from the file: smaller ones come first.
    pub step: i64,
    /// The page.
    pub page: String,
}

/// Reads planned journeys, sorted by name and step. `page_of` makes an address canonical.
///
/// # Errors
/// When a column is missing, a line cannot be read, or a journey has the same step twice or only one;
/// the error names file, line and remedy.
pub fn read_journeys(
    bytes: &[u8],
    file: &str,
    page_of: &dyn Fn(&str) -> String,
) -> Result<Vec<JourneyStep>, PlanError> {
    let wrong = |(line, problem): (u64, String)| PlanError::Line {
        file: file.to_owned(),
        line,
        problem,
    };
    let rows = read_rows(bytes, &["journey", "step", "url"]).map_err(wrong)?;
    let mut steps: BTreeMap<(String, i64), (u64, String)> = BTreeMap::new();
    for (line, record) in &rows.records {
        let field = |name: &str| rows.field(record, name);
        let (journey, step, url) = (field("journey"), field("step"), field("url"));
        if journey.is_empty() || url.is_empty() {
            let problem = "wants a name in `journey` and an address in `url`".to_owned();
            return Err(wrong((*line, problem)));
        }
        let Ok(number) = step.parse::<i64>() else {
            let problem = format!("`{step}` is no step: number the pages of a journey 1, 2, 3");
            return Err(wrong((*line, problem)));
        };
        let page = page_of(url);
        if let Some((first, _)) = steps.insert((journey.to_owned(), number), (*line, page)) {
            let problem = format!(
                "step {number} of `{journey}` stands in line {first} too: number them apart"
            );
            return Err(wrong((*line, problem)));
        }
    }
    let mut n_steps: BTreeMap<&str, (usize, u64)> = BTreeMap::new();
    for ((name, _), (line, _)) in &steps {
        let (n, first) = n_steps.entry(name).or_insert((0, *line));
        (*n, *first) = (*n + 1, *line.min(first));
    }
    if let Some((name, (_, line))) = n_steps.iter().find(|(_, (n, _))| *n == 1) {
        let problem = format!("`{name}` has one step: a journey leads from a page to another");
        return Err(wrong((*line, problem)));
    }
    Ok(steps
        .into_iter()
        .map(|((journey, step), (_, page))| JourneyStep {
            journey,
            step,
            page,
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<JourneyStep>, PlanError> {
        read_journeys(text.as_bytes(), "journeys.csv", &|page| {
            page.trim_end_matches('/').to_owned()
        })
    }

    #[test]
    fn steps_come_in_their_order() {
        let steps = read("step,Journey,url\n10,leave,/sent/\n2,leave,/form\n1,leave,/hr\n");
        let steps = steps.expect("right");
        let told: Vec<_> = steps.iter().map(|s| (s.step, s.page.as_str())).collect();
        assert_eq!(told, [(1, "/hr"), (2, "/form"), (10, "/sent")]);
    }

    #[test]
    fn faults_name_file_line_and_remedy() {
        for (text, told) in [
            ("journey,url\n", "wants a column `step`"),
            ("journey,step,url\na,one,/a\n", "line 2: `one` is no step"),
            (
                "journey,step,url\na,1,/a\na,1,/b\n",
                "line 3: step 1 of `a` stands in line 2",
            ),
            ("journey,step,url\na,1,/a\n", "line 2: `a` has one step"),
            ("journey,step,url\na,1,\n", "line 2: wants"),
        ] {
            let error = read(text).expect_err(text).to_string();
            assert!(
                error.contains(told) && error.contains("journeys.csv"),
                "{error}"
            );
        }
    }
}
