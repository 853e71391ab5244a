//! The layouts that are known by name, and several of them in one file.

use super::super::rejects::Reason;
use super::web::WebLine;
use super::{access_filter, bitbucket, clf, confluence, elb, haproxy, iis, jira, s3};

/// A layout known by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Application load balancer.
    Alb,
    /// Classic load balancer.
    Elb,
    /// S3 buckets.
    S3,
    /// HAProxy, HTTP.
    Haproxy,
    /// The format of IIS's own, between commas.
    Iis,
    /// Bitbucket.
    Bitbucket,
    /// Confluence, before and after version 7.11.
    Confluence,
    /// The access filter of old Confluence and Jira.
    AccessFilter,
    /// Jira.
    Jira,
    /// Combined with the time taken in brackets.
    Timed,
    /// Common and combined with a virtual host in front.
    Hosted,
    /// Common and combined.
    Plain,
}

impl Kind {
    /// Every layout, the stricter before those that would read its lines too.
    pub const ALL: [Self; 12] = [
        Self::Alb,
        Self::Elb,
        Self::S3,
        Self::Haproxy,
        Self::Iis,
        Self::Bitbucket,
        Self::Confluence,
        Self::AccessFilter,
        Self::Jira,
        Self::Timed,
        Self::Hosted,
        Self::Plain,
    ];

    /// The layouts of a word of `format`.
    pub fn of_word(word: &str) -> Option<&'static [Self]> {
        Some(match word {
            "combined" | "common" | "vhost_combined" | "vhost_common" | "apache" | "nginx"
            | "ncsa" => &[Self::Hosted, Self::Plain],
            "elb" | "alb" => &[Self::Alb, Self::Elb],
            "s3" => &[Self::S3],
            "haproxy" => &[Self::Haproxy],
            "iis_native" => &[Self::Iis],
            "bitbucket" => &[Self::Bitbucket],
            "confluence" => &[Self::Confluence, Self::AccessFilter],
            "jira" => &[Self::Jira, Self::Confluence, Self::AccessFilter],
            "timed" => &[Self::Timed],
            _ => return None,
        })
    }

    /// The word of `inputs.format`; common and combined differ by the referrer.
    pub fn word(self, has_referrer: bool) -> &'static str {
        match (self, has_referrer) {
            (Self::Alb, _) => "alb",
            (Self::Elb, _) => "elb",
            (Self::S3, _) => "s3",
            (Self::Haproxy, _) => "haproxy",
            (Self::Iis, _) => "iis_native",
            (Self::Bitbucket, _) => "bitbucket",
            (Self::Confluence, _) => "confluence",
            (Self::AccessFilter, _) => "access_filter",
            (Self::Jira, _) => "jira",
            (Self::Timed, _) => "timed",
            (Self::Hosted, true) => "vhost_combined",
            (Self::Hosted, false) => "vhost_common",
            (Self::Plain, true) => "combined",
            (Self::Plain, false) => "common",
        }
    }

    /// Whether every line of the layout has a place for the referrer, even if it is empty.
    pub fn always_has_referrer(self) -> bool {
        matches!(
            self,
            Self::S3 | Self::Bitbucket | Self::Confluence | Self::Jira
        )
    }

    pub(in crate::logs) fn read(self, line: &[u8]) -> Result<WebLine<'_>, Reason> {
        match self {
            Self::Alb => elb::read(line, true),
            Self::Elb => elb::read(line, false),
            Self::S3 => s3::read(line),
            Self::Haproxy => haproxy::read(line),
            Self::Iis => iis::read(line),
            Self::Bitbucket => bitbucket::read(line),
            Self::Confluence => confluence::read(line),
            Self::AccessFilter => access_filter::read(line),
            Self::Jira => jira::read(line),
            Self::Timed => clf::timed(line),
            Self::Hosted => clf::read(line, true),
            Self::Plain => clf::read(line, false),
        }
    }
}

/// The layouts of a log; a line takes the first that reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mixed {
    kinds: Vec<Kind>,
    name: String,
    has_referrer: bool,
}

impl Mixed {
    /// Layouts, what they are called together, and whether lines name the page before.
    pub fn new(mut kinds: Vec<Kind>, name: String, has_referrer: bool) -> Self {
        kinds.sort_by_key(|kind| Kind::ALL.iter().position(|one| one == kind));
        let has_referrer = has_referrer || kinds.iter().any(|kind| kind.always_has_referrer());
        Self {
            kinds,
            name,
            has_referrer,
        }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.name
    }

    /// The layout that reads a line.
    pub(in crate::logs) fn kind_of(&self, line: &[u8]) -> Option<Kind> {
        let mut kinds = self.kinds.iter();
        kinds.find(|kind| kind.read(line).is_ok()).copied()
    }

    pub(in crate::logs) fn has_referrer(&self) -> bool {
        self.has_referrer
    }

    pub(super) fn has(&self, kind: Kind) -> bool {
        self.kinds.contains(&kind)
    }

    /// The line; or the reason of the layout that came nearest to reading it.
    pub(super) fn read<'a>(&self, line: &'a [u8]) -> Result<WebLine<'a>, Reason> {
        let mut nearest = Reason::Shape;
        for kind in &self.kinds {
            match kind.read(line) {
                Ok(web) => return Ok(web),
                Err(Reason::Shape) => {}
                Err(reason) => nearest = reason,
            }
        }
        Err(nearest)
    }
}
