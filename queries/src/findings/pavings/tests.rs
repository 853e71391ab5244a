//! Verdicts by hand, and how often they are wrong where the truth is known.

use proptest::prelude::*;

use super::world::{START, World};
use super::*;
use crate::day::Day;
use crate::text::Append;

const MONDAY: i32 = START.0;

/// Seeds from here on were never looked at while the method was made.
const FRESH: u64 = 1_000_000;

fn weeks(n: impl Fn(i32) -> (u64, u64, u64)) -> Vec<Week> {
    (0..24)
        .map(|at| {
            let (n_at, n_reached, n_by_link) = n(at);
            Week {
                week: MONDAY + at * 7,
                n_at,
                n_reached,
                n_by_link,
                ..Week::default()
            }
        })
        .collect()
}

/// Thirty moves that differ a little from each other and from week to week, all alike.
fn untreated() -> Vec<Vec<Week>> {
    (0..30)
        .map(|of| weeks(|at| (400, 100 + (of * 7 + at as u64 * 5) % 11, 0)))
        .collect()
}

fn judge(treated: &[Week], n_controls: usize, as_of_week: i32) -> PavingResult {
    let untreated = untreated();
    let controls: Vec<&[Week]> = untreated[..n_controls].iter().map(Vec::as_slice).collect();
    let on_day = World::on_day();
    let windows = windows(on_day, None, MONDAY);
    let as_of = MONDAY + as_of_week * 7 - 1;
    let design = (windows.baseline, on_day, as_of);
    evaluate(treated, &controls, design, &Options::default())
}

#[test]
fn the_verdicts_are_told_by_hand() {
    let paved = |before: u64, then: u64| {
        weeks(move |at| {
            (
                400,
                if at < 14 { before } else { then },
                if at < 14 { 0 } else { 80 },
            )
        })
    };
    let helped = judge(&paved(100, 200), 30, 24);
    assert_eq!(helped.verdict, Verdict::Helped);
    let effect = helped.effect.expect("an effect");
    assert!((0.9..1.1).contains(&effect.size) && effect.low > 0.5 && effect.p_value < 0.05);
    // The link carries 80 a week: all of them are new, for 100 more reach the page.
    assert_eq!(helped.moved_share, Some(0.0));
    assert!(helped.is_final && helped.n_weeks_before == 8 && helped.n_weeks_after == 8);
    // As many as before, all by the new link: they have moved.
    let same = judge(&paved(104, 105), 30, 24);
    assert_eq!(same.verdict, Verdict::NoVisibleEffect);
    assert!(same.moved_share.expect("a share") > 0.95, "{same:?}");
    assert_eq!(judge(&paved(100, 40), 30, 24).verdict, Verdict::Worse);
    assert_eq!(judge(&paved(4, 90), 30, 24).verdict, Verdict::TooFewPeople);
    assert_eq!(
        judge(&paved(100, 200), 19, 24).verdict,
        Verdict::TooFewPeople
    );
    for (week, verdict) in [
        (14, Verdict::TooEarly),
        (19, Verdict::TooEarly),
        (20, Verdict::Helped),
    ] {
        let result = judge(&paved(100, 200), 30, week);
        assert_eq!(result.verdict, verdict, "week {week}");
        assert!(!result.is_final);
        assert!(result.smallest_visible_effect.is_finite() && result.smallest_visible_effect > 0.0);
    }
    assert_eq!(judge(&[], 30, 24).verdict, Verdict::TooFewPeople);
}

/// Of 100 people the first `n_slow` take four steps and 100 seconds, the others one step and 10; `n_searched` searched.
fn ways(week: &mut Week, n_slow: i64, n_searched: u64) {
    let logs = |slow: i64, fast: i64| Logs {
        sum: n_slow * slow + (100 - n_slow) * fast,
        squares: n_slow * slow * slow + (100 - n_slow) * fast * fast,
    };
    (week.steps, week.secs) = (logs(1_386, 0), logs(4_605, 2_303));
    (week.n_reached, week.n_searched) = (100, n_searched);
}

