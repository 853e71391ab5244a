//! Davis, Gardner and Gardner 1941: eighteen women, fourteen events, two circles known from field notes.

use queries::findings::groups::{Crowd, Settings, groups};
use queries::people::uses::Uses;

/// Rows "W01 <tab> E01" as (woman, event).
fn attendance() -> Option<Vec<(u32, u32)>> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../shared/data/southern_women/attendance.tsv"
    );
    let text = std::fs::read_to_string(path).ok()?;
    let number = |name: &str| {
        name.trim_start_matches(|c: char| !c.is_ascii_digit())
            .trim()
            .parse::<u32>()
            .ok()
    };
    let row = |line: &str| {
        let (woman, event) = line.split_once('\t')?;
        Some((number(woman)? - 1, number(event)? - 1))
    };
    Some(text.lines().filter_map(row).collect())
}

#[test]
#[expect(clippy::print_stdout, reason = "a skipped test says why")]
fn two_circles_as_in_the_field_notes() {
    let Some(rows) = attendance() else {
        println!("skipped: the attendance of the Southern Women is not there");
        return;
    };
    assert_eq!(rows.len(), 89);
    let mut rows: Vec<(u32, u32, i32)> = rows.iter().map(|(w, e)| (*w, *e, 0)).collect();
    rows.sort_unstable();
    let uses = Uses::new(18, 14, &rows);
    for seed in 1..=5 {
        let crowd = Crowd {
            uses: &uses,
            department: &[0; 18],
            others: &[],
            ties: &[],
        };
        let settings = Settings {
            seed,
            n_worlds: 19,
            ..Settings::default()
        };
        let found = groups(&crowd, &settings);
        // W09 is of both circles, so she is right in either.
        let right = |first: u32, second: u32| {
            let is_right = |woman: u32| {
                let own = found.community[woman as usize];
                match woman + 1 {
                    1..=8 => own == first,
                    9 => own == first || own == second,
                    _ => own == second,
                }
            };
            (0..18).filter(|woman| is_right(*woman)).count()
        };
        assert!(right(0, 1).max(right(1, 0)) >= 17, "{:?}", found.community);
    }
}
