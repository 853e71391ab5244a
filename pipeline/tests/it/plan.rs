//! The plan from files, from the addresses, and from the site itself.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use queries::text::Append;

use crate::site_server::{Answer, Asked, Site, html, moved, status};
use crate::support::{elephant, files_below, stderr_of, stdout_of};

/// A folder with settings.
fn folder(settings: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("elephant.toml"), settings).expect("written");
    folder
}

fn of_site(site: &Site) -> tempfile::TempDir {
    folder(&format!(
        "[intranet]\nbase_url = \"{}\"\n[site]\nlogin = [\"/login\"]\n",
        site.url
    ))
}

/// The plan as lines `from to kind since until`.
fn plan(folder: &Path) -> Vec<String> {
    let sql = "select from_page, to_page, kind, valid_from, valid_to from plan \
               order by 1, 2, 3, 4 nulls first";
    let csv = stdout_of(folder, &["sql", "--format", "csv", sql], 0);
    csv.lines()
        .skip(1)
        .map(|line| line.replace(',', " ").trim_end().to_owned())
        .collect()
}

fn import(folder: &Path, text: &str, on: &str) {
    fs::write(folder.join("navigation.csv"), text).expect("written");
    stdout_of(folder, &["plan", "import", "navigation.csv", "--on", on], 0);
}

#[test]
fn three_snapshots_and_a_link_that_comes_back() {
    let folder = folder("");
    let folder = folder.path();
    import(folder, "from,to\n/,/a\n/,/b\n", "2026-05-01");
    import(folder, "from,to\n/,/a\n", "2026-05-10");
    import(folder, "from,to\n/,/b\n/,/c\n", "2026-05-20");
    let expected = [
        "/ /a menu  2026-05-19",
        "/ /b menu  2026-05-09",
        "/ /b menu 2026-05-20",
        "/ /c menu 2026-05-20",
    ];
    assert_eq!(plan(folder), expected);
    let earlier = ["plan", "import", "navigation.csv", "--on", "2026-05-19"];
    let told = stderr_of(folder, &earlier, 2);
    assert!(
        told.contains("the plan changes on 2026-05-20, after --on"),
        "{told}"
    );
    assert_eq!(plan(folder), expected);
    let told = stdout_of(folder, &["plan", "show"], 0);
    let snapshots: Vec<Vec<&str>> = told
        .lines()
        .map(|l| l.split_whitespace().collect())
        .collect();
    for line in [
        ["navigation", "menu", "2", "2"],
        ["always", "navigation", "2", "0"],
        ["2026-05-10", "navigation", "0", "1"],
        ["2026-05-20", "navigation", "2", "1"],
    ] {
        assert!(
            snapshots.iter().any(|found| *found == line),
            "{line:?} in {told}"
        );
    }
}

#[test]
fn menus_and_navigations_stand_side_by_side() {
    let folder = folder("");
    let folder = folder.path();
    import(folder, "from,to\n/,/a\n", "2026-05-01");
    fs::write(
        folder.join("menu.yml"),
        "HR:\n  url: /hr\n  children:\n  - /hr/leave\n",
    )
    .expect("written");
    stdout_of(folder, &["plan", "import", "menu.yml"], 0);
    let expected = [
        "* /hr global",
        "/ /a menu",
        "/hr /hr/leave menu",
        "/hr/leave /hr menu",
    ];
    assert_eq!(plan(folder), expected);
    fs::write(
        folder.join("menu.yml"),
        "- url: /hr\n- {title: x, url: &a /x}\n- *a\n",
    )
    .expect("written");
    let told = stderr_of(folder, &["plan", "import", "menu.yml"], 1);
    assert!(told.contains("`menu.yml` line 3"), "{told}");
    assert_eq!(plan(folder), expected);
}

