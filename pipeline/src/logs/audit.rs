//! Records of the unified audit log of Microsoft 365: JSON by itself, or in the column `AuditData` of a table.
//!
//! SharePoint, OneDrive, Teams and Viva Engage are the intranet; sign-ins and the records of other services are
//! filtered, each with its reason. Times are UTC, whatever the zone of the log.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::Deserializer;
use serde_json::Value;

use super::accounts::is_system;
use super::columns::Action;
use super::counts::Filter;
use super::jsonl::to_reason;
use super::names::{Column, Unit};
use super::operations::{action_of, is_prefetch, is_sign_in};
use super::rejects::Reason;
use super::row::{Cell, Field, Row};

/// The properties that we read. Which of them a record has depends on its service.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct AuditRecord<'a> {
    #[serde(borrow)]
    audit_data: Cell<'a>,
    creation_time: Cell<'a>,
    id: Cell<'a>,
    operation: Cell<'a>,
    workload: Cell<'a>,
    user_id: Cell<'a>,
    user_type: Cell<'a>,
    #[serde(rename = "ClientIP")]
    client_ip: Cell<'a>,
    user_agent: Cell<'a>,
    object_id: Cell<'a>,
    item_type: Cell<'a>,
    target_user_or_group_type: Cell<'a>,
    target_user_or_group_name: Cell<'a>,
    members: Value,
    communication_type: Cell<'a>,
    parent_message_id: Cell<'a>,
    message_id: Cell<'a>,
    team_name: Cell<'a>,
    channel_name: Cell<'a>,
    group_name: Cell<'a>,
    thread_id: Cell<'a>,
}

/// The services that are part of an intranet.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Service {
    SharePoint,
    Teams,
    Engage,
    Elsewhere,
}

/// Reads a record, or the row of a table as JSON that holds one in `AuditData`.
pub(super) fn read(text: &str) -> Result<Row<'_>, Reason> {
    let record: AuditRecord<'_> = serde_json::from_str(text).map_err(to_reason)?;
    match &record.audit_data {
        Cell::Bytes(inner) => {
            let inner = String::from_utf8_lossy(inner);
            let record: AuditRecord<'_> = serde_json::from_str(&inner).map_err(to_reason)?;
            Ok(row(record).into_owned())
        }
        _ => Ok(row(record)),
    }
}

/// Reads the column `AuditData` of a table.
pub(super) fn read_cell(cell: Cow<'_, [u8]>) -> Result<Row<'_>, Reason> {
    match cell {
        Cow::Borrowed(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => read(text),
            Err(_) => read(&String::from_utf8_lossy(bytes)).map(Row::into_owned),
        },
        Cow::Owned(bytes) => read(&String::from_utf8_lossy(&bytes)).map(Row::into_owned),
    }
}

fn row(record: AuditRecord<'_>) -> Row<'_> {
    let operation = record.operation.text().into_owned();
    let service = service_of(&record.workload.text());
    let mut row = Row::default();
    row.is_audit = true;
    row.filter = filter_of(service, &operation);
    let action = action(&record, &operation);
    let page = page(&record, service);
    let target = target(&record);
    let user = user(record.user_id, &record.user_type);
    let mut set = |field, cell| {
        let unit = if field == Field::Time {
            Unit::Utc
        } else {
            Unit::AsWritten
        };
        row.set(
            Column {
                field,
                rank: 0,
                unit,
            },
            cell,
        );
    };
    set(Field::Time, record.creation_time);
    set(Field::Id, record.id);
    set(Field::User, user);
    set(Field::Client, record.client_ip);
    set(Field::Agent, record.user_agent);
    set(
        Field::Action,
        Cell::Bytes(Cow::Borrowed(action.as_str().as_bytes())),
    );
    set(Field::Page, page);
    set(Field::Target, target);
    row
}

fn service_of(workload: &[u8]) -> Service {
    let is = |name: &str| workload.eq_ignore_ascii_case(name.as_bytes());
    if is("SharePoint") || is("OneDrive") {
        Service::SharePoint
    } else if is("MicrosoftTeams") {
        Service::Teams
    } else if is("Yammer") || is("VivaEngage") {
        Service::Engage
    } else {
        Service::Elsewhere
    }
}

fn filter_of(service: Service, operation: &[u8]) -> Option<Filter> {
    match service {
        Service::Elsewhere if is_sign_in(operation) => Some(Filter::SignIn),
        Service::Elsewhere => Some(Filter::OtherService),
        _ if is_prefetch(operation) => Some(Filter::Prefetch),
        _ => None,
    }
}

/// The action; a message in a channel is a post, and an answer there a comment.
fn action(record: &AuditRecord<'_>, operation: &[u8]) -> Action {
    let action = action_of(operation);
    let kind = record.communication_type.text();
    if action != Action::Message || !kind.eq_ignore_ascii_case(b"Team") {
        return action;
    }
    let parent = record.parent_message_id.text();
    if parent.is_empty() || parent == record.message_id.text() {
        Action::Post
    } else {
        Action::Comment
    }
}

/// The user. What Microsoft says is no user gets a domain that says so, unless its name does.
fn user<'a>(user: Cell<'a>, kind: &Cell<'_>) -> Cell<'a> {
    const NO_USERS: [&str; 8] = [
        "3",
        "4",
        "5",
        "6",
        "DcAdmin",
        "System",
        "Application",
        "ServicePrincipal",
    ];
    let name = user.text();
    let kind = kind.text();
    let is_user = NO_USERS
        .iter()
        .all(|one| !kind.eq_ignore_ascii_case(one.as_bytes()));
    if is_user || name.is_empty() || is_system(&name) {
        drop(name);
        return user;
    }
    Cell::Bytes(Cow::Owned([b"SYSTEM\\", &*name].concat()))
}

/// The page: SharePoint's own address, a channel, or a community with its thread.
fn page<'a>(record: &AuditRecord<'a>, service: Service) -> Cell<'a> {
    match service {
        Service::SharePoint => address(&record.object_id, &record.item_type.text()),
        Service::Teams => place(
            "//teams.microsoft.com",
            &[record.team_name.text(), record.channel_name.text()],
        ),
        Service::Engage => place(
            "//engage.cloud.microsoft",
            &[record.group_name.text(), record.thread_id.text()],
        ),
        Service::Elsewhere => Cell::Absent,
    }
}

