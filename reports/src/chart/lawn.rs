//! The signature picture: the planned way paved through the pages, the worn way across the lawn.

use super::Picture;
use super::canvas::{Drawn, Letters, Pen, Point, Side, sheet};
use super::colour::Tint;
use super::lawn_layout::{Layout, PILL, WIDTH};
use super::lawn_walks::{self, Bundle, Gait, bezier, broken, gait};
use super::lawn_ways::ways;
use crate::error::ReportError;
use crate::model::{Lawn, LawnWalk};
use crate::table::{Cell, Table};
use crate::words;

/// From the end of a label to its words.
const PAD: f64 = 12.0;

/// The picture of one path; `None` when its two ends are not among the pages.
pub(crate) fn lawn(lawn: &Lawn, k: u64) -> Result<Option<Picture>, ReportError> {
    let n_pages = lawn.pages.len();
    if lawn.from >= n_pages || lawn.to >= n_pages || lawn.from == lawn.to {
        return Ok(None);
    }
    let walks = shown_walks(lawn, k);
    let (places, bundles) = ways(lawn, &walks, &wanted(lawn));
    let legend_top = lowest(&places, &bundles) + 28.0;
    let size = (WIDTH, legend_top + 58.0 + 24.0 * walks.len() as f64);
    let drawn = sheet("lawn", size, |pen| {
        pen.rect((0.0, 0.0), size, Tint::Lawn, 1.0)?;
        trails(pen, lawn, &places)?;
        paving(pen, lawn, &places)?;
        for bundle in &bundles {
            lawn_walks::draw(pen, bundle)?;
        }
        signs(pen, lawn, &places)?;
        arrows(pen, &bundles)?;
        legend(pen, lawn, &walks, legend_top)
    })?;
    let [from, to] = [lawn.from, lawn.to].map(|i| name(lawn, i));
    Ok(Some(Picture {
        name: "lawn",
        title: format!(
            "From {from} to {to}: {} take the short way",
            words::people(lawn.n_people)
        ),
        description: describe(lawn, &walks),
        table: table(lawn, k),
        size,
        drawn,
    }))
}

fn name(lawn: &Lawn, page: usize) -> String {
    words::name(&lawn.pages[page].title, &lawn.pages[page].page)
}

/// Walks of enough people, most people first; all people together where no kind has enough.
fn shown_walks(lawn: &Lawn, k: u64) -> Vec<LawnWalk> {
    let is_drawable = |walk: &&LawnWalk| {
        walk.n_people >= k && walk.via.iter().all(|&page| page < lawn.pages.len())
    };
    let mut walks: Vec<LawnWalk> = lawn.walks.iter().filter(is_drawable).cloned().collect();
    walks.sort_by(|a, b| {
        b.n_people
            .cmp(&a.n_people)
            .then_with(|| a.kind.cmp(&b.kind))
    });
    walks.truncate(4);
    if walks.is_empty() {
        walks.push(LawnWalk {
            n_people: lawn.n_people,
            ..LawnWalk::default()
        });
    }
    walks
}

/// The width that each page's label needs for the whole name.
fn wanted(lawn: &Lawn) -> Vec<f64> {
    let width = |page| letters(lawn, page).width(&name(lawn, page)) + 2.0 * PAD;
    (0..lawn.pages.len()).map(width).collect()
}

fn lowest(places: &Layout, bundles: &[Bundle]) -> f64 {
    let edge = |bundle: &Bundle| {
        let lowest = bundle.spine.iter().map(|point| point.1).fold(0.0, f64::max);
        lowest + bundle.width / 2.0
    };
    bundles.iter().map(edge).fold(places.bottom(), f64::max)
}

/// The way between two pages: down from the one, into the other from above; in one row an arch.
fn way(from: Point, to: Point) -> Vec<Point> {
    if (from.1 - to.1).abs() < 1.0 {
        let arch = from.1 - 46.0;
        return bezier(from, (from.0, arch), (to.0, arch), to);
    }
    let middle = f64::midpoint(from.1, to.1);
    bezier(from, (from.0, middle), (to.0, middle), to)
}

