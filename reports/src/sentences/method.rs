//! How the findings were made, and who can be told from them, in sentences.

use crate::model::{Method, Report};
use crate::sentences::about_people;
use crate::words;

/// How the findings were made, a paragraph a sentence or two.
pub(crate) fn method(method: &Method, n_days: u32) -> Vec<String> {
    let k = method.k_pages;
    let halves = if n_days >= 28 {
        "odd and even weeks"
    } else {
        "odd and even days"
    };
    let mut said = vec![
        format!(
            "A visit ends after {} without a click. A move is a step from one page to the next within a visit; going back, reloading and being redirected are no moves. What counts is people, not clicks: somebody who walks a path a hundred times is one person.",
            words::plural(method.session_gap_minutes.into(), "minute", "minutes"),
        ),
        format!(
            "A path is an elephant path when the plan has no such link, at least {k} people walk it, they are at least {} times as many as chance gives, and that holds in {halves} alike. Chance means: people leave each page as often as they do, and arrive where people arrive in general.",
            words::decimal(method.lift),
        ),
        format!(
            "{} tested{}",
            words::capital(&words::plural(method.n_tested, "pair of pages was", "pairs of pages were")),
            match method.n_tested {
                0 => ".".to_owned(),
                _ => format!(
                    "; among the paths reported, at most {} are expected to be false. The same search on a shuffled copy of the same days found {}.",
                    words::share(method.q),
                    match method.n_shuffled {
                        0 => "none".to_owned(),
                        n => words::thousands(n),
                    },
                ),
            },
        ),
        "Paths are ranked by the clicks that those who walk them are spared: people beyond chance, times the clicks of the planned way less one; where the plan has no way, it counts as one click longer than the longest. Links to add are ranked by the clicks that people still make. That people walk a path is seen; why they do is not.".to_owned(),
    ];
    said.extend(others(k));
    if !method.has_plan {
        said.push(
            "No plan was given, so nothing is said about ways that it does not offer.".to_owned(),
        );
    }
    said
}

/// What the other findings are held against.
fn others(k: u64) -> [String; 4] {
    [
        format!(
            "A detour and a link to add begin with {k} people or more who come from one page to another in several clicks, clearly more of them than if each step forgot the one before. A detour is one of them that the plan would have led there in clearly fewer clicks; a link to add is one whose pages no planned link joins. A worn route is held against the same forgetting, one page longer at a time."
        ),
        "People give up at a step when their visit ends there before the goal, or when they come back to it and then leave or search. That is held against pages as deep in the plan and against the other steps, whichever is higher.".to_owned(),
        "A planned link is deserted when the share who follow it, by the upper bound of 95 %, lies below a tenth of what is usual for links of its kind. Coming there by search or bookmark counts as following.".to_owned(),
        "Two people are tied when one did something towards the other, such as a comment, a like or a message. Who took something up after somebody they are tied to is held against people of the same department, drawn by lot.".to_owned(),
    ]
}

/// Who can be told from the report: nobody.
pub(crate) fn privacy(report: &Report) -> Vec<String> {
    let method = &report.method;
    let mut said = vec![format!(
        "A number about pages stands for {} people at least, one about people for {}, and none leaves out so few that they could be told from it. {}",
        method.k_pages,
        method.k_people,
        match report.n_withheld() {
            0 => "No finding was withheld for that.".to_owned(),
            n => format!(
                "{} withheld for that.",
                words::capital(&words::plural(n, "finding was", "findings were"))
            ),
        },
    )];
    if method.counts_addresses {
        said.push("The logs name no users: people are counted by address and browser, so one person on two devices counts twice, and people behind one address may count once.".to_owned());
    }
    said.push(if method.sensitive_declared {
        "Sections that were declared sensitive never feed a result about people.".to_owned()
    } else {
        "No section has been declared sensitive yet. Works council, health, complaints and jobs are the usual ones: name them in the settings.".to_owned()
    });
    said.extend(about_people(method.lists));
    said
}
