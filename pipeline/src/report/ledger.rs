//! Where each line of the logs went, and who was left out.

use std::collections::BTreeMap;

use reports::model::{ActorCount, Ledger};

use crate::engine::columns::{self, int_at, text_at};
use crate::error::{Doing, Error};
use crate::store::Lake;

use super::scope::Scope;

/// The ledger of all inputs, and whether any of them names its users.
pub(super) struct Inputs {
    pub(super) ledger: Ledger,
    pub(super) names_users: bool,
}

/// Reads the table `inputs` once.
pub(super) async fn inputs(lake: &Lake) -> Result<Inputs, Error> {
    let mut ledger = Ledger::default();
    let mut names_users = false;
    let mut reasons: BTreeMap<String, u64> = BTreeMap::new();
    for batch in &lake
        .read("inputs", None, None)
        .await
        .doing("failed to read the ledger")?
    {
        let sum = |name: &str| -> Result<u64, Error> {
            let column = columns::ints(batch, name)?;
            Ok((0..batch.num_rows())
                .map(|row| int_at(&column, row) as u64)
                .sum())
        };
        ledger.inputs += batch.num_rows() as u64;
        ledger.lines += sum("lines")?;
        ledger.events += sum("events")?;
        ledger.duplicates += sum("duplicates")?;
        ledger.filtered += sum("filtered")?;
        ledger.rejected += sum("rejected")?;
        ledger.comments += sum("comments")?;
        let named = columns::truths(batch, "names_users")?;
        names_users |= (0..batch.num_rows()).any(|row| named.value(row));
        let filtered_by = columns::texts(batch, "filtered_by")?;
        for row in 0..batch.num_rows() {
            let counts: BTreeMap<String, u64> =
                serde_json::from_str(text_at(&filtered_by, row)).unwrap_or_default();
            for (reason, n) in counts {
                *reasons.entry(reason).or_default() += n;
            }
        }
    }
    ledger.filtered_by = reasons.into_iter().collect();
    Ok(Inputs {
        ledger,
        names_users,
    })
}

/// Visitors that were counted and never mined, by class; people who opted out are not even that.
pub(super) async fn actors(scope: &Scope<'_>) -> Result<Vec<ActorCount>, Error> {
    let doing = "failed to read the actors";
    let sql = "select a.class, count(*) as n from actors as a \
               left anti join opt_outs as o on o.person = a.person group by a.class order by a.class";
    let frame = scope.context.sql(sql).await.doing(doing)?;
    let mut classes = Vec::new();
    for batch in &frame.collect().await.doing(doing)? {
        let class = columns::texts(batch, "class")?;
        let n = columns::ints(batch, "n")?;
        classes.extend((0..batch.num_rows()).map(|row| ActorCount {
            class: class.value(row).to_owned(),
            n: int_at(&n, row) as u64,
        }));
    }
    Ok(classes)
}
