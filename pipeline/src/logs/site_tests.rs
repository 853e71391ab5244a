//! Addresses and the one name that each page has.

use super::*;

fn site() -> Site {
    Site::new(SiteSettings {
        base_url: "https://Intranet.example.com/".into(),
        aliases: vec!["portal".into(), "wiki.example.com:8080".into()],
        ..SiteSettings::default()
    })
}

#[test]
fn a_page_has_one_name() {
    let site = site();
    let cases: [(&str, &str); 29] = [
        ("/", "/"),
        ("", "/"),
        ("/hr/", "/hr"),
        ("/hr//", "/hr"),
        ("/HR/Leave", "/HR/Leave"),
        ("/hr#top", "/hr"),
        ("/hr?utm=1", "/hr"),
        ("/p?x=1&id=7&pageId=3", "/p?pageId=3&id=7"),
        ("/p/?id=", "/p"),
        ("/caf%C3%A9", "/caf\u{e9}"),
        ("/a%2Fb", "/a/b"),
        ("/a%00b", "/a\u{fffd}b"),
        ("/a%FFb", "/a\u{fffd}b"),
        ("/100%", "/100%"),
        ("/caf%25C3%25A9%2520x", "/caf\u{e9} x"),
        ("/100%25", "/100%"),
        ("/100%25C", "/100%C"),
        ("/100%25C3", "/100%C3"),
        ("/a%2500", "/a\u{fffd}"),
        ("/a//b", "/a/b"),
        ("/%2Fa", "/a"),
        ("home", "/home"),
        ("https://intranet.example.com", "/"),
        ("HTTPS://INTRANET.EXAMPLE.COM:443/hr/?a=b#c", "/hr"),
        ("http://portal/x", "/x"),
        ("http://wiki.example.com/x", "/x"),
        ("https://Other.example.org/X/", "//other.example.org/X"),
        ("//other.example.org:81", "//other.example.org:81/"),
        ("http://u:p@[2001:db8::1]:80/x", "//[2001:db8::1]/x"),
    ];
    for (raw, page) in cases {
        assert_eq!(site.page_of(raw.as_bytes()), page, "{raw}");
    }
    assert_eq!(site.page_of(b"/a\xffb"), "/a\u{fffd}b");
    let long = [b"/".as_slice(), &vec![b'x'; 1 << 20]].concat();
    assert_eq!(site.page_of(&long).len(), (1 << 20) + 1);
}

#[test]
fn a_target_with_two_slashes_is_a_path() {
    let site = site();
    assert_eq!(site.page_of_target(b"//hr/leave", b""), "/hr/leave");
    assert_eq!(
        site.page_of_target(b"http://other.example.org/x", b""),
        "//other.example.org/x"
    );
    assert_eq!(
        site.page_of_target(b"/x", b"other.example.org:443"),
        "//other.example.org/x"
    );
    assert_eq!(site.page_of_target(b"/x", b"portal:443"), "/x");
    assert_eq!(site.page_of_target(b"/go?to=http://a.b/c", b""), "/go");
}

#[test]
fn referrers_are_inside_outside_or_nowhere() {
    let site = site();
    assert_eq!(
        site.place_of(b"https://portal/hr/"),
        Place::Inside("/hr".into())
    );
    assert_eq!(
        site.place_of(b"https://www.Google.com/search?q=x"),
        Place::Outside("www.google.com".into())
    );
    assert_eq!(site.place_of(b"nonsense"), Place::Nowhere);
    assert_eq!(site.place_of(b"about:blank"), Place::Nowhere);
}

#[test]
fn terms_come_from_the_first_parameter_that_has_some() {
    let site = site();
    assert_eq!(
        site.terms_of(b"/search?query=&q=holiday+%20leave%26x#y"),
        Some("holiday leave&x".into())
    );
    assert_eq!(site.terms_of(b"/search?s=B"), Some("B".into()));
    assert_eq!(site.terms_of(b"/search"), None);
    assert!(site.is_search("/search") && site.is_search("/search?id=3") && site.is_home("/"));
}

