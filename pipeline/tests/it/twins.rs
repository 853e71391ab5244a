//! Sessions and transitions: the SQL that makes the tables against the pure functions, on random logs
//! with midnights, equal times, gaps of exactly the limit, searches, reloads and returns.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use datafusion::prelude::SessionContext;
use pipeline::engine::{columns, session};
use queries::paths::moves::{Hubs, MoveInput, NO_PAGE, moves};
use queries::paths::sessions::sessions;
use queries::stats::random::Random;

const PAGES: [&str; 8] = ["/", "/search", "/a", "/b", "/c", "/d", "/e", "/f"];
const GAP_SECS: i64 = 1800;

#[derive(Default)]
struct Log {
    person: Vec<i64>,
    ts: Vec<i64>,
    page: Vec<u32>,
    referrer: Vec<u32>,
    is_moving: Vec<bool>,
    own_session: Vec<i64>,
}

/// Events sorted by person and time, over three days around a midnight.
fn random_log(seed: u64) -> Log {
    let mut random = Random::new(seed);
    let has_sessions = random.below(3) == 0;
    let mut log = Log::default();
    for person in 1..=3 {
        let mut second: i64 = 86_400 * 20_000 - 3_600 * random.below(40) as i64;
        for _ in 0..random.below(30) {
            second += match random.below(6) {
                0 => 0,
                1 => GAP_SECS,
                2 => GAP_SECS + 1,
                3 => random.below(30_000) as i64,
                _ => random.below(600) as i64,
            };
            let page = random.below(PAGES.len()) as u32;
            let referrer = random.below(PAGES.len() + 4) as u32;
            log.person.push(person);
            log.ts.push(second * 1_000_000);
            log.page.push(page);
            log.referrer.push(if referrer < PAGES.len() as u32 {
                referrer
            } else {
                NO_PAGE
            });
            log.is_moving.push(random.below(8) > 0);
            let id = random.below(3) as i64;
            log.own_session.push(if has_sessions { id } else { 0 });
        }
    }
    log
}

fn register(context: &SessionContext, name: &str, table: Vec<(&str, ArrayRef)>) {
    let rows = RecordBatch::try_from_iter_with_nullable(
        table.into_iter().map(|(name, column)| (name, column, true)),
    )
    .expect("columns of one length");
    session::register(context, name, rows.schema(), vec![rows]).expect("registered");
}

fn register_empty(context: &SessionContext, name: &str, fields: Vec<Field>) {
    session::register(context, name, Arc::new(Schema::new(fields)), vec![]).expect("registered");
}

fn tables(log: &Log) -> SessionContext {
    let context = session::bare(None).expect("an engine");
    let n = log.ts.len();
    let time = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    let page = |id: &u32| (*id != NO_PAGE).then(|| PAGES[*id as usize]);
    let days = log.ts.iter().map(|ts| (*ts / 86_400_000_000) as i32);
    register(
        &context,
        "events",
        vec![
            ("day", Arc::new(Date32Array::from_iter_values(days))),
            ("person", Arc::new(Int64Array::from(log.person.clone()))),
            (
                "ts",
                Arc::new(TimestampMicrosecondArray::from(log.ts.clone()).with_timezone("UTC")),
            ),
            (
                "page",
                Arc::new(log.page.iter().map(page).collect::<StringArray>()),
            ),
            (
                "action",
                Arc::new(
                    log.is_moving
                        .iter()
                        .map(|is| Some(if *is { "view" } else { "like" }))
                        .collect::<StringArray>(),
                ),
            ),
            (
                "referrer",
                Arc::new(log.referrer.iter().map(page).collect::<StringArray>()),
            ),
            (
                "log_session",
                Arc::new(
                    log.own_session
                        .iter()
                        .map(|id| Some(*id).filter(|id| *id != 0))
                        .collect::<Int64Array>(),
                ),
            ),
            (
                "event_id",
                Arc::new(Int64Array::from_iter_values(0..n as i64)),
            ),
            ("input_id", Arc::new(Int64Array::from(vec![1; n]))),
            ("line", Arc::new(Int64Array::from_iter_values(0..n as i64))),
        ],
    );
    register(
        &context,
        "inputs",
        vec![
            ("input_id", Arc::new(Int64Array::from(vec![1]))),
            ("has_referrers", Arc::new(BooleanArray::from(vec![true]))),
        ],
    );
    register(
        &context,
        "hubs",
        vec![
            ("page", Arc::new(StringArray::from(vec!["/", "/search"]))),
            ("kind", Arc::new(StringArray::from(vec!["home", "search"]))),
        ],
    );
    let person = || Field::new("person", DataType::Int64, false);
    register_empty(&context, "excluded", vec![person()]);
    register_empty(
        &context,
        "carried",
        vec![person(), Field::new("ended_at", time, false)],
    );
    context
}

