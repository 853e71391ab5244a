//! The untreated moves that a change is compared with.

use std::collections::BTreeSet;

use datafusion::prelude::SessionContext;
use queries::findings::pavings::{self as detector, Candidate, Options, Span, Week};

use super::ledger::Move;
use super::weeks::{parameters, weeks};
use crate::engine::columns;
use crate::engine::session::{Parameter, ask, day, keep};
use crate::error::{Doing, Error};
use crate::run::Run;

/// Moves whose weeks are looked at, those nearest in level.
const MOST_CANDIDATES: usize = 400;

/// How strict the verdicts of this run are: a higher k of the settings counts, a lower one does not.
pub(super) fn options(run: &Run) -> Options {
    let usual = Options::default();
    Options {
        k: usual.k.max(run.settings.privacy.k_pages.into()),
        ..usual
    }
}

/// What was changed, and what may have lost or gained by it: none of that is untreated.
pub(super) struct Treated {
    /// Links that came or went; `*` stands for every page.
    moves: BTreeSet<Move>,
    /// The pages of each change, and those that the plan has next to them on the way from one to the other.
    near: Vec<(Move, BTreeSet<String>)>,
}

impl Treated {
    /// What was treated in a span of days: `pairs` and the links of the plan that came or went.
    pub(super) async fn read(
        context: &SessionContext,
        pairs: Vec<Move>,
        span: Span,
    ) -> Result<Self, Error> {
        let came_or_went = "from_page is not null and kind <> 'sitemap' \
            and (valid_from between $start and $end or valid_to between $start and $end)";
        let values = vec![("start", day(span.start)), ("end", day(span.end))];
        let moves = links(context, came_or_went, values).await?;
        let planned = links(
            context,
            "from_page <> '*' and kind <> 'sitemap'",
            Vec::new(),
        )
        .await?;
        let near = pairs.into_iter().map(|pair| {
            let after_first = planned.iter().filter(|(from, _)| *from == pair.0);
            let before_last = planned.iter().filter(|(_, to)| *to == pair.1);
            let pages = after_first.map(|(_, to)| to.clone());
            let pages = pages.chain(before_last.map(|(from, _)| from.clone()));
            let pages = pages.chain([pair.0.clone(), pair.1.clone()]).collect();
            (pair, pages)
        });
        Ok(Self {
            moves: moves.into_iter().collect(),
            near: near.collect(),
        })
    }

    /// Whether a move is one of them, shares a page with a change, or lies on the way that it made shorter.
    pub(super) fn holds(&self, pair: &Move) -> bool {
        let is_changed =
            self.moves.contains(pair) || self.moves.contains(&("*".to_owned(), pair.1.clone()));
        let is_end = |change: &Move| {
            let ends = [&change.0, &change.1];
            ends.contains(&&pair.0) || ends.contains(&&pair.1)
        };
        let is_near = |(change, pages): &(Move, BTreeSet<String>)| {
            is_end(change) || (pages.contains(&pair.0) && pages.contains(&pair.1))
        };
        is_changed || self.near.iter().any(is_near)
    }
}

async fn links(
    context: &SessionContext,
    which: &str,
    values: Vec<Parameter<'static>>,
) -> Result<Vec<Move>, Error> {
    let doing = "failed to read the links of the plan";
    let sql = format!("select distinct from_page, to_page from plan where {which} order by 1, 2");
    let mut frame = context.sql(&sql).await.doing(doing)?;
    if !values.is_empty() {
        frame = frame.with_param_values(values).doing(doing)?;
    }
    let mut links = Vec::new();
    for batch in &frame.collect().await.doing(doing)? {
        let from = columns::texts(batch, "from_page")?;
        let to = columns::texts(batch, "to_page")?;
        let pairs = 0..batch.num_rows();
        links.extend(pairs.map(|row| (from.value(row).to_owned(), to.value(row).to_owned())));
    }
    Ok(links)
}

/// Chooses the controls of a move among the untreated; it is itself among the treated.
pub(super) async fn controls(
    run: &Run,
    context: &SessionContext,
    pair: &Move,
    baseline: Span,
    treated: &Treated,
) -> Result<Vec<Move>, Error> {
    if baseline.n_weeks() == 0 {
        return Ok(Vec::new());
    }
    let own = weeks(run, context, &BTreeSet::from([pair.clone()]), baseline).await?;
    let own: &[Week] = own.get(pair).map_or(&[], Vec::as_slice);
    let n_own: u64 = own.iter().map(|week| week.n_reached).sum();
    let likely: Vec<Move> = candidates(run, context, baseline, n_own)
        .await?
        .into_iter()
        .filter(|other| !treated.holds(other))
        .take(MOST_CANDIDATES)
        .collect();
    let likely: BTreeSet<Move> = likely.into_iter().collect();
    let likely = weeks(run, context, &likely, baseline).await?;
    let own_section = section(&pair.0);
    let looked: Vec<Candidate<'_>> = likely
        .iter()
        .map(|(other, weeks)| Candidate {
            weeks,
            is_same_section: section(&other.0) == own_section,
        })
        .collect();
    let chosen = detector::controls(own, &looked, baseline, &options(run));
    let pairs: Vec<&Move> = likely.keys().collect();
    Ok(chosen.into_iter().map(|at| pairs[at].clone()).collect())
}

/// Moves that enough people make, those first whose people a week are most like `n_own`; ties by pages.
async fn candidates(
    run: &Run,
    context: &SessionContext,
    baseline: Span,
    n_own: u64,
) -> Result<Vec<Move>, Error> {
    keep(context, "weak_persons", &parameters(baseline)).await?;
    // Who reaches a page within five steps is more than who goes straight there.
    let least = options(run).k as i64 * i64::from(baseline.n_weeks()) / 2;
    let mut near: Vec<(f64, Move)> = Vec::new();
    for batch in &ask(context, "moves_by_people", &parameters(baseline)).await? {
        let from = columns::texts(batch, "from_page")?;
        let to = columns::texts(batch, "to_page")?;
        let n = columns::ints(batch, "n_person_weeks")?;
        for row in (0..batch.num_rows()).filter(|row| n.value(*row) >= least) {
            let ratio = (n.value(row) as f64 + 0.5) / (n_own as f64 + 0.5);
            let pair = (from.value(row).to_owned(), to.value(row).to_owned());
            near.push((ratio.ln().abs(), pair));
        }
    }
    near.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
    Ok(near.into_iter().map(|(_, pair)| pair).collect())
}

/// The first segment of a page's path.
fn section(page: &str) -> &str {
    page.trim_start_matches('/').split('/').next().unwrap_or("")
}
