//! A folder of saved pages, read as if it were the site.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use url::Url;

use super::web::{MOST_BYTES, text_of};
use crate::error::{Doing, Error};

/// What a name must not hold in an address.
const NO_PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'?')
    .add(b'\\');

/// The saved pages below a folder, sorted, as paths below it. Links to other folders are not followed.
pub(super) fn pages_below(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut pages = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        let doing = format!("failed to read the folder `{}`", next.display());
        for entry in fs::read_dir(&next).doing(&doing)? {
            let entry = entry.doing(&doing)?;
            let (path, kind) = (entry.path(), entry.file_type().doing(&doing)?);
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() && is_page(&path) {
                pages.push(path.strip_prefix(folder).unwrap_or(&path).to_owned());
            }
        }
    }
    pages.sort();
    Ok(pages)
}

fn is_page(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    let endings = ["html", "htm", "xhtml"];
    ending.is_some_and(|ending| {
        endings
            .iter()
            .any(|known| known.eq_ignore_ascii_case(ending))
    })
}

/// The address of a saved page; `index.html` is its folder's.
pub(super) fn url_of(base: &Url, page: &Path) -> Option<Url> {
    let names: Vec<String> = page
        .iter()
        .map(|name| utf8_percent_encode(&name.to_string_lossy(), NO_PATH).to_string())
        .collect();
    let (leaf, folders) = names.split_last()?;
    let mut path = String::from(".");
    for folder in folders {
        path.push('/');
        path.push_str(folder);
    }
    path.push('/');
    if !leaf.eq_ignore_ascii_case("index.html") {
        path.push_str(leaf);
    }
    base.join(&path).ok()
}

/// A saved page as text; `None` where it is larger than a page is.
pub(super) fn read(path: &Path) -> Result<Option<String>, Error> {
    let doing = format!("failed to read `{}`", path.display());
    let mut bytes = Vec::new();
    let file = File::open(path).doing(&doing)?;
    file.take(MOST_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .doing(&doing)?;
    Ok((bytes.len() <= MOST_BYTES).then(|| text_of(&bytes, "")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_an_address_below_the_base() {
        let base = Url::parse("https://x/start/").expect("an address");
        for (page, told) in [
            ("index.html", "https://x/start/"),
            ("hr/Index.HTML", "https://x/start/hr/"),
            ("a b/c?d.html", "https://x/start/a%20b/c%3Fd.html"),
            ("c:/x.html", "https://x/start/c:/x.html"),
        ] {
            let url = url_of(&base, Path::new(page)).expect(page);
            assert_eq!(url.as_str(), told);
        }
    }
}
