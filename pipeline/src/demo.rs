//! An invented intranet from end to end, in one command.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Doing, Error};
use crate::key_file;
use crate::pavings;
use crate::run::Run;
use crate::store::Lake;

/// An invented intranet in its folder.
#[derive(Debug)]
pub struct Made {
    /// Its settings.
    pub settings: PathBuf,
    /// Links that came into its plan within its time.
    pub pavings: Vec<fixtures::Paving>,
}

/// Makes an invented intranet and its settings in a folder; `elephant demo` makes [`fixtures::World::demo`].
///
/// # Errors
/// When the folder cannot be written, or holds something else.
pub fn make(folder: &Path, world: &fixtures::World) -> Result<Made, Error> {
    let settings = folder.join("elephant.toml");
    let is_ours = settings.is_file() && folder.join("truth.json").is_file();
    let is_empty = fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none());
    if !is_ours && !is_empty {
        return Err(Error::usage(format!(
            "`{}` is not empty and no demo: name another folder",
            folder.display()
        )));
    }
    let doing = format!("failed to make the demo in `{}`", folder.display());
    if is_ours {
        fs::remove_dir_all(folder).doing(&doing)?;
    }
    fs::create_dir_all(folder).doing(&doing)?;
    let truth = fixtures::generate(world, folder).doing(&doing)?;
    fs::write(&settings, SETTINGS).doing(&doing)?;
    key_file::write(&folder.join("elephant.key"), &key_of(world.seed))?;
    Ok(Made {
        settings,
        pavings: truth.pavings,
    })
}

/// Registers the changes of the plan, as people would who made them. The caller holds the lock.
///
/// # Errors
/// When the lake cannot be read or written.
pub async fn pave(run: &Run, lake: &Lake, links: &[fixtures::Paving]) -> Result<(), Error> {
    for link in links {
        let request = pavings::Request {
            from: &link.from,
            to: &link.to,
            on_day: link.on_day.0,
            note: Some("invented: see truth.json"),
        };
        pavings::add(run, lake, &request).await?;
    }
    Ok(())
}

/// The same seed gives the same pseudonyms, and so the same report to the letter.
///
/// It guards nobody, which invented people do not mind.
fn key_of(seed: u64) -> [u8; 32] {
    blake3::derive_key(
        "elephant demo: the key of an invented intranet",
        &seed.to_le_bytes(),
    )
}

const SETTINGS: &str = "\
# An invented intranet: every name and number in it is made up, and its key follows from the seed:
# load no real log here.
[intranet]
name = \"Example Consulting (invented)\"
base_url = \"https://intranet.example.com\"
[lake]
path = \"lake\"
[[logs]]
path = \"logs/*\"
[[social]]
path = \"social.jsonl\"
[plan]
navigation = \"navigation.csv\"
sitemap = \"sitemap.xml\"
journeys = \"journeys.csv\"
audiences = \"audiences.csv\"
[people]
file = \"people.csv\"
# Invented people may be listed; yours only if they ask for it (opt-in).
lists = \"everyone\"
[privacy]
mode = \"named\"
[report]
out = \"report\"
";
