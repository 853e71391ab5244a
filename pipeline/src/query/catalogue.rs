//! What can be asked: the named questions, and the tables with their columns.

use queries::text::Append;
use std::fs;

use arrow::datatypes::{DataType, Field};
use queries::sql::{GIVEN, QUESTIONS, Question};

use crate::engine::functions::FUNCTIONS;
use crate::run::Run;
use crate::settings::nearest;
use crate::store::tables;

use super::values::{DEFAULTED, may_be_given};

/// Which of the named questions are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// Those about findings, and those of `--queries`.
    Findings,
    /// The steps that lead to them too.
    All,
}

/// The stage of the questions that people ask; those of the stages before it are steps on the way.
const FINDINGS: u8 = 5;

/// The named questions, one a line: name, what it answers, its parameters. Parameters in brackets
/// have a value unless another is given. Behind an empty line the table functions, with an example each.
pub fn query_list(run: &Run, listed: Listed) -> String {
    let is_listed = |question: &&Question| listed == Listed::All || question.stage == FINDINGS;
    let shown = QUESTIONS.iter().filter(is_listed);
    let mut rows: Vec<(String, String)> = shown.map(row).collect();
    let n_hidden = QUESTIONS.len() - rows.len();
    rows.extend(own_questions(run));
    let width = rows.iter().map(|(name, _)| name.chars().count()).max();
    let width = width.unwrap_or(0) + 2;
    let mut text = String::new();
    for (name, what) in &rows {
        text.add_line(format_args!("{name:width$}{what}"));
    }
    if n_hidden > 0 {
        text.add_line(format_args!(
            "\nThe {n_hidden} questions on the way to these: elephant queries --all"
        ));
    }
    text.push_str("\nTable functions in SQL; a source is a table, a view, a named question or a file, in quotes:\n");
    for function in &FUNCTIONS {
        let call = format!("{}{}", function.name, function.arguments);
        text.add_line(format_args!("{call}"));
        text.add_line(format_args!("    {}", function.what));
        text.add_line(format_args!(
            "    elephant sql \"select * from {}\"",
            function.call()
        ));
    }
    text
}

fn row(question: &Question) -> (String, String) {
    let parameters = question.parameters();
    let said: Vec<String> = parameters
        .iter()
        .filter(|name| may_be_given(name))
        .map(|name| {
            if DEFAULTED.contains(name) {
                format!("[-p {name}=]")
            } else {
                format!("-p {name}=")
            }
        })
        .collect();
    let what = [question.what().to_owned(), said.join(" ")].join(" ");
    (question.name.to_owned(), what.trim_end().to_owned())
}

/// The questions of `--queries`, told by the first line of their comment.
fn own_questions(run: &Run) -> Vec<(String, String)> {
    let Some(folder) = &run.queries else {
        return Vec::new();
    };
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut rows: Vec<(String, String)> = files
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "sql"))
        .filter_map(|path| {
            let name = path.file_stem()?.to_str()?.to_owned();
            let text = fs::read_to_string(&path).ok()?;
            let first = text.lines().next()?.strip_prefix("--").unwrap_or_default();
            let what = first.trim().trim_start_matches("What:").trim();
            Some((name, format!("{what} ({})", path.display())))
        })
        .collect();
    rows.sort();
    rows
}

/// The tables of the lake with their columns, and those that are made when a question reads them.
pub fn table_list() -> String {
    let mut text = String::new();
    for table in tables::tables() {
        text.add_line(format_args!("{}", headed(table.name)));
        for field in table.schema.fields() {
            text.add_line(format_args!("    {:<20}{}", field.name(), kind(field)));
        }
    }
    text.push_str("\nMade when a question reads them:\n");
    let stored: Vec<&str> = tables::tables().iter().map(|table| table.name).collect();
    let questions = QUESTIONS.iter().map(|question| question.name);
    let given = GIVEN.iter().map(|(name, ..)| *name);
    for name in questions.chain(given).filter(|name| !stored.contains(name)) {
        text.add_line(format_args!("{}", headed(name)));
    }
    text
}

fn headed(table: &str) -> String {
    let given = GIVEN.iter().find(|(name, ..)| *name == table);
    let what = queries::sql::question(table)
        .map(Question::what)
        .or(given.map(|(.., what)| *what));
    match what {
        Some(what) => format!("{table:<24}{what}"),
        None => table.to_owned(),
    }
}

/// The type of a column as SQL says it.
fn kind(field: &Field) -> String {
    match field.data_type() {
        DataType::Int64 => "BIGINT".to_owned(),
        DataType::Int32 => "INTEGER".to_owned(),
        DataType::Utf8 => "TEXT".to_owned(),
        DataType::Float64 => "DOUBLE".to_owned(),
        DataType::Boolean => "BOOLEAN".to_owned(),
        DataType::Date32 => "DATE".to_owned(),
        DataType::Timestamp(..) => "TIMESTAMP, UTC".to_owned(),
        DataType::List(_) => "LIST".to_owned(),
        other => other.to_string(),
    }
}

/// Whether a table of this name is in the lake or made on the way.
pub(super) fn is_table(name: &str) -> bool {
    table_names().any(|known| known == name)
}

/// The tables of the lake, then those that are made when a question reads them.
fn table_names() -> impl Iterator<Item = &'static str> {
    let stored = tables::tables().iter().map(|table| table.name);
    let questions = QUESTIONS.iter().map(|question| question.name);
    let given = GIVEN.iter().map(|(name, ..)| *name);
    stored.chain(questions).chain(given)
}

/// What to say of a table that nobody knows, or that is not there now.
pub(super) fn no_table(name: &str) -> String {
    let is_file = |ending: &str| name.to_ascii_lowercase().ends_with(ending);
    if name.contains('/')
        || [".csv", ".parquet", ".json", ".ndjson"]
            .into_iter()
            .any(is_file)
    {
        return format!("there is no file `{name}`, or nothing can be read of it");
    }
    let names: Vec<&str> = table_names().filter(|known| *known != name).collect();
    let meant = match nearest(name, &names) {
        Some(known) if !is_table(name) => format!("did you mean `{known}`? "),
        _ => String::new(),
    };
    format!("there is no table named `{name}`: {meant}`elephant queries --tables` lists them")
}

/// What to say of a name that no question has.
pub(super) fn unknown(run: &Run, name: &str) -> String {
    if tables::tables().iter().any(|table| table.name == name) {
        return format!(
            "`{name}` is a table, no query: ask `elephant sql \"select * from {name} limit 10\"`"
        );
    }
    let own = own_questions(run);
    let names = QUESTIONS.iter().map(|question| question.name);
    let names = names.chain(own.iter().map(|(name, _)| name.as_str()));
    let names: Vec<&str> = names.collect();
    match nearest(name, &names) {
        Some(known) => format!(
            "there is no query named `{name}`: did you mean `{known}`? `elephant queries` lists them"
        ),
        None => format!("there is no query named `{name}`: `elephant queries` lists them"),
    }
}
