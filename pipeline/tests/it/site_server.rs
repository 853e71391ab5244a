//! A small site on loopback, for tests.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// What was asked.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// Path and query.
    pub(crate) path: String,
    /// The header `Cookie`, or nothing.
    pub(crate) cookie: String,
    /// The header `User-Agent`.
    pub(crate) agent: String,
    pub(crate) at: Instant,
}

/// What is answered.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Further lines of the head, each with its end.
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
    /// Waited before the answer.
    pub(crate) wait: Duration,
}

/// A page of HTML.
pub(crate) fn html(body: impl Into<String>) -> Answer {
    Answer {
        status: 200,
        head: "Content-Type: text/html; charset=utf-8\r\n".to_owned(),
        body: body.into().into_bytes(),
        ..Answer::default()
    }
}

/// A bare status.
pub(crate) fn status(status: u16) -> Answer {
    Answer {
        status,
        ..Answer::default()
    }
}

/// A redirect.
pub(crate) fn moved(to: &str) -> Answer {
    Answer {
        head: format!("Location: {to}\r\n"),
        ..status(302)
    }
}

/// A site that answers as told for as long as the test runs.
pub(crate) struct Site {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Site {
    pub(crate) fn start(answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (answer, kept) = (Arc::new(answer), Arc::clone(&asked));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answer, kept) = (Arc::clone(&answer), Arc::clone(&kept));
                thread::spawn(move || {
                    let Some(asked) = read(&stream) else { return };
                    kept.lock().expect("no panic").push(asked.clone());
                    write(&stream, &answer(&asked));
                });
            }
        });
        Self { url, asked }
    }

    /// What was asked so far, in its order.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("no panic").clone()
    }

    /// How often a path was asked for.
    pub(crate) fn n_asked(&self, path: &str) -> usize {
        self.asked()
            .iter()
            .filter(|asked| asked.path == path)
            .count()
    }
}

fn read(stream: &TcpStream) -> Option<Asked> {
    let mut lines = BufReader::new(stream).lines();
    let request = lines.next()?.ok()?;
    let head: Vec<String> = lines
        .map_while(Result::ok)
        .take_while(|line| !line.is_empty())
        .collect();
    let header = |name: &str| {
        let mut fields = head.iter().filter_map(|line| line.split_once(": "));
        let field = fields.find(|(key, _)| key.eq_ignore_ascii_case(name));
        field.map_or_else(String::new, |(_, value)| value.to_owned())
    };
    Some(Asked {
        path: request.split(' ').nth(1)?.to_owned(),
        cookie: header("cookie"),
        agent: header("user-agent"),
        at: Instant::now(),
    })
}

/// A crawl that does not wait for the end breaks off.
fn write(mut stream: &TcpStream, answer: &Answer) {
    thread::sleep(answer.wait);
    let (status, head, length) = (answer.status, &answer.head, answer.body.len());
    let head = format!(
        "HTTP/1.1 {status} X\r\n{head}Content-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    drop(
        stream
            .write_all(head.as_bytes())
            .and_then(|()| stream.write_all(&answer.body)),
    );
}
