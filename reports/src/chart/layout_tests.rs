//! Words on a drawn sheet: where each lies, so that none is cut and no two overlap.

use super::canvas::{Letters, Point, Side, view_box};
use super::colour::Tint;

/// Left, top, right, bottom in units of the sheet.
type Box = (f64, f64, f64, f64);

/// Fails where a text of a sheet of that size leaves it or overlaps another.
pub(crate) fn check_texts(size: Point, drawn: &str) {
    let boxes: Vec<(String, Box)> = drawn.split("<text ").skip(1).map(text_box).collect();
    assert!(!boxes.is_empty(), "nothing is said");
    for (i, (text, one)) in boxes.iter().enumerate() {
        let is_inside = one.0 >= -0.5 && one.1 >= 0.0 && one.2 <= size.0 + 0.5 && one.3 <= size.1;
        assert!(is_inside, "`{text}` leaves the sheet: {one:?} of {size:?}");
        for (other_text, other) in &boxes[i + 1..] {
            let is_apart =
                one.2 <= other.0 || other.2 <= one.0 || one.3 <= other.1 || other.3 <= one.1;
            assert!(is_apart, "`{text}` lies on `{other_text}`");
        }
    }
}

fn text_box(element: &str) -> (String, Box) {
    let (tag, rest) = element.split_once('>').unwrap();
    let number = |name: &str| -> f64 {
        let first = || tag.strip_prefix(&format!("{name}=\""));
        let value = tag.split(&format!(" {name}=\"")).nth(1).or_else(first);
        let value = value.unwrap().split('"').next().unwrap();
        value.parse().unwrap_or_else(|_| panic!("{name}: {value}"))
    };
    let text = rest.split('<').next().unwrap().trim().to_owned();
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    let scale = {
        let drawn = view_box((1.0, 1.0));
        drawn.rsplit(' ').next().unwrap().parse::<f64>().unwrap()
    };
    let letters = Letters {
        is_bold: tag.contains("bold"),
        ..Letters::new(number("font-size") / scale, Tint::Ink, Side::Start)
    };
    let (x, y) = (number("x") / scale, number("y") / scale);
    let width = letters.width(&text);
    let left = match tag {
        tag if tag.contains("text-anchor=\"end\"") => x - width,
        tag if tag.contains("text-anchor=\"middle\"") => x - width / 2.0,
        _ => x,
    };
    let height = letters.size;
    // The middle of a text is given; its baseline is written.
    (
        text,
        (left, y - 0.4 * height, left + width, y + 0.4 * height),
    )
}
