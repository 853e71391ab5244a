//! What pages are used for that nobody meant.

use arrow::array::Array;
use queries::privacy::About;
use reports::model::{Application, Findings};

use super::groups::told_parts;
use crate::engine::columns::{self, int_at};
use crate::error::Error;
use crate::report::pages::Pages;
use crate::report::scope::Scope;

/// Most people first.
pub(crate) async fn applications(
    scope: &Scope<'_>,
    pages: &Pages,
) -> Result<Findings<Application>, Error> {
    let rest = "order by n_people desc, finding_id";
    let mut applications = Findings::default();
    for batch in &scope.findings("applications", rest).await? {
        let named = columns::lists(batch, "pages")?;
        let units = columns::lists(batch, "units")?;
        let counts = columns::lists(batch, "unit_counts")?;
        let n_people = columns::ints(batch, "n_people")?;
        let declared = columns::texts(batch, "declared")?;
        let number = |name| columns::floats(batch, name);
        let (distance, q_value) = (number("audience_distance")?, number("q_value")?);
        let writes = number("contribution_share")?;
        let site_writes = number("site_contribution_share")?;
        let returns = number("return_rate")?;
        let site_returns = number("site_return_rate")?;
        let growth = number("growth")?;
        let bridge = [
            columns::texts(batch, "bridge_unit_a")?,
            columns::texts(batch, "bridge_unit_b")?,
        ];
        for row in 0..batch.num_rows() {
            let n = int_at(&n_people, row) as u64;
            let Some(told) = scope.gate.told(About::People, n, None) else {
                applications.n_withheld += 1;
                continue;
            };
            let counts = columns::text_list(&counts, row).into_iter();
            let parts: Vec<(String, u64)> = columns::text_list(&units, row)
                .into_iter()
                .zip(counts.map(|n| n.parse().unwrap_or(0)))
                .collect();
            applications.shown.push(Application {
                pages: columns::text_list(&named, row)
                    .iter()
                    .map(|page| pages.name(page))
                    .collect(),
                n_people: told,
                declared: declared.value(row).to_owned(),
                departments: told_parts(scope, "unit", n, &parts),
                audience_distance: distance.value(row),
                q_value: q_value.value(row),
                contribution_share: writes.value(row),
                site_contribution_share: site_writes.value(row),
                return_rate: returns.value(row),
                site_return_rate: site_returns.value(row),
                growth: growth.value(row),
                since: None,
                bridge: bridge[0]
                    .is_valid(row)
                    .then(|| bridge.each_ref().map(|unit| unit.value(row).to_owned())),
            });
        }
    }
    Ok(applications)
}