#[test]
fn fewer_steps_less_time_and_fewer_searches_are_told_by_hand() {
    let on_day = World::on_day();
    let baseline = windows(on_day, None, MONDAY).baseline;
    let untreated: Vec<Vec<Week>> = (0..30)
        .map(|of| {
            let mut weeks = weeks(|_| (400, 100, 0));
            for (at, week) in weeks.iter_mut().enumerate() {
                let wave = (of * 7 + at as i64 * 5) % 11;
                ways(week, 20 + wave, 40 + wave as u64);
            }
            weeks
        })
        .collect();
    let controls: Vec<&[Week]> = untreated.iter().map(Vec::as_slice).collect();
    let judge = |n_slow: i64, n_searched: u64, controls: &[&[Week]]| {
        let mut treated = weeks(|_| (400, 100, 0));
        for (at, week) in treated.iter_mut().enumerate() {
            let (n_slow, n_searched) = if at < 14 {
                (80, 60)
            } else {
                (n_slow, n_searched)
            };
            ways(week, n_slow, n_searched);
        }
        let design = (baseline, on_day, MONDAY + 24 * 7 - 1);
        evaluate(&treated, controls, design, &Options::default())
    };
    let changed = judge(0, 30, &controls);
    assert_eq!(changed.verdict, Verdict::NoVisibleEffect, "as many as ever");
    let [steps, secs, searches] = changed.measured.map(|measured| measured.expect("measured"));
    // Four steps to the power of 0.8, then one: a third is left.
    assert!((steps.before - 3.03).abs() < 0.01 && (steps.after - 1.0).abs() < 1e-9);
    assert!(
        (steps.effect.size - (1.0 / 3.03 - 1.0)).abs() < 0.03,
        "{steps:?}"
    );
    // 10 seconds times ten to the power of 0.8, then 10.
    assert!((secs.before - 63.1).abs() < 0.1 && (secs.after - 10.0).abs() < 0.01);
    assert!(
        (secs.effect.size - (10.0 / 63.1 - 1.0)).abs() < 0.03,
        "{secs:?}"
    );
    assert!((searches.before - 60.0).abs() < 1e-9 && (searches.after - 30.0).abs() < 1e-9);
    assert!((searches.effect.size + 0.5).abs() < 0.05, "{searches:?}");
    for one in [steps, secs, searches] {
        let effect = one.effect;
        assert!(effect.p_value < 0.05 && effect.low < effect.size && effect.size < effect.high);
        assert_eq!(one.n_controls, 30);
    }
    let same = judge(80, 60, &controls)
        .measured
        .map(|measured| measured.expect("measured"));
    assert!(same.iter().all(|one| one.effect.p_value > 0.05), "{same:?}");
    // From the others' first pages nobody searches, and all go straight: that says nothing of this one.
    let mut plain = weeks(|_| (400, 100, 0));
    for week in &mut plain {
        ways(week, 0, 0);
    }
    let plain: Vec<&[Week]> = vec![&plain; 30];
    assert_eq!(judge(0, 30, &plain).measured, [None; 3]);
    // Four a week who search are too few.
    let mut few = weeks(|_| (400, 100, 0));
    for week in &mut few {
        ways(week, 80, 4);
    }
    let design = (baseline, on_day, MONDAY + 24 * 7 - 1);
    let few = evaluate(&few, &controls, design, &Options::default());
    assert!(few.measured[0].is_some() && few.measured[2].is_none());
}

#[test]
fn the_words_of_a_verdict_stand_for_it() {
    let words = [
        "helped",
        "no visible effect",
        "worse",
        "too early",
        "too few people",
    ];
    let back = |words| Verdict::of_words(words).map(Verdict::as_str);
    assert_eq!(words.map(back), words.map(Some));
    assert_eq!(Verdict::of_words("Helped"), None);
}

#[test]
fn the_weeks_of_choosing_are_no_baseline() {
    let on_day = World::on_day();
    let span = |from: i32, to: i32| Span {
        start: MONDAY + from * 7,
        end: MONDAY + to * 7 - 1,
    };
    let usual = windows(on_day, None, MONDAY);
    assert_eq!(
        (usual.selection, usual.baseline),
        (span(10, 14), span(0, 8))
    );
    // Found long before: the weeks next to the change are a better measure.
    let long_ago = windows(on_day, Some(span(0, 4)), MONDAY);
    assert_eq!(long_ago.baseline, span(6, 14));
    // A change in the middle of a week, and a log that begins in one: whole weeks only.
    let middle = windows(on_day + 2, None, MONDAY + 3);
    assert_eq!(middle.baseline, span(1, 8));
    assert_eq!(after(on_day + 2, MONDAY + 18 * 7), span(17, 18));
    assert_eq!(after(on_day, i32::MAX / 2), span(16, 24));
    assert_eq!(after(on_day, on_day).n_weeks(), 0);
    // No days before the log.
    assert_eq!(windows(on_day, None, on_day).baseline.n_weeks(), 0);
    // From the baseline to the last week there are at most the horizon's weeks.
    for day in on_day..on_day + 7 {
        let first = earliest(day, 0, 26);
        let baseline = windows(day, None, first).baseline;
        assert!(after(day, i32::MAX / 2).end - baseline.start < 26 * 7);
        assert!(baseline.n_weeks() >= 8, "{day}: {baseline:?}");
    }
}

