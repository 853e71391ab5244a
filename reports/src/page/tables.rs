//! Tables without a picture: the sums, the ledger, who is no ordinary visitor.

use crate::model::{ActorCount, Ledger, Report, Totals};
use crate::sentences;
use crate::table::{Cell, Table};

/// The sums, beside those of the window before.
pub(super) fn totals_table(report: &Report) -> Table {
    let mut table = Table::new("totals", &["number", "now", "before"]);
    let (now, before) = (&report.totals, report.totals_before.as_ref());
    let mut row = |name: &str, measure: fn(&Totals) -> Cell| {
        table.push(vec![
            Cell::text(name),
            measure(now),
            before.map_or(Cell::Empty, measure),
        ]);
    };
    row("people", |totals| Cell::Count(totals.people));
    row("visits", |totals| Cell::Count(totals.visits));
    row("views", |totals| Cell::Count(totals.views));
    row("pages", |totals| Cell::Count(totals.pages));
    row("share of moves outside the plan", |totals| {
        totals.share_unplanned.map_or(Cell::Empty, Cell::Share)
    });
    table
}

/// Where each line went.
pub(super) fn ledger_table(ledger: &Ledger) -> Table {
    let mut table = Table::new("ledger", &["lines", "count"]);
    for (name, n) in [
        ("events", ledger.events),
        ("seen before", ledger.duplicates),
        ("left out by rule", ledger.filtered),
    ] {
        table.push(vec![Cell::text(name), Cell::Count(n)]);
    }
    for (reason, n) in &ledger.filtered_by {
        let name = format!("… of these {}", reason.replace('_', " "));
        table.push(vec![Cell::text(name), Cell::Count(*n)]);
    }
    for (name, n) in [
        ("headers, comments, empty lines", ledger.comments),
        ("unreadable", ledger.rejected),
        ("all lines", ledger.lines),
    ] {
        table.push(vec![Cell::text(name), Cell::Count(n)]);
    }
    table
}

/// Who is no ordinary visitor. Machines may be counted; where people stand behind the accounts, a few are
/// not told.
pub(super) fn actors_table(report: &Report) -> Table {
    let mut table = Table::new("actors", &["visitor", "what it is", "how many"]);
    let k = report.gate.k_people;
    let count = |actor: &ActorCount| {
        let is_machine = matches!(
            actor.class.as_str(),
            "crawler" | "scanner" | "monitor" | "system"
        );
        Cell::gated((is_machine || actor.n >= k).then_some(actor.n), k)
    };
    for actor in &report.actors {
        let (name, why) = sentences::actor(actor);
        table.push(vec![Cell::text(name), Cell::text(why), count(actor)]);
    }
    table
}