/// Pages and titles as an analysis tells them.
fn titles(folder: &Path) -> Vec<String> {
    stdout_of(folder, &["--quiet", "analyze"], 0);
    let sql = "select page, title from pages order by 1";
    let csv = stdout_of(folder, &["sql", "--format", "csv", sql], 0);
    csv.lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn pages_have_the_titles_that_people_gave_them_before_those_of_their_own() {
    let folder = folder("[intranet]\nbase_url = \"http://intra.example\"\n");
    let folder = folder.path();
    with_people(folder);
    assert_eq!(titles(folder), ["/a,A", "/a/b,B", "/a/b/own,Own", "/c,C"]);
    let saved = folder.join("saved/a");
    fs::create_dir_all(saved.join("b")).expect("written");
    let page = |title: &str| format!("<title>{title}</title><a href=/c>");
    fs::write(saved.join("index.html"), page("Absence &amp; leave")).expect("written");
    fs::write(saved.join("b/index.html"), page("Booking")).expect("written");
    stdout_of(folder, &["plan", "crawl", "saved"], 0);
    fs::write(folder.join("menu.yml"), "Leave: /a\nCars:\n  /c\n").expect("written");
    stdout_of(folder, &["plan", "import", "menu.yml"], 0);
    let expected = ["/a,Leave", "/a/b,Booking", "/a/b/own,Own", "/c,Cars"];
    assert_eq!(titles(folder), expected);
    stdout_of(folder, &["plan", "import", "--end", "menu"], 0);
    let expected = ["/a,Absence & leave", "/a/b,Booking", "/a/b/own,Own", "/c,C"];
    assert_eq!(titles(folder), expected);
}

/// Six people go from `/a` to `/a/b`, three to `/c`; one saw `/a/b/own`.
fn with_people(folder: &Path) {
    let mut log = "timestamp,user,url\n".to_owned();
    for n in 0..9 {
        let to = if n < 6 { "/a/b" } else { "/c" };
        log.add_line(format_args!("2026-05-04T09:00:00Z,u{n},/a"));
        log.add_line(format_args!("2026-05-04T09:01:00Z,u{n},{to}"));
    }
    log.push_str("2026-05-04T09:02:00Z,u0,/a/b/own\n");
    fs::write(folder.join("log.csv"), log).expect("written");
    stdout_of(folder, &["--quiet", "ingest", "log.csv"], 0);
    stdout_of(folder, &["--quiet", "analyze"], 0);
}

#[test]
fn a_source_that_is_given_up_is_ended() {
    let folder = folder("");
    let folder = folder.path();
    import(folder, "from,to\n/,/a\n", "2026-05-01");
    fs::write(folder.join("menu.json"), "[\"/b\"]").expect("written");
    stdout_of(folder, &["plan", "import", "menu.json"], 0);
    let end = ["plan", "import", "--on", "2026-05-10", "--end"];
    stdout_of(folder, &[&end[..], &["navigation"]].concat(), 0);
    assert_eq!(plan(folder), ["* /b global", "/ /a menu  2026-05-09"]);
    let told = stderr_of(folder, &[&end[..], &["nav"]].concat(), 2);
    assert!(told.contains("write one of navigation, menu"), "{told}");
}

#[test]
fn a_page_shows_its_plan_and_what_enough_people_do() {
    let folder = folder("");
    let folder = folder.path();
    with_people(folder);
    import(folder, "from,to\n/,/a\n/a,/c\n*,/help\n", "2026-05-01");
    let told = stdout_of(
        folder,
        &["plan", "show", "http:///a/", "--format", "json"],
        0,
    );
    let view: serde_json::Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!(view["page"], "/a");
    assert_eq!(view["planned_steps_from_home"], 1);
    let pages = |list: &str| {
        let rows = view[list].as_array().expect("a list").iter();
        rows.map(|row| row["page"].as_str().expect("a page").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(pages("links_out"), ["/c", "/help"]);
    assert_eq!(pages("links_in"), ["/"]);
    // Six of nine go to /a/b, and the three who do not could be told by subtraction.
    assert_eq!(
        (pages("moves").len(), view["n_people"].as_i64()),
        (0, Some(9))
    );
    fs::write(folder.join("elephant.toml"), "[privacy]\nk_pages = 3\n").expect("written");
    let told = stdout_of(folder, &["plan", "show", "/a"], 0);
    for line in [
        "1 click from the start page",
        "unplanned  /a/b, 6 people, 6 times",
        "planned    /c, 3 people",
    ] {
        assert!(told.contains(line), "{line} in {told}");
    }
    let told = stderr_of(folder, &["plan", "show", "/nowhere"], 2);
    assert!(
        told.contains("nobody planned or saw the page `/nowhere`"),
        "{told}"
    );
}

#[test]
fn the_tree_follows_the_pages() {
    let folder = folder("");
    let folder = folder.path();
    with_people(folder);
    stdout_of(folder, &["plan", "import", "--tree"], 0);
    let (one, two) = (
        ["/a /a/b tree", "/a/b /a tree"],
        ["/a/b /a/b/own tree", "/a/b/own /a/b tree"],
    );
    let mut both = [one, two].concat();
    both.sort_unstable();
    assert_eq!(plan(folder), both);
    let planned = "select count(*) as n from pages where is_planned";
    assert!(stdout_of(folder, &["sql", planned, "--format", "csv"], 0).contains("\n0"));
    stdout_of(folder, &["people", "opt-out", "u0"], 0);
    stdout_of(folder, &["--quiet", "analyze"], 0);
    assert_eq!(plan(folder), one);
    stdout_of(folder, &["plan", "import", "--end", "tree"], 0);
    assert_eq!(plan(folder), [""; 0]);
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
