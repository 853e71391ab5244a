//! The lake: whole versions, old snapshots, and sorted files that reach the sessions unsorted again.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, new_null_array};
use arrow::array::{BooleanArray, Date32Array, Int64Array, StringArray, TimestampMicrosecondArray};
use arrow::util::display::FormatOptions;
use pipeline::engine::session;
use pipeline::store::{Lake, Removed, Replace, StoreError, tables};

use crate::support::files_below;

/// Events of one day: person, second, page; sorted by the caller.
pub(crate) fn events(day: i32, rows: &[(i64, i64, &str)]) -> (Option<i32>, Vec<RecordBatch>) {
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

pub(crate) fn add(added: Vec<(Option<i32>, Vec<RecordBatch>)>) -> Replace {
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
    let lake = Lake::create(folder.path()).expect("a lake");
    for table in tables::tables() {
        let sql = format!("select count(*) as n from {}", table.name);
        assert!(rows(&lake, &sql).await.contains("| 0 |"), "{}", table.name);
    }
}

#[tokio::test]
async fn a_day_is_replaced_whole_and_old_readers_keep_theirs() {
    let folder = tempfile::tempdir().expect("a folder");
    let lake = Lake::create(folder.path()).expect("a lake");
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
    let lake = Lake::create(folder.path()).expect("a lake");
    let unsorted = vec![events(20_000, &[(2, 5, "/a"), (1, 1, "/b")])];
    assert!(lake.replace("events", add(unsorted)).await.is_err());
    assert!(
        rows(&lake, "select count(*) from events")
            .await
            .contains("| 0 ")
    );
}

/// Moves of one day: person, from and to page; sorted by the caller.
fn transitions(day: i32, rows: &[(i64, &str, &str)]) -> (Option<i32>, Vec<RecordBatch>) {
    let spec = tables::table("transitions").expect("the table is known");
    let n = rows.len();
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Date32Array::from(vec![day; n])),
        Arc::new(rows.iter().map(|row| Some(row.0)).collect::<Int64Array>()),
        Arc::new(rows.iter().map(|row| Some(row.1)).collect::<StringArray>()),
        Arc::new(rows.iter().map(|row| Some(row.2)).collect::<StringArray>()),
        Arc::new(StringArray::from(vec!["link"; n])),
        Arc::new(Int64Array::from(vec![1; n])),
    ];
    let batch = RecordBatch::try_new(spec.schema.clone(), columns).expect("rows fit the table");
    (Some(day), vec![batch])
}

#[tokio::test]
async fn texts_out_of_order_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let lake = Lake::create(folder.path()).expect("a lake");
    let sorted = transitions(20_000, &[(1, "/a", "/b"), (1, "/a", "/c"), (2, "/a", "/b")]);
    lake.replace("transitions", add(vec![sorted]))
        .await
        .expect("added");
    for rows in [
        [(1, "/b", "/c"), (1, "/a", "/c")],
        [(1, "/a", "/c"), (1, "/a", "/b")],
    ] {
        let unsorted = transitions(20_001, &rows);
        let told = lake
            .replace("transitions", add(vec![unsorted]))
            .await
            .expect_err("the order does not hold");
        assert!(matches!(told, StoreError::Unsorted { .. }), "{told}");
    }
    assert!(
        rows(&lake, "select count(*) from transitions")
            .await
            .contains("| 3 ")
    );
}

#[tokio::test]
async fn the_second_of_two_writers_is_busy_and_the_firsts_rows_stay() {
    let folder = tempfile::tempdir().expect("a folder");
    let lake = Lake::create(folder.path()).expect("a lake");
    lake.replace("events", add(vec![events(20_000, &[(1, 5, "/a")])]))
        .await
        .expect("added");
    let both_saw = lake.snapshot("events").await.expect("a version");
    let change = |page| Replace {
        removed: Removed::Days(vec![20_000]),
        added: vec![
            events(20_000, &[(1, 5, page)]),
            events(20_001, &[(1, 5, page)]),
        ],
        transaction: None,
    };
    lake.replace_at(&both_saw, change("/first"))
        .await
        .expect("the first writes");
    lake.whole().expect("all tables");
    let files = files_below(folder.path());
    let told = lake
        .replace_at(&both_saw, change("/second"))
        .await
        .expect_err("the second does not");
    assert!(
        matches!(&told, StoreError::Busy(table) if table == "events"),
        "{told:?}"
    );
    assert_eq!(files_below(folder.path()), files, "it left nothing");
    let now = rows(&lake, "select day, page from events").await;
    assert!(
        now.matches("/first").count() == 2 && !now.contains("/second"),
        "{now}"
    );
    // With what the first wrote before its eyes, the second writes as well.
    let newest = lake.snapshot("events").await.expect("a version");
    lake.replace_at(&newest, change("/second"))
        .await
        .expect("written");
}

