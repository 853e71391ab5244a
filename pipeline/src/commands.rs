//! Each command: arguments resolved, the stage run, its data printed to stdout.

mod plan;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pipeline::error::{Doing, Error};
use pipeline::imports::Choice;
use pipeline::query::Listed;
use pipeline::run::Run;
use pipeline::settings::{Lists, Settings, commented_default};
use pipeline::talk::Talk;
use pipeline::{
    analyze, demo, derive, imports, ingest, nightly, output, pavings, propose, query, report,
    status, talks,
};
use queries::day::Day;

use crate::args::{
    AmbassadorsCommand, Cli, Command, Global, LedgerFormat, PagesCommand, PavingCommand,
    PeopleCommand, SqlArgs, WindowArgs,
};
use crate::shell;

/// Runs the command that was typed.
pub(crate) async fn run(cli: Cli, talk: &Arc<Talk>) -> Result<(), Error> {
    match cli.command {
        Command::Init { dir } => init(talk, dir.as_deref().unwrap_or(Path::new("."))),
        Command::Demo { dir, seed } => {
            let folder = dir.unwrap_or_else(|| PathBuf::from("elephant-demo"));
            let made = demo::make(&folder, &fixtures::World::demo(seed))?;
            let global = Global {
                config: Some(made.settings),
                lake: None,
                key: None,
                ..cli.global
            };
            let run = resolve(&global, talk)?;
            let _lock = run.lock()?;
            let (lake, ledger) = nightly::load(&run).await?;
            demo::pave(&run, &lake, &made.pavings).await?;
            let night = nightly::tell_of(&run, (&lake, ledger), None, None).await?;
            say_night(&run, night).map_or(Ok(()), |page| print_path(&page))
        }
        command => {
            let run = resolve(&cli.global, talk)?;
            on_a_lake(&run, command).await
        }
    }
}

async fn on_a_lake(run: &Run, command: Command) -> Result<(), Error> {
    match command {
        Command::Ingest {
            inputs,
            format,
            explain,
            force,
        } => {
            let options = ingest::Options {
                is_dry: explain,
                is_forced: force,
            };
            load(run, &inputs, &options, format).await
        }
        Command::Plan(command) => plan::run(run, command).await,
        Command::Pages(PagesCommand::Propose { format }) => pages(run, format).await,
        Command::People(command) => people(run, command).await,
        Command::Analyze { window } => find(run, &window).await,
        Command::Report { out, window } => show(run, out, &window).await,
        Command::Nightly { window } => night(run, &window).await,
        Command::Paving(command) => paving(run, command).await,
        Command::Ambassadors(command) => ambassadors(run, command).await,
        Command::Sql(arguments) => sql(run, &arguments).await,
        Command::Queries { tables: true, .. } => print(&query::table_list()),
        Command::Queries { all: true, .. } => print(&query::query_list(run, Listed::All)),
        Command::Queries { .. } => print(&query::query_list(run, Listed::Findings)),
        Command::Status { rejects } => {
            let lake = run.lake()?;
            let text = match rejects {
                Some(input) => status::rejects(run, &lake, &input).await?,
                None => status::status(run, &lake).await?,
            };
            print(&text)
        }
        Command::Init { .. } | Command::Demo { .. } => Ok(()),
    }
}

/// The settings and the options of every command, as one.
fn resolve(global: &Global, talk: &Arc<Talk>) -> Result<Run, Error> {
    let here = Path::new("elephant.toml");
    let file = global
        .config
        .as_deref()
        .or_else(|| here.exists().then_some(here));
    let settings = match file {
        Some(file) => Settings::load(file).misused("failed to read the settings")?,
        None => Settings::default(),
    };
    let lake_path = global
        .lake
        .clone()
        .unwrap_or_else(|| settings.lake.path.clone());
    if lake_path.to_string_lossy().contains("://") {
        return Err(Error::usage(
            "this version keeps its lake in a folder: lakes at an address are not offered",
        ));
    }
    let beside = lake_path
        .parent()
        .unwrap_or(Path::new("."))
        .join("elephant.key");
    let is_elsewhere = global.lake.is_some() && file.is_none();
    let own = if is_elsewhere {
        beside
    } else {
        settings.privacy.key_file.clone()
    };
    Ok(Run {
        key_path: global.key.clone().unwrap_or(own),
        lake_path,
        memory: global.memory.as_deref().map(size_of).transpose()?,
        queries: global
            .queries
            .as_deref()
            .map(folder_of_queries)
            .transpose()?,
        talk: Arc::clone(talk),
        settings,
    })
}

