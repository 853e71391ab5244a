//! A shell over the lake: statements, one a line, ended by `;`.

use std::collections::BTreeMap;
use std::io::Write;

use pipeline::error::{Doing, Error};
use pipeline::output::{self, Format};
use pipeline::query;
use pipeline::run::Run;
use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;

/// Reads, answers, prints, until the end of input.
pub(crate) async fn shell(run: &Run) -> Result<(), Error> {
    let (context, window) = query::engine(run).await?;
    let mut editor = DefaultEditor::new().doing("failed to open the shell")?;
    run.talk
        .say("SQL over the lake; end a statement with `;`, leave with Ctrl-D");
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
                if line.trim_end().ends_with(';') {
                    let text = std::mem::take(&mut pending);
                    // A history that cannot be kept is no reason to stop.
                    drop(editor.add_history_entry(text.trim()));
                    let answer =
                        query::statements(run, &context, &text, &BTreeMap::new(), window).await;
                    say(run, answer)?;
                }
            }
            Err(ReadlineError::Interrupted) => pending.clear(),
            Err(ReadlineError::Eof) => return Ok(()),
            Err(cause) => return Err(cause).doing("failed to read from the terminal"),
        }
    }
}

fn say(run: &Run, answer: Result<query::Answer, Error>) -> Result<(), Error> {
    match answer {
        Ok(answer) => {
            let mut out = std::io::stdout();
            output::write(Format::Table, &answer.schema, &answer.rows, &mut out)
                .doing("failed to print the answer")?;
            out.flush().doing("failed to print the answer")
        }
        Err(error) => {
            run.talk.fail(crate::chain(&error));
            Ok(())
        }
    }
}
