//! A sheet to draw on: plotters' SVG backend with decimal coordinates, named colours and safe text.
//!
//! plotters draws on whole pixels. A sheet is therefore drawn four times as large as it is thought
//! of and scaled down by its `viewBox`, so that curves stay smooth.

use std::cell::RefCell;
use std::sync::OnceLock;

use plotters::coord::Shift;
use plotters::element::{PathElement, Polygon, Rectangle, Text};
use plotters::prelude::{DrawingArea, IntoDrawingArea, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{
    Color, FontFamily, FontStyle, IntoFont, ShapeStyle, TextStyle, register_font,
};

use super::colour::Tint;
use crate::error::ReportError;
use crate::words;

const FONT: &str = "DejaVu Sans";
const FONT_BYTES: &[u8] = include_bytes!("../../fonts/DejaVuSans.ttf");
/// Drawn pixels a unit.
const SCALE: f64 = 4.0;
/// plotters divides the size it is given by this before it writes `font-size`.
const PLOTTERS_EM: f64 = 1.24;
/// Bold letters are wider than the regular ones that are measured.
const BOLD: f64 = 1.13;

/// A point in units of the sheet, from its upper left corner.
pub(crate) type Point = (f64, f64);
/// The outcome of a stroke.
pub(crate) type Drawn = Result<(), ReportError>;

/// Which side of the given point a text stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// It begins there.
    Start,
    /// It is centred there.
    Middle,
    /// It ends there.
    End,
}

/// How a text looks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Letters {
    /// Font size in units.
    pub(crate) size: f64,
    /// Whether it is bold.
    pub(crate) is_bold: bool,
    /// Its colour.
    pub(crate) tint: Tint,
    /// Where it stands.
    pub(crate) side: Side,
}

impl Letters {
    /// Regular letters of a size and colour.
    pub(crate) fn new(size: f64, tint: Tint, side: Side) -> Self {
        Self {
            size,
            is_bold: false,
            tint,
            side,
        }
    }

    /// The same, bold.
    pub(crate) fn bold(self) -> Self {
        Self {
            is_bold: true,
            ..self
        }
    }

    /// How wide a text would be, in units.
    pub(crate) fn width(self, text: &str) -> f64 {
        let regular: f64 = text.chars().map(|c| self.size * char_ems(c)).sum();
        if self.is_bold {
            regular * BOLD
        } else {
            regular
        }
    }

    /// The text cut in its middle so that it is at most `width` units wide.
    pub(crate) fn fit(self, text: &str, width: f64) -> String {
        let mut n_chars = text.chars().count();
        let mut fitted = text.to_owned();
        while n_chars > 1 && self.width(&fitted) > width {
            n_chars -= 1;
            fitted = words::shorten(text, n_chars);
        }
        fitted
    }
}

/// Width of a character in ems: the font's own, or a full square for the wide scripts it lacks.
fn char_ems(c: char) -> f64 {
    static ASCII: OnceLock<[f64; 128]> = OnceLock::new();
    let measured = |c: char| {
        let size = 100.0;
        let font = (FontFamily::Name(FONT), size * PLOTTERS_EM).into_font();
        font.box_size(&c.to_string())
            .map_or(0.7, |(width, _)| f64::from(width) / size)
    };
    match c {
        ' ' => 0.32,
        c if c.is_ascii() => ASCII
            .get_or_init(|| std::array::from_fn(|i| measured(char::from(i as u8)).max(0.1) + 0.06))
            [c as usize],
        '\u{1100}'.. => 1.05,
        _ => 0.72,
    }
}

/// Draws on one sheet.
pub(crate) struct Pen<'a> {
    chart: &'a str,
    area: DrawingArea<SVGBackend<'a>, Shift>,
    /// For each text in drawing order, its full wording where it was cut.
    full: RefCell<Vec<Option<String>>>,
}

