//! The links of one page of HTML, where each stands, and the page's title. Scripts are not run.

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{StartTag, Token, Tokenizer};

/// Elements inside each other, at most: what is deeper is read as if it stood at this depth.
const MOST_DEPTH: usize = 512;

/// Where a link stands on its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// In a `nav`, in something whose role that is, or in the header of the page.
    Menu,
    /// In what calls itself a breadcrumb.
    Breadcrumb,
    /// Anywhere else.
    Body,
    /// In the footer of the page.
    Footer,
}

impl Place {
    /// The kind of link in the table `plan`.
    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::Menu => "menu",
            Self::Breadcrumb => "breadcrumb",
            Self::Body => "body",
            Self::Footer => "footer",
        }
    }
}

/// A link as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Anchor {
    /// The address, perhaps relative.
    pub(super) href: String,
    pub(super) place: Place,
    /// Whether the page lets robots follow it.
    pub(super) is_followed: bool,
}

/// What a page links to.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Links {
    /// What relative addresses are relative to, if not to the page.
    pub(super) base: Option<String>,
    /// The links in their order.
    pub(super) anchors: Vec<Anchor>,
    /// Whether it has a field for a password.
    pub(super) asks_password: bool,
    /// What the page calls itself, as written.
    pub(super) title: String,
}

/// What an element says about the links inside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Place(Place),
    /// A header or footer inside is its own, and not the page's.
    Section,
}

/// Reads a page; broken HTML is read as far as it makes sense.
pub(super) fn links(html: &str) -> Links {
    let mut emitter = DefaultEmitter::default();
    // The content of scripts and styles is no HTML.
    emitter.naively_switch_states(true);
    let mut open: Vec<(Vec<u8>, Option<Mark>)> = Vec::new();
    let (mut links, mut is_followed) = (Links::default(), true);
    let mut has_title = false;
    for token in Tokenizer::new_with_emitter(html, emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => {
                is_followed &= !forbids_following(&tag);
                links.add(&tag, &open);
                if !is_void(&tag) && open.len() < MOST_DEPTH {
                    open.push((tag.name.to_vec(), mark(&tag, &open)));
                }
            }
            Token::EndTag(tag) => {
                has_title |= tag.name == b"title" && is_title(&open);
                let found = open.iter().rposition(|(name, _)| tag.name == *name);
                open.truncate(found.unwrap_or(open.len()));
            }
            Token::String(text) if !has_title && is_title(&open) => {
                links.title.push_str(&String::from_utf8_lossy(&text));
            }
            _ => {}
        }
    }
    for anchor in &mut links.anchors {
        anchor.is_followed &= is_followed;
    }
    links
}

/// Whether text here is the title of the page: pictures have titles too.
fn is_title(open: &[(Vec<u8>, Option<Mark>)]) -> bool {
    let is_open = |name: &[u8]| open.iter().any(|(open, _)| open == name);
    open.last().is_some_and(|(name, _)| name == b"title") && !is_open(b"svg")
}

impl Links {
    fn add(&mut self, tag: &StartTag<()>, open: &[(Vec<u8>, Option<Mark>)]) {
        let kind = attribute(tag, b"type").unwrap_or_default();
        self.asks_password |= tag.name == b"input" && kind.eq_ignore_ascii_case("password");
        let Some(href) = attribute(tag, b"href") else {
            return;
        };
        match &tag.name[..] {
            b"base" => {
                self.base.get_or_insert(href);
            }
            b"a" | b"area" => {
                let rel = attribute(tag, b"rel").unwrap_or_default();
                let mut words = rel.split_ascii_whitespace();
                self.anchors.push(Anchor {
                    href,
                    place: place(open),
                    is_followed: !words.any(|word| word.eq_ignore_ascii_case("nofollow")),
                });
            }
            _ => {}
        }
    }
}

fn attribute(tag: &StartTag<()>, name: &[u8]) -> Option<String> {
    let value = tag.attributes.get(name)?;
    Some(String::from_utf8_lossy(value).into_owned())
}

/// `<meta name="robots" content="nofollow">`.
fn forbids_following(tag: &StartTag<()>) -> bool {
    let says = |name: &[u8], words: &[&str]| {
        let value = attribute(tag, name)
            .unwrap_or_default()
            .to_ascii_lowercase();
        value.split(',').any(|word| words.contains(&word.trim()))
    };
    tag.name == b"meta"
        && says(b"name", &["robots", super::robots::AGENT])
        && says(b"content", &["nofollow", "none"])
}

/// Elements that hold nothing and have no end.
fn is_void(tag: &StartTag<()>) -> bool {
    const VOID: [&[u8]; 13] = [
        b"area", b"base", b"br", b"col", b"embed", b"hr", b"img", b"input", b"link", b"meta",
        b"source", b"track", b"wbr",
    ];
    VOID.contains(&&tag.name[..])
}

