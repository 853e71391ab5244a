//! One page after the other over HTTP: politely, and never more than was meant.

use std::collections::BTreeMap;
use std::time::Duration;

use encoding_rs::{Encoding, UTF_8};
use reqwest::header::{
    CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER, USER_AGENT,
};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode};
use tokio::time::{Instant, sleep, sleep_until};
use url::Url;

use super::Options;
use super::robots::{self, Robots};
use crate::error::{Doing, Error};

/// A larger page is no page that a person reads.
pub(super) const MOST_BYTES: usize = 5 << 20;
/// How often a server that is busy is asked again.
const N_RETRIES: u32 = 3;
/// A server that wants to be left alone for longer is left alone.
const LONGEST_WAIT: Duration = Duration::from_mins(2);
/// Redirects from `robots.txt`: as many as RFC 9309 asks for.
const N_ROBOTS_MOVES: usize = 5;

/// What an address answers.
#[derive(Debug)]
pub(super) enum Answer {
    /// A page; whether its links may be followed.
    Page { html: String, is_followed: bool },
    /// It leads on.
    Moved(Url),
    /// It is not there.
    Gone,
    /// Something other than HTML.
    NoPage,
    /// `robots.txt` keeps it.
    Kept,
    /// It wants to know who asks.
    Refused(u16),
    /// It cannot be had, and why.
    Failed(String),
}

/// The site over HTTP.
pub(super) struct Web {
    client: Client,
    pause: Duration,
    /// The rules of each origin, or why nobody knows them.
    robots: BTreeMap<String, Result<Robots, String>>,
    next: Instant,
}

impl Web {
    pub(super) fn new(start: &Url, options: &Options) -> Result<Self, Error> {
        let headers = headers(&options.headers)?;
        let client = || {
            Client::builder()
                .default_headers(headers.clone())
                // Each redirect is looked at: a header with a login must not leave the intranet.
                .redirect(Policy::none())
                .timeout(options.timeout)
        };
        let client = client().build().or_else(|cause| match start.scheme() {
            // A machine without certificates can still ask where none are shown.
            "http" => client().tls_certs_only([]).build(),
            _ => Err(cause),
        });
        let client = client.doing("failed to start the crawl")?;
        Ok(Self {
            client,
            pause: options.pause,
            robots: BTreeMap::new(),
            next: Instant::now(),
        })
    }

    /// Asks for a page.
    pub(super) async fn get(&mut self, url: &Url) -> Answer {
        let origin = url.origin().ascii_serialization();
        if !self.robots.contains_key(&origin) {
            let rules = self.rules(url).await;
            self.robots.insert(origin.clone(), rules);
        }
        let (path, query) = (url.path(), url.query());
        let address = query.map_or(path.to_owned(), |query| format!("{path}?{query}"));
        let rules = match &self.robots[&origin] {
            Ok(rules) => rules,
            Err(problem) => return Answer::Failed(problem.clone()),
        };
        if !rules.allow(&address) {
            return Answer::Kept;
        }
        let pause = rules
            .delay
            .map_or(self.pause, |delay| delay.max(self.pause));
        match self.ask(url, pause).await {
            Ok(response) => answer(url, response).await,
            Err(problem) => Answer::Failed(problem),
        }
    }

    /// The rules of the address's origin: none where it has no file; where the server fails, nothing of it may be asked
    /// for (RFC 9309, 2.3.1).
    async fn rules(&mut self, url: &Url) -> Result<Robots, String> {
        let mut file = url.join("/robots.txt").map_err(|cause| cause.to_string())?;
        for _ in 0..=N_ROBOTS_MOVES {
            let response = self.ask(&file, self.pause).await?;
            let status = response.status();
            match moved_to(&file, &response) {
                Some(next) if next.host() == url.host() => file = next,
                _ if status.is_server_error() => {
                    return Err(format!("has a robots.txt that answers {}", status.as_u16()));
                }
                _ if status.is_success() => {
                    let (bytes, _) = body(response, robots::MOST_BYTES).await?;
                    return Ok(Robots::read(&bytes));
                }
                _ => break,
            }
        }
        Ok(Robots::default())
    }

    /// Asks when it is time to, and again where the server is busy.
    async fn ask(&mut self, url: &Url, pause: Duration) -> Result<Response, String> {
        let mut n_tries = 0;
        loop {
            sleep_until(self.next).await;
            let response = self.client.get(url.clone()).send().await;
            self.next = Instant::now() + pause;
            let response = response.map_err(why)?;
            let is_busy = matches!(
                response.status(),
                StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
            );
            if !is_busy || n_tries == N_RETRIES {
                return Ok(response);
            }
            let wait = wanted_wait(&response).unwrap_or(Duration::from_secs(1 << n_tries));
            if wait > LONGEST_WAIT {
                return Err(format!("asks to wait for {} seconds", wait.as_secs()));
            }
            sleep(wait).await;
            n_tries += 1;
        }
    }
}

