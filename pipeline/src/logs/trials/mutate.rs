//! What can go wrong with a line: a byte flipped, a field lost or doubled, an end cut off, something odd put in.

use super::choices::Choices;

/// What breaks parsers: marks of syntax, escapes half and whole, bytes that no text has, and numbers beyond all bounds.
const ODDITIES: [&[u8]; 56] = [
    b"\"",
    b" ",
    b"-",
    b"\\",
    b"\\\"",
    b"\"\"",
    b"\\x",
    b"\\x41",
    b"\\xe4",
    b"\\xC3\\xBC",
    b"\\u00e4",
    b"\\ud83d",
    b"\\ud83d\\ude00",
    b"\\n",
    b"%",
    b"%2",
    b"%20",
    b"%25",
    b"%2525",
    b"%C3%A4",
    b"%00",
    b"\0",
    b"\x01",
    b"\x0b",
    b"\x0c",
    b"\x7f",
    b"\x85",
    b"\xa0",
    b"\xff",
    b"\xc3\xa4",
    b"\xe2\x80\xa8",
    b"\xf0\x9f\x98\x80",
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    b"\t",
    b"\r",
    b"\n",
    b"#",
    b"?",
    b"+",
    b"[",
    b"]",
    b"{",
    b"}",
    b"|",
    b",",
    b":",
    b"//",
    b" HTTP/1.1",
    b"0",
    b"999999999999999999",
    b"18446744073709551616",
    b"1e999",
    b"-1",
    b"00000000000000000200",
    b"0.5",
];

/// Changes a line in up to three places, or leaves it as it is.
pub(super) fn mutate(line: &mut Vec<u8>, choices: &mut Choices<'_>) {
    for _ in 0..choices.pick(&[0, 1, 0, 1, 1, 2, 3]) {
        once(line, choices);
    }
}

fn once(line: &mut Vec<u8>, choices: &mut Choices<'_>) {
    if line.is_empty() {
        return;
    }
    let at = choices.below(line.len());
    match choices.below(14) {
        0 | 1 => put(line, at, choices.pick(&ODDITIES)),
        2 => line[at] ^= 1 << choices.below(8),
        3 => line[at] = choices.byte(),
        4 => line.truncate(at),
        5 => {
            let end = (at + 1 + choices.below(8)).min(line.len());
            line.drain(at..end);
        }
        6 => {
            let end = (at + 1 + choices.below(24)).min(line.len());
            let doubled = line[at..end].to_vec();
            put(line, at, &doubled);
        }
        7 => replace_field(line, at, &[]),
        8 => replace_field(line, at, choices.pick(&ODDITIES)),
        9 => {
            let (start, end) = field(line, at);
            let doubled = [&line[start..end], b" "].concat();
            put(line, start, &doubled);
        }
        10 => swap_fields(line, at, choices),
        11 => replace_number(line, at, choices.pick(&ODDITIES)),
        12 => line[at] = change_case(line[at]),
        _ => {
            let end = line.len();
            put(line, end, choices.pick(&ODDITIES));
        }
    }
}

fn put(line: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    line.splice(at..at, bytes.iter().copied());
}

/// The field around a place, between what separates fields in most logs.
fn field(line: &[u8], at: usize) -> (usize, usize) {
    let is_edge = |b: &u8| matches!(b, b' ' | b'\t' | b',' | b'|');
    let start = line[..at].iter().rposition(is_edge).map_or(0, |at| at + 1);
    let length = line[start..].iter().position(is_edge);
    (start, start + length.unwrap_or(line.len() - start))
}

fn replace_field(line: &mut Vec<u8>, at: usize, with: &[u8]) {
    let (start, end) = field(line, at);
    line.splice(start..end, with.iter().copied());
}

fn swap_fields(line: &mut Vec<u8>, at: usize, choices: &mut Choices<'_>) {
    let (start, end) = field(line, at);
    let other = field(line, choices.below(line.len()));
    if end > other.0 {
        return;
    }
    let swapped = [
        &line[other.0..other.1],
        &line[end..other.0],
        &line[start..end],
    ]
    .concat();
    line.splice(start..other.1, swapped);
}

/// Replaces the next run of digits, so that numbers and dates go wrong in shape and in value.
fn replace_number(line: &mut Vec<u8>, at: usize, with: &[u8]) {
    let Some(start) = line[at..].iter().position(u8::is_ascii_digit) else {
        return;
    };
    let start = at + start;
    let length = line[start..].iter().take_while(|b| b.is_ascii_digit());
    let end = start + length.count();
    line.splice(start..end, with.iter().copied());
}

fn change_case(byte: u8) -> u8 {
    if byte.is_ascii_alphabetic() {
        byte ^ 0x20
    } else {
        byte
    }
}
