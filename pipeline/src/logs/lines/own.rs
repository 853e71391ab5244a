//! A format of the operator's own: a regular expression whose named groups are the fields.

use std::borrow::Cow;

use regex::bytes::{Regex, RegexBuilder};

use super::super::names::{Column, Names};
use super::super::rejects::Reason;
use super::super::row::{Cell, Field, Row};

/// A compiled expression takes no more memory than this.
const SIZE_BYTES: usize = 1 << 20;

/// A regular expression and what its groups are.
#[derive(Clone, Debug)]
pub struct Own {
    pattern: String,
    regex: Regex,
    groups: Vec<(usize, Column)>,
}

impl PartialEq for Own {
    fn eq(&self, other: &Self) -> bool {
        self.pattern == other.pattern
    }
}

impl Eq for Own {}

impl Own {
    /// Compiles an expression; it must match a whole line.
    ///
    /// # Errors
    /// What is wrong with it, or the group that is no field, or the field that no group is.
    pub(super) fn new(pattern: &str, names: &Names) -> Result<Self, String> {
        let regex = RegexBuilder::new(&format!("^(?:{pattern})$"))
            .size_limit(SIZE_BYTES)
            .build()
            .map_err(|error| explained(&error))?;
        let named = regex.capture_names().enumerate();
        let named = named.filter_map(|(at, name)| Some((at, name?)));
        let groups: Vec<_> = named
            .map(|(at, name)| Ok((at, column_of(name, names)?)))
            .collect::<Result<_, String>>()?;
        check(&groups)?;
        Ok(Self {
            pattern: pattern.to_owned(),
            regex,
            groups,
        })
    }

    /// Whether lines name the page before.
    pub fn has_referrer(&self) -> bool {
        self.groups
            .iter()
            .any(|(_, column)| column.field == Field::Referrer)
    }

    /// The name of the group of users.
    pub(in crate::logs) fn user_group(&self) -> Option<String> {
        let is_user = |column: &Column| column.field == Field::User;
        let (at, _) = self.groups.iter().find(|(_, column)| is_user(column))?;
        let name = self.regex.capture_names().nth(*at)??;
        Some(name.to_owned())
    }

    pub(in crate::logs) fn read<'a>(&self, line: &'a [u8]) -> Result<Row<'a>, Reason> {
        let found = self.regex.captures(line).ok_or(Reason::Shape)?;
        let mut row = Row::default();
        for (at, column) in &self.groups {
            if let Some(text) = found.get(*at) {
                row.set(*column, Cell::Bytes(Cow::Borrowed(text.as_bytes())));
            }
        }
        Ok(row)
    }
}

fn column_of(name: &str, names: &Names) -> Result<Column, String> {
    names.find(name.as_bytes()).ok_or_else(|| {
        format!("the group `{name}` is no field: take a name such as timestamp, user, url, request, status or referrer, or leave the group unnamed")
    })
}

fn check(groups: &[(usize, Column)]) -> Result<(), String> {
    let has = |fields: &[Field]| {
        groups
            .iter()
            .any(|(_, column)| fields.contains(&column.field))
    };
    for (field, any) in [
        ("timestamp", &[Field::Time][..]),
        ("user", &[Field::User, Field::Client, Field::Session]),
        ("url", &[Field::Page, Field::Action, Field::Request]),
    ] {
        if !has(any) {
            return Err(format!(
                "no group is the {field}: name one as `(?P<{field}>...)`"
            ));
        }
    }
    Ok(())
}

/// The words of the regex crate without the expression that it repeats.
fn explained(error: &regex::Error) -> String {
    match error {
        regex::Error::CompiledTooBig(_) => format!(
            "the expression takes more than {} KiB: make it simpler",
            SIZE_BYTES >> 10
        ),
        other => {
            let text = other.to_string();
            let last = text.lines().last().unwrap_or_default();
            format!(
                "the expression is none: {}",
                last.trim_start_matches("error: ")
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        Names::new(&[]).expect("no columns")
    }

    #[test]
    fn groups_are_fields() {
        let own = Own::new(
            r"(?P<timestamp>\S+ \S+) (?P<user>\w+) -> (?P<url>/\S*)(?: from (?P<referrer>\S+))?",
            &names(),
        );
        let own = own.expect("an expression");
        assert!(own.has_referrer());
        let row = own
            .read(b"2024-05-01 10:00:00 ann -> /a from /b")
            .expect("it matches");
        assert_eq!(
            (&*row.text(Field::User), &*row.text(Field::Page)),
            (&b"ann"[..], &b"/a"[..])
        );
        assert!(
            own.read(b"2024-05-01 10:00:00 ann -> /a")
                .is_ok_and(|row| row.text(Field::Referrer).is_empty())
        );
        assert_eq!(
            own.read(b"2024-05-01 10:00:00 ann -> /a and more")
                .map(|_| ()),
            Err(Reason::Shape)
        );
        let own = Own::new(
            r#"(?P<ip>\S+) (?P<time>\S+) "(?P<request>[^"]*)""#,
            &names(),
        )
        .expect("an expression");
        let row = own
            .read(b"::1 2024-05-01T10:00:00Z \"POST /a HTTP/1.1\"")
            .expect("it matches");
        assert_eq!(&*row.text(Field::Request), b"POST /a HTTP/1.1");
    }

    #[test]
    fn mistakes_are_told() {
        for (pattern, told) in [
            ("(?P<user>x", "unclosed group"),
            ("(?P<usr>x)", "`usr` is no field"),
            ("(?P<user>x)(?P<url>y)", "no group is the timestamp"),
            ("(?P<ts>.)(?P<user>x)", "no group is the url"),
            (r"(?P<ts>\w{1000}{100})", "more than 1024 KiB"),
        ] {
            let error = Own::new(pattern, &names()).expect_err(pattern);
            assert!(error.contains(told), "{error}");
        }
    }
}
