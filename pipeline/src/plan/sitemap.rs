//! `sitemap.xml`: the pages that someone planned. It makes no links.

use std::borrow::Cow;
use std::io::Read;

use flate2::read::MultiGzDecoder;
use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};

use super::PlanError;

/// What a sitemap inflates to at most: the limit of sitemaps.org, 50 MB.
const MOST_BYTES: u64 = 50 << 20;
/// How deep elements may stand in each other; a sitemap needs three, its extensions a few more.
const MOST_DEPTH: usize = 32;

/// A sitemap's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sitemap {
    /// Its pages, canonical, sorted, once each.
    Pages(Vec<String>),
    /// Addresses of further sitemaps.
    Index(Vec<String>),
}

/// Reads a sitemap or an index of sitemaps, plain or gz (told by its first bytes).
///
/// # Errors
/// When it is no sitemap, cut off, or larger than 50 MB when inflated.
pub fn read_sitemap(
    bytes: &[u8],
    file: &str,
    page_of: &dyn Fn(&str) -> String,
) -> Result<Sitemap, PlanError> {
    let wrong = |problem: String| PlanError::File {
        file: file.to_owned(),
        problem,
    };
    let text = inflated(bytes, MOST_BYTES).map_err(wrong)?;
    let (root, mut places) = locations(&text).map_err(wrong)?;
    match root.as_str() {
        "urlset" => {
            let mut pages: Vec<String> = places.iter().map(|place| page_of(place)).collect();
            pages.sort();
            pages.dedup();
            Ok(Sitemap::Pages(pages))
        }
        "sitemapindex" => {
            places.sort();
            places.dedup();
            Ok(Sitemap::Index(places))
        }
        other => Err(wrong(format!(
            "is no sitemap: it starts with <{other}>, not <urlset>"
        ))),
    }
}

fn inflated(bytes: &[u8], most_bytes: u64) -> Result<Cow<'_, [u8]>, String> {
    let mut text = Cow::Borrowed(bytes);
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut inflated = Vec::new();
        MultiGzDecoder::new(bytes)
            .take(most_bytes + 1)
            .read_to_end(&mut inflated)
            .map_err(|cause| format!("is a damaged gz file: fetch it again ({cause})"))?;
        text = Cow::Owned(inflated);
    }
    if text.len() as u64 > most_bytes {
        return Err("is larger than 50 MB: split it and name the parts".to_owned());
    }
    Ok(text)
}

/// The root's name, and the text of each `loc` of a `url` or `sitemap` (an image has one too, and is
/// no page). Entities beyond XML's own are never expanded, so a document cannot blow itself up.
fn locations(text: &[u8]) -> Result<(String, Vec<String>), String> {
    let damaged = |at: u64| format!("is no well-formed XML near byte {at}: fetch it again");
    let mut reader = Reader::from_reader(text);
    let (mut root, mut places) = (None, Vec::new());
    // Names of the open elements, and the text of the location among them.
    let mut open: Vec<String> = Vec::new();
    let mut place: Option<String> = None;
    loop {
        match reader
            .read_event()
            .map_err(|_cause| damaged(reader.error_position()))?
        {
            Event::Start(tag) => {
                if open.len() == MOST_DEPTH {
                    return Err(format!(
                        "is no sitemap: its elements stand {MOST_DEPTH} deep"
                    ));
                }
                open.push(String::from_utf8_lossy(tag.local_name().as_ref()).into_owned());
                root.get_or_insert_with(|| open[0].clone());
                if let [.., outer, inner] = open.as_slice()
                    && inner == "loc"
                    && matches!(outer.as_str(), "url" | "sitemap")
                {
                    place = Some(String::new());
                }
            }
            Event::End(_) => {
                if open.pop().is_some_and(|name| name == "loc")
                    && let Some(found) = place.take().filter(|found| !found.trim().is_empty())
                {
                    places.push(found.trim().to_owned());
                }
            }
            Event::Empty(tag) => {
                root.get_or_insert_with(|| {
                    String::from_utf8_lossy(tag.local_name().as_ref()).into_owned()
                });
            }
            Event::Text(part) => add(&mut place, &String::from_utf8_lossy(&part)),
            Event::CData(part) => add(&mut place, &String::from_utf8_lossy(&part)),
            Event::GeneralRef(name) => add(&mut place, character(&name).encode_utf8(&mut [0; 4])),
            // A cut file would end planned pages that are still planned.
            Event::Eof if !open.is_empty() => return Err(damaged(text.len() as u64)),
            Event::Eof => {
                return root
                    .map(|root| (root, places))
                    .ok_or_else(|| "is no XML: it has no <urlset>".to_owned());
            }
            _ => {}
        }
    }
}

