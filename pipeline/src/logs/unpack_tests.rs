//! Packed inputs whole, cut, damaged and made to burst; charsets; every kind twice over.
//!
//! `LOG_FAULTS=1000` tries that many cuts and as many flipped bits of each packing.

use proptest::prelude::*;

use super::super::batch::{Batch, Context};
use super::super::format::{LogFormat, SourceOptions, recognise};
use super::super::key::Key;
use super::super::limits::OverLimit;
use super::super::read::{LogBlocks, ReadSummary, read_all};
use super::super::site::{Site, SiteSettings};
use super::super::trials::packed::{PACKINGS, packed, zipped};
use super::*;

/// Reads an input to its end; says whether it was cut.
fn verify(input: impl Read, how: &Unpacking) -> io::Result<bool> {
    let mut members = Members::new(input, how.limits)?;
    io::copy(&mut members, &mut io::sink())?;
    Ok(members.was_cut())
}

fn context() -> Context {
    Context {
        site: Site::new(SiteSettings::default()),
        key: Key::new([5; 32]),
        log_zone: jiff::tz::TimeZone::UTC,
        latest_ts: i64::MAX,
    }
}

/// Lines that hardly repeat, so that packed bytes lie all over them.
fn lines(n: u64) -> Vec<u8> {
    let line = |i: u64| {
        let page = i.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
        let second = i % 60;
        format!(
            "10.0.0.1 - u{} [01/May/2024:10:00:{second:02} +0000] \"GET /p{page:x} HTTP/1.1\" 200 5\n",
            i % 77
        )
    };
    (0..n).map(line).collect::<String>().into_bytes()
}

fn text_of(bytes: &[u8]) -> io::Result<(Vec<u8>, bool, bool)> {
    let mut unpacked = unpack(bytes)?;
    let mut text = Vec::new();
    unpacked.read_to_end(&mut text)?;
    Ok((text, unpacked.was_cut(), unpacked.has_junk()))
}

fn format_of(bytes: &[u8]) -> LogFormat {
    recognise(bytes, &SourceOptions::default()).expect("the format is known")
}

/// The events read, unless the input is broken.
fn load(bytes: &[u8]) -> io::Result<(Batch, ReadSummary)> {
    let format = format_of(&lines(3));
    read_all(LogBlocks::new(bytes, &format)?, &format, &context())
}

#[test]
fn every_packing_in_every_member() {
    let plain = lines(3000);
    let (half, rest) = plain.split_at(plain.len() / 3);
    for packing in PACKINGS {
        let one = text_of(&packed(packing, &plain)).expect("it is sound");
        assert!(one == (plain.clone(), false, false), "{packing}");
        if packing.starts_with("zip") {
            continue;
        }
        for (tail, is_junk, is_cut) in [
            (&b""[..], false, false),
            (b"\0\0\0\0", false, false),
            (b"junk", true, false),
            (b"\0\0junk", true, false),
            (b"\x1f", false, true),
        ] {
            let members = [&*packed(packing, half), &packed(packing, rest), tail].concat();
            let got = text_of(&members).expect("it is sound");
            assert!(
                got == (plain.clone(), is_cut, is_junk),
                "{packing} {tail:?}"
            );
        }
        // Members of any packing, an empty one among them.
        let mixed = [
            &*packed(packing, half),
            &packed("xz", b""),
            &packed("gz", rest),
        ]
        .concat();
        assert!(
            text_of(&mixed).expect("it is sound").0 == plain,
            "{packing}"
        );
        // A packed file that is packed again is no log.
        let nested = text_of(&packed(packing, &packed("gz", &plain)))
            .expect("it is sound")
            .0;
        assert!(recognise(&nested, &SourceOptions::default()).is_err());
    }
}

#[test]
fn the_files_of_an_archive_follow_each_other() {
    let files: [(&str, &[u8]); 5] = [
        ("a.log", b"one"),
        ("__MACOSX/a.log", b"x"),
        (".hidden", b"x"),
        ("b.log", b""),
        ("c.log", b"two\n"),
    ];
    for is_deflated in [false, true] {
        let archive = zipped(&files, is_deflated);
        assert_eq!(text_of(&archive).expect("it is sound").0, b"one\ntwo\n");
        let mut encrypted = archive.clone();
        encrypted[6] |= 1;
        assert!(text_of(&encrypted).is_err());
        let mut other = archive;
        other[8] = 12;
        assert!(text_of(&other).is_err());
    }
}

/// Random numbers below a limit.
fn random(state: &mut u64, below: usize) -> usize {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1);
    (*state >> 33) as usize % below
}

fn n_faults() -> usize {
    std::env::var("LOG_FAULTS").map_or(100, |n| n.parse().unwrap_or(100))
}

