//! Records of each service, and a real export.

use std::io::Write;

use super::super::batch::{Batch, Context};
use super::super::columns::{Event, Events, NONE};
use super::super::format::{LogFormat, SourceOptions, recognise};
use super::super::key::Key;
use super::super::parse::parse_block;
use super::super::site::{Site, SiteSettings};
use super::super::unpack::unpack;
use super::*;
use Action::{Comment, Download, Like, Message, Other, Post, Share, View};

fn context() -> Context {
    let settings = SiteSettings {
        base_url: "https://tenant.sharepoint.com".into(),
        ..SiteSettings::default()
    };
    Context {
        site: Site::new(settings),
        key: Key::new([3; 32]),
        log_zone: jiff::tz::TimeZone::get("Asia/Tokyo").expect("the zone is known"),
        latest_ts: i64::MAX,
    }
}

fn parse(bytes: &[u8]) -> (LogFormat, Batch) {
    let mut text = Vec::new();
    let mut unpacked = unpack(bytes).expect("memory can be read");
    std::io::Read::read_to_end(&mut unpacked, &mut text).expect("it is sound");
    let format = recognise(&text, &SourceOptions::default()).expect("the format is known");
    let batch = parse_block(&format, &text, 1, 0, &context());
    (format, batch)
}

fn pages(batch: &Batch) -> Vec<String> {
    let name = |event: &Event| match event.page {
        NONE => String::new(),
        id => batch.words.pages.text(id).into_owned(),
    };
    batch.events.each(name)
}

const RECORDS: &str = r#"[
{"CreationTime":"2024-05-01T10:00:00","Id":"1","Operation":"FileAccessed","Workload":"SharePoint","UserId":"Ann@x.com","UserType":0,
 "ObjectId":"https://tenant.sharepoint.com/hr/Plan #3.docx","ItemType":"File","ClientIP":"10.0.0.1:443"},
{"CreationTime":"2024-05-01T10:00:01","Id":"2","Operation":"FileDownloaded","Workload":"OneDrive","UserId":"ann@X.com","UserType":"Regular",
 "ObjectId":"https://tenant-my.sharepoint.com/personal/ann/a.txt","ItemType":"File"},
{"CreationTime":"2024-05-01T10:00:02","Id":"3","Operation":"SharingSet","Workload":"SharePoint","UserId":"ann@x.com",
 "ObjectId":"https://tenant.sharepoint.com/hr","TargetUserOrGroupType":"Member","TargetUserOrGroupName":"Bob@x.com"},
{"CreationTime":"2024-05-01T10:00:03","Id":"4","Operation":"MessageSent","Workload":"MicrosoftTeams","UserId":"ann@x.com",
 "CommunicationType":"Team","TeamName":"R&D/50%","ChannelName":"General","MessageId":"7","ParentMessageId":"7"},
{"CreationTime":"2024-05-01T10:00:04","Id":"5","Operation":"MessageSent","Workload":"MicrosoftTeams","UserId":"ann@x.com",
 "CommunicationType":"Team","TeamName":"R&D/50%","ChannelName":"General","MessageId":"8","ParentMessageId":"7"},
{"CreationTime":"2024-05-01T10:00:05","Id":"6","Operation":"MessageSent","Workload":"MicrosoftTeams","UserId":"ann@x.com","CommunicationType":"OneOnOne"},
{"CreationTime":"2024-05-01T10:00:06","Id":"7","Operation":"ReactedToMessage","Workload":"MicrosoftTeams","UserId":"ann@x.com"},
{"CreationTime":"2024-05-01T10:00:07","Id":"8","Operation":"MemberAdded","Workload":"MicrosoftTeams","UserId":"Some App","UserType":5,
 "TeamName":"T","Members":[{"UPN":"Bob@x.com"}]},
{"CreationTime":"2024-05-01T10:00:08","Id":"9","Operation":"MessageCreation","Workload":"Yammer","UserId":"ann@x.com","GroupName":"All","ThreadId":12},
{"CreationTime":"2024-05-01T10:00:09","Id":"10","Operation":"MarkedMessageChanged","Workload":"Yammer","UserId":"ann@x.com","GroupName":"All"},
{"CreationTime":"2024-05-01T10:00:10","Id":"11","Operation":"SiteCollectionCreated","Workload":"SharePoint","UserId":"app@sharepoint","UserType":5,
 "ObjectId":"https://tenant.sharepoint.com/hr/"},
{"CreationTime":"2024-05-01T10:00:11","Id":"12","Operation":"PagePrefetched","Workload":"SharePoint","UserId":"ann@x.com","ObjectId":"https://tenant.sharepoint.com/hr"},
{"CreationTime":"2024-05-01T10:00:12","Id":"13","Operation":"UserLoggedIn","Workload":"AzureActiveDirectory","UserId":"ann@x.com","ObjectId":"0"},
{"CreationTime":"2024-05-01T10:00:13","Id":"14","Operation":"MailItemsAccessed","Workload":"Exchange","UserId":"ann@x.com"}
]
"#;

