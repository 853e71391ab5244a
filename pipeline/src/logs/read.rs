//! A log as blocks of whole lines: unpacked, cut, and without the line that a cut archive ends in.

use std::io::{self, Read};

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

/// The blocks of a log, packed or not.
pub struct LogBlocks<R: Read> {
    blocks: Blocks<Unpacked<R>>,
    start: (u64, u64),
    lost: (u64, u64),
    unit: Unit,
}

impl<R: Read> LogBlocks<R> {
    /// The blocks of a whole log.
    ///
    /// # Errors
    /// When the input cannot be read.
    pub fn new(input: R, format: &LogFormat) -> io::Result<Self> {
        Self::starting_at(input, format, (1, 0))
    }

    /// The blocks of the later part of a log: `start` is the number (from 1) and offset of its first line.
    ///
    /// # Errors
    /// When the input cannot be read.
    pub fn starting_at(input: R, format: &LogFormat, start: (u64, u64)) -> io::Result<Self> {
        let unpacked = unpack::unpack(input)?;
        Ok(Self::of_text(unpacked, format, start))
    }

    /// Like `starting_at` for an input that is unpacked already and read up to its start.
    pub fn of_text(text: Unpacked<R>, format: &LogFormat, start: (u64, u64)) -> Self {
        let unit = unit_of(format);
        Self {
            blocks: Blocks::new(text, unit)
                .starting_at(start.0, start.1)
                .starting_under(format.header().cloned().unwrap_or_default()),
            start,
            lost: (0, 0),
            unit,
        }
    }

    /// Fills `block` with the next lines, reusing its memory. False: the log is at its end.
    ///
    /// # Errors
    /// When the input cannot be read. A packed input that is broken tells so only where it breaks: then what came
    /// before must not be kept.
    pub fn next_into(&mut self, block: &mut Block) -> io::Result<bool> {
        if !self.blocks.next_into(block)? {
            return Ok(false);
        }
        if self.blocks.input().was_cut() {
            self.lost = drop_open_line(&mut block.bytes, self.unit);
        }
        Ok(true)
    }

    /// What the blocks are cut from.
    pub fn input(&self) -> &Unpacked<R> {
        self.blocks.input()
    }

    /// What was read so far.
    pub fn summary(&self) -> ReadSummary {
        let (line, offset) = self.blocks.position();
        ReadSummary {
            lines: line - self.start.0 - self.lost.0,
            bytes: offset - self.start.1 - self.lost.1,
            was_cut: self.blocks.input().was_cut(),
            was_packed: self.blocks.input().was_packed(),
            has_junk: self.blocks.input().has_junk(),
        }
    }
}

/// Reads what is left of a log on this thread, into one batch.
///
/// # Errors
/// When the input cannot be read.
pub fn read_all<R: Read>(
    mut blocks: LogBlocks<R>,
    format: &LogFormat,
    context: &Context,
) -> io::Result<(Batch, ReadSummary)> {
    let mut parser = Parser::new(context);
    let (mut block, mut all) = (Block::default(), Batch::default());
    while blocks.next_into(&mut block)? {
        all.append(parser.parse_block(
            &format.under(block.header.as_deref()),
            &block.bytes,
            block.first_line,
            block.first_offset,
        ));
    }
    all.words = parser.words().clone();
    Ok((all, blocks.summary()))
}

fn unit_of(format: &LogFormat) -> Unit {
    match format {
        LogFormat::Csv(map) => Unit::Record(map.delimiter),
        _ if format.header().is_some() => Unit::Directed,
        _ => Unit::Line,
    }
}

/// Takes the line or record off that the cut of a packed input went through; says how many lines and bytes that was.
fn drop_open_line(bytes: &mut Vec<u8>, unit: Unit) -> (u64, u64) {
    let end = match unit {
        Unit::Line | Unit::Directed => memchr::memrchr(b'\n', bytes).map_or(0, |at| at + 1),
        Unit::Record(delimiter) => super::table::whole_records(bytes, delimiter),
    };
    let lost = (bytes.len() - end) as u64;
    bytes.truncate(end);
    (u64::from(lost > 0), lost)
}

#[cfg(test)]
mod tests {
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
        let format = format_of(bytes);
        let blocks = LogBlocks::new(bytes, &format).expect("memory can be read");
        read_all(blocks, &format, &context()).expect("memory can be read")
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
        // Errors of static files are no errors of a person.
        let evidence = all.evidence();
        let requests: u32 = evidence.iter().map(|row| row.n_requests).sum();
        let errors: u32 = evidence.iter().map(|row| row.n_client_errors).sum();
        assert_eq!((requests, errors), (9_999, 167));
        assert_eq!(evidence.len(), 2143, "address, agent and day");
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
        let unpacked = unpack::unpack(bytes).expect("memory can be read");
        let blocks = LogBlocks {
            blocks: Blocks::with_target(unpacked, unit_of(format), target)
                .starting_under(format.header().cloned().unwrap_or_default()),
            start: (1, 0),
            lost: (0, 0),
            unit: unit_of(format),
        };
        let (all, summary) = read_all(blocks, format, &context()).expect("memory can be read");
        assert_eq!(
            (summary.lines, summary.bytes),
            (all.counts.lines, bytes.len() as u64)
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
