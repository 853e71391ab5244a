//! What every section of the report asks with: the engine, the window, the plan and the gate.

use arrow::array::RecordBatch;
use datafusion::prelude::SessionContext;
use queries::privacy::{About, Gate};

use crate::analyze::Window;
use crate::engine::planned_steps::Plan;
use crate::engine::session::{self, Parameter, day};
use crate::error::{Doing, Error};

/// One window of the lake, seen through the gate.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) context: &'a SessionContext,
    pub(super) window: Window,
    pub(super) plan: &'a Plan,
    pub(super) gate: Gate,
}

impl Scope<'_> {
    /// The window's two days, as the questions want them.
    pub(super) fn bounds(&self) -> [Parameter<'static>; 2] {
        [
            ("window_start", day(self.window.start)),
            ("window_end", day(self.window.end)),
        ]
    }

    /// The answer to a question about the window.
    pub(super) async fn ask(&self, question: &str) -> Result<Vec<RecordBatch>, Error> {
        session::ask(self.context, question, &self.bounds()).await
    }

    /// The rows of a statement that may ask for the window's two days.
    pub(super) async fn select(&self, sql: &str, doing: &str) -> Result<Vec<RecordBatch>, Error> {
        let frame = self.context.sql(sql).await.doing(doing)?;
        let frame = frame
            .with_param_values(self.bounds().to_vec())
            .doing(doing)?;
        frame.collect().await.doing(doing)
    }

    /// The rows of a finding's table that are of the window; `rest` goes on with the condition.
    pub(super) async fn findings(
        &self,
        table: &str,
        rest: &str,
    ) -> Result<Vec<RecordBatch>, Error> {
        let sql = format!(
            "select * from {table} where window_start = $window_start \
             and window_end = $window_end {rest}"
        );
        let doing = format!("failed to read `{table}`");
        self.select(&sql, &doing).await
    }

    /// A count beside one that it is a part of and that the reader sees; `None` = withheld.
    pub(super) fn part(&self, n_people: u64, of: u64) -> Option<u64> {
        self.shows(n_people, Some(of)).then_some(n_people)
    }

    /// Whether a number about pages may be shown; `all` is the number it is a part of.
    pub(super) fn shows(&self, n_people: u64, all: Option<u64>) -> bool {
        self.gate.shows(About::Pages, n_people, all)
    }
}
