//! Which column of a table, and which nested path of JSON, is which field.

use super::producers::Producer;
use super::row::Field;

/// How a column writes its numbers and times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unit {
    /// As the field has them.
    #[default]
    AsWritten,
    /// Times without an offset are UTC.
    Utc,
    /// Durations in seconds.
    Seconds,
    /// Durations in microseconds.
    Microseconds,
    /// Durations in nanoseconds.
    Nanoseconds,
}

/// What a column holds; of several with one field the lowest rank wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// The field.
    pub field: Field,
    /// 0 for what elephant.toml names.
    pub rank: u8,
    /// The unit.
    pub unit: Unit,
}

/// The names of all fields, compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    root: Node,
    /// Whether the records are those of Microsoft 365, which `audit` reads.
    pub(super) is_audit: bool,
}

/// A place in JSON: what stands there, and what below it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Node {
    column: Option<Column>,
    /// Names in lower case with what is below them, by the length of the name: a line asks for many, and few share one.
    names: Vec<Vec<(Vec<u8>, Node)>>,
    elements: Vec<(usize, Node)>,
}

/// The ranks of the usual names: behind those of a producer.
const USUAL: u8 = 100;

impl Names {
    /// The usual names, those of `columns` (field name to column name) before them.
    ///
    /// # Errors
    /// The key of `columns` that is no field.
    pub fn new(columns: &[(String, String)]) -> Result<Self, String> {
        Self::of_producer(None, columns)
    }

    /// The names of a known producer before the usual ones.
    pub(super) fn of_producer(
        producer: Option<&Producer>,
        columns: &[(String, String)],
    ) -> Result<Self, String> {
        let mut root = Node::default();
        for (key, path) in columns {
            let field = Field::of_key(key).ok_or_else(|| key.clone())?;
            root.insert_path(path.trim(), column(field, 0, Unit::AsWritten));
        }
        let known = producer.map_or(&[][..], |producer| producer.columns);
        for (rank, (field, path, unit)) in (1..USUAL).zip(known) {
            root.insert_path(path, column(*field, rank, *unit));
        }
        // A host could be anybody's: it is read only where a map or a producer says whose.
        for (field, names) in Field::all().filter(|(field, _)| *field != Field::Host) {
            for (rank, name) in (USUAL..).zip(names) {
                root.insert_path(name, column(field, rank, Unit::AsWritten));
            }
        }
        Ok(Self {
            root,
            is_audit: false,
        })
    }

    /// The names of an audit log, which are fixed.
    pub(super) fn audit() -> Self {
        Self {
            root: Node::default(),
            is_audit: true,
        }
    }

    /// The column of a table's header, in any letter case.
    pub(super) fn find(&self, name: &[u8]) -> Option<Column> {
        self.root.child(name.trim_ascii())?.column
    }

    /// The paths of a field, the best first.
    pub(super) fn paths_of(&self, field: Field) -> Vec<String> {
        let mut found = Vec::new();
        self.root.collect(field, "", &mut found);
        found.sort();
        found.dedup();
        found.into_iter().map(|(_, path)| path).collect()
    }

    /// The top of the paths.
    pub(super) fn root(&self) -> &Node {
        &self.root
    }
}

fn column(field: Field, rank: u8, unit: Unit) -> Column {
    Column { field, rank, unit }
}

impl Node {
    /// What stands here.
    pub(super) fn column(&self) -> Option<Column> {
        self.column
    }

    /// Whether anything is to be read below a name, in any letter case.
    pub(super) fn child(&self, name: &[u8]) -> Option<&Node> {
        let of_length = self.names.get(name.len())?;
        // Nearly all are written in lower case, as ours are.
        let first = name.first();
        let as_written = of_length
            .iter()
            .find(|(own, _)| own.first() == first && own == name);
        let named = as_written.or_else(|| {
            let mut others = of_length.iter();
            others.find(|(own, _)| own.eq_ignore_ascii_case(name))
        });
        named.map(|(_, node)| node)
    }

    /// What is below a name in lower case, which may be new.
    fn child_mut(&mut self, name: &str) -> &mut Node {
        let name = name.as_bytes();
        if self.names.len() <= name.len() {
            self.names.resize_with(name.len() + 1, Vec::new);
        }
        let of_length = &mut self.names[name.len()];
        let place = of_length.binary_search_by(|(own, _)| (**own).cmp(name));
        let place = place.unwrap_or_else(|place| {
            of_length.insert(place, (name.to_vec(), Node::default()));
            place
        });
        &mut of_length[place].1
    }