impl Pen<'_> {
    fn check<E: std::error::Error + Send + Sync + 'static>(&self, drawn: Result<(), E>) -> Drawn {
        drawn.map_err(|error| ReportError::Draw {
            chart: self.chart.to_owned(),
            source: Box::new(error),
        })
    }

    /// A polyline.
    pub(crate) fn line(&self, points: &[Point], tint: Tint, alpha: f64, width: f64) -> Drawn {
        let style = ShapeStyle {
            color: tint.rgb().mix(alpha),
            filled: false,
            stroke_width: (width * SCALE).round().max(1.0) as u32,
        };
        self.check(self.area.draw(&PathElement::new(scaled(points), style)))
    }

    /// A filled shape.
    pub(crate) fn area(&self, points: &[Point], tint: Tint, alpha: f64) -> Drawn {
        let style = tint.rgb().mix(alpha).filled();
        self.check(self.area.draw(&Polygon::new(scaled(points), style)))
    }

    /// A filled rectangle from its upper left to its lower right corner.
    pub(crate) fn rect(
        &self,
        upper_left: Point,
        lower_right: Point,
        tint: Tint,
        alpha: f64,
    ) -> Drawn {
        let style = tint.rgb().mix(alpha).filled();
        let corners = [scale(upper_left), scale(lower_right)];
        self.check(self.area.draw(&Rectangle::new(corners, style)))
    }

    /// A filled dot.
    pub(crate) fn dot(&self, centre: Point, radius: f64, tint: Tint) -> Drawn {
        let circle = plotters::element::Circle::new(
            scale(centre),
            (radius * SCALE) as i32,
            tint.rgb().filled(),
        );
        self.check(self.area.draw(&circle))
    }

    /// A label with round ends.
    pub(crate) fn pill(&self, centre: Point, size: Point, fill: Tint, rim: Tint) -> Drawn {
        let outline = pill_outline(centre, size);
        self.area(&outline, fill, 1.0)?;
        self.line(&outline, rim, 1.0, 1.0)
    }

    /// A text whose middle line goes through the point.
    pub(crate) fn text(&self, at: Point, text: &str, letters: Letters) -> Drawn {
        self.write(at, words::clean(text), None, letters)
    }

    /// A text of at most `width` units; where it is cut, the full wording shows on pointing at it.
    pub(crate) fn text_within(&self, at: Point, text: &str, width: f64, letters: Letters) -> Drawn {
        let text = words::clean(text);
        let fitted = letters.fit(&text, width);
        let full = (fitted != text).then_some(text);
        self.write(at, fitted, full, letters)
    }

    fn write(&self, at: Point, text: String, full: Option<String>, letters: Letters) -> Drawn {
        let style = if letters.is_bold {
            FontStyle::Bold
        } else {
            FontStyle::Normal
        };
        let font = (
            FontFamily::Name(FONT),
            letters.size * SCALE * PLOTTERS_EM,
            style,
        )
            .into_font();
        let across = match letters.side {
            Side::Start => HPos::Left,
            Side::Middle => HPos::Center,
            Side::End => HPos::Right,
        };
        let colour = letters.tint.rgb();
        let style = TextStyle::from(font)
            .color(&colour)
            .pos(Pos::new(across, VPos::Center));
        self.full.borrow_mut().push(full);
        self.check(self.area.draw(&Text::new(text, scale(at), style)))
    }
}

fn scale((x, y): Point) -> (i32, i32) {
    ((x * SCALE).round() as i32, (y * SCALE).round() as i32)
}

fn scaled(points: &[Point]) -> Vec<(i32, i32)> {
    points.iter().map(|&point| scale(point)).collect()
}

fn pill_outline((x, y): Point, (width, height): Point) -> Vec<Point> {
    let radius = height.min(width) / 2.0;
    let half = (width / 2.0 - radius).max(0.0);
    let arc = |centre: f64, from: f64| {
        (0..=12).map(move |i| {
            let angle = (from + f64::from(i) * 15.0).to_radians();
            (centre + radius * angle.cos(), y + radius * angle.sin())
        })
    };
    let mut outline: Vec<Point> = arc(x + half, -90.0).chain(arc(x - half, 90.0)).collect();
    outline.push(outline[0]);
    outline
}

