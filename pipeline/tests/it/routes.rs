//! Journeys and deserted links from a log to their tables.

use std::fs;

use queries::text::Append;

use crate::support::stdout_of;

/// 400 people pass `/m`: from `/a` nine of ten go on to `/b`, from `/z` to `/c`; to `/d` nobody.
fn log() -> String {
    let mut log = "timestamp,user,url,referrer\n".to_owned();
    for n in 0..400 {
        let (first, last) = match (n % 2, n % 10 == n % 2) {
            (0, false) => ("/a", "/b"),
            (0, true) => ("/a", "/c"),
            (_, false) => ("/z", "/c"),
            (_, true) => ("/z", "/b"),
        };
        let day = 1 + n / 2 % 28;
        for (minute, page, referrer) in [(0, first, ""), (1, "/m", first), (2, last, "/m")] {
            log.add_line(format_args!(
                "2026-02-{day:02}T10:{minute:02}:00Z,user{n},{page},{referrer}"
            ));
        }
    }
    log
}

#[test]
fn a_worn_route_and_a_link_that_nobody_follows() {
    let folder = tempfile::tempdir().expect("a folder");
    let write =
        |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("written");
    write("log.csv", &log());
    write(
        "navigation.csv",
        "from,to\n/a,/m\n/z,/m\n/m,/b\n/m,/c\n/m,/d\n",
    );
    let toml = "[intranet]\nbase_url = \"https://intranet.example.com\"\n[[logs]]\npath = \"log.csv\"\n\
                [plan]\nnavigation = \"navigation.csv\"\n";
    write("elephant.toml", toml);
    let answer = |sql: &str| stdout_of(folder.path(), &["sql", sql, "--format", "csv"], 0);
    for command in ["nightly", "analyze"] {
        // Analysing again replaces the rows of the window.
        stdout_of(folder.path(), &["--quiet", command], 0);
        let deserted = "select from_page, to_page, kind, n_people_at, n_people_used, rate_median, \
                        is_whole_cycle, status from deserted_links_history";
        assert_eq!(
            answer(deserted).replace('\r', ""),
            "from_page,to_page,kind,n_people_at,n_people_used,rate_median,is_whole_cycle,status\n\
             /m,/d,menu,400,0,0.5,false,new\n"
        );
        assert!(answer("what_to_clear").contains("/m,/d,menu,400,0"));
        let routes = answer("worn_routes").replace('\r', "");
        let routes: Vec<&str> = routes.lines().skip(1).collect();
        assert_eq!(
            routes,
            [
                "/a > /m > /b,160,160,100,1.6,false,2026-02-01,new",
                "/z > /m > /c,160,160,100,1.6,false,2026-02-01,new",
            ]
        );
        let pages = "select pages from journeys_history order by finding_id";
        assert_eq!(answer(pages).lines().count(), 3);
    }
}