    /// Whether anything is to be read below an element of a list, from 0.
    pub(super) fn element(&self, at: usize) -> Option<&Node> {
        self.elements
            .iter()
            .find(|(n, _)| *n == at)
            .map(|(_, node)| node)
    }

    fn collect(&self, field: Field, path: &str, found: &mut Vec<(u8, String)>) {
        if let Some(column) = self.column.filter(|column| column.field == field) {
            found.push((column.rank, path.to_owned()));
        }
        let dot = if path.is_empty() { "" } else { "." };
        self.names.iter().flatten().for_each(|(name, node)| {
            let name = String::from_utf8_lossy(name);
            node.collect(field, &format!("{path}{dot}{name}"), found);
        });
        for (at, node) in &self.elements {
            node.collect(field, &format!("{path}[{at}]"), found);
        }
    }

    /// Whether any element of a list matters.
    pub(super) fn has_elements(&self) -> bool {
        !self.elements.is_empty()
    }

    /// Sets a path such as `request.headers.Referer[0]`; a name may also be all of it, dots included.
    fn insert_path(&mut self, path: &str, column: Column) {
        let lower = path.to_ascii_lowercase();
        self.child_mut(&lower).set(column);
        let mut node = self;
        for step in steps(&lower) {
            node = match step {
                Step::Name(name) => node.child_mut(name),
                Step::Element(at) => node.element_mut(at),
            };
        }
        node.set(column);
    }

    fn element_mut(&mut self, at: usize) -> &mut Node {
        let known = self.elements.iter().position(|(n, _)| *n == at);
        let place = known.unwrap_or_else(|| {
            self.elements.push((at, Node::default()));
            self.elements.len() - 1
        });
        &mut self.elements[place].1
    }

    /// The first that names a place keeps it: those of elephant.toml come first.
    fn set(&mut self, column: Column) {
        self.column.get_or_insert(column);
    }
}

/// A step of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step<'a> {
    /// Into an object.
    Name(&'a str),
    /// Into a list, from 0.
    Element(usize),
}

/// The steps of a path.
pub(super) fn steps(path: &str) -> Vec<Step<'_>> {
    let mut all = Vec::new();
    for part in path.split('.') {
        let (name, elements) = part.split_at(elements_at(part));
        if !name.is_empty() || elements.is_empty() {
            all.push(Step::Name(name));
        }
        let numbers = elements.split(['[', ']']).filter(|text| !text.is_empty());
        all.extend(numbers.filter_map(|n| n.parse().ok()).map(Step::Element));
    }
    all
}

/// Where the `[0][1]` at the end of a name starts; at its end when it has none.
fn elements_at(part: &str) -> usize {
    let mut end = part.len();
    while let Some(inner) = part[..end].strip_suffix(']') {
        match inner.rfind('[') {
            Some(at)
                if at + 1 < inner.len() && inner[at + 1..].bytes().all(|b| b.is_ascii_digit()) =>
            {
                end = at;
            }
            _ => break,
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_any_case_and_by_map() {
        let columns = [("user".to_owned(), "Who Did".to_owned())];
        let names = Names::new(&columns).expect("user is a field");
        let field = |name: &[u8]| names.find(name).map(|column| column.field);
        assert_eq!(field(b"TimeStamp"), Some(Field::Time));
        assert_eq!(field(b"who did"), Some(Field::User));
        assert_eq!(field(b"other"), None);
        assert_eq!(field(b"host"), None);
        assert_eq!(Names::new(&[("usr".into(), "x".into())]), Err("usr".into()));
        let taken = Names::new(&[("user".into(), "Page".into())]).expect("user is a field");
        assert_eq!(taken.find(b"page").map(|c| c.field), Some(Field::User));
    }

    #[test]
    fn paths_have_steps() {
        use Step::{Element, Name};
        assert_eq!(
            steps("a.b[0].c"),
            [Name("a"), Name("b"), Element(0), Name("c")]
        );
        assert_eq!(steps("[2][10]"), [Element(2), Element(10)]);
        assert_eq!(steps("a[x]"), [Name("a[x]")]);
        assert_eq!(steps("a[]"), [Name("a[]")]);
        assert_eq!(steps(""), [Name("")]);
    }
}
