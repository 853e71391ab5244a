//! A log whose times do not follow winter time is told by the load and by `status`; one that follows is not.

use std::fs;
use std::path::Path;

use queries::day::Day;
use queries::text::Append;

use crate::support::{stderr_of, stdout_of};

const PEOPLE: u32 = 80;
/// Winter time begins in Berlin on the 27th.
const LAST_OF_SUMMER: &str = "2024-10-25";

/// Any number below `n`, the same for the same arguments.
fn drawn(n: u32, of: [u32; 3]) -> u32 {
    let mix = |sum: u32, one: u32| -> u32 { (sum ^ one).wrapping_mul(0x9E37_79B1).rotate_left(13) };
    let mixed: u32 = of.into_iter().fold(7, mix);
    (mixed ^ mixed >> 15).wrapping_mul(0x85EB_CA6B) % n
}

/// A day of a log that writes the hours which people have on their wrists.
fn day_of_people(day: Day) -> String {
    let mut text = "time,user,url\n".to_owned();
    let today = day.0 as u32;
    for person in 0..PEOPLE {
        if drawn(10, [person, today, 1]) < 3 {
            continue;
        }
        let habit = drawn(180, [person, 0, 2]) + drawn(50, [person, today, 3]);
        let minutes = 400 + habit..400 + habit + 500;
        for minute in minutes.step_by(25) {
            if drawn(10, [person, today, minute]) < 4 {
                let (hour, minute) = (minute / 60, minute % 60);
                text.add_line(format_args!("{day} {hour:02}:{minute:02}:00,p{person},/a"));
            }
        }
    }
    text
}

fn write_days(folder: &Path, first: &str, last: &str) {
    let day = |text| Day::parse(text).expect("a date");
    for day in (day(first).0..=day(last).0).map(Day) {
        if day.weekday() < 5 {
            let file = folder.join(format!("intranet-{day}.csv"));
            fs::write(file, day_of_people(day)).expect("written");
        }
    }
}

fn settings(folder: &Path, log_zone: &str) {
    let text = format!(
        "[intranet]\ntimezone = \"Europe/Berlin\"\n[[logs]]\npath = \"*.csv\"\ntimezone = \"{log_zone}\"\n"
    );
    fs::write(folder.join("elephant.toml"), text).expect("written");
}

#[test]
fn times_that_do_not_follow_winter_time_are_told_with_the_remedy() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    settings(folder, "UTC");
    write_days(folder, "2024-09-30", LAST_OF_SUMMER);
    assert_eq!(
        stderr_of(folder, &["ingest"], 0),
        "made the key `elephant.key`: keep it, and keep it away from the lake\n"
    );
    assert!(!stdout_of(folder, &["status"], 0).contains("clocks"));
    write_days(folder, "2024-10-28", "2024-10-31");
    let told = stderr_of(folder, &["ingest"], 0);
    let expected = "note: `intranet#.csv`: from 28 October 2024 to 31 October 2024 its people came and went an hour earlier than in the \
                    weeks before: winter time began in Europe/Berlin on 27 October 2024, and its times did not follow. \
                    If people did not change their hours, `timezone = \"UTC\"` of [[logs]]";
    assert!(told.starts_with(expected), "{told}");
    assert_eq!(told.lines().count(), 1, "{told}");
    let status = stdout_of(folder, &["status"], 0);
    assert!(
        status.contains("\nclocks\n`intranet#.csv`: from 28 October 2024"),
        "{status}"
    );
    // Nothing new, nothing to say.
    assert_eq!(stderr_of(folder, &["ingest"], 0), "");
    let sql = "select count(distinct source) as n, max(source) as source from hours_by_source";
    let rows = stdout_of(
        folder,
        &["sql", sql, "-p", "from_day=2024-09-30", "--format", "csv"],
        0,
    );
    assert_eq!(rows, "n,source\r\n1,intranet#.csv\r\n");
}

#[test]
fn times_that_follow_are_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    settings(folder, "Europe/Berlin");
    write_days(folder, "2024-09-30", "2024-11-08");
    assert!(!stderr_of(folder, &["ingest"], 0).contains("note"));
    assert!(!stdout_of(folder, &["status"], 0).contains("clocks"));
}
