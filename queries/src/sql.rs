//! The questions in SQL: one file, one select, one table, named like its file.
//!
//! A question's header of four lines (`What`, `One row per`, `Reads`, `Parameters`) is read here, so
//! that the catalogue, the README and the rule about stages all speak from the file itself.

use crate::text::Append;

/// A question: a `.sql` file of this room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// Name of the file and of the table it makes.
    pub name: &'static str,
    /// Stage, 1 (events) to 5 (findings).
    pub stage: u8,
    /// The file's whole text.
    pub text: &'static str,
}

macro_rules! questions {
    ($($stage:literal $folder:literal: $($name:literal),+;)+) => {
        /// Every question, by stage and then by name.
        pub const QUESTIONS: &[Question] = &[$($(Question {
            name: $name,
            stage: $stage,
            text: include_str!(concat!("../", $folder, "/", $name, ".sql")),
        }),+),+];
    };
}

questions! {
    1 "1_events": "actors", "actors_by_class", "excluded", "hours_by_source", "pages",
        "people_by_section", "person_days", "person_signs", "plan_by_kind", "plan_snapshots", "seen_pages", "use_by_page",
        "use_by_quarter_hour", "weak_persons";
    2 "2_sessions": "first_days", "session_events", "sessions", "use_by_day", "use_in_all";
    3 "3_transitions": "moves", "moves_by_pair", "moves_by_people", "moves_by_section", "moves_by_via",
        "reached_by_week", "transitions", "window_moves", "window_walks", "zealots";
    4 "4_graphs": "first_uses", "presence", "section_weeks", "talk", "ties", "uses", "written";
    5 "5_findings": "adoptions_of_pages", "adoptions_of_paths", "bridges_and_silos", "did_it_help",
        "groups_that_form", "how_it_spreads", "links_to_add", "lives_of_groups", "long_ways", "past_of_paths",
        "paved_paths", "used_otherwise_than_meant", "what_else_changed", "what_to_clear", "what_to_pave",
        "where_they_give_up", "where_units_meet", "whom_others_follow", "whom_sections_serve",
        "whom_to_talk_to", "worn_routes";
}

/// Tables that no question makes: read from logs, files and settings, or made by Rust.
///
/// Name, the stage from which questions may read it, and what it holds.
pub const GIVEN: &[(&str, u8, &str)] = &[
    (
        "activity",
        1,
        "requests of a person a day and input, counted before the filters",
    ),
    (
        "ambassadors",
        5,
        "people who reach the most others, made by src/findings/ambassadors.rs",
    ),
    (
        "applications",
        5,
        "pages used otherwise than meant, made by src/findings/applications.rs",
    ),
    (
        "asked_pages",
        4,
        "the pages that are asked about: gathering places",
    ),
    (
        "planned_moves",
        3,
        "the moves of the window that the plan offers",
    ),
    (
        "asked_moves",
        3,
        "the moves that are asked about: changes to the plan and what they are compared with, else the elephant paths",
    ),
    (
        "audiences",
        5,
        "who uses each section, week by week, made by src/findings/audiences.rs",
    ),
    (
        "bridges",
        5,
        "pairs of units and what they have to do with each other, made by src/findings/bridges.rs",
    ),
    (
        "carried",
        2,
        "sessions that started before the days being computed, with their end",
    ),
    ("contacts", 5, "talks held with people"),
    (
        "deserted_links",
        5,
        "planned links that people pass by, made by src/findings/deserted_links.rs",
    ),
    (
        "detours",
        5,
        "pages reached the long way, made by src/findings/detours.rs",
    ),
    (
        "drop_offs",
        5,
        "places where people give up, made by src/findings/drop_offs.rs",
    ),
    (
        "elephant_paths",
        5,
        "unplanned worn transitions, made by src/findings/elephant_paths.rs",
    ),
    (
        "elephant_paths_history",
        5,
        "the elephant paths of every window",
    ),
    (
        "events",
        1,
        "page views and social actions, read from the logs",
    ),
    (
        "found_moves",
        5,
        "the moves that the detector found in this run",
    ),
    (
        "gathering_places",
        5,
        "pages where units meet, made by src/findings/gathering_places.rs",
    ),
    (
        "group_windows",
        5,
        "the windows that were looked at for groups",
    ),
    (
        "group_events",
        5,
        "what became of groups, made by src/findings/group_events.rs",
    ),
    (
        "groups",
        5,
        "groups that nobody planned, made by src/findings/groups.rs",
    ),
    ("hubs", 1, "pages declared in [site]: home, search, login"),
    (
        "input_sources",
        1,
        "the source of each input: its name without dates and numbers of rotation",
    ),
    (
        "inputs",
        1,
        "the ledger: one row per input or part added to one",
    ),
    (
        "journeys",
        5,
        "worn routes of three to six pages, made by src/findings/journeys.rs",
    ),
    (
        "known_actors",
        1,
        "the table actors as it was before this run",
    ),
    (
        "known_pages",
        1,
        "the table pages as it was before this run",
    ),
    (
        "leaders",
        5,
        "people whom others follow, made by src/findings/leaders.rs",
    ),
    (
        "link_budget",
        5,
        "links to add, in the order of what they save together, made by src/findings/link_budget.rs",
    ),
    ("opt_outs", 1, "people who opted out"),
    (
        "paving_measures",
        5,
        "what else came of each change: steps, seconds (secs) and people who search, made by src/findings/pavings.rs",
    ),
    (
        "paving_results",
        5,
        "what came of each change to the plan, made by src/findings/pavings.rs",
    ),
    (
        "pavings",
        5,
        "the ledger of changes to the plan, with the windows and controls that were fixed for each",
    ),
    (
        "plan",
        1,
        "planned links and when they held, from files, a crawl or the addresses",
    ),
    (
        "planned_journeys",
        3,
        "routes that the organisation meant, step by step, from journeys.csv",
    ),
    ("planned_pages", 1, "pages named by the plan or a sitemap"),
    (
        "sensitive_pages",
        1,
        "pages declared in [privacy] as sensitive: kept out of everything about people",
    ),
    (
        "shortcut_candidates",
        5,
        "links that nobody can click yet, made by src/findings/shortcut_candidates.rs",
    ),
    (
        "spreads",
        5,
        "how findings gain people week by week, made by src/findings/spreads.rs",
    ),
    (
        "system_accounts",
        1,
        "accounts declared in [people] to be no person",
    ),
    (
        "titles",
        1,
        "what pages are called in the plan, or call themselves to a crawl",
    ),
];

