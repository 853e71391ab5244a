//! The plan from the site itself: from a server, and from saved pages.

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::plan::{folder, plan};
use crate::site_server::{Answer, Asked, Site, html, moved, status};
use crate::support::{elephant, files_below, stderr_of, stdout_of};

fn of_site(site: &Site) -> tempfile::TempDir {
    folder(&format!(
        "[intranet]\nbase_url = \"{}\"\n[site]\nlogin = [\"/login\"]\n",
        site.url
    ))
}

const MENU: &str = "<nav><a href=/>Home</a><a href='/hr/'>HR</a><a href=/it?utm=x>IT</a></nav>";

fn page(body: &str) -> Answer {
    html(format!(
        "<!doctype html><body>{MENU}<main>{body}</main><footer><a href=/imprint>i</a></footer>"
    ))
}

/// A site with everything that a crawl may meet.
fn intranet(asked: &Asked) -> Answer {
    if asked.path == "/robots.txt" {
        return Answer {
            body: b"User-agent: *\nDisallow: /\n\nUser-agent: elephant-paths\nDisallow: /private\n"
                .to_vec(),
            ..status(200)
        };
    }
    if asked.cookie != "session=s3cret" {
        return if asked.path == "/login" {
            html("sign in")
        } else {
            moved("/login?to=x")
        };
    }
    match asked.path.as_str() {
        "/" => page(
            "<ol class=breadcrumb><li><a href=/hr>HR</a></ol><a href=/private/x>p</a><a href='http://other.example/y'>o</a>\
             <a href=/doc.pdf>d</a><a href=blob>b</a><a href=/loop>l</a><a href=/old>o</a><a href=/err>e</a>\
             <a href=/slow>s</a><a href=/gone>g</a><a href=/logout>out</a><a href=/broken>b</a><a href=mailto:a@b>m</a>\
             <a href='/quiet' rel=nofollow>n</a><a href=//[bad>x</a><a href=/away>a</a>",
        ),
        "/hr/" => page("<a href=form>relative</a>"),
        // The last is more of the ordinary kind, so that a broken page does not hide what stands on every one.
        "/hr/form" | "/imprint" | "/p/5" => page(""),
        "/it?utm=x" => page("<a href='#top'>t</a><a href=/p/1>1</a>"),
        "/old" => moved("/hr/"),
        path if path.starts_with("/p/") => {
            let n: u32 = path[3..].parse().unwrap_or(5);
            page(&format!("<a href={}>next</a>", n + 1))
        }
        path if path.starts_with("/loop") => moved(&format!("/loop?{}", asked.path.len())),
        "/away" => moved("http://other.example/"),
        "/err" => status(500),
        "/slow" => Answer {
            wait: Duration::from_secs(4),
            ..page("")
        },
        "/blob" => Answer {
            head: "Content-Type: application/octet-stream\r\n".to_owned(),
            body: vec![0; 100_000],
            ..status(200)
        },
        "/broken" => html("<nav><a href=/hr><b><a href='/it"),
        _ => status(404),
    }
}

#[test]
fn a_site_with_everything_is_crawled() {
    let site = Site::start(intranet);
    let folder = of_site(&site);
    let folder = folder.path();
    let told = stderr_of(folder, &["plan", "crawl", &site.url], 1);
    assert!(told.contains("--header \"Cookie: ...\""), "{told}");
    let cookie = "Cookie: session=s3cret";
    let arguments = [
        "plan",
        "crawl",
        &site.url,
        "--header",
        cookie,
        "--timeout-secs",
        "1",
        "--pause-ms",
        "20",
    ];
    let told = stderr_of(folder, &arguments, 3);
    for words in [
        "4 of the pages cannot be read",
        "`/loop` leads on to itself",
        "robots.txt keeps 1 of the pages",
    ] {
        assert!(told.contains(words), "{words} in {told}");
    }
    let menu = [
        "* / global",
        "* /hr global",
        "* /imprint global",
        "* /it global",
    ];
    let home = [
        "/away body",
        "/blob body",
        "/broken body",
        "/doc.pdf body",
        "/err body",
        "/logout body",
        "/loop body",
        "/private/x body",
        "/quiet body",
        "/slow body",
    ];
    let mut expected: Vec<String> = menu.map(str::to_owned).to_vec();
    expected.extend(home.map(|link| format!("/ {link}")));
    let more = [
        "/hr /hr/form",
        "/it /p/1",
        "/p/1 /p/2",
        "/p/2 /p/3",
        "/p/3 /p/4",
        "/p/4 /p/5",
    ];
    expected.extend(more.map(|link| format!("{link} body")));
    assert_eq!(plan(folder), expected);
    let asked = site.asked();
    for path in ["/private/x", "/logout", "/doc.pdf", "/quiet"] {
        assert_eq!(site.n_asked(path), 0, "{path}");
    }
    assert!(
        asked
            .iter()
            .all(|asked| asked.agent.starts_with("elephant-paths/"))
    );
    let logged_in: Vec<_> = asked
        .iter()
        .filter(|asked| !asked.cookie.is_empty())
        .collect();
    let gaps = logged_in.windows(2).map(|pair| pair[1].at - pair[0].at);
    assert!(
        gaps.min() >= Some(Duration::from_millis(15)),
        "one after the other"
    );
    assert!(!told.contains("s3cret"));
    for file in files_below(folder) {
        let bytes = fs::read(folder.join(&file)).expect("a file");
        assert!(!bytes.windows(6).any(|part| part == b"s3cret"), "{file}");
    }
}

