//! The lake: whole versions, old snapshots, and sorted files that reach the sessions unsorted again.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, new_null_array};
use arrow::array::{BooleanArray, Date32Array, Int64Array, StringArray, TimestampMicrosecondArray};
use arrow::util::display::FormatOptions;
use pipeline::engine::session;
use pipeline::store::{Lake, Removed, Replace, tables};

/// Events of one day: person, second, page; sorted by the caller.
fn events(day: i32, rows: &[(i64, i64, &str)]) -> (Option<i32>, Vec<RecordBatch>) {
    let spec = tables::table("events").expect("the table is known");
    let n = rows.len();
    let time = |second: i64| i64::from(day) * 86_400_000_000 + second * 1_000_000;
    let numbers = |f: &dyn Fn(usize) -> i64| -> ArrayRef {
        Arc::new((0..n).map(|row| Some(f(row))).collect::<Int64Array>())
    };
    let columns: Vec<ArrayRef> = spec
        .schema
        .fields()
        .iter()
        .map(|field| -> ArrayRef {
            match field.name().as_str() {
                "day" => Arc::new(Date32Array::from(vec![day; n])),
                "person" => numbers(&|row| rows[row].0),
                "ts" => Arc::new(
                    rows.iter()
                        .map(|row| Some(time(row.1)))
                        .collect::<TimestampMicrosecondArray>()
                        .with_timezone("UTC"),
                ),
                "page" => Arc::new(rows.iter().map(|row| Some(row.2)).collect::<StringArray>()),
                "action" => Arc::new(StringArray::from(vec!["view"; n])),
                "is_weak" => Arc::new(BooleanArray::from(vec![false; n])),
                "event_id" => numbers(&|row| i64::from(day) * 1000 + row as i64),
                "input_id" => numbers(&|_| 1),
                "line" => numbers(&|row| row as i64 + 1),
                _ => new_null_array(field.data_type(), n),
            }
        })
        .collect();
    let batch = RecordBatch::try_new(spec.schema.clone(), columns).expect("rows fit the table");
    (Some(day), vec![batch])
}

fn add(added: Vec<(Option<i32>, Vec<RecordBatch>)>) -> Replace {
    Replace {
        removed: Removed::Nothing,
        added,
        transaction: None,
    }
}

async fn rows(lake: &Lake, sql: &str) -> String {
    let context = session::over_lake(lake, None)
        .await
        .expect("the lake opens");
    let batches = context
        .sql(sql)
        .await
        .expect("planned")
        .collect()
        .await
        .expect("answered");
    arrow::util::pretty::pretty_format_batches_with_options(&batches, &FormatOptions::default())
        .expect("printed")
        .to_string()
}

#[tokio::test]
async fn every_table_is_there_and_empty_as_soon_as_the_lake_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let lake = Lake::create(folder.path()).await.expect("a lake");
    for table in tables::tables() {
        let sql = format!("select count(*) as n from {}", table.name);
        assert!(rows(&lake, &sql).await.contains("| 0 |"), "{}", table.name);
    }
}

#[tokio::test]
async fn a_day_is_replaced_whole_and_old_readers_keep_theirs() {
    let folder = tempfile::tempdir().expect("a folder");
    let lake = Lake::create(folder.path()).await.expect("a lake");
    let two_days = vec![
        events(20_000, &[(1, 5, "/a"), (2, 1, "/b")]),
        events(20_001, &[(1, 7, "/c")]),
    ];
    lake.replace("events", add(two_days)).await.expect("added");
    let before = session::over_lake(&lake, None)
        .await
        .expect("the lake opens");
    let change = Replace {
        removed: Removed::Days(vec![20_000]),
        added: vec![events(20_000, &[(3, 1, "/x")])],
        transaction: None,
    };
    lake.replace("events", change).await.expect("replaced");
    let now = rows(
        &lake,
        "select person, page from events order by day, person",
    )
    .await;
    assert!(
        now.contains("/x") && now.contains("/c") && !now.contains("/a"),
        "{now}"
    );
    let old = before
        .sql("select page from events")
        .await
        .expect("planned");
    let old = old.collect().await.expect("the old version still reads");
    assert_eq!(old.iter().map(RecordBatch::num_rows).sum::<usize>(), 3);
    let read = lake
        .read("events", Some(20_001..=20_001), Some(&["page"]))
        .await
        .expect("read");
    assert_eq!(
        (read[0].num_rows(), read[0].num_columns()),
        (1, 2),
        "the day comes with it"
    );
}

#[tokio::test]
async fn rows_out_of_order_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let lake = Lake::create(folder.path()).await.expect("a lake");
    let unsorted = vec![events(20_000, &[(2, 5, "/a"), (1, 1, "/b")])];
    assert!(lake.replace("events", add(unsorted)).await.is_err());
    assert!(
        rows(&lake, "select count(*) from events")
            .await
            .contains("| 0 ")
    );
}

const GAPS: &str = "select person, ts, lag(ts) over (partition by person \
                    order by ts, input_id, line) as before from events";

async fn plan_of(lake: &Lake, sql: &str) -> String {
    let context = session::over_lake(lake, None)
        .await
        .expect("the lake opens");
    let frame = context.sql(sql).await.expect("planned");
    let plan = frame.create_physical_plan().await.expect("a physical plan");
    datafusion::physical_plan::displayable(plan.as_ref())
        .indent(false)
        .to_string()
}

#[tokio::test]
async fn sorted_files_reach_the_sessions_without_a_sort() {
    let folder = tempfile::tempdir().expect("a folder");
    let lake = Lake::create(folder.path()).await.expect("a lake");
    lake.replace(
        "events",
        add(vec![events(20_000, &[(1, 5, "/a"), (2, 1, "/b")])]),
    )
    .await
    .expect("added");
    let one_day = plan_of(&lake, GAPS).await;
    assert!(!one_day.contains("SortExec"), "{one_day}");
    assert!(one_day.contains("BoundedWindowAggExec"), "{one_day}");
    for day in 20_001..20_028 {
        lake.replace(
            "events",
            add(vec![events(day, &[(1, 5, "/a"), (2, 1, "/b")])]),
        )
        .await
        .expect("added");
    }
    let four_weeks = plan_of(&lake, GAPS).await;
    assert!(!four_weeks.contains("SortExec"), "{four_weeks}");
}