fn trails(pen: &Pen<'_>, lawn: &Lawn, places: &Layout) -> Drawn {
    for &(from, to) in &lawn.links {
        let ends = [from, to].map(|page| places.places.get(page).copied().flatten());
        if let [Some(from), Some(to)] = ends {
            pen.line(&way(from, to), Tint::Trail, 1.0, 7.0)?;
        }
    }
    Ok(())
}

/// Kerb, then stones, then the dashed middle, each over the whole way: so the pieces join.
fn paving(pen: &Pen<'_>, lawn: &Lawn, places: &Layout) -> Drawn {
    let ways: Vec<Vec<Point>> = lawn
        .route
        .windows(2)
        .filter_map(|pair| {
            let place = |page: usize| places.places.get(page).copied().flatten();
            Some(way(place(pair[0])?, place(pair[1])?))
        })
        .collect();
    for (tint, width) in [(Tint::Kerb, 22.0), (Tint::Stone, 17.0)] {
        for way in &ways {
            pen.line(way, tint, 1.0, width)?;
        }
    }
    for dash in ways.iter().flat_map(|way| broken(way, Gait::Tiptoe)) {
        pen.line(dash, Tint::Dash, 1.0, 1.4)?;
    }
    Ok(())
}

/// An arrow where each bundle meets the label of its goal.
fn arrows(pen: &Pen<'_>, bundles: &[Bundle]) -> Drawn {
    for bundle in bundles {
        let Some(&tip) = bundle.spine.last() else {
            continue;
        };
        let tail = bundle.spine[bundle.spine.len().saturating_sub(4)];
        let length = (tip.0 - tail.0).hypot(tip.1 - tail.1).max(1e-6);
        let (ux, uy) = ((tip.0 - tail.0) / length, (tip.1 - tail.1) / length);
        let back = (tip.0 - ux * 16.0, tip.1 - uy * 16.0);
        let wings = [
            (back.0 - uy * 8.5, back.1 + ux * 8.5),
            (back.0 + uy * 8.5, back.1 - ux * 8.5),
        ];
        pen.area(&[tip, wings[0], wings[1]], Tint::Goal, 1.0)?;
    }
    Ok(())
}

fn letters(lawn: &Lawn, page: usize) -> Letters {
    let is_end = page == lawn.from || page == lawn.to;
    match is_end {
        true => Letters::new(15.0, Tint::OnGoal, Side::Middle).bold(),
        false if lawn.route.contains(&page) => Letters::new(14.5, Tint::Ink, Side::Middle),
        false => Letters::new(14.5, Tint::Soft, Side::Middle),
    }
}

fn signs(pen: &Pen<'_>, lawn: &Lawn, places: &Layout) -> Drawn {
    for (page, place) in places.places.iter().enumerate() {
        let Some(place) = *place else { continue };
        let (fill, rim) = match page {
            end if end == lawn.from || end == lawn.to => (Tint::Goal, Tint::Goal),
            page if lawn.route.contains(&page) => (Tint::Sign, Tint::Dash),
            _ => (Tint::Bush, Tint::Rule),
        };
        pen.pill(place, (places.widths[page], PILL), fill, rim)?;
        let room = places.widths[page] - 2.0 * PAD + 0.1;
        pen.text_within(place, &name(lawn, page), room, letters(lawn, page))?;
    }
    Ok(())
}

fn legend(pen: &Pen<'_>, lawn: &Lawn, walks: &[LawnWalk], top: f64) -> Drawn {
    let heading = Letters::new(18.0, Tint::Ink, Side::Start).bold();
    let small = Letters::new(15.0, Tint::Ink, Side::Start);
    let headline = format!("{} walked straight across", words::people(lawn.n_people));
    pen.text((20.0, top), &headline, heading)?;
    for (i, walk) in walks.iter().enumerate() {
        let y = top + 26.0 + 24.0 * i as f64;
        for &(start, end) in sample(gait(i)) {
            let width = lawn_walks::width(walk.n_people).min(13.0);
            pen.line(&[(start, y), (end, y)], Tint::Earth, 0.85, width)?;
        }
        let text = format!(
            "{}: {}",
            kind_words(&walk.kind),
            words::people(walk.n_people)
        );
        pen.text_within((88.0, y), &text, WIDTH - 108.0, small)?;
    }
    let y = top + 26.0 + 24.0 * walks.len() as f64;
    if lawn.route.len() > 1 {
        for (tint, width) in [(Tint::Kerb, 15.0), (Tint::Stone, 11.0), (Tint::Dash, 1.4)] {
            pen.line(&[(24.0, y), (70.0, y)], tint, 1.0, width)?;
        }
    }
    let start = if lawn.route.len() > 1 { 88.0 } else { 20.0 };
    pen.text((start, y), &capital_plan(lawn), small)
}

