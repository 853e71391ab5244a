//! Logs packed, encoded and kept in other ways: through the binary into the lake.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;

use crate::support::{stderr_of, stdout_of};

fn log() -> String {
    let line = |second: u32| {
        format!(
            "10.0.0.1 - ann [02/Mar/2026:08:00:{second:02} +0000] \"GET /p{second} HTTP/1.1\" 200 10 \"-\" \"x\"\n"
        )
    };
    (0..20).map(line).collect()
}

fn one(folder: &Path, sql: &str) -> String {
    let csv = stdout_of(folder, &["sql", sql, "--format", "csv"], 0);
    csv.lines().nth(1).unwrap_or_default().to_owned()
}

fn zstd_of(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).expect("memory takes all")
}

fn xz_of(bytes: &[u8]) -> Vec<u8> {
    let mut packer = liblzma::write::XzEncoder::new(Vec::new(), 1);
    packer.write_all(bytes).expect("memory takes all");
    packer.finish().expect("memory takes all")
}

fn bz2_of(bytes: &[u8]) -> Vec<u8> {
    let mut packer = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    packer.write_all(bytes).expect("memory takes all");
    packer.finish().expect("memory takes all")
}

#[test]
fn the_same_log_packed_otherwise_brings_nothing_new() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = log();
    for (name, bytes) in [
        ("a.bz2", bz2_of(log.as_bytes())),
        ("a.xz", xz_of(log.as_bytes())),
        ("a.log", log.clone().into_bytes()),
    ] {
        fs::write(folder.path().join(name), bytes).expect("written");
        stdout_of(folder.path(), &["ingest", name], 0);
    }
    let mut child = Command::new(env!("CARGO_BIN_EXE_elephant"))
        .current_dir(folder.path())
        .args(["ingest", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary runs");
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin
        .write_all(&zstd_of(format!("# once more\n{log}").as_bytes()))
        .expect("it is read");
    drop(stdin);
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    assert_eq!(one(folder.path(), "select count(*) from events"), "20");
    let sums = "select count(*), sum(lines), sum(duplicates) from inputs";
    assert_eq!(one(folder.path(), sums), "4,81,60");
}

#[test]
fn what_is_damaged_or_would_burst_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("good.log"), log()).expect("written");
    stdout_of(folder.path(), &["ingest", "good.log"], 0);
    let other = log().replace("ann", "bob");
    let mut damaged = xz_of(other.as_bytes());
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    fs::write(folder.path().join("bad.xz"), damaged).expect("written");
    let told = stderr_of(folder.path(), &["ingest", "bad.xz"], 1);
    assert!(told.contains("bad.xz"), "{told}");
    let line = other.lines().next().unwrap_or_default();
    let bomb = zstd_of(format!("{line}\n").repeat(300_000).as_bytes());
    fs::write(folder.path().join("bomb.zst"), bomb).expect("written");
    let told = stderr_of(folder.path(), &["ingest", "bomb.zst"], 1);
    assert!(told.contains("more than 200 times its size"), "{told}");
    let junk = [bz2_of(other.as_bytes()).as_slice(), b"junk"].concat();
    assert_eq!(one(folder.path(), "select count(*) from events"), "20");
    fs::write(folder.path().join("junk.bz2"), junk).expect("written");
    let told = stderr_of(folder.path(), &["ingest", "junk.bz2"], 3);
    assert!(told.contains("were not read"), "{told}");
    assert_eq!(one(folder.path(), "select count(*) from events"), "40");
}

#[test]
fn charsets_paths_and_people_as_the_settings_say() {
    let folder = tempfile::tempdir().expect("a folder");
    let toml = "[people]\ndomains = [\"example.com\"]\naliases = { \"a.old\" = \"Ann\" }\n\
        [[logs]]\npath = \"latin.csv\"\ncharset = \"windows-1252\"\n\
        [[logs]]\npath = \"deep.jsonl\"\ncolumns = { user = \"who.login\", url = \"at[0].page\", timestamp = \"t\" }\n\
        [[logs]]\npath = \"wide.tsv\"\n";
    fs::write(folder.path().join("elephant.toml"), toml).expect("written");
    let latin = b"time,user,page\n2026-03-02T08:00:00Z,CORP\\Ann,/caf\xe9\n";
    fs::write(folder.path().join("latin.csv"), latin).expect("written");
    let deep = "{\"t\":1772438401000,\"who\":{\"login\":\"ann@Example.com\"},\"at\":[{\"page\":\"/caf%C3%A9\"}]}\n";
    fs::write(folder.path().join("deep.jsonl"), deep).expect("written");
    let wide = "time\tuser\tpage\r\n2026-03-02T08:00:02Z\tA.Old\t/caf\u{e9}\r\n";
    let wide: Vec<u8> = "\u{feff}"
        .encode_utf16()
        .chain(wide.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    fs::write(folder.path().join("wide.tsv"), wide).expect("written");
    stdout_of(folder.path(), &["ingest"], 0);
    let sql =
        "select count(*), count(distinct person), count(distinct page), min(page) from events";
    assert_eq!(one(folder.path(), sql), "3,1,1,/caf\u{e9}");
}

#[test]
fn a_parquet_file_is_a_log_of_rows() {
    let folder = tempfile::tempdir().expect("a folder");
    let texts = |texts: [&str; 2]| -> ArrayRef { Arc::new(StringArray::from(texts.to_vec())) };
    let times: ArrayRef = Arc::new(Int64Array::from(vec![1_772_438_400, 1_772_438_401]));
    let rows = RecordBatch::try_from_iter([
        ("ts", times),
        ("user", texts(["ann", "bob"])),
        ("url", texts(["/hr", "/it"])),
    ])
    .expect("the columns are equally long");
    let file = fs::File::create(folder.path().join("log.parquet")).expect("made");
    let mut writer = ArrowWriter::try_new(file, rows.schema(), None).expect("a sound schema");
    writer.write(&rows).expect("written");
    writer.close().expect("written");
    stdout_of(folder.path(), &["ingest", "log.parquet"], 0);
    assert_eq!(
        one(folder.path(), "select format, lines, events from inputs"),
        "parquet,2,2"
    );
}
