//! However a log comes, in pieces, in any order, overlapping, packed, grown or twice: the lake holds the same events.

use std::fs;
use std::io::Write;
use std::path::Path;

use queries::stats::random::Random;

use crate::support::{elephant, stdout_of};

/// Logs tried: each is loaded whole, and once more in pieces.
const LOGS: u64 = 6;

/// A line and its second.
type Line = (usize, String);

/// Lines in the order of time; some come twice within their second, some cannot be read.
fn lines(random: &mut Random) -> Vec<Line> {
    let mut second = 0;
    let mut lines: Vec<Line> = Vec::new();
    while lines.len() < 200 {
        let line = match random.below(20) {
            0 => "no line of a log\n".to_owned(),
            1 => format!("# a comment of second {second}\n"),
            _ => format!(
                "10.0.0.{} - u{} [01/May/2024:{:02}:{:02}:{:02} +0000] \"GET /p{} HTTP/1.1\" {} 5 \"https://intranet/p{}\" \"Mozilla/5.0\"\n",
                random.below(3),
                random.below(4),
                20 + second / 3600,
                second / 60 % 60,
                second % 60,
                random.below(6),
                [200, 200, 200, 404][random.below(4)],
                random.below(3),
            ),
        };
        for _ in 0..=usize::from(random.below(6) == 0) {
            lines.push((second, line.clone()));
        }
        second += random.below(4) * random.below(90);
    }
    lines
}

/// Pieces that cover all lines, cut between seconds; they may overlap.
fn pieces(random: &mut Random, lines: &[Line]) -> Vec<String> {
    let last = lines.last().map_or(0, |line| line.0);
    let mut cuts: Vec<usize> = (0..random.below(4))
        .map(|_| random.below(last + 1))
        .collect();
    cuts.push(last + 1);
    cuts.sort_unstable();
    let mut start: usize = 0;
    let mut pieces = Vec::new();
    for end in cuts {
        let from = start.saturating_sub(random.below(2) * random.below(600));
        let inside = lines.iter().filter(|line| (from..end).contains(&line.0));
        pieces.push(inside.map(|line| line.1.as_str()).collect());
        start = end;
    }
    pieces
}

fn write(path: &Path, text: &str, is_packed: bool) {
    let mut file = fs::File::create(path).expect("made");
    if is_packed {
        let mut packer = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
        packer.write_all(text.as_bytes()).expect("written");
        packer.finish().expect("written");
    } else {
        file.write_all(text.as_bytes()).expect("written");
    }
}

/// What must be the same: all that is known of each event but which input and line it came from.
fn events(folder: &Path, lake: &str) -> String {
    let sql = "select day, person, ts, page, action, referrer, status, bytes, client, event_id \
               from events order by event_id";
    stdout_of(folder, &["--lake", lake, "sql", sql, "--format", "csv"], 0)
}

fn adds_up(folder: &Path, lake: &str) {
    let sql = "select count(*) from inputs \
               where lines <> events + duplicates + filtered + rejected + comments \
               union all \
               select (select sum(events) from inputs) - (select count(*) from events)";
    let told = stdout_of(folder, &["--lake", lake, "sql", sql, "--format", "csv"], 0);
    assert_eq!(told.lines().skip(1).collect::<Vec<_>>(), ["0", "0"]);
}

#[test]
fn a_log_in_pieces_is_the_same_log() {
    for seed in 0..LOGS {
        let random = &mut Random::new(seed);
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path();
        fs::write(
            folder.join("elephant.toml"),
            "[intranet]\nbase_url = \"https://intranet\"\n",
        )
        .expect("written");
        let lines = lines(random);
        let whole: String = lines.iter().map(|line| line.1.as_str()).collect();
        write(&folder.join("whole.log"), &whole, false);
        let ingest = |lake: &str, names: &[&str]| {
            let mut command = vec!["--quiet", "--lake", lake, "ingest", "--force"];
            command.extend(names);
            // Unreadable lines may want a look; whether they are many is not the question here.
            let code = elephant(folder, &command).status.code();
            assert!(
                matches!(code, Some(0 | 3)),
                "seed {seed}: {names:?}: {code:?}"
            );
        };
        ingest("a", &["whole.log"]);
        let mut pieces: Vec<(String, String)> = (0..)
            .zip(pieces(random, &lines))
            .map(|(place, text)| (format!("piece{place}.log"), text))
            .collect();
        // In any order, some packed, and one of them twice under another name.
        random.shuffle(&mut pieces);
        let again = pieces[0].1.clone();
        pieces.push(("again.log".to_owned(), again));
        for (name, text) in &pieces {
            write(&folder.join(name), text, random.below(3) == 0);
        }
        let names: Vec<&str> = pieces.iter().map(|piece| piece.0.as_str()).collect();
        let n_first = 1 + random.below(names.len() - 1);
        ingest("b", &names[..n_first]);
        ingest("b", &names[n_first..]);
        // A file that grows to the whole log, and then comes once more.
        let half = lines.iter().take_while(|line| line.0 < lines[100].0);
        let half: String = half.map(|line| line.1.as_str()).collect();
        write(&folder.join("grows.log"), &half, false);
        ingest("c", &["grows.log"]);
        write(&folder.join("grows.log"), &whole, false);
        ingest("c", &["grows.log"]);
        let want = events(folder, "a");
        for lake in ["b", "c"] {
            assert!(events(folder, lake) == want, "seed {seed}, lake {lake}");
            adds_up(folder, lake);
        }
    }
}