proptest! {
    /// Whatever the days: whole weeks, at most eight, none of the log's past, two weeks from the choosing, before the change.
    #[test]
    fn windows_keep_their_distance(
        on_day in 20_000..20_500_i32,
        found in proptest::option::of((0..200_i32, 7..100_i32)),
        earliest in 19_800..20_500_i32,
    ) {
        let found = found.map(|(back, length)| Span {
            start: on_day - back - length,
            end: on_day - back - 1,
        });
        let Windows { selection, baseline } = windows(on_day, found, earliest);
        if baseline.n_weeks() > 0 {
            prop_assert_eq!(baseline.end - baseline.start + 1, baseline.n_weeks() * 7);
            prop_assert!(baseline.n_weeks() <= FULL_WEEKS);
            prop_assert_eq!(Day(baseline.start).weekday(), 0);
            prop_assert!(baseline.start >= earliest && baseline.end < on_day);
            prop_assert!(
                baseline.end + 14 < selection.start || baseline.start > selection.end + 14
            );
        }
        let after = after(on_day, on_day + 40);
        prop_assert_eq!(Day(after.start).weekday(), 0);
        prop_assert!(after.start >= on_day + NOVELTY_DAYS && after.end <= on_day + 40);
    }
}

fn is_called(result: &PavingResult) -> bool {
    matches!(result.verdict, Verdict::Helped | Verdict::Worse)
}

/// Shares of a number of worlds.
#[derive(Debug, Default, Clone, Copy)]
struct Shares {
    n: u64,
    /// Verdicts "helped" and "worse".
    called: u64,
    helped: u64,
    /// Intervals that hold the truth.
    holds: u64,
}

impl Shares {
    fn of(n: u64, truth: f64, result: impl Fn(u64) -> PavingResult) -> Self {
        let mut shares = Self::default();
        for seed in 0..n {
            let result = result(seed);
            let Some(effect) = result.effect else {
                continue;
            };
            shares.n += 1;
            shares.called += u64::from(is_called(&result));
            shares.helped += u64::from(result.verdict == Verdict::Helped);
            shares.holds += u64::from(effect.low <= truth && truth <= effect.high);
        }
        shares
    }

    fn share(self, n: u64) -> f64 {
        n as f64 / self.n as f64
    }
}

fn shares(world: World, first_seed: u64, n: u64) -> Shares {
    Shares::of(n, world.effect, |seed| {
        world.judge(first_seed + seed, &Options::default())
    })
}

#[test]
fn without_an_effect_few_are_called_and_with_one_most() {
    let world = World::default();
    let none = shares(world, 1, 400);
    assert!((0.02..0.09).contains(&none.share(none.called)), "{none:?}");
    assert!(none.share(none.holds) > 0.91, "{none:?}");
    let lucky = World {
        is_lucky: true,
        ..world
    };
    let lucky = shares(lucky, 1, 400);
    assert!(lucky.share(lucky.called) < 0.08, "{lucky:?}");
    let half = World {
        effect: 0.5,
        ..world
    };
    let half = shares(half, 1, 400);
    assert!(
        half.share(half.holds) > 0.91 && half.share(half.helped) > 0.35,
        "{half:?}"
    );
}

/// What else is told of a number of worlds: by measure, the series, the p values of at most 0.05 and the intervals that
/// hold the truth.
fn more(world: World, first_seed: u64, n: u64) -> [[u64; 3]; 3] {
    let mut counts = [[0; 3]; 3];
    for seed in first_seed..first_seed + n {
        let measured = world.judge(seed, &Options::default()).measured;
        for (counts, measured) in counts.iter_mut().zip(measured) {
            let Some(Measured {
                measure, effect, ..
            }) = measured
            else {
                continue;
            };
            let truth = match measure {
                Measure::Steps => 0.0,
                _ => world.more.unwrap_or(0.0),
            };
            counts[0] += 1;
            counts[1] += u64::from(effect.p_value <= 0.05);
            counts[2] += u64::from(effect.low <= truth && truth <= effect.high);
        }
    }
    counts
}

