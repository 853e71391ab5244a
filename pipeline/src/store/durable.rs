//! Small files that outlive a power cut: the Delta log, and whatever else the lake notes.
//!
//! The object store that deltalake-core brings writes a file beside its place, gives it its name, and
//! never syncs. Syncing it afterwards is too late: a power cut in between leaves the name and loses
//! the bytes, and a log with an empty commit cannot be read any more. Here the bytes are on the disk
//! before the name is, and the name is before the write counts as done; that goes for commits and for
//! checkpoints, because both come through this store.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use futures::stream::BoxStream;
use object_store::local::LocalFileSystem;
use object_store::path::Path as StorePath;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, PutMode, PutMultipartOptions, PutOptions, PutPayload, PutResult, RenameOptions,
    Result, UploadPart,
};

use crate::store::error::StoreError;

/// What becomes of a file that already has the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    /// It stays, and the write fails.
    First,
    /// It is replaced, at once.
    Anew,
}

/// Writes a small file, or replaces it: after a power cut it is the old or the new one, whole.
///
/// # Errors
/// When the disk refuses; the file is then as it was.
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    put(path, std::iter::once(bytes), Named::Anew)
}

/// Writes a small file unless it is there.
///
/// # Errors
/// When the disk refuses.
pub(super) fn write_first(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match put(path, std::iter::once(bytes), Named::First) {
        Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        put => put,
    }
}

/// Makes a folder and those above it, each entry synced; those that are there are left alone.
///
/// # Errors
/// When the disk refuses.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let above = folder_of(folder);
    make_folder(above)?;
    match fs::create_dir(folder) {
        Err(_) if folder.is_dir() => {}
        made => made?,
    }
    sync(above)
}

/// Makes the entries of a folder outlive a power cut.
pub(super) fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// The folder that a path is an entry of.
pub(super) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
        Some(folder) => folder,
        None => path,
    }
}

fn put<'a>(path: &Path, bytes: impl Iterator<Item = &'a [u8]>, named: Named) -> io::Result<()> {
    let folder = folder_of(path);
    make_folder(folder)?;
    let staged = staged(path);
    let put = stage(&staged, bytes).and_then(|()| match named {
        Named::First => fs::hard_link(&staged, path),
        Named::Anew => fs::rename(&staged, path),
    });
    if named == Named::First || put.is_err() {
        // Best effort: such a name is passed over by every reader.
        drop(fs::remove_file(&staged));
    }
    put?;
    sync(folder)
}

fn stage<'a>(path: &Path, mut bytes: impl Iterator<Item = &'a [u8]>) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    bytes.try_for_each(|bytes| file.write_all(bytes))?;
    file.sync_all()
}

/// A name beside the file's own; a `#` and digits mark it as no file yet.
fn staged(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!("#{}", random()));
    name.into()
}

/// 64 random bits.
pub(super) fn random() -> u64 {
    use std::hash::{BuildHasher, Hasher, RandomState};
    let mut hasher = RandomState::new().build_hasher();
    hasher.write_i128(jiff::Timestamp::now().as_nanosecond());
    hasher.finish()
}

/// The local file system with durable writes.
#[derive(Debug, Default)]
pub(super) struct DurableStore {
    below: LocalFileSystem,
}

impl fmt::Display for DurableStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Durable({})", self.below)
    }
}

#[async_trait]
impl ObjectStore for DurableStore {
    async fn put_opts(
        &self,
        location: &StorePath,
        payload: PutPayload,
        options: PutOptions,
    ) -> Result<PutResult> {
        let named = match options.mode {
            PutMode::Create => Named::First,
            PutMode::Overwrite => Named::Anew,
            PutMode::Update(_) => return self.below.put_opts(location, payload, options).await,
        };
        put_aside(
            self.below.path_to_filesystem(location)?,
            vec![payload],
            named,
        )
        .await
    }

    async fn put_multipart_opts(
        &self,
        location: &StorePath,
        _: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        Ok(Box::new(Parts {
            path: self.below.path_to_filesystem(location)?,
            held: Vec::new(),
        }))
    }

