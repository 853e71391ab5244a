//! `people.csv`: `user[,name],department,location,role[,manager][,employment]...`

use std::collections::BTreeMap;

use crate::plan::rows::read_rows;

/// What can be wrong with a file of people.
#[derive(Debug, thiserror::Error)]
#[error("`{file}` line {line}: {problem}")]
pub struct PeopleError {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u64,
    /// What is wrong there, and how to mend it.
    pub problem: String,
}

/// A person of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonRow {
    /// The name that the logs give.
    pub user: String,
    /// The name that people know, where the file has it. It goes no further than the settings allow.
    pub name: Option<String>,
    /// Department.
    pub department: Option<String>,
    /// Location.
    pub location: Option<String>,
    /// Role.
    pub role: Option<String>,
    /// The manager's user.
    pub manager: Option<String>,
    /// Kind of employment.
    pub employment: Option<String>,
    /// Further columns that are filled in: header in lower case, and value.
    pub attributes: Vec<(String, String)>,
}

/// Reads a file of people.
///
/// # Errors
/// When a column is missing, a line cannot be read, or a user stands there twice (in any letter case).
pub fn read_people(bytes: &[u8], file: &str) -> Result<Vec<PersonRow>, PeopleError> {
    let wrong = |line: u64, problem: String| PeopleError {
        file: file.to_owned(),
        line,
        problem,
    };
    let rows = read_rows(bytes, &["user", "department", "location", "role"])
        .map_err(|(line, problem)| wrong(line, problem))?;
    let mut lines: BTreeMap<String, u64> = BTreeMap::new();
    let mut people = Vec::with_capacity(rows.records.len());
    for (line, record) in &rows.records {
        let person = person(&rows.header, record);
        if person.user.is_empty() {
            let problem = "names no user: fill in `user` as the logs write it, or drop the line";
            return Err(wrong(*line, problem.to_owned()));
        }
        if let Some(first) = lines.insert(person.user.to_lowercase(), *line) {
            return Err(wrong(
                *line,
                format!("names a user who stands in line {first} already: keep one of the two"),
            ));
        }
        people.push(person);
    }
    Ok(people)
}

fn person(header: &[String], record: &csv::StringRecord) -> PersonRow {
    let mut person = PersonRow::default();
    for (column, value) in header.iter().zip(record) {
        let some = Some(value.to_owned()).filter(|value| !value.is_empty());
        match column.as_str() {
            "user" => value.clone_into(&mut person.user),
            // A column without a name, as spreadsheets leave behind, is none.
            "" => {}
            "name" => person.name = some,
            "department" => person.department = some,
            "location" => person.location = some,
            "role" => person.role = some,
            "manager" => person.manager = some,
            "employment" => person.employment = some,
            other => {
                if let Some(value) = some {
                    person.attributes.push((other.to_owned(), value));
                }
            }
        }
    }
    person
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn further_columns_are_kept() {
        let text = "user,name,department,location,role,Floor\nann,Ann A.,HR,Rome,Clerk,3\n";
        let people = read_people(text.as_bytes(), "people.csv").expect("right");
        assert_eq!(people[0].attributes, [("floor".to_owned(), "3".to_owned())]);
        assert_eq!(people[0].name.as_deref(), Some("Ann A."));
    }

    #[test]
    fn a_user_twice_is_told_with_both_lines() {
        let text = "user,department,location,role\nann,a,b,c\nbob,a,b,c\nANN,a,b,c\n";
        let error = read_people(text.as_bytes(), "people.csv")
            .expect_err("twice")
            .to_string();
        assert!(
            error.contains("line 4") && error.contains("line 2"),
            "{error}"
        );
    }

    #[test]
    fn a_missing_column_is_named() {
        let error = read_people(b"user,department,role\n", "p.csv")
            .expect_err("missing")
            .to_string();
        assert!(error.contains("`location`"), "{error}");
    }

    #[test]
    fn what_is_not_filled_in_is_absent() {
        let text =
            "Role,USER,Department,location,manager,Employment,\n ,ann, HR ,,Bob,,x\n,,,,,,\n";
        let people = read_people(text.as_bytes(), "people.csv").expect("right");
        let expected = PersonRow {
            user: "ann".to_owned(),
            department: Some("HR".to_owned()),
            manager: Some("Bob".to_owned()),
            ..PersonRow::default()
        };
        assert_eq!(people, [expected]);
    }

    #[test]
    fn faults_name_file_line_and_remedy() {
        let cases: [(&[u8], &str); 4] = [
            (
                b"user;department;location;role\n",
                "`p.csv` line 1: the header wants a column `user`",
            ),
            (
                b"user,department,location,role\n,a,b,c\n",
                "`p.csv` line 2: names no user",
            ),
            (
                b"user,department,location,role\nann,a,b\n",
                "`p.csv` line 2: has 3 fields",
            ),
            (
                b"user,department,location,role\nann,Z\xfcrich,b,c\n",
                "`p.csv` line 2: is no UTF-8",
            ),
        ];
        for (bytes, told) in cases {
            let error = read_people(bytes, "p.csv").expect_err(told).to_string();
            assert!(error.starts_with(told), "{error}");
        }
    }
}