/// Draws one sheet of the given size and returns its SVG: only the elements inside the root, in
/// drawn pixels, with the colours as `#RRGGBB`.
pub(crate) fn sheet(
    chart: &str,
    size: Point,
    paint: impl FnOnce(&Pen<'_>) -> Drawn,
) -> Result<String, ReportError> {
    register()?;
    let mut buffer = String::new();
    let full = {
        let drawn = scale(size);
        let backend =
            SVGBackend::with_string(&mut buffer, (drawn.0.max(1) as u32, drawn.1.max(1) as u32));
        let pen = Pen {
            chart,
            area: backend.into_drawing_area(),
            full: RefCell::new(Vec::new()),
        };
        paint(&pen)?;
        let presented = pen.area.present();
        pen.check(presented)?;
        pen.full.into_inner()
    };
    Ok(with_full_texts(inside_root(&buffer), &full))
}

/// The `viewBox` of a sheet of that size.
pub(crate) fn view_box((width, height): Point) -> String {
    format!(
        "0 0 {} {}",
        (width * SCALE).round(),
        (height * SCALE).round()
    )
}

fn register() -> Result<(), ReportError> {
    static DONE: OnceLock<bool> = OnceLock::new();
    let styles = [FontStyle::Normal, FontStyle::Bold];
    let done = DONE.get_or_init(|| {
        styles
            .into_iter()
            .all(|style| register_font(FONT, style, FONT_BYTES).is_ok())
    });
    if *done {
        Ok(())
    } else {
        Err(ReportError::Font)
    }
}

fn inside_root(svg: &str) -> &str {
    let start = svg.find('>').map_or(0, |at| at + 1);
    let end = svg.rfind("</svg>").unwrap_or(svg.len());
    svg[start..end].trim()
}

/// Puts the full wording of each cut text into a `<title>` inside its element.
fn with_full_texts(svg: &str, full: &[Option<String>]) -> String {
    let mut out = String::with_capacity(svg.len());
    let mut pieces = svg.split("</text>").peekable();
    let mut texts = full.iter();
    while let Some(piece) = pieces.next() {
        out.push_str(piece.trim_end_matches('\n'));
        if pieces.peek().is_none() {
            break;
        }
        if let Some(Some(wording)) = texts.next() {
            out.push_str("<title>");
            out.push_str(&words::escape(wording));
            out.push_str("</title>");
        }
        out.push_str("</text>");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_text_keeps_its_full_wording() {
        let letters = Letters::new(13.0, Tint::Ink, Side::Start);
        let long = "A very long title <of> a page that nobody could ever fit";
        let svg = sheet("test", (200.0, 40.0), |pen| {
            pen.text_within((5.0, 20.0), long, 120.0, letters)
        })
        .unwrap();
        assert!(svg.contains('…'), "{svg}");
        assert!(svg.contains("<title>A very long title &lt;of&gt; a page that nobody could ever fit</title></text>"), "{svg}");
    }

    #[test]
    fn hostile_text_is_escaped() {
        let letters = Letters::new(13.0, Tint::Ink, Side::Start);
        let svg = sheet("test", (900.0, 40.0), |pen| {
            pen.text((5.0, 20.0), "<script>\"&'\u{202e}\u{0}\u{200b}", letters)
        })
        .unwrap();
        assert!(
            svg.contains("&lt;script&gt;&quot;&amp;&apos;\u{fffd}\u{fffd}\u{fffd}"),
            "{svg}"
        );
    }

    #[test]
    fn fitted_text_fits() {
        register().unwrap();
        let letters = Letters::new(13.0, Tint::Ink, Side::Start).bold();
        for width in [30.0, 60.0, 200.0] {
            assert!(letters.width(&letters.fit("Travel expense reimbursement", width)) <= width);
        }
    }
}
