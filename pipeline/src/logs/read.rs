//! Reads a whole log: one thread reads and unpacks, the others parse, batches come in the order of the input.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use super::batch::{Batch, Context};
use super::format::LogFormat;
use super::parse::Parser;
use super::split::{Block, Blocks, Unit};
use super::unpack::{self, Unpacked};

/// What reading a log came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadSummary {
    /// Lines read (in CSV records).
    pub lines: u64,
    /// Bytes read, unpacked.
    pub bytes: u64,
    /// Whether a packed input ended before its end: the whole lines before the cut were read.
    pub was_cut: bool,
    /// Whether the input was packed.
    pub was_packed: bool,
    /// Whether bytes behind the last packed member are no member: they were not read.
    pub has_junk: bool,
}

/// Why reading a log stopped.
#[derive(Debug, thiserror::Error)]
pub enum LogError<E> {
    /// The input failed.
    #[error("cannot read the log: {0}")]
    Read(#[from] io::Error),
    /// Whoever took the batches failed.
    #[error(transparent)]
    Take(E),
}

/// Reads a log, packed or not, and hands its batches to `on_batch` in the order of the input. At most `threads + 2`
/// blocks are in memory at once.
///
/// # Errors
/// When the input cannot be read or `on_batch` fails; the batches before were handed over.
pub fn read_log<E>(
    input: impl Read + Send,
    format: &LogFormat,
    context: &Context,
    threads: usize,
    on_batch: impl FnMut(Batch) -> Result<(), E>,
) -> Result<ReadSummary, LogError<E>> {
    read_log_from(input, format, context, threads, (1, 0), on_batch)
}

/// Like `read_log` for the later part of a log: `start` is the number (from 1) and offset of its first line. Only a
/// part at offset 0 has the header of CSV.
///
/// # Errors
/// As `read_log`.
pub fn read_log_from<E>(
    input: impl Read + Send,
    format: &LogFormat,
    context: &Context,
    threads: usize,
    start: (u64, u64),
    on_batch: impl FnMut(Batch) -> Result<(), E>,
) -> Result<ReadSummary, LogError<E>> {
    let text = unpack::unpack(input)?;
    read_text(text, format, context, threads, start, on_batch)
}

/// Like `read_log_from` for an input that is unpacked already, of which a sample may have been taken.
///
/// # Errors
/// As `read_log`. A packed input that is broken tells so only where it breaks: then what was handed over must not be
/// kept.
pub fn read_text<E>(
    text: Unpacked<impl Read + Send>,
    format: &LogFormat,
    context: &Context,
    threads: usize,
    start: (u64, u64),
    on_batch: impl FnMut(Batch) -> Result<(), E>,
) -> Result<ReadSummary, LogError<E>> {
    let threads = threads.max(1);
    let (full, filled) = channel();
    let (parsed, done) = channel();
    let (spare, spares) = channel();
    for _ in 0..threads + 2 {
        // Both ends are in hand: sending cannot fail.
        spare.send(Block::default()).ok();
    }
    let filled = Mutex::new(filled);
    thread::scope(|scope| {
        let reader = scope.spawn(move || read_blocks(text, unit_of(format), start, &spares, &full));
        for _ in 0..threads {
            let (filled, parsed) = (&filled, parsed.clone());
            scope.spawn(move || parse_blocks(format, context, filled, &parsed));
        }
        drop(parsed);
        let taken = take_batches(&done, &spare, on_batch);
        // Without spare blocks a reader that is still at it ends.
        drop(spare);
        let summary = reader
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        taken.map_err(LogError::Take)?;
        Ok(summary?)
    })
}

fn unit_of(format: &LogFormat) -> Unit {
    match format {
        LogFormat::Csv(map) => Unit::Record(map.delimiter),
        _ => Unit::Line,
    }
}

type Numbered<T> = (u64, T);

/// Fills spare blocks until the input or the wish for more ends.
fn read_blocks(
    mut unpacked: Unpacked<impl Read>,
    unit: Unit,
    start: (u64, u64),
    spares: &Receiver<Block>,
    full: &Sender<Numbered<Block>>,
) -> io::Result<ReadSummary> {
    let mut blocks = Blocks::new(&mut unpacked, unit).starting_at(start.0, start.1);
    let mut lost = (0, 0);
    for (number, mut block) in (0..).zip(spares) {
        if !blocks.next_into(&mut block)? {
            break;
        }
        if blocks.input().was_cut() {
            lost = drop_open_line(&mut block.bytes, unit);
        }
        if full.send((number, block)).is_err() {
            break;
        }
    }
    let (line, offset) = blocks.position();
    Ok(summary_of(
        &unpacked,
        line - start.0 - lost.0,
        offset - start.1 - lost.1,
    ))
}

/// Takes the line or record off that the cut of a packed input went through; says how many lines and bytes that was.
fn drop_open_line(bytes: &mut Vec<u8>, unit: Unit) -> (u64, u64) {
    let end = match unit {
        Unit::Line => memchr::memrchr(b'\n', bytes).map_or(0, |at| at + 1),
        Unit::Record(delimiter) => super::table::whole_records(bytes, delimiter),
    };
    let lost = (bytes.len() - end) as u64;
    bytes.truncate(end);
    (u64::from(lost > 0), lost)
}

fn summary_of<R: Read>(unpacked: &Unpacked<R>, lines: u64, bytes: u64) -> ReadSummary {
    ReadSummary {
        lines,
        bytes,
        was_cut: unpacked.was_cut(),
        was_packed: unpacked.was_packed(),
        has_junk: unpacked.has_junk(),
    }
}

fn parse_blocks(
    format: &LogFormat,
    context: &Context,
    filled: &Mutex<Receiver<Numbered<Block>>>,
    parsed: &Sender<Numbered<(Batch, Block)>>,
) {
    let mut parser = Parser::new(context);
    loop {
        let next = filled.lock().map(|filled| filled.recv());
        let Ok(Ok((number, block))) = next else {
            return;
        };
        let batch = parser.parse_block(format, &block.bytes, block.first_line, block.first_offset);
        if parsed.send((number, (batch, block))).is_err() {
            return;
        }
    }
}

/// Hands the batches over in order. A block becomes spare only when its batch is taken: that bounds the memory.
fn take_batches<E>(
    done: &Receiver<Numbered<(Batch, Block)>>,
    spare: &Sender<Block>,
    mut on_batch: impl FnMut(Batch) -> Result<(), E>,
) -> Result<(), E> {
    let mut waiting = BTreeMap::new();
    let mut next = 0;
    for (number, parsed) in done {
        waiting.insert(number, parsed);
        while let Some((batch, block)) = waiting.remove(&next) {
            on_batch(batch)?;
            next += 1;
            // The reader may have ended already.
            spare.send(block).ok();
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::io::Write;

    use proptest::prelude::*;

    use super::super::format::{SourceOptions, recognise};
    use super::super::key::Key;
    use super::super::site::{Site, SiteSettings};
    use super::super::split::LINE_LIMIT;
    use super::*;

    fn context() -> Context {
        let site = Site::new(SiteSettings {
            base_url: "http://semicomplete.com".into(),
            ..SiteSettings::default()
        });
        Context {
            site,
            key: Key::new([5; 32]),
            log_zone: jiff::tz::TimeZone::UTC,
            latest_ts: i64::MAX,
        }
    }

    fn format_of(bytes: &[u8]) -> LogFormat {
        let sample = unpack::sample(bytes, 1 << 16).expect("the sample can be read");
        recognise(&sample, &SourceOptions::default()).expect("the format is known")
    }

    fn read(bytes: &[u8]) -> (Batch, ReadSummary) {
        let mut all = Batch::default();
        let take = |batch| {
            all.merge(batch);
            Ok::<_, Infallible>(())
        };
        let summary =
            read_log(bytes, &format_of(bytes), &context(), 2, take).expect("the log can be read");
        (all, summary)
    }

    fn gz(bytes: &[u8]) -> Vec<u8> {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packer.write_all(bytes).expect("memory takes all");
        packer.finish().expect("memory takes all")
    }

    fn lines(n: usize) -> Vec<u8> {
        let line = |i| {
            let page = i * 7919 % 1000;
            format!(
                "10.0.0.{} - u{} [01/May/2024:10:00:{:02} +0000] \"GET /p{page} HTTP/1.1\" 200 5\n",
                i % 250,
                i % 77,
                i % 60
            )
        };
        (0..n).map(line).collect::<String>().into_bytes()
    }

    #[test]
    fn packed_members_and_what_follows_them() {
        let plain = lines(3000);
        let (half, rest) = plain.split_at(plain.len() / 3);
        let want = read(&plain).0;
        for tail in [&b""[..], b"\0\0\0\0", b"junk"] {
            let packed = [gz(half).as_slice(), &gz(rest), tail].concat();
            let (got, summary) = read(&packed);
            assert!(got == want);
            assert_eq!(
                (summary.was_cut, summary.was_packed, summary.lines),
                (false, true, 3000)
            );
            assert_eq!(summary.bytes, plain.len() as u64);
        }
    }

    #[test]
    fn a_cut_packed_input_keeps_its_whole_lines() {
        let plain = lines(30_000);
        let packed = gz(&plain);
        let (got, summary) = read(&packed[..packed.len() / 2]);
        assert!(summary.was_cut);
        assert_eq!((got.counts.rejected, got.counts.lines), (0, summary.lines));
        assert_eq!(
            summary.bytes as usize,
            plain
                .split_inclusive(|b| *b == b'\n')
                .take(summary.lines as usize)
                .map(<[u8]>::len)
                .sum::<usize>()
        );
        assert!((1000..30_000).contains(&summary.lines));
    }

    #[test]
    fn a_huge_line_is_one_reject_and_needs_no_memory() {
        let good = lines(5);
        let mut blocks = Blocks::new(
            good.as_slice()
                .chain(io::repeat(b'x').take(100 << 20))
                .chain(&b"\ny\n"[..]),
            Unit::Line,
        );
        let (mut block, mut seen) = (Block::default(), Vec::new());
        while blocks.next_into(&mut block).expect("memory can be read") {
            seen.push((block.first_line, block.first_offset, block.bytes.len()));
            assert!(block.bytes.capacity() <= 32 << 20);
        }
        let start = good.len() as u64;
        assert_eq!(
            seen,
            [
                (1, 0, good.len()),
                (6, start, LINE_LIMIT + 1),
                (7, start + (100 << 20) + 1, 2)
            ]
        );
    }

    #[test]
    fn the_first_failure_of_the_taker_stops_the_reading() {
        let result = read_log(
            lines(200_000).as_slice(),
            &format_of(&lines(9)),
            &context(),
            2,
            |_| Err("full"),
        );
        assert!(matches!(result, Err(LogError::Take("full"))));
    }

    #[test]
    fn ten_thousand_real_lines() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../shared/data/web_logs/apache_combined_10k.log.gz"
        );
        let Ok(bytes) = std::fs::read(path) else {
            writeln!(io::stderr(), "skipped: no file {path}").ok();
            return;
        };
        let (all, summary) = read(&bytes);
        assert_eq!(
            (summary.lines, all.counts.lines, all.counts.rejected),
            (10_000, 10_000, 1)
        );
        assert_eq!(all.counts.bytes, 2_747_282_505);
        assert_eq!(all.rejects.reason, [super::super::Reason::OpenQuote]);
        let requests: u32 = all.evidence.iter().map(|row| row.n_requests).sum();
        let errors: u32 = all.evidence.iter().map(|row| row.n_client_errors).sum();
        assert_eq!((requests, errors), (9_999, 213 + 2 + 2));
        let mut clients: Vec<_> = all
            .evidence
            .iter()
            .flat_map(|row| row.clients)
            .filter(|c| *c != i64::MAX)
            .collect();
        clients.sort_unstable();
        clients.dedup();
        assert_eq!(clients.len(), 1753);
        let time = |text: &str| {
            text.parse::<jiff::Timestamp>()
                .expect("a time")
                .as_microsecond()
        };
        // The lines are not in order: the first says 10:05:03 and the last 21:05:15.
        assert_eq!(all.counts.first_ts, Some(time("2015-05-17T10:05:00Z")));
        assert_eq!(all.counts.last_ts, Some(time("2015-05-20T21:05:59Z")));
    }

    /// Lines good and bad, with quotes and empty ones.
    fn piece() -> impl Strategy<Value = String> {
        prop_oneof![
            (0..5, 0..9).prop_map(|(u, p)| format!("2024-05-01 10:0{u}:00,u{u},/p{p},/p{u}\n")),
            (0..5).prop_map(|u| format!("2024-05-01 10:00:00,\"u{u}\n\",\"/a,\"\"b\n\",\n")),
            Just("\n".to_owned()),
            Just("x,\"y\n".to_owned()),
            Just("a,b,c,5\"\r\n".to_owned()),
            "[a-c,\"\n]{0,12}",
        ]
    }

    fn in_blocks(bytes: &[u8], format: &LogFormat, target: usize) -> Batch {
        let context = context();
        let mut parser = Parser::new(&context);
        let mut blocks = Blocks::with_target(bytes, unit_of(format), target);
        let (mut block, mut all) = (Block::default(), Batch::default());
        while blocks.next_into(&mut block).expect("memory can be read") {
            all.merge(parser.parse_block(
                format,
                &block.bytes,
                block.first_line,
                block.first_offset,
            ));
        }
        assert_eq!(
            blocks.position(),
            (all.counts.lines + 1, bytes.len() as u64)
        );
        all
    }

    proptest! {
        #[test]
        fn any_cutting_gives_the_same_columns(pieces in prop::collection::vec(piece(), 0..40), target in 1usize..300) {
            let text = format!("ts,user,url,referrer\n{}", pieces.concat());
            let format = format_of(b"ts,user,url,referrer\n2024-05-01,a,/,\n");
            let whole = super::super::parse::parse_block(&format, text.as_bytes(), 1, 0, &context());
            let cut = in_blocks(text.as_bytes(), &format, target);
            prop_assert_eq!(whole, cut);
        }

        #[test]
        fn any_cutting_of_lines_too(n in 1usize..60, noise in "[ -~\n]{0,200}", target in 1usize..400) {
            let bytes = [lines(n).as_slice(), noise.as_bytes(), &lines(n)].concat();
            let format = format_of(&lines(3));
            let whole = super::super::parse::parse_block(&format, &bytes, 1, 0, &context());
            prop_assert_eq!(whole, in_blocks(&bytes, &format, target));
        }
    }
}