#[tokio::test]
async fn writers_at_once_meet_in_the_log_and_one_wins() {
    let folder = tempfile::tempdir().expect("a folder");
    let lake = Lake::create(folder.path()).expect("a lake");
    let both_saw = lake.snapshot("events").await.expect("a version");
    let write =
        |person| lake.replace_at(&both_saw, add(vec![events(20_000, &[(person, 1, "/a")])]));
    let (a, b, c) = futures::join!(write(1), write(2), write(3));
    let results = [a, b, c];
    let n_done = results.iter().filter(|result| result.is_ok()).count();
    let n_busy = results
        .iter()
        .filter(|result| matches!(result, Err(StoreError::Busy(_))))
        .count();
    assert_eq!((n_done, n_busy), (1, 2), "{results:?}");
    let now = lake.snapshot("events").await.expect("a version");
    assert_eq!(now.files.len(), 1);
    let on_disk = files_below(&now.root)
        .into_iter()
        .filter(|path| path.ends_with(".parquet"));
    assert_eq!(on_disk.count(), 1, "the others took their files back");
}

const GAPS: &str = "select person, ts, lag(ts) over (partition by person \
                    order by ts, input_id, line) as before from events";

async fn plan_of(lake: &Lake, sql: &str) -> String {
    plan_under(lake, sql, None).await
}

async fn plan_under(lake: &Lake, sql: &str, memory: Option<usize>) -> String {
    let context = session::over_lake(lake, memory)
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
    let lake = Lake::create(folder.path()).expect("a lake");
    lake.replace(
        "events",
        add(vec![events(20_000, &[(1, 5, "/a"), (2, 1, "/b")])]),
    )
    .await
    .expect("added");
    let one_day = plan_of(&lake, GAPS).await;
    assert!(!one_day.contains("SortExec"), "{one_day}");
    assert!(one_day.contains("BoundedWindowAggExec"), "{one_day}");
    let more = |days: std::ops::Range<i32>| {
        let days = days.map(|day| events(day, &[(1, 5, "/a"), (2, 1, "/b")]));
        lake.replace("events", add(days.collect()))
    };
    // A quarter of a year, and half a year with the days around it.
    for days in [20_001..20_028, 20_028..20_091, 20_091..20_184] {
        let last = days.end;
        more(days).await.expect("added");
        let window = plan_of(&lake, GAPS).await;
        assert!(!window.contains("SortExec"), "up to {last}: {window}");
        assert!(window.contains("BoundedWindowAggExec"), "{window}");
    }
}

#[tokio::test]
async fn rows_are_sorted_anew_where_reading_all_files_at_once_holds_too_much() {
    let folder = tempfile::tempdir().expect("a folder");
    let lake = Lake::create(folder.path()).expect("a lake");
    let days = (20_000..20_091).map(|day| events(day, &[(1, 5, "/a"), (2, 1, "/b")]));
    lake.replace("events", add(days.collect()))
        .await
        .expect("added");
    let ceiling = Some(64 << 10);
    let small = plan_under(&lake, GAPS, ceiling).await;
    assert!(small.contains("SortExec"), "{small}");
    let days = (20_091..20_300).map(|day| events(day, &[(1, 5, "/a"), (2, 1, "/b")]));
    lake.replace("events", add(days.collect()))
        .await
        .expect("added");
    let many = plan_of(&lake, GAPS).await;
    assert!(many.contains("SortExec"), "{many}");
}
