//! A shell over the lake: statements, ended by `;`, over one line or more, and named questions.

use std::collections::BTreeMap;
use std::io::IsTerminal;

use pipeline::error::{Doing, Error};
use pipeline::output::{self, Format};
use pipeline::query::{self, Listed};
use pipeline::run::Run;
use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;

use crate::commands::print;

const HELP: &str = "\
A statement ends with `;` and may take several lines. A question is asked by its name: `what_to_pave`.
queries   the named questions
tables    the tables and their columns
quit      leaves; so does Ctrl-D
";

/// Reads, answers, prints, until the end of input.
pub(crate) async fn shell(run: &Run, given: &BTreeMap<String, String>) -> Result<(), Error> {
    let engine = query::engine(run).await?;
    let mut editor = DefaultEditor::new().doing("failed to open the shell")?;
    if std::io::stdin().is_terminal() {
        run.talk
            .say("SQL over the lake; end a statement with `;`, ask for `help`, leave with `quit`");
    }
    let mut pending = String::new();
    loop {
        let prompt = if pending.is_empty() {
            "elephant> "
        } else {
            "     ...> "
        };
        match editor.readline(prompt) {
            Ok(line) => {
                pending.push_str(&line);
                pending.push('\n');
                let Some(text) = whole(&mut pending) else {
                    continue;
                };
                // A history that cannot be kept is no reason to stop.
                drop(editor.add_history_entry(text.trim()));
                match text.trim().trim_end_matches(';') {
                    "" => {}
                    "quit" | "exit" | "\\q" => return Ok(()),
                    "help" | "\\h" | "\\?" => print(HELP)?,
                    "queries" => print(&query::query_list(run, Listed::Findings))?,
                    "tables" => print(&query::table_list())?,
                    _ => answer(run, &engine, &text, given).await?,
                }
            }
            Err(ReadlineError::Interrupted) => pending.clear(),
            // What stands before the end of input was meant, with a `;` or without.
            Err(ReadlineError::Eof) if pending.trim().is_empty() => return Ok(()),
            Err(ReadlineError::Eof) => {
                return answer(run, &engine, &std::mem::take(&mut pending), given).await;
            }
            Err(cause) => return Err(cause).doing("failed to read from the terminal"),
        }
    }
}

/// Words that begin a statement and never are one.
const OPENERS: [&str; 6] = ["select", "with", "explain", "create", "insert", "values"];

/// What was typed, once it is whole: a statement with its `;`, or a line of a single word.
fn whole(pending: &mut String) -> Option<String> {
    let text = pending.trim();
    let is_name = text
        .chars()
        .all(|c| c.is_alphanumeric() || "_-\\?".contains(c));
    let is_word = is_name && !OPENERS.contains(&text.to_ascii_lowercase().as_str());
    (is_word || text.ends_with(';')).then(|| std::mem::take(pending))
}

/// A mistake in one statement is told and does not end the shell, but it ends a script.
async fn answer(
    run: &Run,
    engine: &query::Engine,
    text: &str,
    given: &BTreeMap<String, String>,
) -> Result<(), Error> {
    match query::answer_in(run, engine, text, given).await {
        Ok(answer) => {
            let mut bytes = Vec::new();
            output::write(Format::Table, &answer.schema, &answer.rows, &mut bytes)
                .doing("failed to print the answer")?;
            print(&String::from_utf8_lossy(&bytes))
        }
        Err(error) if !std::io::stdin().is_terminal() => Err(error),
        Err(error) => {
            run.talk.fail(crate::chain(&error));
            Ok(())
        }
    }
}
