//! What every section of the report asks with: the engine, the window, the plan and the gate.

use arrow::array::RecordBatch;
use datafusion::prelude::SessionContext;
use queries::privacy::{About, Gate};

use crate::analyze::Window;
use crate::engine::planned_steps::Plan;
use crate::engine::session::{self, Parameter, day};
use crate::error::Error;

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

    /// Whether a number about pages may be shown; `all` is the number it is a part of.
    pub(super) fn shows(&self, n_people: u64, all: Option<u64>) -> bool {
        self.gate.shows(About::Pages, n_people, all)
    }
}
