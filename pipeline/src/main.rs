//! The binary `elephant`: the command line, resolved, run, and told in exit codes.

mod args;
mod commands;
mod shell;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;
use pipeline::error::Error;

use crate::args::{Cli, LogFormat, Progress};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Threads that wait for files, at most: the log of a table is read in many small pieces, and each thread keeps some
/// megabytes. A thread that reads a log waits for others that read its pieces, and four logs are read at once: with
/// fewer than five they would wait for each other.
const WAITING_THREADS: usize = 8;

/// Done, but something needs a look.
const NEEDS_A_LOOK: u8 = 3;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let talk = pipeline::talk::Talk::new(
        cli.global.quiet,
        cli.global.log_format == LogFormat::Json,
        cli.global.progress == Progress::Never,
    );
    let talk = std::sync::Arc::new(talk);
    let result = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(WAITING_THREADS)
        .build()
        .map_err(|cause| Error::Failed {
            message: "failed to start".to_owned(),
            source: Some(cause.into()),
        })
        .and_then(|runtime| runtime.block_on(commands::run(cli, &talk)));
    match result {
        Ok(()) if talk.needs_a_look() => ExitCode::from(NEEDS_A_LOOK),
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            talk.fail(chain(&error));
            ExitCode::from(error.exit_code())
        }
    }
}

fn usage(error: &clap::Error) -> ExitCode {
    // Printing fails only where nobody reads.
    drop(error.print());
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => ExitCode::SUCCESS,
        _ => ExitCode::from(2),
    }
}

/// The error and its causes, once each, and what helps.
fn chain(error: &Error) -> String {
    let mut text = error.with_causes();
    if let Some(remedy) = pipeline::remedy::of(error) {
        text.push_str("; ");
        text.push_str(remedy);
    }
    text
}
