//! What can go wrong while a report is drawn.

use std::error::Error;
use std::fmt;

/// Why no report came out.
#[derive(Debug)]
pub enum ReportError {
    /// The built-in font was refused by the drawing library.
    Font,
    /// A picture could not be drawn.
    Draw {
        /// The picture's name.
        chart: String,
        /// What the drawing library said.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The page's template could not be filled.
    Template(minijinja::Error),
}

impl fmt::Display for ReportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Font => f.write_str(
                "failed to register the built-in font: it is damaged, build the program anew",
            ),
            Self::Draw { chart, .. } => write!(f, "failed to draw the picture `{chart}`"),
            Self::Template(_) => f.write_str("failed to fill the template `report.html`"),
        }
    }
}

impl Error for ReportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Font => None,
            Self::Draw { source, .. } => Some(source.as_ref()),
            Self::Template(source) => Some(source),
        }
    }
}

impl From<minijinja::Error> for ReportError {
    fn from(error: minijinja::Error) -> Self {
        Self::Template(error)
    }
}
