//! What the operations of Microsoft 365 are to us: data, no code.

use super::columns::Action;

/// Looks at pages, files, lists and threads. A client that signals a view tells of a page that was fetched in advance.
const VIEWS: [&str; 11] = [
    "PageViewed",
    "PageViewedExtended",
    "ClientViewSignaled",
    "FileAccessed",
    "FileAccessedExtended",
    "FilePreviewed",
    "FileVisited",
    "ListViewed",
    "ListItemViewed",
    "MessageViewed",
    "ThreadViewed",
];

const EDITS: [&str; 40] = [
    "FileCheckedIn",
    "FileCopied",
    "FileCreated",
    "FileDeleted",
    "FileModified",
    "FileModifiedExtended",
    "FileMoved",
    "FileRecycled",
    "FileRenamed",
    "FileRestored",
    "FileSyncUploadedFull",
    "FileUpdateDescription",
    "FileUpdateName",
    "FileUploaded",
    "FolderCopied",
    "FolderCreated",
    "FolderDeleted",
    "FolderModified",
    "FolderMoved",
    "FolderRecycled",
    "FolderRenamed",
    "FolderRestored",
    "ListColumnCreated",
    "ListColumnUpdated",
    "ListCreated",
    "ListDeleted",
    "ListItemCreated",
    "ListItemDeleted",
    "ListItemRecycled",
    "ListItemUpdated",
    "ListRestored",
    "ListUpdated",
    "ListViewCreated",
    "ListViewUpdated",
    "MessageDeleted",
    "MessageEditedHasLink",
    "MessageUpdated",
    "PageCreated",
    "SitePageCreated",
    "WikiPageUpdated",
];

/// Sharing by those who share; what it brings about inside (groups, rights) is administration.
const SHARES: [&str; 10] = [
    "AddedToSecureLink",
    "AnonymousLinkCreated",
    "AnonymousLinkUpdated",
    "CompanyLinkCreated",
    "FileShared",
    "SecureLinkCreated",
    "SecureLinkUpdated",
    "SharedLinkCreated",
    "SharingInvitationCreated",
    "SharingSet",
];

/// The action of an operation; administration and all that is not known is `other`. `MessageSent` is a message here:
/// whether it is a post tells the record.
pub(super) fn action_of(operation: &[u8]) -> Action {
    let is = |list: &[&str]| {
        list.iter()
            .any(|one| operation.eq_ignore_ascii_case(one.as_bytes()))
    };
    if is(&VIEWS) {
        Action::View
    } else if is(&["FileDownloaded", "DownloadedFile"]) {
        Action::Download
    } else if is(&EDITS) {
        Action::Edit
    } else if is(&SHARES) {
        Action::Share
    } else if is(&["SearchQueryPerformed", "SearchQueryInitiatedSharePoint"]) {
        Action::Search
    } else if is(&["ReactedToMessage", "MarkedMessageChanged"]) {
        Action::Like
    } else if is(&["MessageSent"]) {
        Action::Message
    } else if is(&["MessageCreation", "MessageCreated"]) {
        Action::Post
    } else if is(&["CommentCreated"]) {
        Action::Comment
    } else {
        Action::Other
    }
}

/// Whether a page was only fetched in advance.
pub(super) fn is_prefetch(operation: &[u8]) -> bool {
    operation.eq_ignore_ascii_case(b"PagePrefetched")
}

/// Whether an operation is a sign-in, done or failed.
pub(super) fn is_sign_in(operation: &[u8]) -> bool {
    [&b"UserLoggedIn"[..], b"UserLoginFailed"]
        .iter()
        .any(|one| operation.eq_ignore_ascii_case(one))
}