#[test]
fn what_else_is_told_is_as_honest() {
    for effect in [0.0, -0.5] {
        let world = World {
            more: Some(effect),
            ..World::default()
        };
        for [n, called, holds] in more(world, 1, 300) {
            assert!(n > 100, "{n} of 300 series");
            assert!(
                effect < 0.0 || (called as f64) < 0.09 * n as f64,
                "{called} of {n}"
            );
            assert!(holds as f64 > 0.91 * n as f64, "{holds} of {n}");
        }
    }
}

/// `cargo test -p elephant-queries --lib -- pavings::tests::full_statistics_of_the_other_measures --ignored --nocapture`
/// prints the table of `fixtures/evidence/paving_measures.csv`.
#[test]
#[ignore = "a minute: the full statistics"]
fn full_statistics_of_the_other_measures() {
    let mut table =
        String::from("measure,untreated,noise,weeks_after,effect,series,called,holds\n");
    for n_untreated in [30, 60] {
        for (noise, n_weeks_after) in [(0.2, 8), (0.2, 4), (0.4, 8), (0.1, 8)] {
            for effect in [0.0, -0.25, -0.5] {
                let world = World {
                    n_untreated,
                    noise,
                    n_weeks_after,
                    more: Some(effect),
                    ..World::default()
                };
                let counts = more(world, FRESH, 2_000);
                for (measure, [n, called, holds]) in Measure::MORE.iter().zip(counts) {
                    // The change of these worlds does nothing to the steps.
                    if *measure == Measure::Steps && effect < 0.0 {
                        continue;
                    }
                    table.add_line(format_args!(
                        "{},{n_untreated},{noise},{n_weeks_after},{effect},{n},{called},{holds}",
                        measure.as_str()
                    ));
                }
            }
        }
    }
    show(&table);
}

/// `cargo test -p elephant-queries --lib -- pavings --ignored --nocapture` prints the table of
/// `fixtures/evidence/pavings.csv`.
#[test]
#[ignore = "a minute: the full statistics"]
fn full_statistics() {
    let mut table = String::from(
        "baseline,is_lucky,untreated,noise,weeks_after,effect,series,called,helped,holds,\
         smallest_visible_median\n",
    );
    let lucky = [false, true].map(|is_lucky| World {
        is_lucky,
        ..World::default()
    });
    for world in lucky {
        for n_untreated in [22, 30, 60] {
            for (noise, n_weeks_after) in [(0.2, 8), (0.2, 4), (0.4, 8), (0.1, 8)] {
                for effect in [0.0, 0.25, 0.5, 1.0] {
                    let world = World {
                        n_untreated,
                        noise,
                        effect,
                        n_weeks_after,
                        ..world
                    };
                    add_row(&mut table, "apart", world, None);
                }
            }
        }
        // The naive way: the weeks in which it was chosen are the baseline.
        let chosen = windows(World::on_day(), None, MONDAY).selection;
        add_row(&mut table, "selection", world, Some(chosen));
    }
    show(&table);
    show(&format!(
        "called in any of five looks without an effect: {}\n",
        called_ever()
    ));
}

/// Of 2,000 changes without an effect, those called in any week from the fourth to the eighth.
fn called_ever() -> usize {
    let is_ever_called = |seed: u64| {
        (4..=8).any(|n_weeks_after| {
            let world = World {
                n_weeks_after,
                ..World::default()
            };
            is_called(&world.judge(FRESH + seed, &Options::default()))
        })
    };
    (0..2_000).filter(|seed| is_ever_called(*seed)).count()
}

fn add_row(table: &mut String, name: &str, world: World, baseline: Option<Span>) {
    let options = Options::default();
    let judge = |seed: u64| match baseline {
        None => world.judge(FRESH + seed, &options),
        Some(baseline) => world.judge_from(FRESH + seed, baseline, &options),
    };
    let shares = Shares::of(2_000, world.effect, judge);
    let mut seen: Vec<f64> = (0..200)
        .map(|seed| judge(seed).smallest_visible_effect)
        .collect();
    seen.sort_by(f64::total_cmp);
    table.add_line(format_args!(
        "{name},{},{},{},{},{},{},{},{},{},{:.2}",
        world.is_lucky,
        world.n_untreated,
        world.noise,
        world.n_weeks_after,
        world.effect,
        shares.n,
        shares.called,
        shares.helped,
        shares.holds,
        seen[100]
    ));
}

#[expect(clippy::print_stdout, reason = "the table is what the command is for")]
fn show(table: &str) {
    println!("{table}");
}
