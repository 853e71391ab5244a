//! The signature picture's facts: the planned route of one elephant path, the pages around it, and
//! the ways people really took.

use std::collections::BTreeMap;

use datafusion::common::ScalarValue;
use reports::model::{Lawn, LawnPage, LawnWalk, PathFinding};

use crate::engine::columns::{self, int_at};
use crate::engine::planned_steps::Plan;
use crate::engine::session::ask;
use crate::error::Error;

use super::pages::Pages;
use super::scope::Scope;

/// How many neighbours are drawn beside the pages of the route.
const N_NEIGHBOURS: usize = 8;

/// The picture of one elephant path.
pub(super) async fn lawn(
    scope: &Scope<'_>,
    pages: &Pages,
    path: &PathFinding,
) -> Result<Lawn, Error> {
    let plan = scope.plan;
    let ends = (plan.id(&path.from_page), plan.id(&path.to_page));
    let route = match ends {
        (Some(from), Some(to)) => plan.graph.planned_route(from, to).unwrap_or_default(),
        _ => Vec::new(),
    };
    let mut around: Vec<u32> = route.clone();
    around.extend([ends.0, ends.1].into_iter().flatten());
    add_neighbours(plan, &mut around);
    around.sort_unstable();
    around.dedup();
    let place = |id: u32| around.binary_search(&id).unwrap_or(0);
    let depths = depths(plan, &around);
    let links = around
        .iter()
        .flat_map(|a| around.iter().map(move |b| (*a, *b)))
        .filter(|(a, b)| a != b && is_tree_link(plan, *a, *b))
        .map(|(a, b)| (place(a), place(b)))
        .collect();
    Ok(Lawn {
        pages: around
            .iter()
            .map(|id| {
                let page = plan.pages[*id as usize].clone();
                LawnPage {
                    title: pages.title(&page),
                    depth: depths[id],
                    page,
                }
            })
            .collect(),
        links,
        route: route.iter().map(|id| place(*id)).collect(),
        from: ends.0.map_or(0, place),
        to: ends.1.map_or(0, place),
        n_people: path.n_people,
        expected_people: path.expected_people,
        walks: walks(scope, path).await?,
    })
}

/// Pages that hang together with the route by the address tree, for the lawn to be somewhere.
fn add_neighbours(plan: &Plan, around: &mut Vec<u32>) {
    let on_route = around.clone();
    let mut near: Vec<u32> = Vec::new();
    for (id, _) in plan.pages.iter().enumerate() {
        let id = id as u32;
        if !on_route.contains(&id) && on_route.iter().any(|page| is_tree_link(plan, *page, id)) {
            near.push(id);
        }
    }
    // Evenly over the list, so that not one section alone is drawn.
    let step = near.len().div_ceil(N_NEIGHBOURS).max(1);
    around.extend(near.into_iter().step_by(step).take(N_NEIGHBOURS));
}

/// A planned link down the address tree: from a page to one right below it.
fn is_tree_link(plan: &Plan, from: u32, to: u32) -> bool {
    let (upper, lower) = (&plan.pages[from as usize], &plan.pages[to as usize]);
    depth(lower) == depth(upper) + 1
        && (upper == "/" || lower.starts_with(&format!("{upper}/")))
        && plan.graph.has_link(from, to)
}

fn depth(page: &str) -> u32 {
    page.split('/').filter(|part| !part.is_empty()).count() as u32
}

/// Rows of the picture: depth in the address tree, gaps closed.
fn depths(plan: &Plan, around: &[u32]) -> BTreeMap<u32, u32> {
    let deep: BTreeMap<u32, u32> = around
        .iter()
        .map(|id| (*id, depth(&plan.pages[*id as usize])))
        .collect();
    let mut levels: Vec<u32> = deep.values().copied().collect();
    levels.sort_unstable();
    levels.dedup();
    let row = |depth: &u32| levels.binary_search(depth).unwrap_or(0) as u32;
    deep.iter().map(|(id, depth)| (*id, row(depth))).collect()
}

/// How people crossed: by kind, kinds of too few people put together or left out.
async fn walks(scope: &Scope<'_>, path: &PathFinding) -> Result<Vec<LawnWalk>, Error> {
    let text = |page: &str| ScalarValue::Utf8(Some(page.to_owned()));
    let [start, end] = scope.bounds();
    let parameters = [
        ("from_page", text(&path.from_page)),
        ("to_page", text(&path.to_page)),
        start,
        end,
    ];
    let mut walks = Vec::new();
    for batch in &ask(scope.context, "moves_by_via", &parameters).await? {
        let via = columns::texts(batch, "via")?;
        let people = columns::ints(batch, "n_people")?;
        for row in 0..batch.num_rows() {
            let n_people = int_at(&people, row) as u64;
            if scope.shows(n_people, None) {
                walks.push(LawnWalk {
                    via: Vec::new(),
                    kind: via.value(row).to_owned(),
                    n_people,
                });
            }
        }
    }
    if walks.is_empty() {
        let kind = "in any way".to_owned();
        walks.push(LawnWalk {
            via: Vec::new(),
            kind,
            n_people: path.n_people,
        });
    }
    Ok(walks)
}
