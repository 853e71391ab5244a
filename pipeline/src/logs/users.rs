//! One name for one person: users as logs write them, folded by rules.
//!
//! `Ann`, `CORP\ann` and `0#.w|corp\ann` are `ann`. A domain behind an at sign stays unless elephant.toml lists it: the
//! guests of an intranet often have the names of its own people. A Windows domain goes, unless elephant.toml lists
//! some: then only those do.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::accounts::is_system;

use hashbrown::HashMap;

/// The rules of `[people]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Users {
    /// Domains of mail addresses, which have a dot.
    domains: Vec<Vec<u8>>,
    /// Windows domains, which have none.
    prefixes: Vec<Vec<u8>>,
    aliases: HashMap<Vec<u8>, Vec<u8>>,
}

/// An alias that leads back to itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the alias `{0}` leads back to itself")]
pub struct Circle(pub String);

impl Users {
    /// Compiles the rules: the intranet's own domains, and other names of people.
    ///
    /// # Errors
    /// When aliases go round in a circle.
    pub fn new(domains: &[String], aliases: &BTreeMap<String, String>) -> Result<Self, Circle> {
        let folded = domains
            .iter()
            .map(|domain| lower(domain.trim().trim_start_matches('@').as_bytes()).into_owned());
        let (domains, prefixes) = folded.partition(|domain| domain.contains(&b'.'));
        let mut users = Self {
            domains,
            prefixes,
            aliases: HashMap::new(),
        };
        let named: HashMap<Vec<u8>, Vec<u8>> = aliases
            .iter()
            .map(|(other, user)| {
                let other = lower(other.trim().as_bytes()).into_owned();
                (other, users.bare(&lower(user.trim().as_bytes())).to_vec())
            })
            .collect();
        // In the order of the settings, so that the same circle is told each time.
        for other in aliases.keys().map(|other| lower(other.trim().as_bytes())) {
            let Some((other, user)) = named.get_key_value(&*other) else {
                continue;
            };
            let end = end_of(other, user, &named)?;
            users.aliases.insert(other.clone(), end.to_vec());
        }
        Ok(users)
    }

    /// The one name of a user.
    pub fn fold<'a>(&self, user: &'a [u8]) -> Cow<'a, [u8]> {
        let name = lower(without_claim(user.trim_ascii()));
        let is_plain = memchr::memchr2(b'\\', b'@', &name).is_none();
        if is_plain && self.aliases.is_empty() || is_system(&name) {
            return name;
        }
        let bare = self.bare(&name);
        if let Some(user) = self.aliases.get(&*name).or_else(|| self.aliases.get(bare)) {
            return Cow::Owned(user.clone());
        }
        if bare.len() == name.len() {
            return name;
        }
        Cow::Owned(bare.to_vec())
    }

    /// The name without the domains that are the intranet's own.
    fn bare<'a>(&self, name: &'a [u8]) -> &'a [u8] {
        if let Some(at) = memchr::memrchr(b'\\', name) {
            let domain = &name[..at];
            let is_ours = self.prefixes.is_empty()
                || self.prefixes.iter().any(|prefix| prefix == domain)
                || self.domains.iter().any(|ours| ours == domain);
            return if is_ours && at + 1 < name.len() {
                &name[at + 1..]
            } else {
                name
            };
        }
        match memchr::memrchr(b'@', name) {
            Some(at) if at > 0 && self.domains.iter().any(|ours| *ours == name[at + 1..]) => {
                &name[..at]
            }
            _ => name,
        }
    }
}

/// Follows aliases of aliases.
fn end_of<'a>(
    other: &[u8],
    mut user: &'a [u8],
    named: &'a HashMap<Vec<u8>, Vec<u8>>,
) -> Result<&'a [u8], Circle> {
    for _ in 0..=named.len() {
        match named.get(user) {
            Some(next) if next != user => user = next,
            _ => return Ok(user),
        }
    }
    Err(Circle(String::from_utf8_lossy(other).into_owned()))
}

/// A user without what SharePoint writes before it, such as `i:0#.f|membership|`.
pub(super) fn without_claim(user: &[u8]) -> &[u8] {
    let start = user.strip_prefix(b"i:").unwrap_or(user);
    if !start.starts_with(b"0#") && !start.starts_with(b"0h") && !start.starts_with(b"0e") {
        return user;
    }
    memchr::memrchr(b'|', user).map_or(user, |at| &user[at + 1..])
}

fn lower(user: &[u8]) -> Cow<'_, [u8]> {
    if !user.is_ascii() {
        let folded = String::from_utf8_lossy(user).trim().to_lowercase();
        return Cow::Owned(folded.into_bytes());
    }
    if user.iter().any(u8::is_ascii_uppercase) {
        return Cow::Owned(user.to_ascii_lowercase());
    }
    Cow::Borrowed(user)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn users(domains: &[&str], aliases: &[(&str, &str)]) -> Users {
        let domains: Vec<String> = domains.iter().map(|&domain| domain.to_owned()).collect();
        let aliases = aliases
            .iter()
            .map(|&(other, user)| (other.to_owned(), user.to_owned()));
        Users::new(&domains, &aliases.collect()).expect("no circle")
    }

    fn folded(users: &Users, user: &str) -> String {
        String::from_utf8_lossy(&users.fold(user.as_bytes())).into_owned()
    }

    #[test]
    fn without_settings_no_foreign_domain_is_dropped() {
        let users = Users::default();
        for (user, name) in [
            (" Ann ", "ann"),
            ("CORP\\Ann", "ann"),
            ("0#.w|corp\\ann", "ann"),
            ("i:0#.f|membership|Ann@client.com", "ann@client.com"),
            ("Ann@US.com", "ann@us.com"),
            ("\u{c4}NNE", "\u{e4}nne"),
            ("CORP\\", "corp\\"),
            ("@x.com", "@x.com"),
            ("a|b", "a|b"),
            ("NT AUTHORITY\\SYSTEM", "nt authority\\system"),
            ("CORP\\PC7$", "corp\\pc7$"),
            ("", ""),
        ] {
            assert_eq!(folded(&users, user), name, "{user}");
        }
    }

    #[test]
    fn listed_domains_are_ours_and_others_are_not() {
        let users = users(&["CORP", "@Us.com"], &[]);
        for (user, name) in [
            ("corp\\ann", "ann"),
            ("LAB\\ann", "lab\\ann"),
            ("us.com\\ann", "ann"),
            ("ann@us.com", "ann"),
            ("ann@client.com", "ann@client.com"),
            ("ann@mail.us.com", "ann@mail.us.com"),
        ] {
            assert_eq!(folded(&users, user), name, "{user}");
        }
    }

    #[test]
    fn aliases_lead_to_one_name() {
        let users = users(
            &["us.com"],
            &[
                ("ann.smith", "CORP\\Ann"),
                ("A1234", "ann.smith@us.com"),
                ("ann@old.com", "ann"),
            ],
        );
        for user in [
            "ann",
            "A1234",
            "Ann.Smith@us.com",
            "x\\ann.smith",
            "Ann@Old.com",
        ] {
            assert_eq!(folded(&users, user), "ann", "{user}");
        }
        let circle = BTreeMap::from([("a".into(), "b".into()), ("b".into(), "A".into())]);
        assert!(Users::new(&[], &circle).is_err());
        let itself = BTreeMap::from([("Ann".into(), "ann".into())]);
        assert!(Users::new(&[], &itself).is_ok());
    }
}