fn mark(tag: &StartTag<()>, open: &[(Vec<u8>, Option<Mark>)]) -> Option<Mark> {
    let name = &tag.name[..];
    let is_whole = matches!(name, b"html" | b"body" | b"main");
    if !is_whole && is_breadcrumb(tag) {
        return Some(Mark::Place(Place::Breadcrumb));
    }
    let role = attribute(tag, b"role").unwrap_or_default();
    let of_page = || !open.iter().any(|(_, mark)| is_section(*mark));
    let place = match (role.to_ascii_lowercase().trim(), name) {
        ("contentinfo", _) => Place::Footer,
        ("main", _) | (_, b"main") => Place::Body,
        ("navigation" | "banner" | "menubar", _) | (_, b"nav") => Place::Menu,
        (_, b"header") if of_page() => Place::Menu,
        (_, b"footer") if of_page() => Place::Footer,
        (_, b"article" | b"section" | b"aside") => return Some(Mark::Section),
        _ => return None,
    };
    Some(Mark::Place(place))
}

fn is_section(mark: Option<Mark>) -> bool {
    matches!(mark, Some(Mark::Section | Mark::Place(Place::Body)))
}

fn is_breadcrumb(tag: &StartTag<()>) -> bool {
    const NAMES: [&[u8]; 5] = [b"aria-label", b"class", b"id", b"itemtype", b"typeof"];
    NAMES.iter().any(|name| {
        let value = attribute(tag, name).unwrap_or_default();
        value.to_ascii_lowercase().contains("breadcrumb")
    })
}

/// The innermost place; a menu inside a breadcrumb or a footer is theirs.
fn place(open: &[(Vec<u8>, Option<Mark>)]) -> Place {
    let marks = open.iter().rev().filter_map(|(_, mark)| *mark);
    let mut places = marks.filter_map(|mark| match mark {
        Mark::Place(place) => Some(place),
        Mark::Section => None,
    });
    match places.next() {
        None => Place::Body,
        Some(Place::Menu) => places
            .take_while(|place| *place != Place::Body)
            .find(|place| *place != Place::Menu)
            .unwrap_or(Place::Menu),
        Some(place) => place,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn told(html: &str) -> Vec<String> {
        let found = links(html);
        let told = found.anchors.iter();
        told.map(|anchor| format!("{} {}", anchor.href, anchor.place.kind()))
            .collect()
    }

    #[test]
    fn each_link_tells_where_it_stands() {
        let html = "<!doctype html><base href='/x/'><body class=has-breadcrumbs><header><a href=/h>H</a></header>\
            <nav aria-label=Breadcrumb><a href='/b?a=1&amp;b=2'>B</a></nav>\
            <div role=navigation><ul><li><a href=/n1>1<li><a href=/n2>2</ul></div>\
            <ol itemtype='https://schema.org/BreadcrumbList'><li><a href=/s>S</a></ol>\
            <main><header><a href=/own>o</a></header><nav><a href=/toc>t</a></nav><a href=/m>m</a></main>\
            <article><footer><a href=/by>by</a></footer></article>\
            <footer><nav><a href=/f>f</a></nav></footer><map><area href=/area></map><a>no</a>";
        let expected = [
            "/h menu",
            "/b?a=1&b=2 breadcrumb",
            "/n1 menu",
            "/n2 menu",
            "/s breadcrumb",
            "/own body",
            "/toc menu",
            "/m body",
            "/by body",
            "/f footer",
            "/area body",
        ];
        assert_eq!(told(html), expected);
        assert_eq!(links(html).base.as_deref(), Some("/x/"));
    }

    #[test]
    fn broken_html_is_read_as_far_as_it_makes_sense() {
        let html = "<nav><a href=/a><b><main><a href='/b'>x</i></main></nav></nav><a href=/c <a href=\"/d\"\n>";
        assert_eq!(told(html), ["/a menu", "/b body", "/c body"]);
        let html = "<script>document.write('<a href=/no>')</script><!-- <a href=/no> --><style><a href=/no></style><a href=/yes>";
        assert_eq!(told(html), ["/yes body"]);
        assert_eq!(
            told(&("<div>".repeat(100_000) + "<a href=/deep>")),
            ["/deep body"]
        );
    }

    #[test]
    fn a_page_has_its_first_title_and_not_that_of_a_picture() {
        let html = "<svg><title>Logo</title></svg><head><title lang=en>Leave &amp;\n <b>pay</title><title>No</title></head>";
        assert_eq!(links(html).title, "Leave &\n <b>pay");
        assert_eq!(links("<p>none").title, "");
    }

    #[test]
    fn what_robots_must_not_follow_is_told() {
        let html = "<a href=/a rel='noopener NoFollow'><a href=/b>";
        let is_followed: Vec<bool> = links(html).anchors.iter().map(|a| a.is_followed).collect();
        assert_eq!(is_followed, [false, true]);
        let html = "<meta name=Robots content='noindex, nofollow'><a href=/a>";
        assert!(!links(html).anchors[0].is_followed);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(html in "(<|>|/|a|nav|main| href=|'|\"|&amp;|&#x0;|!--|script|[^x]){0,40}") {
            links(&html);
        }
    }
}