fn folder_of_queries(folder: &Path) -> Result<PathBuf, Error> {
    if folder.is_dir() {
        return Ok(folder.to_owned());
    }
    Err(Error::usage(format!(
        "`{}` is no folder: --queries wants one with `.sql` files in it",
        folder.display()
    )))
}

/// `512M`, `2G`, or bytes.
fn size_of(text: &str) -> Result<usize, Error> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match text[digits.len()..].to_ascii_uppercase().as_str() {
        "" | "B" => 1,
        "K" | "KB" | "KIB" => 1 << 10,
        "M" | "MB" | "MIB" => 1 << 20,
        "G" | "GB" | "GIB" => 1 << 30,
        _ => return Err(Error::usage(format!("`{text}` is no size: try 512M or 2G"))),
    };
    let n: usize = digits
        .parse()
        .misused(format!("`{text}` is no size: try 512M or 2G"))?;
    Ok(n.saturating_mul(unit))
}

/// Data, to stdout.
pub(crate) fn print(text: &str) -> Result<(), Error> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // `elephant ... | head` is no failure.
        Err(cause) if cause.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other.doing("failed to write to stdout"),
    }
}

fn print_path(path: &Path) -> Result<(), Error> {
    print(&format!("{}\n", path.display()))
}

fn date(text: Option<&str>, option: &str) -> Result<Option<i32>, Error> {
    text.map(|text| {
        Day::parse(text).map(|day| day.0).ok_or_else(|| {
            Error::usage(format!(
                "{option} wants a date such as 2026-05-24, not `{text}`"
            ))
        })
    })
    .transpose()
}

fn init(talk: &Talk, folder: &Path) -> Result<(), Error> {
    let file = folder.join("elephant.toml");
    let doing = format!("failed to write `{}`", file.display());
    if file.exists() {
        return Err(Error::usage(format!(
            "`{}` is there already: it stays as it is",
            file.display()
        )));
    }
    std::fs::create_dir_all(folder).doing(&doing)?;
    std::fs::write(&file, commented_default()).doing(&doing)?;
    print_path(&file)?;
    talk.say("next: name your logs in it, under [[logs]], then run `elephant nightly`");
    Ok(())
}

async fn load(
    run: &Run,
    inputs: &[PathBuf],
    options: &ingest::Options,
    format: LedgerFormat,
) -> Result<(), Error> {
    let inputs = if inputs.is_empty() {
        ingest::inputs_of_settings(run)?
    } else {
        ingest::named_inputs(run, inputs)?
    };
    if options.is_dry {
        return print(&ingest::explain(run, &inputs).await?);
    }
    ingest::get_ready();
    let _lock = run.lock()?;
    let (lake, key) = run.lake_or_new()?;
    let ledger = ingest::ingest(run, &lake, &key, &inputs, options).await?;
    match format {
        LedgerFormat::Json => print(&ledger.json()),
        LedgerFormat::Text if run.talk.is_quiet => Ok(()),
        LedgerFormat::Text => print(&ledger.text()),
    }
}

async fn pages(run: &Run, format: LedgerFormat) -> Result<(), Error> {
    let lake = run.lake()?;
    let proposed = propose::propose(run, &lake).await?;
    match format {
        LedgerFormat::Json => print(&proposed.json()),
        LedgerFormat::Text => print(&proposed.text()),
    }
}

