//! What a part needs that nobody gave: its place is one box that says so, and no part of its own.

use minijinja::{Value, context};

use super::Section;
use crate::model::Report;

/// Something that could be given, and the parts that it makes.
pub(crate) struct Missing {
    /// What it is.
    give: &'static str,
    /// What is not known without it.
    unknown: &'static str,
    /// The questions of the parts, in the order of the page.
    get: Vec<&'static str>,
}

impl Missing {
    /// It for the template.
    pub(crate) fn view(&self) -> Value {
        context! { give => self.give, unknown => self.unknown, get => &self.get }
    }
}

/// The part of the elephant paths, which the page has in a place of its own.
const PATHS: &str = "What should we pave?";

/// An input: whether it is there, what it is, what is unknown without it, and the parts that need it.
type Input = (bool, &'static str, &'static str, &'static [&'static str]);

/// Takes out the parts that can hold nothing without an input, and says which input that is.
pub(crate) fn take_out(report: &Report, sections: &mut Vec<Section>) -> Vec<Missing> {
    let method = &report.method;
    let inputs: [Input; 4] = [
        (
            method.has_plan,
            "the plan of the intranet: its navigation as a CSV file, or its pages (`elephant plan import`, `elephant plan crawl`)",
            "There is no plan, so a way that nobody planned cannot be told from one that somebody did.",
            &["add", "detours", "deserted"],
        ),
        (
            method.n_planned_journeys > 0,
            "journeys.csv: the ways that people are meant to go to their end",
            "It is not known where people were meant to get to.",
            &["stop"],
        ),
        (
            method.has_units,
            "people.csv: who belongs to which department, location and role (`elephant people import`)",
            "It is not known who belongs to which unit.",
            &["groups", "meet", "apart", "audience", "unmeant"],
        ),
        (
            method.has_ties,
            "social actions: likes, comments, follows and messages, as further logs",
            "It is not known who is tied to whom.",
            &["follow", "talk", "apart"],
        ),
    ];
    let mut all = Vec::new();
    for (is_there, give, unknown, ids) in inputs {
        let is_empty = |part: &Section| part.items.iter().all(|item| item.is_nothing);
        let is_out = |part: &Section| !is_there && ids.contains(&part.id) && is_empty(part);
        let paths = (ids.contains(&"add") && !is_there && report.paths.is_empty()).then_some(PATHS);
        let out = sections.iter().filter(|part| is_out(part));
        let get: Vec<&str> = paths
            .into_iter()
            .chain(out.map(|part| part.question))
            .collect();
        sections.retain(|part| !is_out(part));
        if !get.is_empty() {
            all.push(Missing { give, unknown, get });
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::super::sections;
    use super::*;
    use crate::example;

    #[test]
    fn a_part_goes_only_with_its_input_and_only_while_it_holds_nothing() {
        let full = example::report();
        let mut parts = sections(&full).unwrap();
        let n = parts.len();
        assert!(take_out(&full, &mut parts).is_empty());
        assert_eq!(parts.len(), n);
        let mut parts = sections(&Report::default()).unwrap();
        let missing = take_out(&Report::default(), &mut parts);
        let ids: Vec<&str> = parts.iter().map(|part| part.id).collect();
        assert_eq!(ids, ["helped", "routes", "emerging"]);
        assert_eq!(missing.len(), 4);
        assert_eq!(missing[3].get.len(), 2, "a part is told of once");
        let unplanned = Report {
            method: crate::model::Method {
                has_plan: false,
                ..full.method.clone()
            },
            ..full
        };
        let mut parts = sections(&unplanned).unwrap();
        assert!(
            take_out(&unplanned, &mut parts).is_empty(),
            "what was found stays"
        );
    }
}
