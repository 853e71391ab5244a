//! JSON and YAML as one kind of nodes, each with its line.
//!
//! YAML holds JSON, so one reader serves both and knows every line. What JSON writes otherwise (tabs between
//! values, characters beyond U+FFFF as two escapes) is rewritten first, line for line.

use std::borrow::Cow;

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::Notation;

/// A fault: the line, from 1, and what is wrong there.
pub(super) type Fault = (u64, String);

/// How deep parts may stand in each other: menus have a handful of levels, each of them two.
const MOST_DEPTH: usize = 64;

/// A part of a menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    /// The line where it begins, from 1.
    pub(super) line: u64,
    pub(super) what: What,
}

/// What a part is. Numbers and truths are text as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    Nothing,
    Text(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

impl Node {
    /// Whether parts stand beneath it.
    pub(super) fn is_branch(&self) -> bool {
        matches!(self.what, What::List(_) | What::Map(_))
    }
}

/// Reads a whole file; an empty one is nothing.
pub(super) fn read(bytes: &[u8], notation: Notation) -> Result<Node, Fault> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|cause| {
        let before = &bytes[..cause.valid_up_to()];
        let line = memchr::memchr_iter(b'\n', before).count() as u64 + 1;
        (line, "is no UTF-8: save the file as UTF-8".to_owned())
    })?;
    let text = match notation {
        Notation::Json => Cow::Owned(as_yaml(text)?),
        Notation::Yaml => Cow::Borrowed(text),
    };
    events(&text)
}

/// JSON as YAML with the same lines.
fn as_yaml(text: &str) -> Result<String, Fault> {
    // The proper parser of JSON knows best what is wrong with it.
    serde_json::from_str::<serde_json::Value>(text).map_err(|cause| {
        let problem = format!("is no JSON: {cause}");
        (cause.line() as u64, problem)
    })?;
    let mut yaml = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['\\', '\t']) {
        yaml.push_str(&rest[..at]);
        let (new, length) = rewritten(&rest[at..]);
        yaml.push_str(&new);
        rest = &rest[at + length..];
    }
    yaml.push_str(rest);
    Ok(yaml)
}

/// A tab or an escape as YAML writes it, and the length of what it stands for.
fn rewritten(text: &str) -> (Cow<'_, str>, usize) {
    // A JSON string holds no tab, so that each one stands between values.
    if text.starts_with('\t') {
        return (Cow::Borrowed(" "), 1);
    }
    let unit = |text: &str| {
        let digits = text.strip_prefix("\\u")?.get(..4)?;
        u16::from_str_radix(digits, 16).ok()
    };
    let pair = unit(text).and_then(|high| Some([high, unit(text.get(6..)?)?]));
    if let Some(pair) = pair
        && let Some(Ok(c)) = char::decode_utf16(pair).next()
        && c.len_utf16() == 2
    {
        return (Cow::Owned(format!("\\U{:08x}", u32::from(c))), 12);
    }
    // The escape and what it escapes: the second backslash of two opens no escape of its own.
    let length = 1 + text[1..].chars().next().map_or(0, char::len_utf8);
    (Cow::Borrowed(&text[..length]), length)
}

/// A list or map that is not closed yet; a map's key waits for its value.
struct Open {
    node: Node,
    key: Option<String>,
}

fn events(text: &str) -> Result<Node, Fault> {
    let mut parser = Parser::new_from_str(text);
    let mut open: Vec<Open> = Vec::new();
    let mut root = None;
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|cause| {
            let line = cause.marker().line() as u64;
            (line, format!("is no YAML: {}", cause.info()))
        })?;
        let line = span.start.line() as u64;
        let what = match event {
            Event::Alias(_) => {
                let problem = "`*` refers to another part: write out what it stands for";
                return Err((line, problem.to_owned()));
            }
            Event::Scalar(text, style, ..) => scalar(&text, style),
            Event::SequenceStart(..) => What::List(Vec::new()),
            Event::MappingStart(..) => What::Map(Vec::new()),
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(closed) = open.pop() else { continue };
                place(&mut open, &mut root, closed.node)?;
                continue;
            }
            Event::StreamEnd => break,
            _ => continue,
        };
        let node = Node { line, what };
        if !node.is_branch() {
            place(&mut open, &mut root, node)?;
        } else if open.len() == MOST_DEPTH {
            return Err((line, format!("stands {MOST_DEPTH} deep: no menu does")));
        } else {
            open.push(Open { node, key: None });
        }
    }
    Ok(root.unwrap_or(Node {
        line: 1,
        what: What::Nothing,
    }))
}

fn scalar(text: &str, style: ScalarStyle) -> What {
    match text {
        "" | "~" | "null" | "Null" | "NULL" if style == ScalarStyle::Plain => What::Nothing,
        text => What::Text(text.to_owned()),
    }
}

/// Puts a finished node where it belongs.
fn place(open: &mut [Open], root: &mut Option<Node>, node: Node) -> Result<(), Fault> {
    let Some(outer) = open.last_mut() else {
        if root.is_some() {
            let problem = "begins a second document: keep one menu in a file";
            return Err((node.line, problem.to_owned()));
        }
        *root = Some(node);
        return Ok(());
    };
    match (&mut outer.node.what, outer.key.take()) {
        (What::Map(pairs), Some(key)) => pairs.push((key, node)),
        (What::Map(_), None) => outer.key = Some(key_of(node)?),
        (What::List(list), _) => list.push(node),
        (What::Nothing | What::Text(_), _) => {}
    }
    Ok(())
}

fn key_of(node: Node) -> Result<String, Fault> {
    match node.what {
        What::Text(text) => Ok(text),
        What::Nothing => Ok(String::new()),
        What::List(_) | What::Map(_) => {
            let problem = "has a list or a map for a title: quote it if it is text";
            Err((node.line, problem.to_owned()))
        }
    }
}