/// Pieces of a short stroke of this gait, from left to right.
fn sample(gait: Gait) -> &'static [(f64, f64)] {
    match gait {
        Gait::Trodden => &[(26.0, 70.0)],
        Gait::Striding => &[(26.0, 38.0), (58.0, 70.0)],
        Gait::Tiptoe => &[(26.0, 28.0), (47.0, 49.0), (68.0, 70.0)],
    }
}

fn capital_plan(lawn: &Lawn) -> String {
    words::capital(&plan_words(lawn))
}

/// `the planned way takes six clicks`.
fn plan_words(lawn: &Lawn) -> String {
    match lawn.route.len().saturating_sub(1) as u64 {
        0 => "the plan has no way there".to_owned(),
        1 => "the planned way takes one click".to_owned(),
        n => format!("the planned way takes {} clicks", words::spelled(n)),
    }
}

/// How a kind of walk is said.
pub(crate) fn kind_words(kind: &str) -> String {
    match kind {
        "search" => "By search".to_owned(),
        "direct" => "Typed, bookmarked or out of a mail".to_owned(),
        "link" => "By a link inside a page".to_owned(),
        "" => "In any way".to_owned(),
        other => words::capital(&words::clean(other)),
    }
}

fn describe(lawn: &Lawn, walks: &[LawnWalk]) -> String {
    let between: Vec<String> = match lawn.route.len() {
        3.. => lawn.route[1..lawn.route.len() - 1]
            .iter()
            .map(|&page| place_name(lawn, page))
            .collect(),
        _ => Vec::new(),
    };
    let over = if between.is_empty() {
        String::new()
    } else {
        format!(" over {}", words::list(&between))
    };
    let ways: Vec<String> = walks
        .iter()
        .map(|walk| {
            format!(
                "{}, {}",
                kind_words(&walk.kind).to_lowercase(),
                words::people(walk.n_people)
            )
        })
        .collect();
    let (low, high) = words::chance_range(lawn.expected_people);
    format!(
        "{}{over}. {} went straight: {}. By chance it would be {} to {}.",
        capital_plan(lawn),
        words::capital(&words::people(lawn.n_people)),
        ways.join("; "),
        words::thousands(low),
        words::people(high),
    )
}

fn place_name(lawn: &Lawn, page: usize) -> String {
    if page < lawn.pages.len() {
        name(lawn, page)
    } else {
        "another page".to_owned()
    }
}

