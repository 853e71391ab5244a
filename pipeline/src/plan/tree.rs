//! The tree of the addresses: each page and the nearest page above it, linked both ways.

use std::collections::BTreeSet;

use super::PlannedLink;

/// The links among `pages` that their addresses tell. A page hangs on the longest address above it that is
/// a page: `/hr/leave/form` on `/hr/leave`, or on `/hr` where nobody knows `/hr/leave`. Pages of other hosts
/// hang on nothing.
pub fn tree_links(pages: &BTreeSet<String>) -> Vec<PlannedLink> {
    let mut links = Vec::new();
    for page in pages.iter().filter(|page| !page.starts_with("//")) {
        let Some(above) = above(page).find(|above| pages.contains(*above)) else {
            continue;
        };
        links.push(link(above, page));
        links.push(link(page, above));
    }
    links
}

fn link(from: &str, to: &str) -> PlannedLink {
    PlannedLink::now(Some(from), to, "tree")
}

/// The addresses above a page, nearest first; `/` is the last.
fn above(page: &str) -> impl Iterator<Item = &str> {
    let ends = page.char_indices().rev();
    let ends = ends.filter(|(at, c)| matches!(c, '/' | '?') && at + 1 < page.len());
    ends.map(|(at, _)| &page[..at.max(1)])
        .filter(move |above| *above != page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_hangs_on_the_nearest_page_above_it() {
        let pages = [
            "/",
            "/hr",
            "/hr/leave/form",
            "/show",
            "/show?id=7",
            "//mail/x",
            "/it/vpn",
        ];
        let pages = pages.into_iter().map(str::to_owned).collect();
        let links = tree_links(&pages);
        let down: Vec<(&str, &str)> = links
            .iter()
            .step_by(2)
            .map(|link| (link.from.as_deref().expect("a page"), link.to.as_str()))
            .collect();
        let expected = [
            ("/", "/hr"),
            ("/hr", "/hr/leave/form"),
            ("/", "/it/vpn"),
            ("/", "/show"),
            ("/show", "/show?id=7"),
        ];
        assert_eq!(down, expected);
        let back = &links[1];
        assert_eq!((back.from.as_deref(), back.to.as_str()), (Some("/hr"), "/"));
    }

    #[test]
    fn without_a_start_page_there_are_several_trees() {
        let pages = ["/hr", "/hr/leave", "/it"].map(str::to_owned).into();
        assert_eq!(tree_links(&pages).len(), 2);
        assert!(tree_links(&BTreeSet::new()).is_empty());
    }
}
