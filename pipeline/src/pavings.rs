//! The ledger of changes: what was made of the plan because of a finding, and whether it worked.
//!
//! A change is registered once, by a person or because a planned link has appeared where an elephant path was. Its windows
//! and the moves it will be compared with are fixed and stored at that moment; every analysis judges it anew until eight
//! whole weeks have passed. `queries::findings::pavings` says how.

mod controls;
mod evaluate;
mod ledger;
mod notice;
mod register;
mod results;
mod show;
mod told;
mod weeks;

use datafusion::prelude::SessionContext;
use queries::findings::pavings::{Options, after};

use crate::derive;
use crate::engine::session::{self, keep};
use crate::error::Error;
use crate::run::Run;
use crate::store::Lake;

pub use evaluate::evaluate;
pub use ledger::Paving;
pub use notice::notice;
pub use register::{Request, add};
pub use show::{list, results};
pub(crate) use told::{Told, percent, told};

/// The last day of the logs with which a change of this day can have a verdict.
fn first_verdict(on_day: i32) -> i32 {
    let least = Options::default().least_weeks;
    after(on_day, i32::MAX / 2).first_weeks(least).end
}

/// The day at which a change is looked at next; `None` = it has been looked at for the last time, or too few weeks were
/// before it.
pub fn next_look(paving: &Paving, as_of: i32) -> Option<i32> {
    let least = Options::default().least_weeks;
    let last = after(paving.on_day, i32::MAX / 2).end;
    let looks = [first_verdict(paving.on_day), last];
    let is_too_short = paving.windows.baseline.n_weeks() < least;
    looks.into_iter().find(|day| *day > as_of && !is_too_short)
}

/// A session of its own over the lake: these questions look at other days than the analysis of a window.
async fn session(run: &Run, lake: &Lake) -> Result<SessionContext, Error> {
    let context = session::over_lake(lake, run.memory).await?;
    derive::register_hubs(&context, run)?;
    keep(&context, "excluded", &[]).await?;
    Ok(context)
}