#[test]
fn an_endless_calendar_ends_at_the_limit() {
    let site = Site::start(|asked| match asked.path.strip_prefix("/cal/") {
        Some(n) => html(format!(
            "<a href=/cal/{}>next</a>",
            n.parse::<u64>().unwrap_or(0) + 1
        )),
        None if asked.path == "/" => html("<a href=/cal/1>c</a>"),
        None => status(404),
    });
    let folder = of_site(&site);
    let arguments = [
        "plan",
        "crawl",
        &site.url,
        "--max-pages",
        "20",
        "--pause-ms",
        "0",
    ];
    let told = stderr_of(folder.path(), &arguments, 3);
    assert!(told.contains("stopped after 20 pages"), "{told}");
    assert_eq!(site.asked().len(), 21, "robots.txt among them");
    assert_eq!(plan(folder.path()).len(), 20);
}

#[test]
fn a_busy_server_is_asked_again_and_a_failing_one_takes_no_links_away() {
    static N: AtomicUsize = AtomicUsize::new(0);
    static IS_DOWN: AtomicUsize = AtomicUsize::new(0);
    let site = Site::start(|asked| match asked.path.as_str() {
        "/" if N.fetch_add(1, Ordering::Relaxed) == 0 => Answer {
            head: "Retry-After: 0\r\n".to_owned(),
            ..status(503)
        },
        "/" if IS_DOWN.load(Ordering::Relaxed) == 1 => html("<a href=/b>b</a>"),
        "/" => html("<a href=/a>a</a><a href=/b>b</a>"),
        "/b" if IS_DOWN.load(Ordering::Relaxed) == 1 => status(500),
        "/b" => html("<a href=/c>c</a>"),
        _ => status(if asked.path == "/robots.txt" {
            404
        } else {
            200
        }),
    });
    let folder = of_site(&site);
    let folder = folder.path();
    let crawl = ["plan", "crawl", &site.url, "--pause-ms", "0"];
    stdout_of(folder, &[&crawl[..], &["--on", "2026-05-01"]].concat(), 0);
    assert_eq!(site.n_asked("/"), 2);
    assert_eq!(plan(folder), ["/ /a body", "/ /b body", "/b /c body"]);
    IS_DOWN.store(1, Ordering::Relaxed);
    stdout_of(folder, &[&crawl[..], &["--on", "2026-05-10"]].concat(), 3);
    assert_eq!(
        plan(folder),
        ["/ /a body  2026-05-09", "/ /b body", "/b /c body"]
    );
}

#[test]
fn a_login_that_ran_out_takes_no_links_away() {
    // Nobody declared that `/sso` is a login.
    let site = Site::start(|asked| match (asked.path.as_str(), asked.cookie.as_str()) {
        ("/robots.txt", _) => status(404),
        ("/sso", _) => html("<form><input type=Password></form><a href=/imprint>i</a>"),
        ("/", "half" | "whole") => html("<a href=/a>a</a>"),
        ("/a", "whole") => html("<a href=/b>b</a>"),
        ("/b", "whole") => html(""),
        _ => moved("/sso"),
    });
    let folder = of_site(&site);
    let folder = folder.path();
    let crawl = |cookie: &str| {
        let cookie = format!("Cookie: {cookie}");
        let arguments = [
            "plan",
            "crawl",
            &site.url,
            "--pause-ms",
            "0",
            "--header",
            &cookie,
        ];
        elephant(folder, &arguments).status.code()
    };
    assert_eq!(crawl("whole"), Some(0));
    assert_eq!(plan(folder), ["/ /a body", "/a /b body"]);
    assert_eq!((crawl("half"), crawl("none")), (Some(3), Some(1)));
    assert_eq!(plan(folder), ["/ /a body", "/a /b body"]);
}