#[test]
fn records_of_each_service() {
    let (format, batch) = parse(RECORDS.as_bytes());
    assert_eq!((format.as_str(), format.has_referrer()), ("m365", false));
    let (events, counts) = (&batch.events, &batch.counts);
    assert_eq!(
        events.each(|event| event.action),
        [
            View, Download, Share, Post, Comment, Message, Like, Other, Post, Like, Other
        ]
    );
    assert_eq!(
        pages(&batch),
        [
            "/hr/Plan #3.docx",
            "//tenant-my.sharepoint.com/personal/ann/a.txt",
            "/hr",
            "//teams.microsoft.com/R&D/50%/General",
            "//teams.microsoft.com/R&D/50%/General",
            "",
            "",
            "//teams.microsoft.com/T",
            "//engage.cloud.microsoft/All/12",
            "//engage.cloud.microsoft/All",
            "/hr",
        ]
    );
    // UTC, though the log's zone is Tokyo.
    assert_eq!(events.rows[0].ts, 1_714_557_600_000_000);
    assert_eq!(events.rows[0].person, events.rows[1].person);
    let key = context().key;
    let bob = key.person_of_user(b"bob@x.com");
    assert_eq!((events.target.get(2), events.target.get(7)), (bob, bob));
    assert_eq!(
        events.rows[7].person,
        key.person_of_user(b"SYSTEM\\Some App")
    );
    assert_eq!(events.rows[0].client, key.client(b"10.0.0.1"));
    assert!((0..events.len()).all(|row| events.has_own_id.get(row)));
    let filtered: Vec<_> = counts.filtered_by().map(|(f, n)| (f.as_str(), n)).collect();
    assert_eq!(
        filtered,
        [("prefetch", 1), ("sign_in", 1), ("other_service", 1)]
    );
    assert_eq!((counts.rejected, counts.events), (0, 11));
    // A sign-in is no request.
    assert_eq!(
        batch.evidence().iter().map(|e| e.n_requests).sum::<u32>(),
        11
    );
}

#[test]
fn the_same_records_in_every_wrapping() {
    let want = parse(RECORDS.as_bytes()).1.events;
    let records: Vec<Value> = serde_json::from_str(RECORDS).expect("it is JSON");
    let lines: String = records.iter().map(|record| format!("{record}\n")).collect();
    let wrapped: String = records
        .iter()
        .map(|record| {
            let outer =
                serde_json::json!({"CreationDate": "/Date(1)/", "AuditData": record.to_string()});
            format!("{outer}\n")
        })
        .collect();
    let cells = records.iter().map(|record| {
        let cell = record.to_string().replace('"', "\"\"");
        format!("5/1/2024 7:00:00 PM,\"{cell}\"\r\n")
    });
    let header = "\u{feff}#TYPE Selected.System\r\nCreationDate,AuditData\r\n";
    let table = format!("{header}{}", cells.collect::<String>());
    let pretty = serde_json::to_string_pretty(&records).expect("it can be written");
    for text in [lines, wrapped, table, pretty] {
        let (format, batch) = parse(text.as_bytes());
        assert_eq!((format.as_str(), batch.counts.rejected), ("m365", 0));
        let told = |events: &Events| {
            events.each(|event| (event.event_id, event.ts, event.action, event.person))
        };
        assert_eq!(told(&batch.events), told(&want));
        assert_eq!(batch.events.target, want.target);
    }
}

#[test]
fn a_real_export() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../shared/data/m365_audit/ual_part_a.csv.gz"
    );
    let Ok(bytes) = std::fs::read(path) else {
        writeln!(std::io::stderr(), "skipped: no file {path}").ok();
        return;
    };
    let (format, batch) = parse(&bytes);
    assert_eq!(format.as_str(), "m365");
    let (events, counts) = (&batch.events, &batch.counts);
    assert_eq!(
        (counts.lines, counts.comments, counts.rejected),
        (440, 1, 0)
    );
    assert_eq!(counts.events, 145);
    let filtered: Vec<_> = counts.filtered_by().map(|(f, n)| (f.as_str(), n)).collect();
    // 439 rows are 436 records: three rows are sign-ins that the export has twice.
    assert_eq!(filtered, [("sign_in", 261), ("other_service", 33)]);
    let n = |action| {
        events
            .rows
            .iter()
            .filter(|event| event.action == action)
            .count()
    };
    // 14 pages, 11 files and 5 previews, 6 lists, and one view that the client signalled.
    assert_eq!(
        (n(Action::View), n(Action::Download)),
        (14 + 11 + 5 + 6 + 1, 1)
    );
    // Created, modified and uploaded: 5 + 3 + 7 files, 25 folders, 1 + 1 + 9 lists and items, 16 columns.
    assert_eq!((n(Action::Edit), n(Action::Share)), (15 + 25 + 11 + 16, 4));
    let mut people = events.each(|event| event.person);
    people.sort_unstable();
    people.dedup();
    // Three users, app@sharepoint, the service operator and the sync of Teams.
    assert_eq!(people.len(), 6);
    let key = context().key;
    let of = |user: &[u8]| {
        let person = key.person_of_user(user);
        let of_user = events.rows.iter().filter(|event| event.person == person);
        of_user.count()
    };
    assert_eq!(of(b"User001@TENANT.example"), 33);
    assert_eq!(
        (of(b"user006@tenant.example"), of(b"user010@tenant.example")),
        (68, 27)
    );
    assert_eq!(of(b"app@sharepoint"), 13);
    let mut ids = events.each(|event| event.event_id);
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 145);
}
