//! Planted ids and decoys: what must be folded, and what must not.

use super::*;

/// Pages with events and people.
#[derive(Default)]
struct Pages(Vec<(String, u64, u64)>);

impl Pages {
    fn add(&mut self, page: impl Into<String>, n_events: u64, n_people: u64) {
        self.0.push((page.into(), n_events, n_people));
    }

    fn many(mut self, n: u64, n_people: u64, page: impl Fn(u64) -> String) -> Self {
        for i in 0..n {
            self.add(page(i), 3 * n_people, n_people);
        }
        self
    }

    fn proposals(&self) -> Vec<Proposal> {
        let used = |(page, n_events, n_people): &'_ (String, u64, u64)| {
            (page.clone(), *n_events, *n_people)
        };
        let all: Vec<_> = self.0.iter().map(used).collect();
        let pages: Vec<PageUse<'_>> = all
            .iter()
            .map(|(page, n_events, n_people)| PageUse {
                page,
                n_events: *n_events,
                n_people: *n_people,
            })
            .collect();
        propose(&pages, 5)
    }

    fn templates(&self) -> Vec<String> {
        self.proposals()
            .into_iter()
            .map(|one| one.template)
            .collect()
    }
}

/// A word without a digit for each number.
fn word(n: u64) -> String {
    let letter = |n: u64| char::from(b'a' + (n % 26) as u8);
    format!("{}{}{}-page", letter(n), letter(n / 26), letter(n * 7))
}