#[test]
fn one_page_under_many_addresses_becomes_one() {
    let site = Site::new(SiteSettings {
        base_url: "https://intranet.example.com".into(),
        aliases: vec!["portal".into()],
        ignore_case: true,
        ..SiteSettings::default()
    });
    let cases: [(&str, &[&str]); 4] = [
        (
            "/hr/leave",
            &[
                "/hr/leave",
                "/hr/leave/",
                "/HR/Leave",
                "/hr//leave",
                "/hr/leave/index.html",
                "/hr/Leave/Default.aspx",
                "/hr/leave;jsessionid=1F2E3D",
                "/hr/leave%3Bjsessionid=1F2E3D",
                "/(S(lit3py55t21z5v55vlm25s55))/hr/leave",
                "/hr/leave&PHPSESSID=6a1b",
                "/hr/leave?PHPSESSID=6a1b&utm_source=mail#top",
                "/hr/l%65ave",
                "/hr/l%2565ave",
                "http://portal/hr/leave?sid=1",
                "HTTPS://Intranet.Example.com:443/hr/leave/index.htm?x=y",
            ],
        ),
        (
            "/",
            &[
                "",
                "/",
                "/index.php",
                "//portal/Default.asp",
                "/;jsessionid=1",
                "https://portal",
            ],
        ),
        (
            "/show?id=7 a",
            &[
                "/show?id=7+a",
                "/Show/?ID=7%20a",
                "/show?x=1&amp;id=7+a",
                "/show?id=7+a;jsessionid=1F2E",
                "/show;id=7 a",
                "/show/index.php?x=2&id=7%20a&sid=3",
            ],
        ),
        (
            "/p?pageId=3&id=7",
            &[
                "/p?id=7&pageId=3",
                "/p?pageid=3&id=7&id=8",
                "/p/?id=&id=7&pageId=3",
            ],
        ),
    ];
    for (page, addresses) in cases {
        for raw in addresses {
            assert_eq!(site.page_of(raw.as_bytes()), page, "{raw}");
        }
        assert_eq!(
            site.page_of(page.as_bytes()),
            page,
            "a page's name is its own"
        );
        assert_eq!(site.renamed(page), page);
    }
}

fn folding(templates: &[&str]) -> Site {
    Site::new(SiteSettings {
        base_url: "https://intranet.example.com".into(),
        keep_parameters: vec!["id".into(), "part".into()],
        templates: templates.iter().map(|one| (*one).to_owned()).collect(),
        ..SiteSettings::default()
    })
}

#[test]
fn templates_fold_ids_and_the_first_that_matches_counts() {
    let site = folding(&[
        "/tickets/new",
        "/tickets/{id}/",
        "https://intranet.example.com/tickets/{id}/comments/index.html",
        "/tickets/{id}/{part}",
        "/show?id={id}",
        "/caf%C3%A9/{table}",
        "//wiki.example.com/{space}/start",
        "/no-{template}",
    ]);
    for (raw, page) in [
        ("/tickets", "/tickets"),
        ("/tickets/17", "/tickets/{id}"),
        ("/tickets/17/?utm=x", "/tickets/{id}"),
        ("/tickets/new", "/tickets/new"),
        ("/Tickets/17", "/Tickets/17"),
        ("/tickets/17/comments", "/tickets/{id}/comments"),
        ("/tickets/17/files", "/tickets/{id}/{part}"),
        ("/tickets/17/files/3", "/tickets/17/files/3"),
        ("/tickets/17?part=2", "/tickets/{id}?part=2"),
        ("/show?id=7", "/show?id={id}"),
        ("/show?part=x&id=7", "/show?id={id}&part=x"),
        ("/show?part=x", "/show?part=x"),
        ("/caf\u{e9}/9", "/caf\u{e9}/{table}"),
        (
            "http://wiki.example.com/hr/start",
            "//wiki.example.com/{space}/start",
        ),
        ("/hr/start", "/hr/start"),
        ("/no-page", "/no-page"),
        ("/", "/"),
    ] {
        assert_eq!(site.page_of(raw.as_bytes()), page, "{raw}");
        assert_eq!(site.page_of_target(raw.as_bytes(), b""), page, "{raw}");
        assert_eq!(
            site.page_of(page.as_bytes()),
            page,
            "a page's name is its own"
        );
    }
    assert_eq!(
        site.unfolded_of_target(b"/tickets/17/?x=1", b""),
        "/tickets/17"
    );
    assert_eq!(
        site.unfolded_of(b"https://intranet.example.com/show?id=7"),
        "/show?id=7"
    );
    assert_eq!(
        site.place_of(b"https://intranet.example.com/tickets/17"),
        Place::Inside("/tickets/{id}".into())
    );
}

#[test]
fn hubs_are_never_folded() {
    let site = Site::new(SiteSettings {
        search: vec!["/find/".into()],
        login: vec!["/sso/login".into()],
        templates: vec!["/{page}".into(), "/{area}/{page}".into()],
        ..SiteSettings::default()
    });
    for (raw, page) in [
        ("/", "/"),
        ("/find?q=x", "/find"),
        ("/sso/login", "/sso/login"),
        ("/hr", "/{page}"),
        ("/sso/logout", "/{area}/{page}"),
    ] {
        assert_eq!(site.page_of(raw.as_bytes()), page, "{raw}");
    }
    assert!(site.is_search("/find") && !site.is_search("/{page}"));
}

#[test]
fn a_page_of_earlier_rules_has_a_name_under_those_of_today() {
    let site = folding(&["/tickets/{id}", "/show?id={id}"]);
    for (before, today) in [
        ("/tickets/17", "/tickets/{id}"),
        ("/hr/index.html", "/hr"),
        ("/show?id=7", "/show?id={id}"),
        ("/show?pageId=3&id=7", "/show?id={id}"),
        ("/100%25", "/100%25"),
        ("/what?", "/what?"),
        ("//intranet.example.com/tickets/17", "/tickets/{id}"),
        ("//other.example.org:81/x", "//other.example.org:81/x"),
    ] {
        assert_eq!(site.renamed(before), today, "{before}");
    }
}
