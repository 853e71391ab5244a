//! Changes as rows of the table `pavings`.

use arrow::array::{Array, AsArray, Date32Array, RecordBatch};
use queries::findings::pavings::{Span, Windows};

use crate::analyze::layout::Layout;
use crate::derive::replace_all;
use crate::engine::columns;
use crate::error::{Doing, Error};
use crate::store::Lake;

/// A move: from page, to page.
pub(super) type Move = (String, String);

/// A change that was made to the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paving {
    /// Its name, stable from run to run.
    pub id: String,
    /// The page that got a link.
    pub from: String,
    /// The page that the link leads to.
    pub to: String,
    /// The first day of the link.
    pub on_day: i32,
    /// The elephant path that it paves, found or not.
    pub finding_id: String,
    /// Fixed when it was registered.
    pub windows: Windows,
    /// The untreated moves it is compared with, fixed too.
    pub controls: Vec<(String, String)>,
    /// What people wrote about it.
    pub note: Option<String>,
    /// Whether it was noticed in the plan; else a person registered it.
    pub is_noticed: bool,
    /// The last day of the events when it was registered.
    pub registered_as_of: i32,
}

impl Paving {
    pub(super) fn pair(&self) -> Move {
        (self.from.clone(), self.to.clone())
    }
}

/// The name of a change.
pub(super) fn paving_id(from: &str, to: &str, on_day: i32) -> String {
    let hash = blake3::hash(format!("pavings\0{from}\0{to}\0{on_day}").as_bytes());
    format!("paving-{}", &hash.to_hex()[..12])
}

/// All changes, by name.
pub(super) async fn read(lake: &Lake) -> Result<Vec<Paving>, Error> {
    let doing = "failed to read the ledger of changes";
    let mut pavings = Vec::new();
    for batch in &lake.read("pavings", None, None).await.doing(doing)? {
        let text = |name: &str| columns::texts(batch, name);
        let day = |name: &str| columns::days(batch, name);
        let (id, from, to) = (text("paving_id")?, text("from_page")?, text("to_page")?);
        let (finding, note) = (text("finding_id")?, text("note")?);
        let selection = (day("selection_start")?, day("selection_end")?);
        let baseline = (day("baseline_start")?, day("baseline_end")?);
        let (on_day, as_of) = (day("on_day")?, day("registered_as_of")?);
        let is_noticed = columns::truths(batch, "is_noticed")?;
        let controls = controls_of(batch)?;
        let span = |(start, end): &(Date32Array, Date32Array), row: usize| Span {
            start: start.value(row),
            end: end.value(row),
        };
        for (row, controls) in controls.into_iter().enumerate() {
            pavings.push(Paving {
                id: id.value(row).to_owned(),
                from: from.value(row).to_owned(),
                to: to.value(row).to_owned(),
                on_day: on_day.value(row),
                finding_id: finding.value(row).to_owned(),
                windows: Windows {
                    selection: span(&selection, row),
                    baseline: span(&baseline, row),
                },
                controls,
                note: note.is_valid(row).then(|| note.value(row).to_owned()),
                is_noticed: is_noticed.value(row),
                registered_as_of: as_of.value(row),
            });
        }
    }
    pavings.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(pavings)
}

/// Each control is a JSON array of its two pages: any letter may be in an address.
fn controls_of(batch: &RecordBatch) -> Result<Vec<Vec<Move>>, Error> {
    let lists = batch
        .column_by_name("controls")
        .and_then(|column| column.as_list_opt::<i32>())
        .ok_or_else(|| Error::failed("`pavings` has no column `controls` of lists"))?;
    let rows = (0..lists.len()).map(|row| -> Result<Vec<Move>, Error> {
        let texts = lists.value(row);
        let texts = arrow::compute::cast(&texts, &arrow::datatypes::DataType::Utf8)
            .doing("failed to read the controls of a change")?;
        let moves = texts.as_string::<i32>().iter().flatten();
        moves
            .map(|text| serde_json::from_str(text).doing("failed to read the controls of a change"))
            .collect()
    });
    rows.collect()
}

/// Replaces the ledger.
pub(super) async fn write(lake: &Lake, pavings: &[Paving]) -> Result<(), Error> {
    let rows = Layout::new(pavings)
        .text("paving_id", |p| p.id.clone())
        .text("from_page", |p| p.from.clone())
        .text("to_page", |p| p.to.clone())
        .day("on_day", |p| p.on_day)
        .text("finding_id", |p| p.finding_id.clone())
        .day("selection_start", |p| p.windows.selection.start)
        .day("selection_end", |p| p.windows.selection.end)
        .day("baseline_start", |p| p.windows.baseline.start)
        .day("baseline_end", |p| p.windows.baseline.end)
        .texts("controls", |p| p.controls.iter().map(json).collect())
        .maybe_text("note", |p| p.note.clone())
        .truth("is_noticed", |p| p.is_noticed)
        .day("registered_as_of", |p| p.registered_as_of)
        .finish("pavings")?;
    replace_all(lake, "pavings", vec![rows]).await
}

fn json((from, to): &Move) -> String {
    serde_json::json!([from, to]).to_string()
}