fn add(place: &mut Option<String>, part: &str) {
    if let Some(place) = place {
        place.push_str(part);
    }
}

/// The character that a reference stands for, if XML itself defines it.
fn character(name: &BytesRef) -> char {
    match name.resolve_char_ref() {
        Ok(Some(c)) => return c,
        Err(_) => return char::REPLACEMENT_CHARACTER,
        Ok(None) => {}
    }
    let name: &[u8] = name;
    match name {
        b"amp" => '&',
        b"lt" => '<',
        b"gt" => '>',
        b"quot" => '"',
        b"apos" => '\'',
        _ => char::REPLACEMENT_CHARACTER,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Sitemap, PlanError> {
        read_sitemap(text.as_bytes(), "sitemap.xml", &|page| page.to_owned())
    }

    #[test]
    fn pages_and_indexes() {
        let pages = read(
            "<?xml version=\"1.0\"?><urlset><url><loc> /b?x=1&amp;id=2 </loc></url>\
             <url><loc>/a</loc></url><url><loc>/a</loc></url></urlset>",
        );
        assert_eq!(
            pages.expect("right"),
            Sitemap::Pages(vec!["/a".to_owned(), "/b?x=1&id=2".to_owned()])
        );
        let index = read("<sitemapindex><sitemap><loc>/s1.xml</loc></sitemap></sitemapindex>");
        assert_eq!(
            index.expect("right"),
            Sitemap::Index(vec!["/s1.xml".to_owned()])
        );
    }

    #[test]
    fn other_files_are_told_apart() {
        assert!(
            read("<html></html>")
                .expect_err("no sitemap")
                .to_string()
                .contains("<html>")
        );
        assert!(read("").is_err());
    }

    #[test]
    fn entities_of_its_own_expand_to_nothing() {
        let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaa\">]><urlset><url><loc>/&a;</loc></url></urlset>";
        assert_eq!(
            read(bomb).expect("read"),
            Sitemap::Pages(vec!["/\u{FFFD}".to_owned()])
        );
    }

    #[test]
    fn an_image_is_no_page_and_numbers_are_characters() {
        let text = "<urlset xmlns:image=\"i\"><url><loc><![CDATA[/a&b]]></loc><image:image>\
                    <image:loc>/x.png</image:loc></image:image></url><url><loc/></url>\
                    <url><loc>/&#x43;&#47;d</loc></url></urlset>";
        let expected = vec!["/C/d".to_owned(), "/a&b".to_owned()];
        assert_eq!(read(text).expect("right"), Sitemap::Pages(expected));
        assert_eq!(
            read("<urlset/>").expect("an empty one"),
            Sitemap::Pages(Vec::new())
        );
    }

    #[test]
    fn damage_is_told() {
        for text in [
            "<urlset><url><loc>/a</loc></url>",
            "<urlset><url></urlset>",
            "<urlset><url><loc>/a",
        ] {
            let error = read(text).expect_err(text).to_string();
            assert!(
                error.contains("`sitemap.xml`: is no well-formed XML"),
                "{error}"
            );
        }
        let deep = "<a>".repeat(100);
        assert!(
            read(&deep)
                .expect_err("deep")
                .to_string()
                .contains("32 deep")
        );
    }

    fn packed(content: &[u8]) -> Vec<u8> {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut writer, content).expect("packed");
        writer.finish().expect("packed")
    }

    #[test]
    fn gz_is_told_by_its_bytes_and_stays_small() {
        let same = |page: &str| page.to_owned();
        let gz = packed(b"<urlset><url><loc>/a</loc></url></urlset>");
        let read = |bytes: &[u8]| read_sitemap(bytes, "sitemap.xml", &same);
        assert_eq!(
            read(&gz).expect("right"),
            Sitemap::Pages(vec!["/a".to_owned()])
        );
        assert!(
            read(&gz[..gz.len() / 2])
                .expect_err("cut")
                .to_string()
                .contains("damaged gz")
        );
        // A small limit: no test should take the time of 50 MB.
        let bomb = packed(&vec![b' '; 200_000]);
        assert!(bomb.len() < 2_000);
        assert!(
            inflated(&bomb, 199_999)
                .expect_err("large")
                .contains("50 MB")
        );
        assert_eq!(inflated(&bomb, 200_000).expect("small").len(), 200_000);
    }
}
