//! The pictures: each function takes plain numbers and gives a picture with its words and table.

pub(crate) mod audiences;
pub(crate) mod bridges;
mod canvas;
mod colour;
pub(crate) mod compared;
pub(crate) mod days;
pub(crate) mod groups;
pub(crate) mod heat_map;
pub(crate) mod journeys;
pub(crate) mod lawn;
mod lawn_layout;
mod lawn_walks;
mod lawn_ways;
#[cfg(test)]
pub(crate) mod layout_tests;
pub(crate) mod ranked_paths;
pub(crate) mod reach;
mod scale;
pub(crate) mod sections;
pub(crate) mod spread;
pub(crate) mod top_pages;

pub(crate) use colour::declarations;

use crate::table::Table;
use crate::words;
use canvas::Point;

/// A finished picture.
#[derive(Debug, Clone)]
pub(crate) struct Picture {
    /// File name without its ending; also the root of the ids inside.
    pub(crate) name: &'static str,
    /// What it shows, in a few words.
    pub(crate) title: String,
    /// What one sees in it, in a sentence or two.
    pub(crate) description: String,
    /// The numbers behind it.
    pub(crate) table: Table,
    pub(crate) size: Point,
    pub(crate) drawn: String,
}

impl Picture {
    /// The picture for the page: its colours follow the reader's screen.
    pub(crate) fn inline(&self) -> String {
        let drawn = colour::with_variables(&self.drawn);
        // The page's own letters are narrower than the ones measured, so they fit as well.
        format!(
            "<svg {}>\n{}\n{drawn}\n</svg>",
            self.attributes(),
            self.caption()
        )
        .replace(" font-family=\"DejaVu Sans\"", "")
    }

    /// The picture as a file of its own, on a ground of its own.
    pub(crate) fn file(&self) -> String {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" {}>\n{}\n<rect width=\"100%\" height=\"100%\" fill=\"#FFFFFF\"/>\n{}\n</svg>\n",
            self.attributes(),
            self.caption(),
            self.drawn
                .replace("\"DejaVu Sans\"", "\"DejaVu Sans, Verdana, sans-serif\""),
        )
    }

    fn attributes(&self) -> String {
        format!(
            "viewBox=\"{}\" role=\"img\" aria-labelledby=\"{name}-title {name}-desc\" stroke-linecap=\"round\" stroke-linejoin=\"round\"",
            canvas::view_box(self.size),
            name = self.name,
        )
    }

    fn caption(&self) -> String {
        format!(
            "<title id=\"{name}-title\">{}</title>\n<desc id=\"{name}-desc\">{}</desc>",
            words::escape(&self.title),
            words::escape(&self.description),
            name = self.name,
        )
    }
}
