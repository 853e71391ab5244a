//! Addresses that are attacks: what scanners try, and no link of an intranet says.
//!
//! One such address proves nothing: a person may search for `<script>` or follow a broken link with
//! `../..` in it. So each is told by its kind, and only who tries several kinds is a scanner.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// Files outside the site.
const TRAVERSAL: u8 = 1;
/// Scripts to be shown to others.
const SCRIPT: u8 = 1 << 1;
/// Parts of database queries.
const QUERY: u8 = 1 << 2;
/// Code for the server to run.
const CODE: u8 = 1 << 3;
/// Ends of texts and headers where none belong.
const ENDING: u8 = 1 << 4;
/// Files that are kept from view.
const HIDDEN: u8 = 1 << 5;

/// Texts by kind, as they are and as addresses encode them, in lower case.
const SHAPES: [(u8, &[&str]); 6] = [
    (
        TRAVERSAL,
        &[
            "../..",
            "..\\..",
            "..%2f",
            "..%5c",
            "..%252f",
            "..%c0%af",
            "%2e%2e",
            "/etc/passwd",
            "etc%2fpasswd",
            "etc%252fpasswd",
            "/etc/shadow",
            "/proc/self",
            "win.ini",
            "boot.ini",
        ],
    ),
    (
        SCRIPT,
        &[
            "<script",
            "%3cscript",
            "%253cscript",
            "javascript:",
            "javascript%3a",
            "<img",
            "%3cimg",
            "<svg",
            "%3csvg",
            "<iframe",
            "%3ciframe",
            "onerror=",
            "onerror%3d",
            "onmouseover=",
            "onload=",
            "onload%3d",
            "alert(",
            "alert%28",
            "prompt(",
            "prompt%28",
        ],
    ),
    (
        QUERY,
        &[
            "union select",
            "union+select",
            "union%20select",
            "union all select",
            "union+all+select",
            "union%20all%20select",
            "' or ",
            "'+or+",
            "'%20or%20",
            "%27+or+",
            "%27%20or%20",
            "'\"",
            "'%22",
            "%27%22",
            "or 1=1",
            "or+1=1",
            "or%201=1",
            "sleep(",
            "sleep%28",
            "waitfor delay",
            "waitfor+delay",
            "waitfor%20delay",
            "benchmark(",
            "benchmark%28",
            "information_schema",
            "xp_cmdshell",
        ],
    ),
    (
        CODE,
        &[
            "phpinfo(",
            "phpinfo%28",
            "print(md5",
            "eval(",
            "eval%28",
            "system(",
            "system%28",
            "passthru(",
            "base64_decode",
            "response.write(",
            "cmd.exe",
            "/bin/sh",
            "/bin/bash",
            ";cat+",
            ";cat%20",
            "|cat+",
            "%7ccat",
            "`id`",
            "${",
            "$%7b",
            "%24%7b",
            "jndi:",
            "{{",
            "%7b%7b",
            "<?php",
            "%3c?php",
            "%3c%3fphp",
            "allow_url_include",
        ],
    ),
    (ENDING, &["%00", "%2500", "\\x00", "%0d%0a", "%250d%250a"]),
    (
        HIDDEN,
        &[
            "/.env",
            "/.git/",
            "/.svn/",
            "/.htaccess",
            "/.htpasswd",
            "/.aws/",
            "/.ssh/",
            "/wp-config",
            "/web-inf/",
        ],
    ),
];

struct Shapes {
    texts: AhoCorasick,
    kinds: Vec<u8>,
}

static ALL: LazyLock<Shapes> = LazyLock::new(|| {
    let flat = || {
        SHAPES
            .iter()
            .flat_map(|(kind, texts)| texts.iter().map(move |text| (*kind, *text)))
    };
    let texts = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build(flat().map(|(_, text)| text));
    Shapes {
        texts: texts.expect("the shapes are few"),
        kinds: flat().map(|(kind, _)| kind).collect(),
    }
});

/// The kinds of attack in an address, a bit each; 0 for an address that is none.
pub(super) fn kinds_of(address: &[u8]) -> u8 {
    let shapes = &*ALL;
    shapes
        .texts
        .find_overlapping_iter(address)
        .fold(0, |kinds, found| kinds | shapes.kinds[found.pattern()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_told() {
        for (address, kinds) in [
            ("/a?file=../../../../etc/passwd%00.jpg", TRAVERSAL | ENDING),
            ("/a?view=%252fetc%252fpasswd", TRAVERSAL),
            ("/search?q=%3CScRiPt%3Ealert(1)", SCRIPT),
            ("/a?id=1'+or+1=1--", QUERY),
            ("/a?task=1'\"", QUERY),
            ("/a/;print(md5(test));/b", CODE),
            ("/a?x=${jndi:ldap://x}", CODE),
            ("/.git/config", HIDDEN),
        ] {
            assert_eq!(kinds_of(address.as_bytes()), kinds, "{address}");
        }
    }

    #[test]
    fn ordinary_addresses_are_none() {
        for address in [
            "/",
            "/search?q=o%27brien+%22annual+leave%22",
            "/search?q=select+a+union+representative",
            "/files/?C=N;O=D",
            "/hr/r%C3%A9sum%C3%A9%20(final).pdf",
            "/wiki/pages/viewpage.action?pageId=42&src=a%3Ab",
            "/login?next=https%3A%2F%2Fintranet.example.com%2Fhr",
            "/git/environment",
        ] {
            assert_eq!(kinds_of(address.as_bytes()), 0, "{address}");
        }
    }
}
