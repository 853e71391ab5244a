//! Whom others follow: counts of each role, and names where they may stand.

use std::collections::BTreeMap;

use arrow::array::Array;
use queries::privacy::About;
use reports::model::{Leader, Leaders, Role, RoleCount};

use crate::people::labels::Labels;
use crate::engine::columns::{self, int_at};
use crate::error::Error;
use crate::report::scope::Scope;

/// Of each role the strongest first.
pub(crate) async fn leaders(scope: &Scope<'_>, labels: &Labels) -> Result<Leaders, Error> {
    let departments = departments(scope).await?;
    let mut leaders = Leaders::default();
    let mut counts: BTreeMap<Role, (u64, Option<u64>)> = BTreeMap::new();
    let rest = "order by role, score desc, person";
    for batch in &scope.findings("leaders", rest).await? {
        let person = columns::ints(batch, "person")?;
        let role = columns::texts(batch, "role")?;
        let score = columns::floats(batch, "score")?;
        let followers = columns::ints(batch, "n_followers")?;
        let strength = columns::texts(batch, "strength")?;
        let has_reports = columns::truths(batch, "has_reports")?;
        for row in 0..batch.num_rows() {
            let role = role_of(role.value(row));
            let has_reports = has_reports.is_valid(row).then(|| has_reports.value(row));
            let count = counts.entry(role).or_insert((0, Some(0)));
            count.0 += 1;
            count.1 = count.1.zip(has_reports).map(|(n, has)| n + u64::from(!has));
            let person = person.value(row);
            if !labels.may_list(person) {
                continue;
            }
            let unit = departments.get(&person);
            leaders.listed.push(Leader {
                label: labels.of(person),
                unit: unit.filter(|(_, n)| scope.gate.shows(About::People, *n, None)).map(|(unit, _)| unit.clone()),
                role,
                n_followers: scope.gate.told(About::People, int_at(&followers, row) as u64, None),
                score: score.value(row),
                is_strong: strength.value(row) == "strong",
                has_reports,
            });
        }
    }
    leaders.counts = counts
        .into_iter()
        .map(|(role, (n, without))| RoleCount {
            role,
            n_people: scope.gate.told(About::People, n, None),
            n_without_reports: without.and_then(|without| scope.gate.told(About::People, without, Some(n))),
        })
        .collect();
    leaders.listed.sort_by_key(|leader| leader.role);
    Ok(leaders)
}

fn role_of(word: &str) -> Role {
    match word {
        "broker" => Role::Broker,
        "hub" => Role::Hub,
        _ => Role::Initiator,
    }
}

/// The department of each person on the window's last day, and how many people it has.
pub(crate) async fn departments(scope: &Scope<'_>) -> Result<BTreeMap<i64, (String, u64)>, Error> {
    let sql = "select person, department, count(*) over (partition by department) as n_people from people \
               where department is not null and (valid_from is null or valid_from <= $window_end) \
               and (valid_to is null or valid_to >= $window_start) \
               and (valid_to is null or valid_to >= $window_end) order by person";
    let mut departments = BTreeMap::new();
    for batch in &scope.select(sql, "failed to read the departments").await? {
        let person = columns::ints(batch, "person")?;
        let department = columns::texts(batch, "department")?;
        let n_people = columns::ints(batch, "n_people")?;
        for row in 0..batch.num_rows() {
            let unit = (department.value(row).to_owned(), int_at(&n_people, row) as u64);
            departments.insert(person.value(row), unit);
        }
    }
    Ok(departments)
}
