//! The same rows as Parquet and as JSON lines, and damaged files.

use std::io::{Read, Write};

use arrow::array::{
    ArrayRef, DictionaryArray, Int32Array, StringArray, StructArray, TimestampMillisecondArray,
};
use arrow::datatypes::{DataType, Field, Int32Type};
use parquet::arrow::ArrowWriter;

use super::super::format::{SourceOptions, recognise};
use super::super::unpack::unpack;
use super::*;

fn rows() -> RecordBatch {
    let users: DictionaryArray<Int32Type> = [Some("Ann"), Some("bob"), None].into_iter().collect();
    let times = TimestampMillisecondArray::from(vec![1_714_557_600_000, 1_714_557_600_500, 0]);
    let uri: ArrayRef = Arc::new(StringArray::from(vec!["/a", "/b?x=\"1\"", "/c"]));
    let request = StructArray::from(vec![(
        Arc::new(Field::new("uri", DataType::Utf8, false)),
        uri,
    )]);
    let columns: [(&str, ArrayRef); 4] = [
        ("time", Arc::new(times.with_timezone("Europe/Berlin"))),
        ("user", Arc::new(users)),
        ("request", Arc::new(request)),
        (
            "status",
            Arc::new(Int32Array::from(vec![Some(200), None, Some(404)])),
        ),
    ];
    RecordBatch::try_from_iter(columns).expect("the columns are equally long")
}

fn packed() -> Vec<u8> {
    let rows = rows();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, rows.schema(), None).expect("a sound schema");
    writer.write(&rows).expect("memory takes all");
    writer.close().expect("memory takes all");
    bytes
}

fn text(bytes: Vec<u8>) -> io::Result<String> {
    let mut file = tempfile::tempfile()?;
    file.write_all(&bytes)?;
    let mut text = String::new();
    lines(file)?.read_to_string(&mut text)?;
    Ok(text)
}

#[test]
fn rows_are_lines_of_json() {
    let bytes = packed();
    assert!(is_parquet(&bytes) && !is_parquet(b"{}"));
    let text = text(bytes).expect("it is sound");
    let first = text.lines().next().unwrap_or_default();
    assert_eq!(
        first,
        r#"{"time":"2024-05-01T10:00:00Z","user":"Ann","request":{"uri":"/a"},"status":200}"#
    );
    let options = SourceOptions {
        columns: vec![("url".to_owned(), "request.uri".to_owned())],
        ..SourceOptions::default()
    };
    let mut unpacked = unpack(text.as_bytes()).expect("memory can be read");
    let sample = unpacked.sample(1 << 16).expect("memory can be read");
    assert_eq!(
        recognise(sample, &options).expect("it is known").as_str(),
        "jsonl"
    );
    assert_eq!(text.lines().count(), 3);
}

/// `LOG_FAULTS=10000` tries that many.
#[test]
fn damaged_files_are_errors_and_no_panics() {
    let quiet = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| ()));
    let sound = packed();
    let n: usize = std::env::var("LOG_FAULTS").map_or(300, |n| n.parse().unwrap_or(300));
    let mut state = 7_u64;
    let mut random = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as usize % below
    };
    let mut refused = 0;
    for _ in 0..n {
        let mut bytes = sound.clone();
        match random(3) {
            0 => bytes.truncate(random(sound.len())),
            1 => bytes[random(sound.len())] ^= 1 << random(8),
            _ => {
                let at = random(sound.len() - 8);
                bytes[at..at + 8].fill(random(256) as u8);
            }
        }
        refused += usize::from(text(bytes).is_err());
    }
    std::panic::set_hook(quiet);
    assert!(refused > n / 3);
    assert!(text(Vec::new()).is_err());
}
