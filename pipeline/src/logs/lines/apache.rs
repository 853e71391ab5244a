//! `LogFormat` of Apache (and the like patterns of Tomcat), compiled.

use super::stamp::{self, Piece};
use super::template::{Builder, Slot, Template};

/// Compiles a format, with or without `LogFormat` in front and a nickname behind.
///
/// # Errors
/// The directive that is not known, or that cannot be read, and where it stands.
pub(super) fn compile(text: &str) -> Result<Template, String> {
    let (format, start) = inside(text);
    let mut builder = Builder::new();
    let mut rest = format;
    while !rest.is_empty() {
        // Places are told in characters of the whole text, from 1.
        let at = text[..start + format.len() - rest.len()].chars().count() + 1;
        rest = step(rest, at, &mut builder)?;
    }
    builder.build("apache", true)
}

/// The format of a whole directive, and where it starts.
fn inside(text: &str) -> (&str, usize) {
    let word = text.trim_start();
    let is_directive = word
        .get(..9)
        .is_some_and(|word| word.eq_ignore_ascii_case("LogFormat"));
    let Some(open) = text.find('"').filter(|_| is_directive) else {
        return (text, 0);
    };
    let inner = &text[open + 1..];
    let mut is_escaped = false;
    let end = inner.bytes().position(|byte| {
        let is_end = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    });
    (&inner[..end.unwrap_or(inner.len())], open + 1)
}

/// Takes a character or directive off the front.
fn step<'a>(text: &'a str, at: usize, builder: &mut Builder) -> Result<&'a str, String> {
    for (written, meant) in [
        ("\\\"", b'"'),
        ("\\\\", b'\\'),
        ("\\t", b'\t'),
        ("&quot;", b'"'),
        ("%%", b'%'),
    ] {
        if let Some(rest) = text.strip_prefix(written) {
            builder.text(meant);
            return Ok(rest);
        }
    }
    let Some(directive) = text.strip_prefix('%') else {
        let (character, rest) = text.split_at(text.chars().next().map_or(0, char::len_utf8));
        character.bytes().for_each(|byte| builder.text(byte));
        return Ok(rest);
    };
    // `>`, `<` and conditions on the status.
    let bare = directive.trim_start_matches([
        '<', '>', '!', ',', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9',
    ]);
    let (argument, bare) = argument(bare, at)?;
    // Trailers have two letters, and say nothing to us.
    let letters = bare.strip_prefix('^').map_or(1, |_| 3);
    let (name, rest) = bare
        .split_at_checked(letters)
        .ok_or_else(|| unknown(text, bare, at))?;
    if name == "t" {
        time(argument, at, builder)?;
        return Ok(rest);
    }
    let slot = slot_of(name, argument).ok_or_else(|| unknown(text, rest, at))?;
    // Tomcat's %D is in milliseconds, which its formats like to say.
    let is_millis = slot == Slot::Micros && rest.starts_with("ms");
    let slot = if is_millis { Slot::Millis } else { slot };
    builder.slot(slot, at)?;
    Ok(rest)
}

/// The argument in braces.
fn argument(text: &str, at: usize) -> Result<(&str, &str), String> {
    let Some(inner) = text.strip_prefix('{') else {
        return Ok(("", text));
    };
    inner
        .split_once('}')
        .ok_or_else(|| format!("the brace at character {at} is never closed"))
}

fn unknown(text: &str, rest: &str, at: usize) -> String {
    format!(
        "`{}` at character {at} is no directive that is known",
        &text[..text.len() - rest.len()]
    )
}

fn slot_of(name: &str, argument: &str) -> Option<Slot> {
    Some(match name {
        "a" | "h" => Slot::Client,
        "u" => Slot::User,
        "v" | "V" => Slot::Host,
        "r" if argument.is_empty() => Slot::Request,
        "r" | "n" | "e" | "x" => attribute(argument),
        "m" => Slot::Method,
        "U" => Slot::Path,
        "q" => Slot::Query,
        "s" => Slot::Status,
        "b" | "B" => Slot::Bytes,
        "D" => Slot::Micros,
        "T" => match argument {
            "" | "s" => Slot::Seconds,
            "ms" => Slot::Millis,
            "us" => Slot::Micros,
            _ => return None,
        },
        "i" => header(argument),
        "o" if argument.eq_ignore_ascii_case("X-AUSERNAME") => Slot::User,
        "C" | "c" => cookie(argument),
        "A" | "f" | "F" | "H" | "I" | "k" | "l" | "L" | "o" | "O" | "p" | "P" | "R" | "S" | "X" => {
            Slot::Skip
        }
        _ if name.starts_with('^') => Slot::Skip,
        _ => return None,
    })
}

/// What a header of the request is.
pub(super) fn header(name: &str) -> Slot {
    match name.to_ascii_lowercase().replace('_', "-").as_str() {
        "referer" => Slot::Referrer,
        "user-agent" => Slot::Agent,
        "x-forwarded-for" | "x-real-ip" => Slot::Forwarded,
        "host" => Slot::Host,
        "sec-purpose" | "purpose" | "x-moz" => Slot::Purpose,
        "x-remote-user" | "remote-user" | "x-forwarded-user" => Slot::User,
        _ => Slot::Skip,
    }
}

/// A cookie that names its session tells visits apart.
pub(super) fn cookie(name: &str) -> Slot {
    if name.to_ascii_lowercase().contains("sess") {
        Slot::Session
    } else {
        Slot::Skip
    }
}

/// What Jira and Confluence keep with a request.
fn attribute(name: &str) -> Slot {
    match name {
        "jira.request.username" => Slot::User,
        "jira.request.assession.id" => Slot::Session,
        "sanitized.query" => Slot::Query,
        "sanitized.referer" => Slot::Referrer,
        _ => Slot::Skip,
    }
}

fn time(argument: &str, at: usize, builder: &mut Builder) -> Result<(), String> {
    let layout = argument
        .strip_prefix("begin:")
        .or(argument.strip_prefix("end:"))
        .unwrap_or(argument);
    match layout {
        "" => {
            builder.text(b'[');
            builder.time(Piece::Clf, at)?;
            builder.text(b']');
        }
        "sec" => builder.time(Piece::UnixOf(1), at)?,
        "msec" => builder.time(Piece::UnixOf(1000), at)?,
        "usec" => builder.time(Piece::UnixOf(1_000_000), at)?,
        "msec_frac" | "usec_frac" => builder.time(Piece::Fraction, at)?,
        _ => {
            let pieces = stamp::strftime(layout);
            let pieces = pieces.map_err(|bad| {
                format!(
                    "`{}` in the time at character {at} is not known",
                    &layout[bad..]
                )
            })?;
            for piece in pieces {
                match piece {
                    Ok(piece) => builder.time(piece, at)?,
                    Err(byte) => builder.text(byte),
                }
            }
        }
    }
    Ok(())
}
