//! `audiences.csv`: `section,role,share`: for whom a section was meant.

use std::collections::BTreeMap;

use super::PlanError;
use super::rows::read_rows;

/// The share of a section's people that a role was meant to be.
#[derive(Debug, Clone, PartialEq, PartialOrd)]
pub struct PlannedShare {
    /// The section, with its slash.
    pub section: String,
    /// A role, or the name of another unit, as `people.csv` writes it.
    pub role: String,
    /// Share of the people, 0 to 1.
    pub share: f64,
}

/// Reads planned audiences, sorted by section and role. `section_of` makes an address a section.
///
/// # Errors
/// When a column is missing, a line cannot be read, a share is none, a role stands twice for a section, or a
/// section's shares are more than the whole; the error names file, line and remedy.
pub fn read_audiences(
    bytes: &[u8],
    file: &str,
    section_of: &dyn Fn(&str) -> String,
) -> Result<Vec<PlannedShare>, PlanError> {
    let wrong = |(line, problem): (u64, String)| PlanError::Line {
        file: file.to_owned(),
        line,
        problem,
    };
    let rows = read_rows(bytes, &["section", "role", "share"]).map_err(wrong)?;
    let mut shares: BTreeMap<(String, String), (u64, f64)> = BTreeMap::new();
    for (line, record) in &rows.records {
        let field = |name: &str| rows.field(record, name);
        let (section, role) = (field("section"), field("role"));
        if section.is_empty() || role.is_empty() {
            let problem = "wants a `section` and a `role`".to_owned();
            return Err(wrong((*line, problem)));
        }
        let share = share(field("share")).map_err(|problem| wrong((*line, problem)))?;
        let section = section_of(section);
        let key = (section.clone(), role.to_owned());
        if let Some((first, _)) = shares.insert(key, (*line, share)) {
            let problem =
                format!("`{role}` stands in line {first} for `{section}` too: keep one of the two");
            return Err(wrong((*line, problem)));
        }
    }
    let mut sums: BTreeMap<&str, f64> = BTreeMap::new();
    for ((section, _), (line, share)) in &shares {
        let sum = sums.entry(section).or_default();
        *sum += share;
        // A third three times, written as 0.34, is no mistake.
        if *sum > 1.05 {
            let problem = format!("the shares of `{section}` are more than 1 together");
            return Err(wrong((*line, problem)));
        }
    }
    Ok(shares
        .into_iter()
        .map(|((section, role), (_, share))| PlannedShare {
            section,
            role,
            share,
        })
        .collect())
}

/// `0.8` and `80 %` are the same.
fn share(text: &str) -> Result<f64, String> {
    let (number, whole) = match text.strip_suffix('%') {
        Some(number) => (number.trim_end(), 100.0),
        None => (text, 1.0),
    };
    let share = number.parse::<f64>().ok().map(|number| number / whole);
    share
        .filter(|share| (0.0..=1.0).contains(share))
        .ok_or_else(|| format!("`{text}` is no share: write one such as 0.8 or 80%"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<PlannedShare>, PlanError> {
        let section_of = |page: &str| page.trim_end_matches('/').to_owned();
        read_audiences(text.as_bytes(), "audiences.csv", &section_of)
    }

    #[test]
    fn shares_are_numbers_or_percent() {
        let shares = read("Section,Role,Share\n/projects/,Client,10 %\n/projects,Consultant,0.9\n");
        let told: Vec<(String, f64)> = shares
            .expect("right")
            .into_iter()
            .map(|one| (one.section + " " + &one.role, one.share))
            .collect();
        assert_eq!(
            told,
            [
                ("/projects Client".to_owned(), 0.1),
                ("/projects Consultant".to_owned(), 0.9)
            ]
        );
    }

    #[test]
    fn faults_name_file_line_and_remedy() {
        for (text, told) in [
            ("section,role\n", "wants a column `share`"),
            (
                "section,role,share\n/a,x,most\n",
                "line 2: `most` is no share",
            ),
            (
                "section,role,share\n/a,x,1.2\n",
                "line 2: `1.2` is no share",
            ),
            ("section,role,share\n/a,,1\n", "line 2: wants a `section`"),
            (
                "section,role,share\n/a,x,0.5\n/a/,x,0.5\n",
                "line 3: `x` stands in line 2",
            ),
            (
                "section,role,share\n/a,x,0.5\n/a,y,0.7\n",
                "line 3: the shares of `/a` are more than 1",
            ),
        ] {
            let error = read(text).expect_err(text).to_string();
            assert!(
                error.contains(told) && error.contains("audiences.csv"),
                "{error}"
            );
        }
    }
}
