//! Units in a sentence: how many people of which, and which are few.

use crate::model::UnitPart;
use crate::words;

/// How many units a sentence names before it counts the others.
const N_NAMED: usize = 3;

/// `12 from Engineering, 10 from Legal, and fewer than 10 each from Sales and Service`.
pub(crate) fn parts(parts: &[UnitPart], k: u64) -> String {
    let told = parts.iter().filter_map(|part| {
        let n = words::thousands(part.n_people?);
        Some(format!("{n} from {}", words::clean(&part.unit)))
    });
    let told: Vec<String> = told.collect();
    let few: Vec<&str> = parts
        .iter()
        .filter(|part| part.n_people.is_none())
        .map(|part| part.unit.as_str())
        .collect();
    let each = if few.len() == 1 { "" } else { " each" };
    let few =
        (!few.is_empty()).then(|| format!("{}{each} from {}", words::withheld(k), names(&few)));
    match (told.is_empty(), few) {
        (_, None) => words::list(&told),
        (true, Some(few)) => few,
        (false, Some(few)) => format!("{}, and {few}", told.join(", ")),
    }
}

/// The same after the number of all people, if anything is known: `: 12 from Engineering and ...`; where all stand
/// together, their number is not said again: `, from several departments`.
pub(crate) fn after(all: &[UnitPart], n_people: u64, k: u64) -> String {
    match all {
        [] => String::new(),
        [only] if only.n_people == Some(n_people) => format!(", from {}", words::clean(&only.unit)),
        _ => format!(": {}", parts(all, k)),
    }
}

/// `Sales, Service and two more`.
pub(crate) fn names<T: AsRef<str>>(units: &[T]) -> String {
    let mut named: Vec<String> = units
        .iter()
        .take(N_NAMED)
        .map(|unit| words::clean(unit.as_ref()))
        .collect();
    let n_more = units.len().saturating_sub(N_NAMED) as u64;
    if n_more > 0 {
        named.push(format!("{} more", words::spelled(n_more)));
    }
    words::list(&named)
}

/// The same in a cell of a table, all of them: `Engineering 12; Sales fewer than 10`.
pub(crate) fn cell(parts: &[UnitPart], k: u64) -> String {
    let said = parts.iter().map(|part| {
        let n = part
            .n_people
            .map_or_else(|| words::withheld(k), words::thousands);
        format!("{} {n}", words::clean(&part.unit))
    });
    said.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(unit: &str, n_people: Option<u64>) -> UnitPart {
        UnitPart {
            unit: unit.to_owned(),
            n_people,
        }
    }

    #[test]
    fn units_are_counted_and_the_few_are_only_named() {
        let mixed = [
            part("Engineering", Some(12)),
            part("Legal", Some(10)),
            part("Sales", None),
            part("Service", None),
        ];
        assert_eq!(
            parts(&mixed, 10),
            "12 from Engineering, 10 from Legal, and fewer than 10 each from Sales and Service"
        );
        assert_eq!(
            parts(&mixed[..2], 10),
            "12 from Engineering and 10 from Legal"
        );
        assert_eq!(parts(&mixed[2..3], 10), "fewer than 10 from Sales");
        assert_eq!(cell(&mixed[1..3], 10), "Legal 10; Sales fewer than 10");
        assert_eq!(parts(&[], 10), "");
        assert_eq!(after(&mixed[1..2], 10, 10), ", from Legal");
        assert_eq!(after(&mixed[1..2], 15, 10), ": 10 from Legal");
        assert_eq!(names(&["a", "b", "c", "d\u{202e}"]), "a, b, c and one more");
    }
}
