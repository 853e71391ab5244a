//! Menus in both notations, their links, and their faults.

use proptest::prelude::*;

use super::*;

fn planned(text: &str, notation: Notation) -> Result<Planned, PlanError> {
    read_menu(text.as_bytes(), notation, "menu", &|page| {
        format!("/{}", page.trim_matches('/'))
    })
}

fn read(text: &str, notation: Notation) -> Result<Vec<PlannedLink>, PlanError> {
    planned(text, notation).map(|planned| planned.links)
}

fn told(text: &str, notation: Notation) -> Vec<String> {
    let links = read(text, notation).expect("right");
    let told = links.iter().map(|link| {
        let from = link.from.as_deref().unwrap_or("*");
        format!("{from} {} {}", link.to, link.kind)
    });
    told.collect()
}

/// Every page to every other.
fn all_ways(pages: &[&str]) -> Vec<String> {
    let pairs = pages
        .iter()
        .flat_map(|from| pages.iter().map(move |to| (from, to)));
    let pairs = pairs.filter(|(from, to)| from != to);
    let mut ways: Vec<String> = pairs
        .map(|(from, to)| format!("{from} {to} menu"))
        .collect();
    ways.sort();
    ways
}

#[test]
fn the_top_is_everywhere_and_a_menu_opens_where_one_is() {
    let yaml = "- Title: Home\n  URL: /\n- Title: HR\n  Href: /hr\n  Children:\n  - {title: Leave, url: /hr/leave/}\n  \
                - {title: Pay, url: /hr/pay}\n";
    let json = r#"{"menu": [{"title": "Home", "url": "/"}, {"title": "HR", "link": "/hr", "items":
        [{"title": "Leave", "path": "/hr/leave"}, {"title": "Pay", "to": "/hr/pay"}]}], "version": 2}"#;
    let mut expected = vec!["* / global".to_owned(), "* /hr global".to_owned()];
    expected.extend(all_ways(&["/hr", "/hr/leave", "/hr/pay"]));
    assert_eq!(told(yaml, Notation::Yaml), expected);
    assert_eq!(told(json, Notation::Json), expected);
}

#[test]
fn titles_may_be_keys_and_one_without_address_groups() {
    let yaml = "Home: /\nStaff:\n  HR: /hr\n  Deep:\n    url: /deep\n    sub:\n      Group:\n        A: /a\n        B: /b\n\
                Pages:\n  C: https://x/c\n";
    let mut expected: Vec<String> = ["/", "/deep", "/hr", "/https://x/c"]
        .map(|page| format!("* {page} global"))
        .to_vec();
    expected.extend(all_ways(&["/a", "/b", "/deep"]));
    assert_eq!(told(yaml, Notation::Yaml), expected);
}

#[test]
fn entries_have_titles_in_words_or_as_keys() {
    let yaml = "Home: /\nStaff:\n  HR: {url: /hr, title: Human resources}\n  Deep:\n    url: /deep\n    sub:\n      Group:\n        A: /a\n\
                Again: /a\nLoose:\n- /loose\n";
    let planned = planned(yaml, Notation::Yaml).expect("right");
    let told: Vec<String> = planned
        .titles
        .iter()
        .map(|(page, title)| format!("{page} {title}"))
        .collect();
    assert_eq!(
        told,
        ["/ Home", "/a A", "/deep Deep", "/hr Human resources"]
    );
}

#[test]
fn what_is_no_page_makes_no_link() {
    let yaml = "- {title: Write, url: 'mailto:a@b'}\n- {title: Line, type: separator}\n- {title: Top, url: '#', items: [/x]}\n\
                - title: Roles\n  url: /roles\n  roles: [admin, hr]\n  icon: {src: /x.png}\n";
    assert_eq!(
        told(yaml, Notation::Yaml),
        ["* /roles global", "* /x global"]
    );
}

#[test]
fn of_a_long_list_only_the_way_down_and_up_is_planned() {
    let items: Vec<String> = (0..=MOST_BESIDE).map(|n| format!("/a/{n}")).collect();
    let json = serde_json::json!({"url": "/a", "children": items}).to_string();
    assert_eq!(
        read(&json, Notation::Json).expect("right").len(),
        1 + 2 * items.len()
    );
}