#[test]
fn a_cut_input_keeps_its_whole_lines_and_says_so() {
    // More than one block of bzip2 at its fastest, which holds 100 kB.
    let plain = lines(2000);
    let ends: Vec<usize> = memchr::memchr_iter(b'\n', &plain)
        .map(|at| at + 1)
        .collect();
    for packing in PACKINGS {
        let whole = packed(packing, &plain);
        let want = load(&whole).expect("it is sound").0;
        assert_eq!(want.counts.events, 2000);
        let end = if packing.starts_with("zip") {
            whole.len() - b"PK\x01\x02 the directory is not read".len() + 3
        } else {
            whole.len() - 1
        };
        let mut state = 1;
        let mut most = 0;
        for n in 0..n_faults() {
            let cut = if n == 0 {
                end
            } else {
                12 + random(&mut state, end - 12)
            };
            let (got, summary) =
                load(&whole[..cut]).unwrap_or_else(|e| panic!("{packing} {cut}: {e}"));
            assert!(summary.was_cut, "{packing} {cut}");
            let lines = summary.lines as usize;
            assert_eq!(
                (got.counts.events as usize, got.counts.rejected),
                (lines, 0)
            );
            let bytes = if lines == 0 { 0 } else { ends[lines - 1] };
            assert_eq!(summary.bytes as usize, bytes);
            assert_eq!(
                got.events.each(|event| event.event_id)[..],
                want.events.each(|event| event.event_id)[..lines],
                "{packing} {cut}"
            );
            most = most.max(lines);
        }
        assert!(most > 1000, "{packing}: {most}");
    }
}

#[test]
fn a_flipped_bit_is_never_taken_for_a_log() {
    let plain = lines(1000);
    for packing in PACKINGS {
        let whole = packed(packing, &plain);
        let mut state = 2;
        let mut refused = 0;
        for _ in 0..n_faults() {
            let mut bytes = whole.clone();
            let at = random(&mut state, whole.len());
            bytes[at] ^= 1 << random(&mut state, 8);
            match text_of(&bytes) {
                Err(_) => refused += 1,
                // In a name or a time of the header it changes nothing; in a magic it is no packed file any more;
                // else the damage must be told.
                Ok((text, was_cut, has_junk)) => {
                    let is_refused = text == bytes;
                    assert!(
                        text == plain || was_cut || has_junk || is_refused,
                        "{packing} {at}"
                    );
                }
            }
        }
        assert!(refused * 10 > n_faults() * 9, "{packing}: {refused}");
    }
}

#[test]
fn a_wrong_checksum_is_an_error() {
    let plain = lines(500);
    for (packing, from_end) in [("gz", 6), ("bz2", 4), ("zst", 2), ("xz", 40), ("zip", 44)] {
        let mut bytes = packed(packing, &plain);
        let at = bytes.len() - from_end;
        bytes[at] ^= 0x10;
        assert!(load(&bytes).is_err(), "{packing}");
        assert!(verify(&*bytes, &Unpacking::default()).is_err(), "{packing}");
    }
    let cut = &packed("gz", &plain)[..500];
    assert!(verify(cut, &Unpacking::default()).expect("a cut is no damage"));
}

#[test]
fn what_would_burst_stops_at_the_limit() {
    let zeros = vec![b'x'; 64 << 20];
    for packing in ["gz", "bz2", "zst", "xz", "zip"] {
        let bytes = packed(packing, &zeros);
        let error = text_of(&bytes)
            .map(drop)
            .expect_err("it is beyond the ratio");
        let told = error.get_ref().and_then(|inner| inner.downcast_ref());
        assert_eq!(told, Some(&OverLimit::Ratio(200)), "{packing}");
        assert!(error.to_string().contains("200 times"));
        let how = Unpacking {
            limits: Limits {
                ratio: u64::MAX,
                bytes: 1000,
                ..Limits::default()
            },
            ..Unpacking::default()
        };
        let error = verify(&*bytes, &how).expect_err("it is beyond the size");
        assert!(error.to_string().contains("1000 bytes"), "{error}");
    }
    // A plain file may be as large and as dull as it likes.
    assert_eq!(text_of(&zeros).expect("it is sound").0.len(), zeros.len());
    // A window of 1 GiB, and of a frame as large.
    let window = b"\x28\xb5\x2f\xfd\x00\xa0\x01\x00\x00";
    assert!(text_of(window).is_err());
}

#[test]
fn a_sample_stays_to_be_read() {
    let plain = lines(20_000);
    let bytes = packed("bz2", &plain);
    let mut unpacked = unpack(&*bytes).expect("memory can be read");
    assert_eq!(unpacked.sample(1000).expect("it is sound"), &plain[..1000]);
    assert_eq!(unpacked.sample(5000).expect("it is sound"), &plain[..5000]);
    let mut text = Vec::new();
    unpacked.read_to_end(&mut text).expect("it is sound");
    assert!(text == plain);
}

