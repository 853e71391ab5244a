//! The access log of Confluence (and of Jira where it is set up alike), before and after version 7.11.

use std::borrow::Cow;

use super::super::rejects::Reason;
use super::super::time::{self, Written};
use super::scan;
use super::web::{Text, WebLine};

/// `[date] (forwarded) user thread host METHOD target HTTP/1.1 status 20ms bytes referrer agent`, nothing in quotes;
/// version 7.11 added the address that a proxy forwarded.
pub(super) fn read(line: &[u8]) -> Result<WebLine<'_>, Reason> {
    let date = line.strip_prefix(b"[").and_then(|line| line.get(..26));
    let date = date
        .filter(|_| line.get(27..29) == Some(b"] "))
        .ok_or(Reason::Shape)?;
    let body = &line[29..];
    let words: Vec<&[u8]> = body.split(|b| *b == b' ').collect();
    let took = words.iter().position(|word| millis(word).is_some());
    let took = took.filter(|took| *took >= 5).ok_or(Reason::Shape)?;
    let mut web = WebLine::at(Written::Utc(time::clf(date).ok_or(Reason::Date)?));
    web.status = scan::status(words[took - 1])?;
    web.duration_ms = millis(words[took]).unwrap_or(-1);
    let who = request(&words[..took - 1], &mut web)?;
    people(who, &mut web)?;
    let mut rest = words[took + 1..].iter();
    web.bytes = rest
        .next()
        .and_then(|word| scan::number(word))
        .ok_or(Reason::Size)?;
    web.referrer = rest.next().copied().unwrap_or_default().into();
    web.agent = tail(body, &words[..(took + 3).min(words.len())]).into();
    Ok(web)
}

/// Milliseconds of `20ms`.
fn millis(word: &[u8]) -> Option<i64> {
    let digits = word.strip_suffix(b"ms")?;
    scan::number(digits).filter(|n| *n >= 0)
}

/// Takes the request off the end of the words before the status.
fn request<'a, 'w>(words: &'w [&'a [u8]], web: &mut WebLine<'a>) -> Result<&'w [&'a [u8]], Reason> {
    if let [who @ .., b"-"] = words {
        return Ok(who);
    }
    let is_method = |at: &usize| {
        words[*at].iter().all(u8::is_ascii_uppercase)
            && words
                .get(at + 1)
                .is_some_and(|word| matches!(word.first(), Some(b'/' | b'*' | b'h')))
    };
    let method = (3..words.len()).find(is_method).ok_or(Reason::Shape)?;
    let end = if words.last().is_some_and(|word| word.starts_with(b"HTTP/")) {
        words.len() - 1
    } else {
        words.len()
    };
    web.method = words[method].into();
    web.target = joined(&words[method + 1..end]);
    Ok(&words[..method])
}

/// `(forwarded...) user thread host`
fn people<'a>(words: &[&'a [u8]], web: &mut WebLine<'a>) -> Result<(), Reason> {
    let [forwarded @ .., user, _thread, host] = words else {
        return Err(Reason::Shape);
    };
    let first = forwarded
        .first()
        .map_or(&b"-"[..], |word| scan::first_address(word));
    web.client = if first == b"-" { *host } else { first }.into();
    web.user = percent_encoding::percent_decode(user).into();
    Ok(())
}

fn joined<'a>(words: &[&'a [u8]]) -> Text<'a> {
    match words {
        [word] => Cow::Borrowed(word),
        _ => Cow::Owned(words.join(&b' ')),
    }
}

/// What follows the words of a text.
fn tail<'a>(body: &'a [u8], words: &[&[u8]]) -> &'a [u8] {
    let length: usize = words.iter().map(|word| word.len() + 1).sum();
    body.get(length..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const REST: &str = "GET /pages/viewpage.action?pageId=7 HTTP/1.1 200 1020ms 7881 https://wiki/ Mozilla/5.0 (X11; Linux)";

    #[test]
    fn the_layouts_before_and_after_the_forwarded_address() {
        let old = format!("[17/Jun/2021:12:57:26 +0200] ann http-nio-8080-exec-6 10.0.0.9 {REST}");
        let web = read(old.as_bytes()).expect("well formed");
        assert_eq!((&*web.user, &*web.client), (&b"ann"[..], &b"10.0.0.9"[..]));
        assert_eq!(
            (&*web.method, &*web.target),
            (&b"GET"[..], &b"/pages/viewpage.action?pageId=7"[..])
        );
        assert_eq!(
            (&*web.referrer, &*web.agent),
            (&b"https://wiki/"[..], &b"Mozilla/5.0 (X11; Linux)"[..])
        );
        assert_eq!((web.status, web.bytes, web.duration_ms), (200, 7881, 1020));
        let new = format!(
            "[17/Jun/2021:12:57:26 +0200] 10.1.1.1, 10.2.2.2 ann%40x.org http-nio-8080-exec-6 ::1 {REST}"
        );
        let web = read(new.as_bytes()).expect("well formed");
        assert_eq!(
            (&*web.user, &*web.client),
            (&b"ann@x.org"[..], &b"10.1.1.1"[..])
        );
    }

    #[test]
    fn a_line_without_a_request() {
        let line =
            b"[17/Jun/2021:12:57:26 +0200] - - http-nio-8080-exec-6 10.0.0.9 - 400 0ms - - -";
        let web = read(line).expect("well formed");
        assert!(web.target.is_empty() && &*web.client == b"10.0.0.9");
        assert_eq!(
            read(b"[17/Jun/2021:12:57:26 +0200] some words"),
            Err(Reason::Shape)
        );
    }
}