#[test]
fn faults_name_file_line_and_remedy() {
    for (text, notation, line, words) in [
        ("{\n\"a\": \n}", Notation::Json, 3, "is no JSON"),
        (
            "{\n\"HR\": \"hr/leave\"}",
            Notation::Json,
            2,
            "begin it with a slash",
        ),
        (
            "{\n\"a\": {\n\t\"HR\": \"x\"}}",
            Notation::Json,
            3,
            "`x` is no address",
        ),
        ("a:\n  - b\n c: d", Notation::Yaml, 3, "is no YAML"),
        ("- /x\n- &a /a\n- *a\n", Notation::Yaml, 3, "write out"),
        ("- /x\n---\n- /y\n", Notation::Yaml, 3, "second document"),
        (
            "- url: /x\n  nodes:\n  - url: /y\n",
            Notation::Yaml,
            3,
            "rename it to `children`",
        ),
        ("- /x\n- ? [a]\n  : /y\n", Notation::Yaml, 2, "quote it"),
    ] {
        let error = read(text, notation).expect_err(text).to_string();
        assert!(
            error.contains(words) && error.contains(&format!("`menu` line {line}")),
            "{error}"
        );
    }
    for text in ["", "# nothing\n", "- title: x\n"] {
        let error = read(text, Notation::Yaml).expect_err(text).to_string();
        assert!(error.contains("names no page"), "{error}");
    }
    let error = read_menu(b"- \xff", Notation::Yaml, "menu", &str::to_owned).expect_err("bytes");
    assert!(error.to_string().contains("line 1: is no UTF-8"), "{error}");
}

#[test]
fn depth_and_bombs_are_refused() {
    let deep = "[".repeat(5000) + "\"/a\"" + &"]".repeat(5000);
    for notation in [Notation::Json, Notation::Yaml] {
        let error = read(&deep, notation).expect_err("deep").to_string();
        assert!(
            error.contains("deep") || error.contains("recursion"),
            "{error}"
        );
    }
    let mut bomb = "a0: &a0 [/x, /y]\n".to_owned();
    for n in 1..40 {
        let before = format!("*a{}, ", n - 1).repeat(9);
        bomb = format!("{bomb}a{n}: &a{n} [{}]\n", before.trim_end_matches(", "));
    }
    assert!(read(&bomb, Notation::Yaml).is_err());
}

#[test]
fn a_menu_is_known_by_its_ending_or_its_first_character() {
    let of = |name: &str, text: &str| Notation::of(Path::new(name), text.as_bytes());
    assert_eq!(of("menu.YML", ""), Some(Notation::Yaml));
    assert_eq!(of("menu.txt", "\u{feff} [1]"), Some(Notation::Json));
    assert_eq!(of("navigation.csv", "from,to\n"), None);
}

/// A value of JSON as nodes without lines.
fn plain(value: &serde_json::Value) -> What {
    let node = |value| Node {
        line: 0,
        what: plain(value),
    };
    match value {
        serde_json::Value::Null => What::Nothing,
        serde_json::Value::String(text) => What::Text(text.clone()),
        serde_json::Value::Array(list) => What::List(list.iter().map(node).collect()),
        serde_json::Value::Object(map) => What::Map(
            map.iter()
                .map(|(key, value)| (key.clone(), node(value)))
                .collect(),
        ),
        other => What::Text(other.to_string()),
    }
}

fn without_lines(node: Node) -> What {
    let bare = |node| Node {
        line: 0,
        what: without_lines(node),
    };
    match node.what {
        What::List(list) => What::List(list.into_iter().map(bare).collect()),
        What::Map(pairs) => What::Map(
            pairs
                .into_iter()
                .map(|(key, node)| (key, bare(node)))
                .collect(),
        ),
        leaf => leaf,
    }
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let text = prop_oneof![any::<String>(), "[a-z/:#\\\\\"\t\n😀-]{0,8}"];
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i32>().prop_map(Into::into),
        text.clone().prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            proptest::collection::vec((text.clone(), inner), 0..6)
                .prop_map(|pairs| serde_json::Value::Object(pairs.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn json_is_read_as_the_parser_of_json_reads_it(value in json(), is_pretty in any::<bool>()) {
        let text = if is_pretty { format!("{value:#}").replace("  ", "\t") } else { value.to_string() };
        // The tabs of pretty printing replaced spaces inside strings too: what it now means counts.
        if let Ok(value) = serde_json::from_str(&text) {
            let found = nodes::read(text.as_bytes(), Notation::Json).expect(&text);
            prop_assert_eq!(without_lines(found), plain(&value));
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in "[-a-z/:{}\\[\\]\"'&*#!|>?, \n\t\\\\u0-9😀]{0,60}", any in any::<Vec<u8>>()) {
        for notation in [Notation::Json, Notation::Yaml] {
            let page = |page: &str| page.to_owned();
            drop(read_menu(text.as_bytes(), notation, "m", &page));
            drop(read_menu(&any, notation, "m", &page));
        }
    }
}
