//! How likely each person of a department would use each item if only activity and popularity counted.
//!
//! The bipartite configuration model (Saracco et al. 2015): of all ways to fill the table of persons and
//! items in which every person uses, in the mean, as many items and every item has as many users as seen,
//! the least presuming one. Its chance for a cell is xz / (1 + xz). Persons of equal degree have equal x and
//! items of equal popularity equal z, so what is solved are classes, not cells: a department of 4,000 people
//! and 20,000 items is some hundred by some hundred.

use std::ops::Range;

/// Margins hold to this share of themselves; far below what a tail with two digits can tell.
const TOLERANCE: f64 = 1e-7;

/// Where the margins force nearly every cell the numbers drift off for ever; by then the chances stand.
const MOST_ROUNDS: usize = 2_000;

/// The numbers of rows and columns that are settled by their margins alone are so large that the sooner
/// settled one decides: each is half the one before, and the smallest still is beyond any exponent.
const SETTLED: f64 = 1e300;

/// No number goes beyond e to this, where a product of two would leave what a float can hold.
const LARGEST_LOG: f64 = 300.0;

/// The longest step of a Newton iteration, in powers of e: far from the root the curve is flat.
const LONGEST_STEP: f64 = 3.0;

/// Rows or columns with one margin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Class {
    /// Cells used by each of them.
    pub degree: u32,
    /// How many they are.
    pub size: u32,
}

/// ln x of each class of rows and ln z of each class of columns.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fit {
    /// ln x by class of rows.
    pub rows: Vec<f64>,
    /// ln z by class of columns.
    pub columns: Vec<f64>,
}

/// The chance of a cell; ln x and ln z may be as large as they like.
pub(super) fn chance(log_x: f64, log_z: f64) -> f64 {
    1.0 / (1.0 + (-log_x - log_z).exp())
}

/// Fits the model to the margins: classes with different degrees, sorted by them.
pub(super) fn fit(rows: &[Class], columns: &[Class]) -> Fit {
    let mut fit = Fit {
        rows: vec![0.0; rows.len()],
        columns: vec![0.0; columns.len()],
    };
    let (inner_rows, inner_columns, fixed) = settle(rows, columns, &mut fit);
    let row_left = less(&rows[inner_rows.clone()], fixed.1);
    let column_left = less(&columns[inner_columns.clone()], fixed.0);
    solve(
        &row_left,
        &column_left,
        &mut fit.rows[inner_rows],
        &mut fit.columns[inner_columns],
    );
    fit
}

fn less(classes: &[Class], by: u32) -> Vec<Class> {
    let reduced = classes.iter().map(|class| Class {
        degree: class.degree - by,
        size: class.size,
    });
    reduced.collect()
}

/// Takes away, in turns, rows and columns that are used nowhere or everywhere: their cells are certain.
/// Returns the classes that are left and how many full rows and full columns were taken.
fn settle(
    rows: &[Class],
    columns: &[Class],
    fit: &mut Fit,
) -> (Range<usize>, Range<usize>, (u32, u32)) {
    let mut left = [0..rows.len(), 0..columns.len()];
    let mut n_full = [0_u32; 2];
    let mut value = SETTLED;
    let mut is_idle = [false; 2];
    for side in [0, 1].into_iter().cycle() {
        let (classes, logs) = match side {
            0 => (rows, &mut fit.rows),
            _ => (columns, &mut fit.columns),
        };
        let across = match side {
            0 => &columns[left[1].clone()],
            _ => &rows[left[0].clone()],
        };
        let n_across: u32 = across.iter().map(|class| class.size).sum();
        let before = left[side].clone();
        let taken = n_full[1 - side];
        let range = &mut left[side];
        if range.start < range.end && classes[range.start].degree == taken {
            logs[range.start] = -value;
            range.start += 1;
        }
        if range.start < range.end && classes[range.end - 1].degree == taken + n_across {
            logs[range.end - 1] = value;
            n_full[side] += classes[range.end - 1].size;
            range.end -= 1;
        }
        value = (value / 2.0).max(1e6);
        is_idle[side] = *range == before;
        if is_idle == [true, true] {
            break;
        }
    }
    let [rows_left, columns_left] = left;
    (rows_left, columns_left, (n_full[0], n_full[1]))
}

/// Rows given columns, columns given rows, in turns: each is one equation with one unknown, and since the
/// likelihood is concave every turn brings it up. Near the end the turns shrink by a steady factor.
fn solve(rows: &[Class], columns: &[Class], log_x: &mut [f64], log_z: &mut [f64]) {
    if rows.is_empty() || columns.is_empty() {
        return;
    }
    let n_cells = |classes: &[Class]| -> f64 {
        let cells = |class: &Class| f64::from(class.degree) * f64::from(class.size);
        classes.iter().map(cells).sum()
    };
    // The chances of a sparse table, where xz is all there is.
    let root = n_cells(rows).sqrt();
    for (log, class) in log_x.iter_mut().zip(rows) {
        *log = (f64::from(class.degree) / root).ln();
    }
    for (log, class) in log_z.iter_mut().zip(columns) {
        *log = (f64::from(class.degree) / root).ln();
    }
    for _ in 0..MOST_ROUNDS {
        let off = turn(rows, log_x, columns, log_z).max(turn(columns, log_z, rows, log_x));
        if off <= TOLERANCE {
            return;
        }
    }
}

/// Brings one side's margins in line by a Newton step each; how far off the worst was, as a share of it.
fn turn(classes: &[Class], logs: &mut [f64], across: &[Class], logs_across: &[f64]) -> f64 {
    let across: Vec<(f64, f64)> = across
        .iter()
        .zip(logs_across)
        .map(|(class, log)| (f64::from(class.size), log.exp()))
        .collect();
    let mut worst: f64 = 0.0;
    for (log, class) in logs.iter_mut().zip(classes) {
        let degree = f64::from(class.degree);
        let x = log.exp();
        let (mut sum, mut slope) = (0.0, 0.0);
        for (size, z) in &across {
            let chance = x * z / (1.0 + x * z);
            sum += size * chance;
            slope += size * chance * (1.0 - chance);
        }
        worst = worst.max((sum - degree).abs() / degree);
        let step = (degree - sum) / slope.max(1e-300);
        let next = *log + step.clamp(-LONGEST_STEP, LONGEST_STEP);
        *log = next.clamp(-LARGEST_LOG, LARGEST_LOG);
    }
    worst
}

#[cfg(test)]
mod tests;
