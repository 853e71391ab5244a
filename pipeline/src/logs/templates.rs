//! Templates: addresses that differ in an id alone, as one page.
//!
//! A template is a page with segments or values in braces, such as `/tickets/{id}/comments` or `/show?id={id}`. What is
//! in braces matches any one segment, or any value of that parameter; everything else must be equal, and the number of
//! segments too. The first template that matches counts, so a page without braces before it is an exception: it stays.

/// The parts of a page's name under one spelling.
#[derive(Debug)]
pub(super) struct Named<'a> {
    /// The host, where it is none of ours.
    pub(super) host: Option<String>,
    /// From the first slash.
    pub(super) path: std::borrow::Cow<'a, str>,
    /// The kept parameters, by their place in `keep_parameters`, with their values.
    pub(super) parameters: Vec<(usize, String)>,
}

/// A compiled template.
#[derive(Clone, Debug)]
struct Template {
    host: Option<String>,
    path: String,
    /// Whether any segment of the path is in braces.
    is_open: bool,
    parameters: Vec<(usize, String)>,
}

/// The compiled templates, by their number of segments and then in their order.
#[derive(Clone, Debug, Default)]
pub(super) struct Templates {
    by_length: Vec<Vec<Template>>,
}

/// Longer addresses are not folded: they are no pages that somebody writes a template for.
const MOST_SEGMENTS: usize = 32;

impl Templates {
    /// Adds a template behind those that are there.
    pub(super) fn push(&mut self, template: Named<'_>) {
        let length = length_of(&template.path);
        if length > MOST_SEGMENTS {
            return;
        }
        if self.by_length.len() <= length {
            self.by_length.resize_with(length + 1, Vec::new);
        }
        self.by_length[length].push(Template {
            host: template.host,
            is_open: template.path.split('/').any(is_open),
            path: template.path.into_owned(),
            parameters: template.parameters,
        });
    }

    /// Puts the braces of the first template that matches in place of what they match.
    pub(super) fn fold(&self, page: &mut Named<'_>) {
        if self.by_length.is_empty() {
            return;
        }
        let candidates = self.by_length.get(length_of(&page.path));
        let found = candidates.and_then(|all| all.iter().find(|one| one.matches(page)));
        let Some(template) = found else { return };
        if template.is_open {
            page.path = template.path.clone().into();
        }
        for (at, value) in &mut page.parameters {
            if let Some(open) = template.open_value(*at) {
                value.clone_from(open);
            }
        }
    }
}

impl Template {
    fn matches(&self, page: &Named<'_>) -> bool {
        let fits = |mine: &str, theirs: &str| is_open(mine) || mine == theirs;
        let has = |(at, mine): &(usize, String)| {
            let value = page.parameters.iter().find(|(place, _)| place == at);
            value.is_some_and(|(_, theirs)| fits(mine, theirs))
        };
        self.host == page.host
            && self
                .path
                .split('/')
                .zip(page.path.split('/'))
                .all(|(mine, theirs)| fits(mine, theirs))
            && self.parameters.iter().all(has)
    }

    fn open_value(&self, at: usize) -> Option<&String> {
        let mine = self.parameters.iter().find(|(place, _)| *place == at);
        mine.map(|(_, value)| value).filter(|value| is_open(value))
    }
}

fn length_of(path: &str) -> usize {
    memchr::memchr_iter(b'/', path.as_bytes()).count()
}

fn is_open(segment: &str) -> bool {
    segment.len() > 2 && segment.starts_with('{') && segment.ends_with('}')
}

/// What is wrong with a template, apart from parameters that are not kept.
pub(super) fn mistake(template: &str) -> Option<String> {
    let is_address = template.starts_with('/') || template.contains("://");
    if !is_address {
        return Some(format!("`{template}` is no page: begin it with a slash"));
    }
    let (path, query) = template.split_once('?').unwrap_or((template, ""));
    let values = query
        .split('&')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let names = values
        .clone()
        .map(|(name, _)| name)
        .filter(|name| name.contains(['{', '}']));
    let parts = path.split('/').chain(values.map(|(_, value)| value));
    let is_odd = |part: &&str| part.contains(['{', '}']) && !is_whole(part);
    parts.filter(is_odd).chain(names).next().map(|part| {
        format!(
            "`{part}` in `{template}`: braces stand for a whole segment between two slashes, or a whole value, such as `{{id}}`"
        )
    })
}

/// Whether a part is a name in braces and nothing else.
fn is_whole(part: &str) -> bool {
    is_open(part) && !part[1..part.len() - 1].contains(['{', '}'])
}