fn decoded(bytes: &[u8], charset: Option<&str>) -> String {
    let how = Unpacking {
        charset: charset.map(|name| Charset::named(name).expect("the charset is known")),
        ..Unpacking::default()
    };
    let mut text = Vec::new();
    let mut unpacked = unpack_with(bytes, &how).expect("memory can be read");
    unpacked.read_to_end(&mut text).expect("memory can be read");
    String::from_utf8_lossy(&text).into_owned()
}

#[test]
fn charsets_are_marked_or_declared() {
    let utf16 = |text: &str, order: fn(u16) -> [u8; 2]| -> Vec<u8> {
        "\u{feff}"
            .encode_utf16()
            .chain(text.encode_utf16())
            .flat_map(order)
            .collect()
    };
    let text = "user\u{e4}\u{1f600}\n".repeat(50_000);
    let little = utf16(&text, u16::to_le_bytes);
    assert!(decoded(&little, None) == text);
    assert!(decoded(&little, Some("big5")) == text);
    assert!(decoded(&utf16(&text, u16::to_be_bytes), None) == text);
    assert!(decoded(&packed("gz", &little), None) == text);
    assert_eq!(
        decoded(&little[2..22], Some("utf-16le")),
        "user\u{e4}\u{1f600}\nus"
    );
    assert_eq!(
        decoded(b"caf\xe9 \x80", Some("windows-1252")),
        "caf\u{e9} \u{20ac}"
    );
    assert_eq!(
        decoded(b"\xa4\xa4\xa4\xe5/\xa4", Some("big5")),
        "\u{4e2d}\u{6587}/\u{fffd}"
    );
    assert_eq!(
        decoded(b"\x93\xfa\x96\x7b", Some("shift_jis")),
        "\u{65e5}\u{672c}"
    );
    assert_eq!(decoded(b"\xc4\xe3", Some("GBK")), "\u{4f60}");
    assert_eq!(decoded(b"caf\xe9", None), "caf\u{fffd}");
    assert_eq!(
        decoded(b"\xef\xbb\xbfa\xc3\xa9", Some("windows-1252")),
        "\u{feff}a\u{e9}"
    );
    // Half a surrogate, and half a unit.
    assert_eq!(
        decoded(b"\xff\xfe\x00\xd8a\x00b", None),
        "\u{fffd}a\u{fffd}"
    );
    assert!(Charset::named("utf-99").is_none());
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(head in 0usize..9, bytes in prop::collection::vec(any::<u8>(), 0..300), charset in 0usize..4) {
        let heads: [&[u8]; 9] = [b"", b"\x1f\x8b\x08", b"BZh91AY&SY", b"\x28\xb5\x2f\xfd", b"\xfd7zXZ\0", b"PK\x03\x04", b"\xff\xfe", b"[{", b"\x50\x2a\x4d\x18"];
        let bytes = [heads[head], &bytes].concat();
        let how = Unpacking {
            charset: [None, Charset::named("big5"), Charset::named("utf-16be"), Charset::named("iso-2022-jp")][charset],
            ..Unpacking::default()
        };
        if let Ok(mut unpacked) = unpack_with(&*bytes, &how) {
            let mut text = Vec::new();
            let is_read = unpacked.read_to_end(&mut text).is_ok();
            if is_read && let Ok(format) = recognise(&text, &SourceOptions::default()) {
                let batch = super::super::parse::parse_block(&format, &text, 1, 0, &context());
                let counts = &batch.counts;
                prop_assert_eq!(counts.lines, counts.events + counts.filtered_sum() + counts.rejected + counts.comments);
            }
        }
    }

    #[test]
    fn no_reader_panics_on_any_text(text in "[ -~\n\r\t\u{e9}]{0,400}", kind in 0usize..6) {
        let heads = [
            "ts,user,url\n", "{\"ts\":1,\"user\":\"a\",\"url\":\"/\"}\n", "AuditData,Id\n",
            "{\"Operation\":\"a\",\"Workload\":\"b\",\"CreationTime\":\"c\"}\n",
            "time_local\tstatus\tremote_addr\trequest\n", "10.0.0.1 - a [01/May/2024:10:00:00 +0000] \"GET / HTTP/1.1\" 200 5\n",
        ];
        let format = format_of(heads[kind].as_bytes());
        let all = format!("{}{text}", heads[kind]);
        let batch = super::super::parse::parse_block(&format, all.as_bytes(), 1, 0, &context());
        let counts = &batch.counts;
        prop_assert_eq!(counts.lines, counts.events + counts.filtered_sum() + counts.rejected + counts.comments);
    }
}
