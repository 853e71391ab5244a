//! The classes against every cell, margins by hand, and what nobody or everybody uses.

use proptest::prelude::*;

use super::*;

/// Sorted degrees as classes, and the class of each.
pub(in crate::findings::groups) fn classes(degrees: &[u32]) -> (Vec<Class>, Vec<usize>) {
    let mut sorted = degrees.to_vec();
    sorted.sort_unstable();
    let classes: Vec<Class> = sorted
        .chunk_by(|a, b| a == b)
        .map(|same| Class {
            degree: same[0],
            size: same.len() as u32,
        })
        .collect();
    let class_of = |degree: &u32| classes.binary_search_by_key(degree, |c| c.degree).unwrap();
    let of = degrees.iter().map(class_of).collect();
    (classes, of)
}

fn margins(table: &[Vec<bool>]) -> (Vec<u32>, Vec<u32>) {
    let rows = table.iter().map(|row| row.iter().filter(|c| **c).count());
    let n_columns = table.first().map_or(0, Vec::len);
    let columns = (0..n_columns).map(|j| table.iter().filter(|row| row[j]).count());
    (
        rows.map(|n| n as u32).collect(),
        columns.map(|n| n as u32).collect(),
    )
}

/// Chances of every cell.
fn fitted(rows: &[u32], columns: &[u32]) -> Vec<Vec<f64>> {
    let (row_classes, row_of) = classes(rows);
    let (column_classes, column_of) = classes(columns);
    let fit = fit(&row_classes, &column_classes);
    let cells = |row: &usize| -> Vec<f64> {
        let cell = |column: &usize| chance(fit.rows[*row], fit.columns[*column]);
        column_of.iter().map(cell).collect()
    };
    row_of.iter().map(cells).collect()
}

fn worst_margin(rows: &[u32], columns: &[u32], chances: &[Vec<f64>]) -> f64 {
    let of_row =
        |(degree, row): (&u32, &Vec<f64>)| (row.iter().sum::<f64>() - f64::from(*degree)).abs();
    let of_column = |(j, degree): (usize, &u32)| {
        let sum: f64 = chances.iter().map(|row| row[j]).sum();
        (sum - f64::from(*degree)).abs()
    };
    let rows = rows.iter().zip(chances).map(of_row);
    rows.chain(columns.iter().enumerate().map(of_column))
        .fold(0.0, f64::max)
}

#[test]
fn what_nobody_or_everybody_uses_is_certain() {
    // Item 0 by all, item 1 by nobody; person 0 uses all that anyone uses, person 3 only what all use.
    let (rows, columns) = ([4, 2, 3, 1], [4, 0, 2, 2, 2]);
    let chances = fitted(&rows, &columns);
    for row in &chances {
        assert!((row[0] - 1.0).abs() < 1e-12 && row[1].abs() < 1e-12);
    }
    assert!((chances[0][3] - 1.0).abs() < 1e-12 && chances[3][3].abs() < 1e-12);
    assert!(worst_margin(&rows, &columns, &chances) < 1e-6);
    assert_eq!(fit(&[], &[]).rows.len(), 0);
}

#[test]
fn equal_margins_give_equal_chances() {
    let chances = fitted(&[2; 6], &[4; 3]);
    assert!(
        chances
            .iter()
            .flatten()
            .all(|p| (p - 2.0 / 3.0).abs() < 1e-9)
    );
}

/// The fixed-point iteration as published, cell by cell.
fn obvious(rows: &[u32], columns: &[u32]) -> Vec<Vec<f64>> {
    let mut x: Vec<f64> = rows.iter().map(|k| f64::from(*k)).collect();
    let total: f64 = x.iter().sum();
    let mut z: Vec<f64> = columns.iter().map(|n| f64::from(*n) / total).collect();
    for _ in 0..20_000 {
        let next = |k: &u32, own: f64, across: &[f64]| {
            f64::from(*k)
                / across
                    .iter()
                    .map(|other| other / (1.0 + own * other))
                    .sum::<f64>()
        };
        x = rows
            .iter()
            .zip(&x)
            .map(|(k, own)| next(k, *own, &z))
            .collect();
        z = columns
            .iter()
            .zip(&z)
            .map(|(n, own)| next(n, *own, &x))
            .collect();
    }
    let row = |x: &f64| z.iter().map(|z| x * z / (1.0 + x * z)).collect();
    x.iter().map(row).collect()
}

#[test]
fn classes_agree_with_cells() {
    let (rows, columns) = ([1, 2, 2, 3, 5, 5, 7], [1, 1, 2, 2, 3, 4, 5, 7 - 1, 1]);
    let (fast, slow) = (fitted(&rows, &columns), obvious(&rows, &columns));
    for (fast, slow) in fast.iter().flatten().zip(slow.iter().flatten()) {
        assert!((fast - slow).abs() < 1e-5, "{fast} {slow}");
    }
}

proptest! {
    #[test]
    fn margins_hold(table in proptest::collection::vec(proptest::collection::vec(prop::bool::weighted(0.3), 9), 1..14)) {
        let (rows, columns) = margins(&table);
        let chances = fitted(&rows, &columns);
        prop_assert!(worst_margin(&rows, &columns, &chances) < 0.02);
        // What is forced is never contradicted.
        for (row, seen) in chances.iter().zip(&table) {
            for (p, seen) in row.iter().zip(seen) {
                let is_open = if *seen { *p > 0.0 } else { *p < 1.0 };
                prop_assert!(is_open);
            }
        }
    }
}