async fn people(run: &Run, command: PeopleCommand) -> Result<(), Error> {
    let _lock = run.lock()?;
    let (lake, key) = run.lake_or_new()?;
    let lists = run.settings.people.lists;
    match command {
        PeopleCommand::Import { file } => {
            let on = analyze::last_day(&lake).await?;
            let done = imports::import_people(run, &lake, &key, &file, on).await?;
            run.talk.say(format!(
                "people: {} in the file, {} begun, {} ended",
                done.n_rows, done.n_begun, done.n_ended
            ));
        }
        PeopleCommand::OptIn { user } => {
            let done = imports::choose(run, &lake, &key, &user, Choice::In).await?;
            if done.is_counting_changed {
                run.talk.say("counted again from the next analysis on");
            }
            run.talk.say(match (done.is_listing_changed, lists) {
                (false, _) => "was on the lists already",
                (true, Lists::Off) => {
                    "may be listed; `people.lists` is `off`, so nobody is listed yet"
                }
                (true, _) => "may be listed from the next report on",
            });
            look_at_unknown(run, done, &user);
        }
        PeopleCommand::OptOut { user } => {
            let done = imports::choose(run, &lake, &key, &user, Choice::Out).await?;
            run.talk.say(if done.is_counting_changed {
                "left out from the next analysis on"
            } else {
                "was left out already"
            });
            look_at_unknown(run, done, &user);
        }
    }
    Ok(())
}

/// A slip of the pen would leave the person where they are; and who is not known yet may still come.
fn look_at_unknown(run: &Run, done: imports::Chosen, user: &str) {
    if !done.is_known {
        run.talk.look_at(format!(
            "neither the people nor the logs know `{user}` so far: it is written down; if the name is misspelt, \
             write it as the logs do"
        ));
    }
}

async fn find(run: &Run, window: &WindowArgs) -> Result<(), Error> {
    let _lock = run.lock_lake()?;
    let as_of = date(window.as_of.as_deref(), "--as-of")?;
    let lake = run.lake()?;
    if let Ok(key) = run.key() {
        nightly::import_changed(run, &lake, &key).await?;
    }
    say_found(
        run,
        analyze::analyze(run, &lake, as_of, window.window).await?,
    );
    Ok(())
}

fn say_found(run: &Run, analyzed: Option<analyze::Analyzed>) {
    match analyzed {
        Some(found) => run.talk.say(format!(
            "{} to {}: {} elephant paths among {} pairs tested; {} on shuffled data",
            Day(found.window.start),
            Day(found.window.end),
            found.n_paths,
            found.n_tested,
            found.n_shuffled
        )),
        None => run
            .talk
            .look_at("the lake has no events yet: there is nothing to analyze"),
    }
}

async fn show(run: &Run, out: Option<PathBuf>, window: &WindowArgs) -> Result<(), Error> {
    let as_of = date(window.as_of.as_deref(), "--as-of")?;
    let lake = run.lake()?;
    let out = out.unwrap_or_else(|| run.settings.report.out.clone());
    match report::report(run, &lake, &out, as_of, window.window).await? {
        Some(page) => print_path(&page),
        None => {
            run.talk
                .look_at("the lake has no events yet: there is nothing to report");
            Ok(())
        }
    }
}

async fn night(run: &Run, window: &WindowArgs) -> Result<(), Error> {
    let as_of = date(window.as_of.as_deref(), "--as-of")?;
    // Before there is a lake or a key: without logs there is nothing to keep.
    ingest::must_name_logs(run)?;
    let _lock = run.lock()?;
    let report = say_night(run, nightly::nightly(run, as_of, window.window).await?);
    match report {
        // cron mails whatever is printed, and a good night is no news.
        Some(page) if !run.talk.is_quiet => print_path(&page),
        _ => Ok(()),
    }
}

/// Says what a night did; its report.
fn say_night(run: &Run, night: nightly::Night) -> Option<PathBuf> {
    run.talk.say(night.ledger.text().trim_end());
    say_found(run, night.analyzed);
    night.report
}

async fn paving(run: &Run, command: PavingCommand) -> Result<(), Error> {
    match command {
        PavingCommand::Add { from, to, on, note } => {
            let on_day = date(Some(&on), "--on")?.unwrap_or_default();
            let _lock = run.lock_lake()?;
            let request = pavings::Request {
                from: &from,
                to: &to,
                on_day,
                note: note.as_deref(),
            };
            let lake = run.lake()?;
            let paving = pavings::add(run, &lake, &request).await?;
            run.talk.say(registered(&paving));
            print(&format!("{}\n", paving.id))
        }
        PavingCommand::List { format } => {
            let format = format_of(&format)?;
            print_answer(format, &pavings::list(&run.lake()?).await?)
        }
        PavingCommand::Evaluate { format } => {
            let format = format_of(&format)?;
            let _lock = run.lock_lake()?;
            let lake = run.lake()?;
            derive::derive(run, &lake).await?;
            if let Some(window) = analyze::window(run, &lake, None, None).await? {
                pavings::evaluate(run, &lake, window).await?;
            }
            print_answer(format, &pavings::results(run, &lake).await?)
        }
    }
}

