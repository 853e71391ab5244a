//! Dealing by hand, and against copies that are really shuffled.

use super::*;
use crate::people::adoptions::Tie;
use crate::stats::random::Random;

fn tie(one: u32, other: u32, since: i32) -> Tie {
    Tie { one, other, since }
}

fn adoptions(rows: &[(i32, u32)]) -> Vec<Adoption> {
    let adoption = |(day, person): &(i32, u32)| Adoption {
        item: 0,
        day: *day,
        person: *person,
    };
    rows.iter().map(adoption).collect()
}

fn options() -> InitiatorOptions {
    InitiatorOptions {
        from: 0,
        ..InitiatorOptions::default()
    }
}

#[test]
fn the_draws_by_hand() {
    let unit = [0, 0, 0, 0, 1, 1, 0];
    // 6 arrived later than the others.
    let people = People {
        unit: &unit,
        first_day: &[-9, -1, -5, -1, -1, -1, 3],
    };
    let rows = [(1, 3), (4, 0), (5, 1), (5, 4), (5, 6), (18, 2), (19, 5)];
    let adoptions = adoptions(&rows);
    // The tie to 5 comes on the day itself.
    let ties = [tie(0, 1, 2), tie(0, 4, 0), tie(0, 5, 4), tie(6, 0, 3)];
    let neighbours = Neighbours::of(&ties, 7);
    let department = Department::of(&people, &options());
    let is_asked = [true, false, false, false, false, false, false];
    let mut draws = Vec::new();
    department.deal(
        &[&adoptions],
        &neighbours,
        &is_asked,
        &[],
        |person, draw| {
            draws.push((person, draw.all, draw.after, draw.tied, draw.sooner));
        },
    );
    // With all who are tied to 3 left aside, which is 2, nothing but these two draws changes: 1 is the one tied.
    let mut apart = Vec::new();
    let with_another = [&ties[..], &[tie(3, 2, 0)]].concat();
    let neighbours_too = Neighbours::of(&with_another, 7);
    department.deal(
        &[&adoptions],
        &neighbours_too,
        &is_asked,
        &[3],
        |_, draw| {
            apart.push((draw.all, draw.after, draw.tied, draw.sooner));
        },
    );
    assert_eq!(apart, [(2, 1, 1, 1), (2, 1, 1, 1)]);
    // Of 1, 2, 3 in the own department two come within 14 days after; of 4, 5 in the other one does.
    assert_eq!(draws, [(0, 3, 2, 1, 1), (0, 2, 1, 1, 1)]);
    // Without a tie and in the department: 3 before, 2 after.
    let untied = department.untied(&[&adoptions], &neighbours, &is_asked);
    assert_eq!(untied[..2], [(1, 1), (0, 0)]);
}

#[test]
fn the_exact_tail_is_that_of_shuffled_copies() {
    let mut random = Random::new(11);
    let unit: Vec<u32> = (0..24).map(|person| person % 2).collect();
    let people = People {
        unit: &unit,
        first_day: &[-1; 24],
    };
    let ties: Vec<Tie> = (1..12)
        .map(|other| tie(0, other, other as i32 - 6))
        .collect();
    let neighbours = Neighbours::of(&ties, 24);
    let items: Vec<Vec<Adoption>> = (0..6)
        .map(|_| {
            let mut rows: Vec<(i32, u32)> = (0..24)
                .map(|person| (random.below(60) as i32, person))
                .collect();
            // A third never begins; 0 begins early.
            rows.retain(|row| row.1 > 0 && row.0 < 40);
            rows.push((random.below(9) as i32, 0));
            rows.sort_unstable();
            adoptions(&rows)
        })
        .collect();
    let items: Vec<&[Adoption]> = items.iter().map(Vec::as_slice).collect();
    let is_asked: Vec<bool> = (0..24).map(|person| person == 0).collect();
    let department = Department::of(&people, &options());
    let mut draws = Vec::new();
    department.deal(&items, &neighbours, &is_asked, &[], |_, draw| {
        draws.push(draw);
    });
    // The slow way: days exchanged among the others of each department, and everyone counted again.
    let sooner = |items: &[Vec<Adoption>]| {
        let of_item = |item: &Vec<Adoption>| {
            let own = item.iter().find(|a| a.person == 0).expect("0 began").day;
            let is_tied = |a: &&Adoption| ties.iter().any(|t| t.other == a.person && t.since < own);
            let after = item.iter().filter(|a| a.day > own && a.day <= own + 14);
            after.filter(is_tied).count() as u64
        };
        items.iter().map(of_item).sum::<u64>()
    };
    let seen: Vec<Vec<Adoption>> = items.iter().map(|item| item.to_vec()).collect();
    let level = sooner(&seen);
    let mut n_reached = 0;
    let mut moments = Moments::default();
    for draw in &draws {
        moments.add(draw);
    }
    let (mut sum, mut squares) = (0.0, 0.0);
    for _ in 0..20_000 {
        let mut copy = seen.clone();
        for item in &mut copy {
            for unit in 0..2 {
                let of_unit = |a: &Adoption| a.person % 2 == unit && a.person > 0;
                let mut days: Vec<i32> =
                    item.iter().filter(|a| of_unit(a)).map(|a| a.day).collect();
                random.shuffle(&mut days);
                let dealt = item.iter_mut().filter(|a| of_unit(a));
                dealt.zip(days).for_each(|(a, day)| a.day = day);
            }
        }
        let reached = sooner(&copy);
        n_reached += u32::from(reached >= level);
        let further = reached as f64 - level as f64;
        (sum, squares) = (sum + further, squares + further * further);
    }
    let slow = f64::from(n_reached) / 20_000.0;
    let fast = p_value(&draws);
    assert!((fast - slow).abs() < 0.015, "{fast} and {slow}");
    // Draws that nothing can change are left out of the sums, so only the differences compare.
    let mean = sum / 20_000.0;
    let further = moments.expected - moments.sooner as f64;
    assert!((further - mean).abs() < 0.05, "{further} and {mean}");
    let variance = squares / 20_000.0 - mean * mean;
    assert!(
        (moments.variance / variance - 1.0).abs() < 0.05,
        "{variance}"
    );
}

#[test]
fn the_strict_comparison_is_fishers() {
    // The lady who tastes tea: 3 of 4 right, 17 of 70.
    assert!((strict(3, 1, 1, 3) - 17.0 / 70.0).abs() < 1e-12);
    assert!((strict(0, 5, 0, 0) - 1.0).abs() < 1e-12);
}