/// Moves by day, person, from, to and via, with their number.
type Counted = BTreeMap<(i32, i64, String, String, String), i64>;
/// Sessions: first event, last time, views.
type Started = BTreeMap<i64, (i64, i64)>;

async fn by_sql(log: &Log) -> (Started, Counted) {
    let context = tables(log);
    let parameters = [
        ("from_day", session::day(0)),
        ("to_day", session::day(40_000)),
        ("gap_secs", session::count(GAP_SECS)),
    ];
    let frame = session::frame(&context, "session_events", &parameters)
        .await
        .expect("planned");
    context
        .register_table("session_events", frame.into_view())
        .expect("registered");
    let moves = session::frame(&context, "moves", &[])
        .await
        .expect("planned");
    context
        .register_table("moves", moves.into_view())
        .expect("registered");
    let mut started = Started::new();
    for batch in &session::ask(&context, "sessions", &[])
        .await
        .expect("sessions")
    {
        let (id, views) = (ints(batch, "session_id"), ints(batch, "n_views"));
        let ended = columns::times(batch, "ended_at").expect("times");
        started.extend((0..batch.num_rows()).map(|r| (id[r], (ended.value(r), views[r]))));
    }
    let mut counted = Counted::new();
    for batch in &session::ask(&context, "transitions", &[])
        .await
        .expect("transitions")
    {
        let days = columns::days(batch, "day").expect("days");
        let text = |name: &str, r: usize| {
            columns::texts(batch, name)
                .expect("texts")
                .value(r)
                .to_owned()
        };
        let (person, n) = (ints(batch, "person"), ints(batch, "n"));
        for r in 0..batch.num_rows() {
            let key = (
                days.value(r),
                person[r],
                text("from_page", r),
                text("to_page", r),
                text("via", r),
            );
            assert!(counted.insert(key, n[r]).is_none(), "one row a move");
        }
    }
    (started, counted)
}

fn ints(batch: &RecordBatch, name: &str) -> Vec<i64> {
    columns::ints(batch, name)
        .expect("numbers")
        .values()
        .to_vec()
}

fn by_hand(log: &Log) -> (Started, Counted) {
    let session = sessions(&log.person, &log.ts, &log.own_session, GAP_SECS * 1_000_000);
    let n_sessions = session.iter().max().map_or(0, |last| *last as usize + 1);
    let mut first = vec![usize::MAX; n_sessions];
    let mut started = Started::new();
    for (event, id) in session.iter().enumerate() {
        let start = &mut first[*id as usize];
        *start = (*start).min(event);
        let entry = started.entry(*start as i64).or_insert((0, 0));
        entry.0 = entry.0.max(log.ts[event]);
        entry.1 += i64::from(log.is_moving[event]);
    }
    let input = MoveInput {
        session: &session,
        page: &log.page,
        referrer_page: &log.referrer,
        has_referrers: &vec![true; log.page.len()],
        is_moving: &log.is_moving,
    };
    let hubs = Hubs {
        is_home: PAGES.iter().map(|page| *page == "/").collect(),
        is_search: PAGES.iter().map(|page| *page == "/search").collect(),
    };
    let mut counted = Counted::new();
    for step in moves(&input, &hubs) {
        let day = (log.ts[first[step.session as usize]] / 86_400_000_000) as i32;
        let page = |id: u32| PAGES[id as usize].to_owned();
        let key = (
            day,
            log.person[step.event as usize],
            page(step.from),
            page(step.to),
            step.via.as_str().to_owned(),
        );
        *counted.entry(key).or_default() += 1;
    }
    (started, counted)
}

#[tokio::test]
async fn sql_and_pure_code_agree_on_random_logs() {
    for seed in 0..24 {
        let log = random_log(seed);
        let (sql_sessions, sql_moves) = by_sql(&log).await;
        let (sessions, moves) = by_hand(&log);
        assert_eq!(sql_sessions, sessions, "sessions of seed {seed}");
        assert_eq!(sql_moves, moves, "moves of seed {seed}");
    }
}
