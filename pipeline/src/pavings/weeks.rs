//! The weeks of moves, from the lake.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Int64Array, RecordBatch};
use datafusion::prelude::SessionContext;
use queries::findings::pavings::{Logs, Span, Week};

use super::ledger::Move;
use crate::derive::register_moves;
use crate::engine::columns;
use crate::engine::session::{self, Parameter, ask, day, keep};
use crate::error::Error;
use crate::run::Run;

/// The weeks of moves by their pages.
pub(super) type Weeks = BTreeMap<Move, Vec<Week>>;

/// Days that are read at a time, so that half a year wants no more memory than four weeks do.
const PART_DAYS: i32 = 28;

/// The days of a span as the parameters of questions.
pub(super) fn parameters(span: Span) -> [Parameter<'static>; 2] {
    [
        ("window_start", day(span.start)),
        ("window_end", day(span.end)),
    ]
}

/// The weeks of these moves in a span of whole weeks. A week in which nobody was at the first page is absent.
pub(super) async fn weeks(
    run: &Run,
    context: &SessionContext,
    moves: &BTreeSet<Move>,
    span: Span,
) -> Result<Weeks, Error> {
    ask_about(context, moves)?;
    // Once for the whole span: who counts must not change from part to part.
    keep(context, "weak_persons", &parameters(span)).await?;
    let mut weeks = Weeks::new();
    let mut start = span.start;
    while start <= span.end {
        let end = span.end.min(start + PART_DAYS - 1);
        // A session that starts on the last day may end on the next.
        register_moves(context, &run.settings, start, end + 1).await?;
        let part = parameters(Span { start, end });
        for batch in &ask(context, "reached_by_week", &part).await? {
            add(&mut weeks, batch)?;
        }
        start = end + 1;
    }
    Ok(weeks)
}

fn ask_about(context: &SessionContext, moves: &BTreeSet<Move>) -> Result<(), Error> {
    let moves = moves.iter().map(|pair| (pair.0.as_str(), pair.1.as_str()));
    session::register_pairs(context, "asked_moves", moves)
}

fn add(weeks: &mut Weeks, batch: &RecordBatch) -> Result<(), Error> {
    let from = columns::texts(batch, "from_page")?;
    let to = columns::texts(batch, "to_page")?;
    let week = columns::days(batch, "week")?;
    let count = |name: &str| columns::ints(batch, name);
    let (n_at, n_reached) = (count("n_at")?, count("n_reached")?);
    let (n_by_link, n_searched) = (count("n_by_link")?, count("n_searched")?);
    let logs = |of: &str| -> Result<_, Error> {
        Ok((
            count(&format!("{of}_logs"))?,
            count(&format!("{of}_log_squares"))?,
        ))
    };
    let (steps, secs) = (logs("steps")?, logs("secs")?);
    for row in 0..batch.num_rows() {
        let pair = (from.value(row).to_owned(), to.value(row).to_owned());
        weeks.entry(pair).or_default().push(Week {
            week: week.value(row),
            n_at: columns::int_at(&n_at, row) as u64,
            n_reached: columns::int_at(&n_reached, row) as u64,
            n_by_link: columns::int_at(&n_by_link, row) as u64,
            n_searched: columns::int_at(&n_searched, row) as u64,
            steps: logs_at(&steps, row),
            secs: logs_at(&secs, row),
        });
    }
    Ok(())
}

fn logs_at((sums, squares): &(Int64Array, Int64Array), row: usize) -> Logs {
    Logs {
        sum: columns::int_at(sums, row),
        squares: columns::int_at(squares, row),
    }
}
