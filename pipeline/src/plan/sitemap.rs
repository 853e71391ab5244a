//! `sitemap.xml`: the pages that someone planned. It makes no links.

use std::io::Read;

use flate2::read::MultiGzDecoder;
use quick_xml::Reader;
use quick_xml::events::Event;

use super::PlanError;

/// What a sitemap inflates to at most.
const MOST_BYTES: u64 = 64 << 20;

/// A sitemap's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sitemap {
    /// Its pages, canonical, sorted, once each.
    Pages(Vec<String>),
    /// Addresses of further sitemaps.
    Index(Vec<String>),
}

/// Reads a sitemap or an index of sitemaps, plain or gz.
///
/// # Errors
/// When it is no sitemap, or larger than 64 MiB when inflated.
pub fn read_sitemap(
    bytes: &[u8],
    file: &str,
    page_of: &dyn Fn(&str) -> String,
) -> Result<Sitemap, PlanError> {
    let wrong = |problem: &str| PlanError::File { file: file.to_owned(), problem: problem.to_owned() };
    let mut text = Vec::new();
    if bytes.starts_with(&[0x1f, 0x8b]) {
        MultiGzDecoder::new(bytes)
            .take(MOST_BYTES + 1)
            .read_to_end(&mut text)
            .map_err(|cause| wrong(&format!("is a damaged gz file: {cause}")))?;
    } else {
        text.extend_from_slice(bytes);
    }
    if text.len() as u64 > MOST_BYTES {
        return Err(wrong("is larger than 64 MiB: split it and name the parts"));
    }
    let (root, places) = locations(&text).ok_or_else(|| wrong("is no well-formed XML"))?;
    match root.as_str() {
        "urlset" => {
            let mut pages: Vec<String> = places.iter().map(|place| page_of(place)).collect();
            pages.sort();
            pages.dedup();
            Ok(Sitemap::Pages(pages))
        }
        "sitemapindex" => Ok(Sitemap::Index(places)),
        other => Err(wrong(&format!("is no sitemap: it starts with <{other}>, not <urlset>"))),
    }
}

/// The root's name, and the text of each `loc`. Entities beyond XML's own five stay as they are: a
/// document cannot define any.
fn locations(text: &[u8]) -> Option<(String, Vec<String>)> {
    let mut reader = Reader::from_reader(text);
    reader.config_mut().trim_text(true);
    let (mut root, mut places) = (None, Vec::new());
    let mut inside: Option<String> = None;
    let mut buffer = Vec::new();
    loop {
        match reader.read_event_into(&mut buffer).ok()? {
            Event::Start(tag) | Event::Empty(tag) => {
                let name = String::from_utf8_lossy(tag.local_name().as_ref()).into_owned();
                if name == "loc" {
                    inside = Some(String::new());
                }
                root.get_or_insert(name);
            }
            Event::Text(part) => {
                if let Some(place) = &mut inside {
                    place.push_str(&String::from_utf8_lossy(&part));
                }
            }
            Event::CData(part) => {
                if let Some(place) = &mut inside {
                    place.push_str(&String::from_utf8_lossy(&part));
                }
            }
            Event::GeneralRef(name) => {
                if let Some(place) = &mut inside {
                    let name: &[u8] = &name;
                    place.push_str(match name {
                        b"amp" => "&",
                        b"lt" => "<",
                        b"gt" => ">",
                        b"quot" => "\"",
                        b"apos" => "'",
                        _ => "\u{FFFD}",
                    });
                }
            }
            Event::End(tag) if tag.local_name().as_ref() == b"loc" => {
                places.extend(inside.take().map(|place| place.trim().to_owned()));
            }
            Event::Eof => return root.map(|root| (root, places)),
            _ => {}
        }
        buffer.clear();
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
        assert_eq!(index.expect("right"), Sitemap::Index(vec!["/s1.xml".to_owned()]));
    }

    #[test]
    fn other_files_are_told_apart() {
        assert!(read("<html></html>").expect_err("no sitemap").to_string().contains("<html>"));
        assert!(read("").is_err());
    }

    #[test]
    fn entities_of_its_own_expand_to_nothing() {
        let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaa\">]><urlset><url><loc>/&a;</loc></url></urlset>";
        assert_eq!(read(bomb).expect("read"), Sitemap::Pages(vec!["/\u{FFFD}".to_owned()]));
    }
}