#[test]
fn ids_of_every_look_are_folded() {
    type Look = (&'static str, fn(u64) -> String);
    let looks: [Look; 8] = [
        ("{id}", |i| (i * 37).to_string()),
        ("{id}", |i| format!("{i}.html")),
        ("{id}", |i| format!("ABC-{}", i + 10)),
        ("{id}", |i| {
            format!("550e8400-e29b-41d4-a716-4466554400{:02}", i % 100)
        }),
        ("{id}", |i| format!("{:08x}a1", i * 77_777_777)),
        ("{id}", |i| format!("{}-{}", 1000 + i * 7, word(i))),
        ("{date}", |i| {
            format!("2025-{:02}-{:02}", i % 12 + 1, i / 12 + 1)
        }),
        ("{name}", |i| {
            format!(
                "{}.{}",
                word(i).replace("-page", ""),
                word(i * 3).replace("-page", "x")
            )
        }),
    ];
    for (braces, value) in looks {
        let pages = Pages::default().many(60, 2, |i| format!("/a/b/{}", value(i)));
        assert_eq!(
            pages.templates(),
            [format!("/a/b/{braces}")],
            "{}",
            value(3)
        );
    }
    let by_parameter = Pages::default().many(60, 2, |i| format!("/show?pageId=3&id={i}"));
    assert_eq!(by_parameter.templates(), ["/show?pageId=3&id={id}"]);
    let outside = Pages::default().many(60, 2, |i| format!("//wiki.example.com/x/{i}"));
    assert_eq!(outside.templates(), ["//wiki.example.com/x/{id}"]);
}

#[test]
fn the_reason_is_told_in_figures() {
    let mut pages = Pages::default().many(90, 2, |i| format!("/t/{i}"));
    for i in 90..100 {
        pages.add(format!("/t/{i}"), 6, 30);
    }
    let [one] = pages.proposals().try_into().expect("one proposal");
    assert_eq!(
        one.why,
        Why {
            alike: "are numbers",
            n_values: 100,
            n_rarely_used: 90
        }
    );
}

#[test]
fn real_pages_are_not_folded() {
    let decoys = [
        // A folder of well-visited pages, under names and under numbers.
        Pages::default().many(40, 60, |i| format!("/hr/{}", word(i))),
        Pages::default().many(40, 60, |i| format!("/hr/{i}")),
        // A long tail of rarely read articles with names, and no structure beneath.
        Pages::default().many(400, 2, |i| format!("/wiki/{}", word(i))),
        // A wiki of page ids whose known pages carry the use.
        Pages::default()
            .many(300, 2, |i| format!("/view?pageId={i}"))
            .many(40, 300, |i| format!("/view?pageId={}", 9000 + i)),
        // Years, with good pages beneath, and months and days.
        Pages::default().many(40, 2, |i| format!("/news/{}", 1985 + i)),
        Pages::default().many(12, 80, |i| format!("/news/{}/{}", 2014 + i, word(i))),
        Pages::default().many(31, 2, |i| format!("/news/2025/03/{:02}", i + 1)),
        // Too few.
        Pages::default().many(19, 1, |i| format!("/t/{i}")),
        // Half words.
        Pages::default()
            .many(30, 1, |i| format!("/m/{i}"))
            .many(30, 1, |i| format!("/m/{}", word(i))),
        // Departments alike beneath, and well visited.
        Pages::default()
            .many(30, 40, |i| format!("/dep/{}/team", word(i)))
            .many(30, 40, |i| format!("/dep/{}/news", word(i))),
        Pages::default(),
    ];
    for (n, decoy) in decoys.iter().enumerate() {
        assert_eq!(decoy.templates(), [""; 0], "decoy {n}");
    }
}

#[test]
fn good_pages_beneath_a_year_do_not_keep_ids_from_being_folded() {
    let pages = Pages::default()
        .many(40, 90, |i| format!("/news/2025/{}", word(i)))
        .many(80, 1, |i| format!("/minutes/2025/{}", i + 100));
    assert_eq!(pages.templates(), ["/minutes/2025/{id}"]);
}

#[test]
fn what_stands_among_ids_is_an_exception() {
    let mut pages = Pages::default()
        .many(60, 2, |i| format!("/t/{i}"))
        .many(60, 2, |i| format!("/t/{i}/log"));
    pages.add("/t", 500, 90);
    pages.add("/t/new", 400, 80);
    pages.add("/t/open", 4, 1);
    pages.add("/t/open/log", 4, 1);
    pages.add("/t/3/notes", 4, 1);
    let proposals = pages.proposals();
    let told: Vec<(&str, &[String])> = proposals
        .iter()
        .map(|one| (&*one.template, &*one.exceptions))
        .collect();
    assert_eq!(
        told,
        [
            ("/t/{id}", &["/t/new".to_owned(), "/t/open".to_owned()][..]),
            ("/t/{id}/log", &["/t/open/log".to_owned()][..]),
        ]
    );
    let crowded = pages
        .many(15, 1, |i| format!("/t/{}", word(i)))
        .many(10, 90, |i| format!("/t/{}", word(i + 50)));
    assert_eq!(
        crowded.templates(),
        [""; 0],
        "more than 20 are no exceptions"
    );
}

#[test]
fn names_with_the_same_pages_beneath_are_folded() {
    let mut pages = Pages::default();
    for i in 0..50 {
        let name = word(i);
        pages.add(format!("/people/{name}"), 4, 3);
        pages.add(format!("/people/{name}/cv"), 2, 2);
        if i % 2 == 0 {
            pages.add(format!("/people/{name}/posts/{}", 100 + i), 1, 1);
        }
    }
    pages.add("/people/search-all", 90, 40);
    assert_eq!(
        pages.templates(),
        [
            "/people/{name}",
            "/people/{name}/cv",
            "/people/{name}/posts/{id}"
        ]
    );
    assert_eq!(pages.proposals()[0].exceptions, ["/people/search-all"]);
}

#[test]
fn the_more_particular_comes_first_and_the_order_of_pages_is_nothing() {
    let mut pages = Pages::default()
        .many(60, 1, |i| format!("/p/{i}/files/{}", i * 3))
        .many(60, 1, |i| format!("/p/{i}/files/all"))
        .many(60, 1, |i| format!("/p/x/files/{}", i * 3));
    let templates = ["/p/x/files/{id}", "/p/{id}/files/all", "/p/{id}/files/{id}"];
    assert_eq!(pages.templates(), templates);
    pages.0.reverse();
    assert_eq!(pages.templates(), templates);
}

#[test]
fn what_is_folded_already_or_cannot_be_written_is_left_aside() {
    let mut pages = Pages::default().many(60, 1, |i| format!("/t/{{id}}/files/{i}"));
    for i in 0..60 {
        pages.add(format!("/odd/{i}%20"), 1, 1);
        pages.add(format!("/odd/a{{b}}{i}"), 1, 1);
        pages.add(format!("/deep{}/{i}", "/x".repeat(5000)), 1, 1);
    }
    assert_eq!(pages.templates(), ["/t/{id}/files/{id}"]);
}