async fn ambassadors(run: &Run, command: AmbassadorsCommand) -> Result<(), Error> {
    match command {
        AmbassadorsCommand::List { format } => {
            let format = format_of(&format)?;
            print_answer(format, &talks::list(run, &run.lake()?).await?)
        }
        AmbassadorsCommand::Contact { user, about, note } => {
            let _lock = run.lock_lake()?;
            let (lake, key) = (run.lake()?, run.key()?);
            let request = talks::Request {
                user: &user,
                about: about.as_deref(),
                note: note.as_deref(),
            };
            talks::add(run, &lake, &key, &request).await?;
            run.talk.say("the talk is written down");
            Ok(())
        }
    }
}

fn registered(paving: &pavings::Paving) -> String {
    let baseline = paving.windows.baseline;
    let before = match baseline.n_weeks() {
        0 => "no whole week before it is known".to_owned(),
        n => format!(
            "{n} weeks before it from {} to {}",
            Day(baseline.start),
            Day(baseline.end)
        ),
    };
    let verdict = match pavings::next_look(paving, i32::MIN) {
        Some(day) => format!(
            "a verdict comes at the earliest with the logs of {}",
            Day(day)
        ),
        None => "too few weeks before it for a verdict".to_owned(),
    };
    format!(
        "registered from `{}` to `{}` on {}: {before}, {} moves alike to compare with; {verdict}",
        paving.from,
        paving.to,
        Day(paving.on_day),
        paving.controls.len(),
    )
}

async fn sql(run: &Run, arguments: &SqlArgs) -> Result<(), Error> {
    let mut given = BTreeMap::new();
    for parameter in &arguments.parameters {
        let (name, value) = parameter.split_once('=').ok_or_else(|| {
            Error::usage(format!(
                "`{parameter}` is no parameter: write it as name=value"
            ))
        })?;
        given.insert(name.to_owned(), value.to_owned());
    }
    let text = match (&arguments.sql, &arguments.file) {
        (Some(text), _) => text.clone(),
        (None, Some(file)) => query::read_file(file)?,
        (None, None) => return shell::shell(run, &given).await,
    };
    // Both before the work is done: a wrong ending is told at once.
    let format = format_of(&arguments.format)?;
    let to_file = arguments.output.as_deref().map(to_file).transpose()?;
    let clock = run.talk.clock("working");
    let answer = query::answer(run, &text, &given).await;
    clock.finish_and_clear();
    let answer = answer?;
    match to_file {
        Some((file, format)) => write_file(file, format, &answer),
        None => print_answer(format, &answer),
    }
}

fn print_answer(format: output::Format, answer: &query::Answer) -> Result<(), Error> {
    let mut bytes = Vec::new();
    output::write(format, &answer.schema, &answer.rows, &mut bytes)
        .doing("failed to print the answer")?;
    print(&String::from_utf8_lossy(&bytes))
}

fn format_of(name: &str) -> Result<output::Format, Error> {
    match output::Format::from_name(name) {
        Some(output::Format::Parquet | output::Format::Arrow | output::Format::Xlsx) | None => {
            Err(Error::usage(format!(
                "--format knows table, csv, json, ndjson and markdown, not `{name}`: for files use -o"
            )))
        }
        Some(format) => Ok(format),
    }
}

/// A file and the format that its ending stands for.
fn to_file(file: &Path) -> Result<(&Path, output::Format), Error> {
    let format = output::Format::from_path(file).ok_or_else(|| {
        Error::usage(format!(
            "the ending of `{}` tells no format: .csv .json .ndjson .md .parquet .arrow .xlsx",
            file.display()
        ))
    })?;
    Ok((file, format))
}

fn write_file(file: &Path, format: output::Format, answer: &query::Answer) -> Result<(), Error> {
    let doing = format!("failed to write `{}`", file.display());
    let half = file.with_extension("part");
    let mut to = std::io::BufWriter::new(std::fs::File::create(&half).doing(&doing)?);
    output::write(format, &answer.schema, &answer.rows, &mut to).doing(&doing)?;
    to.flush().doing(&doing)?;
    std::fs::rename(&half, file).doing(&doing)
}