/// The headers that were given, and the name under which robots are ruled. Their values are never shown.
fn headers(given: &[String]) -> Result<HeaderMap, Error> {
    let mut headers = HeaderMap::new();
    headers.insert(
        USER_AGENT,
        HeaderValue::from_static(concat!("elephant-paths/", env!("CARGO_PKG_VERSION"))),
    );
    for header in given {
        let parsed = header.split_once(':').and_then(|(name, value)| {
            let name = HeaderName::from_bytes(name.trim().as_bytes()).ok()?;
            Some((name, HeaderValue::from_str(value.trim()).ok()?))
        });
        let (name, mut value) = parsed.ok_or_else(|| {
            Error::usage("--header wants a name and a value, such as \"Cookie: session=...\"")
        })?;
        value.set_sensitive(true);
        headers.append(name, value);
    }
    Ok(headers)
}

/// `Retry-After` in seconds; a date is passed over, since the clocks may differ.
fn wanted_wait(response: &Response) -> Option<Duration> {
    let text = response.headers().get(RETRY_AFTER)?.to_str().ok()?;
    text.trim().parse().ok().map(Duration::from_secs)
}

fn moved_to(url: &Url, response: &Response) -> Option<Url> {
    if !response.status().is_redirection() {
        return None;
    }
    let to = String::from_utf8_lossy(response.headers().get(LOCATION)?.as_bytes()).into_owned();
    url.join(&to).ok()
}

async fn answer(url: &Url, response: Response) -> Answer {
    if let Some(next) = moved_to(url, &response) {
        return Answer::Moved(next);
    }
    let status = response.status();
    match status.as_u16() {
        404 | 410 => return Answer::Gone,
        401 | 403 => return Answer::Refused(status.as_u16()),
        _ if !status.is_success() => return Answer::Failed(format!("answers {}", status.as_u16())),
        _ => {}
    }
    let header = |name: &str| {
        let value = response.headers().get(name);
        value.map_or_else(String::new, |value| {
            String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase()
        })
    };
    let (kind, robots) = (header(CONTENT_TYPE.as_str()), header("x-robots-tag"));
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if !matches!(essence, "text/html" | "application/xhtml+xml") {
        return Answer::NoPage;
    }
    match body(response, MOST_BYTES).await {
        Ok((_, true)) => Answer::Failed("is larger than 5 MB".to_owned()),
        Ok((bytes, false)) => Answer::Page {
            html: text_of(&bytes, &kind),
            is_followed: !robots.contains("nofollow") && !robots.contains("none"),
        },
        Err(problem) => Answer::Failed(problem),
    }
}

/// The first bytes of an answer, and whether there are more.
async fn body(mut response: Response, most: usize) -> Result<(Vec<u8>, bool), String> {
    let mut bytes = Vec::new();
    while let Some(part) = response.chunk().await.map_err(why)? {
        bytes.extend_from_slice(&part);
        if bytes.len() > most {
            bytes.truncate(most);
            return Ok((bytes, true));
        }
    }
    Ok((bytes, false))
}

/// Why an address cannot be had, without the address: it may hold what is nobody's business.
fn why(cause: reqwest::Error) -> String {
    if cause.is_timeout() {
        return "takes too long".to_owned();
    }
    let cause = cause.without_url();
    let mut last: &dyn std::error::Error = &cause;
    while let Some(next) = last.source() {
        last = next;
    }
    let problem = last.to_string();
    if problem.contains("certificate") {
        return format!("{problem} (its issuer must be among the certificates of this machine)");
    }
    problem
}

/// A page as text: by its byte order mark, what its header says, what its head says, or as UTF-8.
pub(super) fn text_of(bytes: &[u8], content_type: &str) -> String {
    const HEAD_BYTES: usize = 1024;
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD_BYTES)]).to_ascii_lowercase();
    let encoding = charset_in(content_type)
        .or_else(|| charset_in(&head))
        .unwrap_or(UTF_8);
    // A byte order mark outranks both.
    encoding.decode(bytes).0.into_owned()
}

fn charset_in(text: &str) -> Option<&'static Encoding> {
    let rest = text.split_once("charset=")?.1;
    let rest = rest.trim_start_matches(['"', '\'', ' ']);
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
    let encoding = Encoding::for_label(&rest.as_bytes()[..end])?;
    // A head that can be read says UTF-16 by mistake.
    Some(if encoding.is_ascii_compatible() {
        encoding
    } else {
        UTF_8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_decoded_as_it_says() {
        assert_eq!(text_of(b"\xfcber", "text/html; charset=iso-8859-1"), "über");
        assert_eq!(
            text_of(b"<meta charset='windows-1252'>\xfc", ""),
            "<meta charset='windows-1252'>ü"
        );
        assert_eq!(text_of("ü".as_bytes(), "text/html; charset=nonsense"), "ü");
        assert_eq!(text_of(b"\xff\xfea\0", "text/html; charset=utf-8"), "a");
        assert_eq!(
            text_of(b"<meta charset=utf-16>", ""),
            "<meta charset=utf-16>"
        );
    }

    #[test]
    fn a_header_is_never_shown() {
        let told = headers(&["Cookie s3cret\n".to_owned()])
            .expect_err("no colon")
            .to_string();
        assert!(!told.contains("s3cret"), "{told}");
        let good = headers(&["Cookie: s3cret".to_owned()]).expect("right");
        assert!(!format!("{good:?}").contains("s3cret"));
    }
}