    async fn get_opts(&self, location: &StorePath, options: GetOptions) -> Result<GetResult> {
        self.below.get_opts(location, options).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<StorePath>>,
    ) -> BoxStream<'static, Result<StorePath>> {
        self.below.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&StorePath>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.below.list(prefix)
    }

    fn list_with_offset(
        &self,
        prefix: Option<&StorePath>,
        offset: &StorePath,
    ) -> BoxStream<'static, Result<ObjectMeta>> {
        self.below.list_with_offset(prefix, offset)
    }

    async fn list_with_delimiter(&self, prefix: Option<&StorePath>) -> Result<ListResult> {
        self.below.list_with_delimiter(prefix).await
    }

    // The log is never copied or renamed; these two are only here to be whole.
    async fn copy_opts(
        &self,
        from: &StorePath,
        to: &StorePath,
        options: CopyOptions,
    ) -> Result<()> {
        self.below.copy_opts(from, to, options).await
    }

    async fn rename_opts(
        &self,
        from: &StorePath,
        to: &StorePath,
        options: RenameOptions,
    ) -> Result<()> {
        self.below.rename_opts(from, to, options).await
    }
}

/// A file that comes in parts, a large checkpoint: held until it is whole.
#[derive(Debug)]
struct Parts {
    path: PathBuf,
    held: Vec<PutPayload>,
}

#[async_trait]
impl MultipartUpload for Parts {
    fn put_part(&mut self, part: PutPayload) -> UploadPart {
        self.held.push(part);
        Box::pin(std::future::ready(Ok(())))
    }

    async fn complete(&mut self) -> Result<PutResult> {
        let held = std::mem::take(&mut self.held);
        put_aside(self.path.clone(), held, Named::Anew).await
    }

    async fn abort(&mut self) -> Result<()> {
        self.held.clear();
        Ok(())
    }
}

/// Syncing blocks: it is done aside, not on a thread that others wait for.
async fn put_aside(path: PathBuf, parts: Vec<PutPayload>, named: Named) -> Result<PutResult> {
    let generic = |cause| Error::Generic {
        store: "lake",
        source: cause,
    };
    tokio::task::spawn_blocking(move || {
        let bytes = parts.iter().flatten().map(AsRef::as_ref);
        put(&path, bytes, named).map_err(|cause| match cause.kind() {
            io::ErrorKind::AlreadyExists if named == Named::First => Error::AlreadyExists {
                path: path.display().to_string(),
                source: Box::new(cause),
            },
            _ => generic(Box::new(StoreError::io(&path)(cause))),
        })
    })
    .await
    .map_err(|cause| generic(Box::new(cause)))??;
    Ok(PutResult {
        e_tag: None,
        version: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use object_store::ObjectStoreExt;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .expect("a folder")
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_name_is_given_once_and_nothing_lies_beside_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a/b/5.json");
        let bytes = |text: &'static str| std::iter::once(text.as_bytes());
        put(&path, bytes("first"), Named::First).expect("written");
        let again = put(&path, bytes("second"), Named::First).expect_err("the name is taken");
        assert_eq!(again.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).expect("read"), b"first");
        write_whole(&path, b"third").expect("replaced");
        assert_eq!(fs::read(&path).expect("read"), b"third");
        assert_eq!(names(&folder.path().join("a/b")), ["5.json"]);
    }

    #[test]
    fn a_file_that_cannot_get_its_name_leaves_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("taken");
        fs::create_dir(&path).expect("made");
        write_whole(&path, b"text").expect_err("a folder has the name");
        assert_eq!(names(folder.path()), ["taken"]);
    }

    #[tokio::test]
    async fn parts_become_one_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = DurableStore::default();
        let place = StorePath::from_absolute_path(folder.path().join("parts")).expect("a path");
        let mut upload = store.put_multipart(&place).await.expect("begun");
        for part in ["one ", "two"] {
            upload.put_part(part.into()).await.expect("taken");
        }
        upload.complete().await.expect("written");
        let read = store.get(&place).await.expect("opened");
        assert_eq!(read.bytes().await.expect("read"), "one two");
    }
}