fn table(lawn: &Lawn, k: u64) -> Table {
    let mut table = Table::new("lawn", &["way", "over", "people"]);
    let over = |pages: &[usize]| {
        Cell::text(
            pages
                .iter()
                .map(|&page| place_name(lawn, page))
                .collect::<Vec<_>>()
                .join(" → "),
        )
    };
    table.push(vec![Cell::text("the plan"), over(&lawn.route), Cell::Empty]);
    for walk in &lawn.walks {
        let people = (walk.n_people >= k).then_some(walk.n_people);
        table.push(vec![
            Cell::text(kind_words(&walk.kind)),
            over(&walk.via),
            Cell::gated(people, k),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::super::lawn_ways::{goes_over, returns_to};
    use super::*;
    use crate::example;
    use crate::model::LawnPage;
    use queries::stats::random::Random;

    #[test]
    fn other_data_gives_another_picture() {
        let one = example::report().lawn.unwrap();
        let first = lawn(&one, 5).unwrap().unwrap();
        assert_eq!(
            first.drawn,
            lawn(&one, 5).unwrap().unwrap().drawn,
            "the same data, the same picture"
        );
        let mut fewer = one.clone();
        fewer.walks[0].n_people = 12;
        assert_ne!(first.drawn, lawn(&fewer, 5).unwrap().unwrap().drawn);
        let mut elsewhere = one.clone();
        elsewhere.to = 0;
        assert_ne!(first.drawn, lawn(&elsewhere, 5).unwrap().unwrap().drawn);
        let unreachable = Lawn {
            route: Vec::new(),
            ..one
        };
        let picture = lawn(&unreachable, 5).unwrap().unwrap();
        assert!(picture.description.contains("no way there"));
    }

    #[test]
    fn few_people_are_not_told_apart_and_odd_indices_do_no_harm() {
        let mut odd = example::report().lawn.unwrap();
        odd.walks[1].n_people = 3;
        odd.walks[0].via = vec![900];
        odd.links.push((900, 901));
        odd.route.push(900);
        let picture = lawn(&odd, 5).unwrap().unwrap();
        assert!(picture.table.csv().contains("fewer than 5"));
        odd.from = 900;
        assert!(lawn(&odd, 5).unwrap().is_none());
    }

    /// A tree of pages with names of any length, its two ends anywhere in it, walked by a few or by
    /// thousands in up to four ways.
    fn grown(seed: u64) -> Lawn {
        let mut random = Random::new(seed);
        let n_pages = 2 + random.below(24);
        let above: Vec<usize> = (0..n_pages).map(|page| random.below(page.max(1))).collect();
        let mut lawn = Lawn {
            n_people: 5,
            ..Lawn::default()
        };
        for (page, &parent) in above.iter().enumerate() {
            let depth = if page == 0 {
                0
            } else {
                lawn.pages[parent].depth + 1
            };
            let title: String = (0..2 + random.below(30))
                .map(|_| ['a', 'e', 'm', 'W', 'l', ' '][random.below(6)])
                .collect();
            lawn.pages.push(LawnPage {
                page: format!("/{page}"),
                title,
                depth: depth.min(6),
            });
            if page > 0 {
                lawn.links.push((parent, page));
            }
        }
        lawn.from = random.below(n_pages);
        lawn.to = (lawn.from + 1 + random.below(n_pages - 1)) % n_pages;
        let up = |page: usize| {
            std::iter::successors(Some(page), |&page| (page > 0).then(|| above[page]))
                .collect::<Vec<usize>>()
        };
        let (mut route, down) = (up(lawn.from), up(lawn.to));
        route.extend(down.into_iter().rev().skip(1));
        if random.below(4) > 0 {
            lawn.route = route;
        }
        for _ in 0..=random.below(4) {
            let most = 8 << random.below(9);
            let n_people = 5 + random.below(most) as u64;
            let kind = format!("kind {n_people}");
            lawn.walks.push(LawnWalk {
                via: Vec::new(),
                kind,
                n_people,
            });
        }
        lawn
    }

    fn check_clear(lawn: &Lawn, what: &str) {
        let (places, bundles) = ways(lawn, &shown_walks(lawn, 5), &wanted(lawn));
        let areas: Vec<_> = (0..lawn.pages.len())
            .map(|page| places.area(page))
            .collect();
        for (page, area) in areas.iter().enumerate() {
            let Some(area) = *area else {
                assert!(page != lawn.from && page != lawn.to && !lawn.route.contains(&page));
                continue;
            };
            assert!(
                area[0] >= 0.0 && area[2] <= WIDTH,
                "{what}: page {page} is cut"
            );
            for other in areas[page + 1..].iter().flatten() {
                let is_apart = area[2] < other[0]
                    || other[2] < area[0]
                    || area[3] < other[1]
                    || other[3] < area[1];
                assert!(is_apart, "{what}: {area:?} lies over {other:?}");
            }
            for bundle in &bundles {
                let is_over = if page == lawn.from || page == lawn.to {
                    returns_to(bundle, area)
                } else {
                    goes_over(bundle, area)
                };
                assert!(!is_over, "{what}: a walk goes over page {page}");
            }
            let is_whole = places.widths[page] >= wanted(lawn)[page] - 1e-6;
            let matters = super::super::lawn_layout::essential(lawn);
            assert!(
                is_whole || matters.contains(&page),
                "{what}: neighbour {page} is cut"
            );
        }
    }

    #[test]
    fn no_label_lies_over_another_or_over_a_walk() {
        check_clear(&example::report().lawn.unwrap(), "the example");
        for seed in 0..300 {
            check_clear(&grown(seed), &format!("seed {seed}"));
        }
    }
}