/// An address as SharePoint writes it: names of files are not encoded, and may hold a `#`.
fn address<'a>(object: &Cell<'a>, kind: &[u8]) -> Cell<'a> {
    let Cell::Bytes(bytes) = object else {
        return Cell::Absent;
    };
    if memchr::memmem::find(bytes, b"://").is_none() && bytes.first() != Some(&b'/') {
        return Cell::Absent;
    }
    let is_file = [&b"File"[..], b"Folder"]
        .iter()
        .any(|one| kind.eq_ignore_ascii_case(one));
    if is_file && memchr::memchr(b'#', bytes).is_some() {
        return Cell::Bytes(Cow::Owned(encoded(bytes, b"#")));
    }
    Cell::Bytes(bytes.clone())
}

/// A host and the names of the places on it; nothing where the first has no name.
fn place(host: &str, names: &[Cow<'_, [u8]>]) -> Cell<'static> {
    let mut page = host.as_bytes().to_vec();
    for name in names.iter().take_while(|name| !name.is_empty()) {
        page.push(b'/');
        page.extend(encoded(name, b"/?#%"));
    }
    if page.len() == host.len() {
        return Cell::Absent;
    }
    Cell::Bytes(Cow::Owned(page))
}

fn encoded(text: &[u8], special: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 8);
    for byte in text {
        if special.contains(byte) {
            out.extend(format!("%{byte:02X}").into_bytes());
        } else {
            out.push(*byte);
        }
    }
    out
}

/// The person acted upon: whom something is shared with, or who is added.
fn target<'a>(record: &AuditRecord<'a>) -> Cell<'a> {
    let kind = record.target_user_or_group_type.text();
    let is_person = [&b"Member"[..], b"Guest"]
        .iter()
        .any(|one| kind.eq_ignore_ascii_case(one));
    if is_person {
        let Cell::Bytes(name) = &record.target_user_or_group_name else {
            return Cell::Absent;
        };
        return if is_system(name) {
            Cell::Absent
        } else {
            Cell::Bytes(name.clone())
        };
    }
    match record.members[0]["UPN"].as_str() {
        Some(name) => Cell::Bytes(Cow::Owned(name.as_bytes().to_vec())),
        None => Cell::Absent,
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Cell<'a> {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_any(super::jsonl::CellVisitor)
    }
}

#[cfg(test)]
#[path = "audit_tests.rs"]
mod tests;
