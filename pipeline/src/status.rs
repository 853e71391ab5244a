//! What the lake holds: the ledger, the tables, the last runs, and the unreadable lines.

use std::fmt::Write as _;
use std::path::Path;

use crate::engine::columns::{self, int_at, text_at};
use crate::engine::session;
use crate::error::{Doing, Error};
use crate::logs::unpack::unpack;
use crate::run::Run;
use crate::store::{Lake, tables};

/// The lake in words, for a terminal.
///
/// # Errors
/// When the lake cannot be read.
pub async fn status(run: &Run, lake: &Lake) -> Result<String, Error> {
    let mut text = format!("lake      {}\n", run.lake_path.display());
    let events = lake
        .snapshot("events")
        .await
        .doing("failed to read the log of `events`")?;
    let days: Vec<i32> = events.files.iter().filter_map(|f| f.day).collect();
    if let (Some(first), Some(last)) = (days.iter().min(), days.iter().max()) {
        let (first, last) = (queries::day::Day(*first), queries::day::Day(*last));
        let _ = writeln!(text, "days      {first} to {last}");
    }
    text.push_str("\ntable                       rows\n");
    for table in tables::tables() {
        let snapshot = lake
            .snapshot(table.name)
            .await
            .doing(format!("failed to read the log of `{}`", table.name))?;
        let rows: u64 = snapshot.files.iter().map(|file| file.num_rows).sum();
        let _ = writeln!(text, "{:<24}{rows:>8}", table.name);
    }
    text.push_str("\nledger\n");
    text.push_str(&ledger(run, lake).await?);
    text.push_str("\nlast runs\n");
    text.push_str(&runs(run, lake).await?);
    Ok(text)
}

async fn ledger(run: &Run, lake: &Lake) -> Result<String, Error> {
    let context = session::over_lake(lake, run.memory).await?;
    let sql = "select name, lines, events, duplicates, filtered, rejected, comments from inputs order by first_ts, name";
    let rows = context.sql(sql).await.doing("failed to read the ledger")?;
    let rows = rows.collect().await.doing("failed to read the ledger")?;
    let mut text = format!(
        "{:>10}{:>10}{:>12}{:>10}{:>10}{:>10}  input\n",
        "lines", "events", "duplicates", "filtered", "rejected", "comments"
    );
    for batch in &rows {
        let name = columns::texts(batch, "name")?;
        let n: Vec<_> = [
            "lines",
            "events",
            "duplicates",
            "filtered",
            "rejected",
            "comments",
        ]
        .iter()
        .map(|column| columns::ints(batch, column))
        .collect::<Result<_, _>>()?;
        for row in 0..batch.num_rows() {
            let n: Vec<i64> = n.iter().map(|column| int_at(column, row)).collect();
            let _ = writeln!(
                text,
                "{:>10}{:>10}{:>12}{:>10}{:>10}{:>10}  {}",
                n[0],
                n[1],
                n[2],
                n[3],
                n[4],
                n[5],
                text_at(&name, row)
            );
        }
    }
    Ok(text)
}

async fn runs(run: &Run, lake: &Lake) -> Result<String, Error> {
    let context = session::over_lake(lake, run.memory).await?;
    let sql = "select step, ended_at, result, counts from runs order by ended_at desc limit 5";
    let rows = context.sql(sql).await.doing("failed to read `runs`")?;
    let rows = rows.collect().await.doing("failed to read `runs`")?;
    let mut text = String::new();
    for batch in &rows {
        let (step, result) = (
            columns::texts(batch, "step")?,
            columns::texts(batch, "result")?,
        );
        let (ended, counts) = (
            columns::times(batch, "ended_at")?,
            columns::texts(batch, "counts")?,
        );
        for row in 0..batch.num_rows() {
            let at = jiff::Timestamp::from_microsecond(ended.value(row))
                .map(|t| t.strftime("%Y-%m-%d %H:%M:%SZ").to_string())
                .unwrap_or_default();
            let (step, result) = (step.value(row), result.value(row));
            let _ = writeln!(text, "{at}  {step:<10}{result:<8}{}", text_at(&counts, row));
        }
    }
    Ok(text)
}

/// The unreadable lines of an input as they stand in its source.
///
/// # Errors
/// When the lake knows no such input, or its source is gone.
pub async fn rejects(run: &Run, lake: &Lake, input: &Path) -> Result<String, Error> {
    let name = input.display().to_string();
    let context = session::over_lake(lake, run.memory).await?;
    let sql = "select r.line, r.reason from rejects as r \
               left semi join (select input_id from inputs where name = $name) as i on i.input_id = r.input_id \
               order by r.line";
    let doing = "failed to read the rejects";
    let frame = context.sql(sql).await.doing(doing)?;
    let values = vec![(
        "name",
        datafusion::common::ScalarValue::Utf8(Some(name.clone())),
    )];
    let rows = frame
        .with_param_values(values)
        .doing(doing)?
        .collect()
        .await
        .doing(doing)?;
    let mut wanted = Vec::new();
    for batch in &rows {
        let line = columns::ints(batch, "line")?;
        let reason = columns::texts(batch, "reason")?;
        wanted.extend(
            (0..batch.num_rows()).map(|row| (line.value(row) as u64, reason.value(row).to_owned())),
        );
    }
    if wanted.is_empty() {
        return Ok(format!("no unreadable line is known of `{name}`\n"));
    }
    let source = std::fs::File::open(input).misused(format!("failed to read `{name}`"))?;
    let numbers: Vec<u64> = wanted.iter().map(|(line, _)| *line).collect();
    let lines =
        lines_at(source, &numbers).doing(format!("failed to read the lines of `{name}`"))?;
    let mut text = String::new();
    for ((number, reason), line) in wanted.iter().zip(lines) {
        let shown: String = String::from_utf8_lossy(&line).chars().take(500).collect();
        let shown: String = shown
            .chars()
            .map(|c| if c.is_control() { '\u{FFFD}' } else { c })
            .collect();
        let _ = writeln!(text, "{number}: {reason}: {shown}");
    }
    Ok(text)
}

/// The lines of these numbers, ascending from 1.
fn lines_at(source: std::fs::File, numbers: &[u64]) -> std::io::Result<Vec<Vec<u8>>> {
    let mut reader = std::io::BufReader::new(unpack(source)?);
    let mut lines = Vec::new();
    let mut wanted = numbers.iter().peekable();
    for number in 1.. {
        let Some(next) = wanted.peek() else { break };
        let mut line = Vec::new();
        if std::io::BufRead::read_until(&mut reader, b'\n', &mut line)? == 0 {
            break;
        }
        if number == **next {
            wanted.next();
            lines.push(line.trim_ascii_end().to_vec());
        }
    }
    Ok(lines)
}
