//! An invented intranet from end to end, in one command.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Doing, Error};
use crate::key_file;

/// Makes the invented intranet and its settings in a folder; returns the settings' path.
///
/// # Errors
/// When the folder cannot be written, or holds something else.
pub fn make(folder: &Path, seed: u64) -> Result<PathBuf, Error> {
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
    let world = fixtures::World {
        seed,
        ..fixtures::World::default()
    };
    fixtures::generate(&world, folder).doing(&doing)?;
    fs::write(&settings, SETTINGS).doing(&doing)?;
    key_file::write(&folder.join("elephant.key"), &key_of(seed))?;
    Ok(settings)
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