#[test]
fn a_night_crawls_the_site_and_goes_on_where_it_is_down() {
    static IS_DOWN: AtomicUsize = AtomicUsize::new(0);
    let site = Site::start(|asked| match asked.path.as_str() {
        "/robots.txt" => status(404),
        _ if IS_DOWN.load(Ordering::Relaxed) == 1 => status(500),
        "/" => html("<a href=/a>a</a>"),
        "/a" => html("<a href=/b>b</a>"),
        _ => html(""),
    });
    let folder = folder(&format!(
        "[intranet]\nbase_url = \"{url}\"\n[[logs]]\npath = \"*.csv\"\n[plan]\ncrawl = \"{url}\"\n",
        url = site.url
    ));
    let folder = folder.path();
    let log = |day: u32| {
        let lines: String = (1..=8)
            .map(|person| format!("2026-05-{day:02}T10:00:00Z,p{person},/a\n"))
            .collect();
        let file = folder.join(format!("{day}.csv"));
        fs::write(file, format!("timestamp,user,url\n{lines}")).expect("written");
    };
    let begun = "select count(*) as n from sessions";
    let n_sessions = || stdout_of(folder, &["sql", "--format", "csv", begun], 0);
    log(4);
    stdout_of(folder, &["--quiet", "nightly"], 0);
    assert_eq!(plan(folder), ["/ /a body", "/a /b body"]);
    IS_DOWN.store(1, Ordering::Relaxed);
    log(5);
    let told = stderr_of(folder, &["nightly"], 3);
    assert!(
        told.contains("the crawl of the settings failed, the plan stays as it was"),
        "{told}"
    );
    assert_eq!(plan(folder), ["/ /a body", "/a /b body"]);
    assert_eq!(n_sessions().lines().nth(1), Some("16"));
    assert!(folder.join("report/index.html").exists());
    // An analysis alone asks nobody.
    let n_asked = site.asked().len();
    stdout_of(folder, &["--quiet", "analyze"], 0);
    assert_eq!(site.asked().len(), n_asked);
}

#[test]
fn robots_may_keep_all_and_addresses_must_be_of_the_intranet() {
    let site = Site::start(|_| Answer {
        body: b"user-agent: *\ndisallow: /\n".to_vec(),
        ..status(200)
    });
    let folder = of_site(&site);
    let told = stderr_of(folder.path(), &["plan", "crawl", &site.url], 1);
    assert!(
        told.contains("allow it there for `User-agent: elephant-paths`"),
        "{told}"
    );
    let told = stderr_of(folder.path(), &["plan", "crawl", "http://127.0.0.1:1/"], 1);
    assert!(
        told.contains("cannot be read") && !told.contains("robots.txt"),
        "{told}"
    );
    let told = stderr_of(
        folder.path(),
        &["plan", "crawl", "http://other.example/"],
        2,
    );
    assert!(told.contains("name its host in base_url"), "{told}");
    let told = stderr_of(folder.path(), &["plan", "crawl", "nowhere"], 2);
    assert!(told.contains("is no folder, and no address"), "{told}");
    assert!(
        !elephant(
            folder.path(),
            &["plan", "crawl", &site.url, "--header", "x"]
        )
        .status
        .success()
    );
}

#[test]
fn a_folder_of_saved_pages_is_read_as_the_site() {
    for base in ["", "[intranet]\nbase_url = \"https://intranet.example\"\n"] {
        let folder = folder(base);
        let folder = folder.path();
        fs::create_dir_all(folder.join("saved/hr")).expect("made");
        for (file, text) in [
            (
                "index.html",
                "<nav><a href='hr/index.html'>HR</a></nav><a href=https://elsewhere.example/>e</a>",
            ),
            (
                "hr/index.html",
                "<a href='leave form.html#x'>l</a><a href=../index.html>up</a>",
            ),
            ("hr/leave form.html", "<a href=/>home</a>"),
            ("style.css", "a {}"),
        ] {
            fs::write(folder.join("saved").join(file), text).expect("written");
        }
        stdout_of(folder, &["plan", "crawl", "saved"], 0);
        let expected = [
            "/ /hr menu",
            "/hr / body",
            "/hr /hr/leave form.html body",
            "/hr/leave form.html / body",
        ];
        assert_eq!(plan(folder), expected, "{base}");
        fs::create_dir(folder.join("empty")).expect("made");
        let told = stderr_of(folder, &["plan", "crawl", "empty"], 1);
        assert!(told.contains("there is no HTML page"), "{told}");
    }
}

#[test]
fn a_night_reads_saved_pages_beside_its_settings() {
    let folder = folder("[[logs]]\npath = \"*.csv\"\n[plan]\ncrawl = \"saved\"\n");
    let folder = folder.path();
    fs::create_dir(folder.join("saved")).expect("made");
    let save = |links: &str| fs::write(folder.join("saved/index.html"), links).expect("written");
    save("<a href=/a>a</a>");
    let log = "timestamp,user,url\n2026-05-04T10:00:00Z,p1,/a\n";
    fs::write(folder.join("4.csv"), log).expect("written");
    stdout_of(folder, &["--quiet", "nightly"], 0);
    assert_eq!(plan(folder), ["/ /a body"]);
    fs::remove_dir_all(folder.join("saved")).expect("removed");
    let told = stderr_of(folder, &["nightly"], 3);
    assert!(told.contains("the plan stays as it was"), "{told}");
    assert_eq!(plan(folder), ["/ /a body"]);
}
