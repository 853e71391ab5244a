//! The reader of JSON beside plain look-ups in the built tree.

use proptest::prelude::*;
use serde_json::{Map, Value};

use super::super::names::{Step, steps};
use super::super::row::Field;
use super::*;

#[test]
fn objects_are_read_and_all_else_is_not() {
    let names = Names::new(&[]).expect("no columns");
    let row = read(
        br#"{"TS":1714557600,"user":"A\u00e4","tags":["x",{"y":1}],"url":"/a","status":null}"#,
        &names,
    );
    let row = row.expect("an object");
    assert_eq!(&*row.text(Field::User), "A\u{e4}".as_bytes());
    assert_eq!(&*row.text(Field::Page), b"/a");
    assert_eq!(row.number(Field::Status), Ok(-1));
    let odd = read(b"{\"user\":\"a\xff\"}", &names).expect("an object");
    assert_eq!(&*odd.text(Field::User), "a\u{fffd}".as_bytes());
    for bad in ["[1]", "{", "{} {}", "1", "{\"a\":}"] {
        assert!(read(bad.as_bytes(), &names).is_err(), "{bad}");
    }
    let deep = format!(
        "{{\"url\":\"/a\",\"x\":{}{}}}",
        "[".repeat(10_000),
        "]".repeat(10_000)
    );
    assert!(read(deep.as_bytes(), &names).is_ok());
}

fn quickly<'a>(line: &'a str, names: &Names) -> Option<Row<'a>> {
    let mut row = Row::default();
    json_scan::object(line, names.root(), &mut row).map(|()| row)
}

#[test]
fn ordinary_lines_go_the_quick_way() {
    let names = Names::new(&[]).expect("no columns");
    for line in [
        r#"{"ts":1714557600.25,"user":"a","url":"/a","status":200,"x":[1,{"y":null}],"z":-3,"w":true}"#,
        " { \"user\" : \"\u{e9}\" , \"url\" : \"/a\" } ",
        "{}",
    ] {
        let row = quickly(line, &names).expect("a plain object");
        assert_eq!(Ok(row), row_of_any(line, &names));
    }
    let others = [
        r#"{"a":"\n"}"#,
        r#"{"a":01}"#,
        r#"{"a":-0}"#,
        r#"{"a":1} x"#,
        r#"{"a":1,}"#,
        r#"{"a" 1}"#,
        r#"{"a":1"#,
        "{\"a\":\"\t\"}",
    ];
    for other in others {
        assert_eq!(quickly(other, &names), None, "{other}");
    }
}

#[test]
fn paths_lead_into_objects_and_lists() {
    let columns = [
        ("user", "who.names[1]"),
        ("url", "a.b.c"),
        ("referrer", "x.y"),
    ];
    let columns = columns.map(|(key, path)| (key.to_owned(), path.to_owned()));
    let names = Names::new(&columns).expect("they are fields");
    let line =
        br#"{"WHO":{"Names":["x","ann",3]},"a":{"b":{"c":"/p","d":1}},"x.y":"/r","url":"/q"}"#;
    let row = read(line, &names).expect("an object");
    assert_eq!(&*row.text(Field::User), b"ann");
    assert_eq!(&*row.text(Field::Page), b"/p");
    assert_eq!(&*row.text(Field::Referrer), b"/r");
}

#[test]
fn the_escapes_of_nginx_are_no_reason_to_reject() {
    let names = Names::new(&[]).expect("no columns");
    let line = br#"{"user":"\x22a\x22\\x41","url":"/caf\xC3\xA9","agent":"\x1F"}"#;
    let row = read(line, &names).expect("it can be mended");
    assert_eq!(&*row.text(Field::User), b"\"a\"\\x41");
    assert_eq!(&*row.text(Field::Page), "/caf\u{e9}".as_bytes());
}

#[test]
fn a_character_that_was_cut_in_half_shows_as_such() {
    let names = Names::new(&[]).expect("no columns");
    let line = br#"{"user":"\ud83d\ude00","url":"/\ud83d","agent":"\ude00\ud83d\u00e4\\ud83d","x":"\ud83"}"#;
    assert_eq!(read(line, &names).map(|_| ()), Err(Reason::Json));
    let line = br#"{"user":"\ud83d\ude00","url":"/\ud83d","agent":"\ude00\ud83d\u00e4\\ud83d"}"#;
    let row = read(line, &names).expect("it can be mended");
    assert_eq!(&*row.text(Field::User), "\u{1f600}".as_bytes());
    assert_eq!(&*row.text(Field::Page), "/\u{fffd}".as_bytes());
    let agent = "\u{fffd}\u{fffd}\u{e4}\\ud83d";
    assert_eq!(&*row.text(Field::Agent), agent.as_bytes());
}

