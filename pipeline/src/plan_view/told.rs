//! One page in words and as JSON.

use queries::day::Day;
use queries::text::Append;
use serde_json::{Value, json};

use super::page::{Link, Move, PageView, Path};
use super::{N_SHOWN, since};
use crate::status::visible;

impl PageView {
    /// For a terminal.
    pub fn text(&self) -> String {
        let mut text = format!("{}\n", visible(&self.page));
        let steps = match self.steps_from_home {
            Some(0) => "a start page".to_owned(),
            Some(1) => "1 click from the start page".to_owned(),
            Some(n) => format!("{n} clicks from the start page"),
            None => "the plan leads there from no start page".to_owned(),
        };
        text.add_line(format_args!("{steps}"));
        add_list(&mut text, "planned from here", &self.out, Link::line);
        add_list(&mut text, "planned to here", &self.into, Link::line);
        let Some(window) = self.window else {
            return text;
        };
        let (start, end) = (Day(window.start), Day(window.end));
        let people = match self.n_people {
            Some(n) => format!("{n} people"),
            None => format!("fewer than {} people", self.k),
        };
        text.add_line(format_args!("\n{start} to {end}: {people}"));
        add_list(&mut text, "people go from here", &self.moves, Move::line);
        add_list(
            &mut text,
            "elephant paths from here",
            &self.paths,
            Path::line,
        );
        text.add_line(format_args!(
            "\nonly what at least {} people do is shown",
            self.k
        ));
        text
    }

    /// For programs.
    pub fn json(&self) -> Value {
        let links = |links: &[Link]| links.iter().map(Link::json).collect::<Vec<_>>();
        let day_of = |day: i32| Day(day).to_string();
        json!({
            "page": self.page,
            "planned_steps_from_home": self.steps_from_home,
            "links_out": links(&self.out),
            "links_in": links(&self.into),
            "window_start": self.window.map(|window| day_of(window.start)),
            "window_end": self.window.map(|window| day_of(window.end)),
            "n_people": self.n_people,
            "moves": self.moves.iter().map(Move::json).collect::<Vec<_>>(),
            "elephant_paths": self.paths.iter().map(Path::json).collect::<Vec<_>>(),
            "least_people": self.k,
        })
    }
}

fn add_list<T>(text: &mut String, heading: &str, rows: &[T], line: impl Fn(&T) -> String) {
    if rows.is_empty() {
        text.add_line(format_args!("\n{heading}: nothing"));
        return;
    }
    text.add_line(format_args!("\n{heading}"));
    for row in rows.iter().take(N_SHOWN) {
        text.add_line(format_args!("  {}", line(row)));
    }
    if rows.len() > N_SHOWN {
        let more = rows.len() - N_SHOWN;
        text.add_line(format_args!("  and {more} more: --format json has all"));
    }
}

impl Link {
    fn line(&self) -> String {
        let other = match self.other.as_str() {
            "*" => "every page".to_owned(),
            page => visible(page),
        };
        let since = since(self.since);
        format!("{:<11}{other}, {}, since {since}", self.kind, self.source)
    }

    fn json(&self) -> Value {
        let since = self.since.map(|day| Day(day).to_string());
        json!({"page": self.other, "kind": self.kind, "source": self.source, "valid_from": since})
    }
}

impl Move {
    fn line(&self) -> String {
        let (to, planned) = (visible(&self.to), planned_word(self.is_planned));
        let (people, moves) = (self.n_people, self.n_moves);
        format!("{planned:<11}{to}, {people} people, {moves} times")
    }

    fn json(&self) -> Value {
        json!({
            "page": self.to,
            "n_people": self.n_people,
            "n_moves": self.n_moves,
            "is_planned": self.is_planned,
        })
    }
}

fn planned_word(is_planned: bool) -> &'static str {
    if is_planned { "planned" } else { "unplanned" }
}

impl Path {
    fn line(&self) -> String {
        let steps = match self.planned_steps {
            Some(n) => format!("{n} clicks by the plan"),
            None => "no way by the plan".to_owned(),
        };
        format!(
            "{:<11}{}, {} people, {steps}, a link saves {} clicks",
            self.status,
            visible(&self.to),
            self.n_people,
            self.clicks_saved
        )
    }

    fn json(&self) -> Value {
        json!({
            "page": self.to,
            "n_people": self.n_people,
            "planned_steps": self.planned_steps,
            "clicks_saved": self.clicks_saved,
            "status": self.status,
        })
    }
}
