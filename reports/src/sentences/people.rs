//! How the findings about people were made, and what may never be done with them.

use crate::model::{Lists, Method};
use crate::words;

/// What each finding about people was held against, a paragraph a finding.
pub(crate) fn method_of_people(method: &Method) -> Vec<String> {
    if !method.has_units && !method.has_ties {
        return vec!["Nothing is said about groups, units or people whom others follow: neither units (people.csv) nor ties (social actions) are known.".to_owned()];
    }
    // Where nothing was judged, nothing can be false.
    let expected_false = |n_judged: u64| match n_judged {
        0 => String::new(),
        _ => format!(
            "; of those reported, at most {} are expected to be false",
            words::share(method.q)
        ),
    };
    vec![
        groups(method),
        format!(
            "Somebody was early and then followed when people tied to them took new pages up after them more often than before them, and more often than if the times were dealt anew inside each department; both must hold. Each follower counts once. {} judged{}. Who stands between groups and who has many ties are other tests with other lists.",
            words::capital(&words::plural(method.n_judged_people, "person was", "people were")),
            expected_false(method.n_judged_people),
        ),
        "Ambassadors are chosen one by one, each for the most people not yet reached, with a limit for each unit. That reaches at least half of what the best choice could.".to_owned(),
        format!(
            "Units meet on a page, and are joined or cut off, against as many visits or ties of the same people that fall by chance; intervals come from drawing people anew. {} and {} judged{}.",
            words::capital(&words::plural(method.n_judged_places, "page", "pages")),
            words::plural(method.n_judged_pairs, "pair of units was", "pairs of units were"),
            expected_false(method.n_judged_places + method.n_judged_pairs),
        ),
        format!(
            "An audience has changed when a unit's share stays away from where it was, week after week; {} watched. A slow change is noticed weeks after it began, and its date is reckoned back, with its interval.",
            words::plural(method.n_watched_shares, "share was", "shares were"),
        ),
        format!(
            "A use that nobody meant: pages used together whose people differ from those declared more than chance gives, where people write or come back more than usual, and which has grown for two windows. {} judged.",
            words::capital(&words::plural(method.n_judged_applications, "cluster of pages was", "clusters of pages were")),
        ),
    ]
}

fn groups(method: &Method) -> String {
    format!(
        "A group: people who share rare pages in more weeks than their departments, their own activity and the pages' popularity explain, or who deal with each other on several days. It is sought many times over, and only who comes out again and again belongs to it. {} held against {} without groups. It is told when at most 5 % of these hold one as closely knit, when it shows in {} of four weeks in a row, and when no department makes most of it: a unit in disguise is no group. {} members are the least.",
        words::capital(&words::plural(
            method.n_judged_groups,
            "cluster was",
            "clusters were"
        )),
        words::plural(method.n_null_worlds, "invented world", "invented worlds"),
        words::plural(method.n_windows_needed.max(1), "window", "windows"),
        words::capital(&words::spelled(method.k_people)),
    )
}

/// Who may be listed, and what nothing here may be used for.
pub(crate) fn about_people(lists: Lists) -> [String; 3] {
    let lists = match lists {
        Lists::Off => {
            "No person is listed: lists of people are off, as they are until somebody turns them on."
        }
        Lists::OptIn => {
            "Lists of people are off by default. They were turned on here, and only people who agreed are listed."
        }
        Lists::Everyone => {
            "Lists of people are off by default. They were turned on here for everybody who did not opt out: people must know that."
        }
    };
    [
        lists.to_owned(),
        "Nothing here may be used to appraise anybody's work, to set pay, or to choose whom to promote or let go: it counts traces in an intranet, not work.".to_owned(),
        "A department, a location or a role is never told as a group, and of a unit of few people nothing is told. Who opted out is in no number.".to_owned(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example;

    #[test]
    fn what_people_were_held_against_is_said_with_its_numbers() {
        let mut method = example::report().method;
        let said = method_of_people(&method).join(" ");
        for number in [
            "14 clusters were held against 99 invented worlds",
            "in 2 windows of four weeks",
            "Ten members are the least",
            "311 people were judged",
            "48 pages and 33 pairs of units were judged",
            "96 shares were watched",
            "21 clusters of pages were judged",
        ] {
            assert!(said.contains(number), "{number}: {said}");
        }
        (method.has_units, method.has_ties) = (false, false);
        assert!(method_of_people(&method)[0].starts_with("Nothing is said about groups"));
    }

    #[test]
    fn nobody_is_judged_by_it() {
        for (lists, said) in [
            (Lists::Off, "No person is listed"),
            (Lists::OptIn, "only people who agreed"),
            (Lists::Everyone, "people must know that"),
        ] {
            let told = about_people(lists);
            assert!(told[0].contains(said));
            assert!(told[1].starts_with("Nothing here may be used to appraise"));
        }
    }
}