/// Objects with few names, in two letter cases, so that paths often lead somewhere.
fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-5i64..5).prop_map(Value::from),
        (-2.0..2.0).prop_map(Value::from),
        "[a-c \"\\\\\n\u{e9}-]{0,4}".prop_map(Value::from),
    ];
    let name = prop_oneof![Just("a"), Just("b"), Just("A"), Just("a.b"), Just("c")];
    leaf.prop_recursive(4, 40, 5, move |inner| {
        let pairs = prop::collection::vec((name.clone(), inner.clone()), 0..5);
        let object = pairs.prop_map(|pairs| {
            let pairs = pairs
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value));
            Value::Object(pairs.collect::<Map<String, Value>>())
        });
        prop_oneof![
            object,
            prop::collection::vec(inner, 0..4).prop_map(Value::from)
        ]
    })
}

/// What stands at some steps, in the order of the text; names fit in any letter case.
fn found<'v>(value: &'v Value, path: &[Step<'_>], all: &mut Vec<&'v Value>) {
    let Some((first, rest)) = path.split_first() else {
        all.push(value);
        return;
    };
    match (first, value) {
        (Step::Name(name), Value::Object(object)) => object
            .iter()
            .filter(|(key, _)| key.eq_ignore_ascii_case(name))
            .for_each(|(_, value)| found(value, rest, all)),
        (Step::Element(at), Value::Array(list)) => {
            if let Some(value) = list.get(*at) {
                found(value, rest, all);
            }
        }
        _ => {}
    }
}

fn text_of(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.trim_ascii().to_owned(),
        Value::Number(n) => n.as_i64().map_or_else(
            || n.as_f64().unwrap_or_default().to_string(),
            |n| n.to_string(),
        ),
        _ => String::new(),
    };
    if text == "-" { String::new() } else { text }
}

proptest! {
    #[test]
    fn paths_find_what_a_built_tree_has(
        value in json(),
        path in prop::sample::select(vec!["a", "b", "a.b", "a.a", "b.c", "a[0]", "b[1].a", "a.b.c", "c[0][1]"]),
    ) {
        let names = Names::new(&[("user".to_owned(), path.to_owned())]).expect("user is a field");
        let line = value.to_string();
        // Written and read again, a fraction may differ in its last digit.
        let value: Value = serde_json::from_str(&line).expect("it was written as JSON");
        let row = read(line.as_bytes(), &names);
        prop_assert_eq!(row.is_ok(), value.is_object());
        if let (Ok(row), Value::Object(object)) = (row, &value) {
            // At the top the whole path may also be a name; what is said last counts.
            let mut last = String::new();
            for (key, inner) in object {
                let mut all = Vec::new();
                if path.contains(['.', '[']) && key.eq_ignore_ascii_case(path) {
                    all.push(inner);
                }
                let one = Value::Object(Map::from_iter([(key.clone(), inner.clone())]));
                let path = steps(path);
                found(&one, &path, &mut all);
                let mut texts = all.into_iter().map(text_of).filter(|text| !text.is_empty());
                last = texts.next_back().unwrap_or(last);
            }
            let said = row.text(Field::User);
            prop_assert_eq!(&*said, last.as_bytes());
        }
    }

    #[test]
    fn the_quick_way_says_what_the_long_way_says(
        value in json(),
        spoiled in prop::option::of((any::<prop::sample::Index>(), any::<char>())),
        path in prop::sample::select(vec!["a", "b", "a.b", "a[0]", "b[1].a", "c[0][1]"]),
        is_pretty in any::<bool>(),
    ) {
        let names = Names::new(&[("user".to_owned(), path.to_owned())]).expect("user is a field");
        let mut line = if is_pretty { format!("{value:#}") } else { value.to_string() };
        if let Some((at, other)) = spoiled {
            let mut chars: Vec<char> = line.chars().collect();
            let at = at.index(chars.len());
            chars[at] = other;
            line = chars.into_iter().collect();
        }
        if let Some(row) = quickly(&line, &names) {
            prop_assert_eq!(Ok(row), row_of_any(&line, &names));
        }
    }

    #[test]
    fn no_line_makes_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), text in "[{}\\[\\]\",:a\\\\x0-9]{0,60}") {
        let names = Names::new(&[("user".to_owned(), "a[0].a".to_owned())]).expect("user is a field");
        drop(read(&bytes, &names));
        drop(read(text.as_bytes(), &names));
        drop(read(&bytes, &Names::audit()));
        drop(read(text.as_bytes(), &Names::audit()));
    }
}