/// The question of this name.
pub fn question(name: &str) -> Option<&'static Question> {
    QUESTIONS.iter().find(|q| q.name == name)
}

impl Question {
    /// What the question answers.
    pub fn what(&self) -> &'static str {
        self.header("What")
    }

    /// What one row stands for.
    pub fn one_row_per(&self) -> &'static str {
        self.header("One row per")
    }

    /// The tables it reads.
    pub fn reads(&self) -> Vec<&'static str> {
        list(self.header("Reads"))
    }

    /// The parameters it wants, without their `$`.
    pub fn parameters(&self) -> Vec<&'static str> {
        list(self.header("Parameters"))
            .into_iter()
            .map(|p| p.trim_start_matches('$'))
            .collect()
    }

    fn header(&self, word: &str) -> &'static str {
        self.text
            .lines()
            .take_while(|line| line.starts_with("--"))
            .filter_map(|line| line.trim_start_matches("--").trim().split_once(':'))
            .find(|(key, _)| *key == word)
            .map_or("", |(_, value)| value.trim())
    }
}

fn list(text: &'static str) -> Vec<&'static str> {
    if text == "none" {
        return Vec::new();
    }
    text.split(',')
        .map(str::trim)
        .filter(|t| !t.is_empty())
        .collect()
}

/// The text of `queries/README.md`: each table, made from the headers.
pub fn readme() -> String {
    let mut text = String::from(
        "# queries: what we ask\n\
         SQL files by stage, and pure Rust for what is not relational. Slices and ids in, values out.\n\n\
         | stage | table | one row per | what | reads |\n|---|---|---|---|---|\n",
    );
    for q in QUESTIONS {
        text.add_line(format_args!(
            "| {} | `{}` | {} | {} | {} |",
            q.stage,
            q.name,
            q.one_row_per(),
            q.what(),
            q.reads().join(", ")
        ));
    }
    text.push_str("\nTables that no question makes:\n\n| table | what |\n|---|---|\n");
    for (name, _, what) in GIVEN {
        text.add_line(format_args!("| `{name}` | {what} |"));
    }
    text.push_str(
        "\n*Invariant:* no Arrow, no async, no clock, no files in `src/`; \
         a question reads only tables of its own or an earlier stage.\n",
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage_of(table: &str) -> Option<u8> {
        question(table).map(|q| q.stage).or_else(|| {
            GIVEN
                .iter()
                .find(|(name, ..)| *name == table)
                .map(|(_, stage, _)| *stage)
        })
    }

    #[test]
    fn every_question_has_its_four_header_lines() {
        for q in QUESTIONS {
            for word in ["What", "One row per", "Reads", "Parameters"] {
                assert!(
                    !q.header(word).is_empty(),
                    "{}: header line `{word}` is missing",
                    q.name
                );
            }
        }
    }

    #[test]
    fn a_question_reads_only_its_own_or_an_earlier_stage() {
        for q in QUESTIONS {
            for table in q.reads() {
                let stage = stage_of(table);
                assert!(
                    stage.is_some(),
                    "{} reads {table}, which nothing makes",
                    q.name
                );
                assert!(
                    stage <= Some(q.stage),
                    "{} reads {table} of a later stage",
                    q.name
                );
            }
        }
    }

    #[test]
    fn the_header_names_every_table_that_the_text_reads() {
        for q in QUESTIONS {
            let words: Vec<&str> = q.text.split_whitespace().collect();
            for pair in words.windows(2) {
                let table = pair[1].trim_end_matches([',', ')', ';']);
                if matches!(pair[0], "from" | "join") && stage_of(table).is_some() {
                    assert!(
                        q.reads().contains(&table),
                        "{} reads {table} unsaid",
                        q.name
                    );
                }
            }
        }
    }

    #[test]
    fn the_parameters_are_those_of_the_header() {
        for q in QUESTIONS {
            let mut used: Vec<&str> = q
                .text
                .lines()
                .filter(|line| !line.starts_with("--"))
                .flat_map(|line| line.split('$').skip(1))
                .map(|rest| {
                    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
                    &rest[..end.unwrap_or(rest.len())]
                })
                .collect();
            used.retain(|name| !name.is_empty());
            used.sort_unstable();
            used.dedup();
            let mut said = q.parameters();
            said.sort_unstable();
            assert_eq!(used, said, "parameters of {}", q.name);
        }
    }

    #[test]
    fn the_readme_is_the_generated_one() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(path, readme()).expect("queries/README.md can be written");
        }
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            committed == readme(),
            "queries/README.md is stale: run with UPDATE_EXPECT=1"
        );
    }
}
