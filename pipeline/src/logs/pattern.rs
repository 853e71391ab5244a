//! Patterns of pages and paths: `*` stands for anything, slashes too.

/// A pattern; `/hr/*` is `/hr` and all beneath it.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    text: Vec<u8>,
    ignores_case: bool,
}

impl Pattern {
    pub(crate) fn new(text: &str, ignores_case: bool) -> Self {
        Self {
            text: text.as_bytes().to_vec(),
            ignores_case,
        }
    }

    pub(crate) fn matches(&self, page: &[u8]) -> bool {
        let top = self.text.strip_suffix(b"/*");
        top.is_some_and(|top| self.is_same(top, page)) || self.fits(page)
    }

    /// Goes on with the latest `*` taking one byte more where the rest does not fit: never worse than the product of
    /// the lengths.
    fn fits(&self, page: &[u8]) -> bool {
        let text = &self.text;
        let (mut at, mut read) = (0, 0);
        let mut star: Option<(usize, usize)> = None;
        while read < page.len() {
            if text.get(at) == Some(&b'*') {
                star = Some((at, read));
                at += 1;
            } else if at < text.len() && self.is_same(&text[at..=at], &page[read..=read]) {
                (at, read) = (at + 1, read + 1);
            } else if let Some((place, taken)) = star {
                (at, read) = (place + 1, taken + 1);
                star = Some((place, taken + 1));
            } else {
                return false;
            }
        }
        text[at..].iter().all(|byte| *byte == b'*')
    }

    fn is_same(&self, ours: &[u8], theirs: &[u8]) -> bool {
        if self.ignores_case {
            ours.eq_ignore_ascii_case(theirs)
        } else {
            ours == theirs
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_anything() {
        for (pattern, page, is_match) in [
            ("/hr", "/hr", true),
            ("/hr", "/hr/x", false),
            ("/hr/*", "/hr", true),
            ("/hr/*", "/hr/a/b", true),
            ("/hr/*", "/hrx", false),
            ("/hr/*", "/HR/a", false),
            ("*/print", "/a/b/print", true),
            ("*/print", "/a/prints", false),
            ("/a*b*c", "/axbxbc", true),
            ("/a*b*c", "/axbxb", false),
            ("/*", "/", true),
            ("/a", "", false),
            ("", "", true),
        ] {
            let found = Pattern::new(pattern, false).matches(page.as_bytes());
            assert_eq!(found, is_match, "{pattern} on {page}");
        }
        assert!(Pattern::new("/HR/*", true).matches(b"/hr/A"));
        assert!(Pattern::new("/HR/*", true).matches(b"/Hr"));
    }
}
