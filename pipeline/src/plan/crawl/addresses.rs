//! Addresses of a crawl: which are pages, where links lead, and what is better not asked for.

use url::Url;

use crate::error::{Doing, Error};
use crate::logs::site::{Place, Site};

/// Endings of what is no page: such files are planned targets, and not fetched.
const FILES: [&str; 36] = [
    "7z", "avi", "bmp", "css", "csv", "doc", "docm", "docx", "dotx", "eps", "exe", "gif", "gz",
    "ico", "ics", "jpeg", "jpg", "js", "json", "mov", "mp3", "mp4", "msi", "odt", "ods", "pdf",
    "png", "ppt", "pptx", "svg", "tar", "webp", "xls", "xlsx", "xml", "zip",
];

/// Words of addresses that sign out: whoever follows them has no login any more.
const SIGN_OUT: [&str; 8] = [
    "logout", "log-out", "log_out", "logoff", "signout", "sign-out", "sign_out", "abmelden",
];

/// The address that paths are below; the settings may name a mere host.
pub(super) fn base_of(setting: &str) -> Result<Url, Error> {
    let setting = if setting.contains("://") {
        setting.to_owned()
    } else {
        format!("https://{}", setting.trim_start_matches('/'))
    };
    let mut base =
        Url::parse(&setting).misused(format!("`{setting}` is no address: mend base_url"))?;
    if !base.path().ends_with('/') {
        base.set_path(&format!("{}/", base.path()));
    }
    Ok(base)
}

/// The page of an address, if it is one of the intranet.
pub(super) fn page_of(site: &Site, url: &Url) -> Option<String> {
    match site.place_of(url.as_str().as_bytes()) {
        Place::Inside(page) => Some(page.into_owned()),
        Place::Outside(_) | Place::Nowhere => None,
    }
}

/// Where a link leads, if it leads to another page.
pub(super) fn target(base: &Url, href: &str) -> Option<Url> {
    let href = href.trim();
    if href.is_empty() || href.starts_with('#') {
        return None;
    }
    let url = base.join(href).ok()?;
    matches!(url.scheme(), "http" | "https").then_some(url)
}

/// Whether asking for an address gives a page and does no harm.
pub(super) fn may_be_asked(url: &Url) -> bool {
    let leaf = url.path().rsplit('/').next().unwrap_or_default();
    let ending = leaf.rsplit_once('.').map_or("", |(_, ending)| ending);
    let is_file = FILES.iter().any(|known| known.eq_ignore_ascii_case(ending));
    let query = url.query().unwrap_or_default();
    let words = format!("{leaf}?{query}").to_ascii_lowercase();
    !is_file && !SIGN_OUT.iter().any(|word| words.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_another_page() {
        let base = Url::parse("http://x/a/b").expect("an address");
        let to = |href: &str| target(&base, href).map(|url| url.to_string());
        assert_eq!(to(" ../c?d#e ").as_deref(), Some("http://x/c?d#e"));
        assert_eq!(to("//y/z").as_deref(), Some("http://y/z"));
        for nowhere in ["", "#top", "mailto:a@b", "javascript:void(0)", "http://["] {
            assert_eq!(to(nowhere), None, "{nowhere}");
        }
    }

    #[test]
    fn files_and_ways_out_are_not_asked_for() {
        let may = |url: &str| may_be_asked(&Url::parse(url).expect("an address"));
        assert!(may("http://x/a.html") && may("http://x/logout/help") && may("http://x/"));
        assert!(
            !may("http://x/a.PDF") && !may("http://x/user/Logout") && !may("http://x/?do=signout")
        );
    }
}
