//! The ledger in sentences, and who was left out.

use crate::model::{ActorCount, Ledger};
use crate::words;

/// The ledger in words.
pub(crate) fn ledger(ledger: &Ledger) -> String {
    let mut parts = vec![format!("{} became events", words::thousands(ledger.events))];
    if ledger.filtered > 0 {
        let mut reasons: Vec<&(String, u64)> = ledger.filtered_by.iter().collect();
        reasons.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let reasons: Vec<String> = reasons
            .iter()
            .map(|(reason, n)| {
                format!(
                    "{} {}",
                    words::clean(reason).replace('_', " "),
                    words::thousands(*n)
                )
            })
            .collect();
        let why = if reasons.is_empty() {
            String::new()
        } else {
            format!(" ({})", reasons.join(", "))
        };
        parts.push(format!(
            "{} were left out by rule{why}",
            words::thousands(ledger.filtered)
        ));
    }
    for (n, what) in [
        (ledger.duplicates, "had been read before"),
        (ledger.comments, "were headers, comments or empty"),
        (ledger.rejected, "could not be read"),
    ] {
        if n > 0 {
            parts.push(format!("{} {what}", words::thousands(n)));
        }
    }
    format!(
        "{} from {}: {}.",
        words::plural(ledger.lines, "line", "lines"),
        words::plural(ledger.inputs, "file", "files"),
        words::list(&parts),
    )
}

/// Whether every line is accounted for.
pub(crate) fn ledger_sum(ledger: &Ledger) -> String {
    let sum =
        ledger.events + ledger.duplicates + ledger.filtered + ledger.rejected + ledger.comments;
    if sum == ledger.lines {
        "Every line is accounted for. Lines of people who opted out are counted here, as lines, and nowhere else."
            .to_owned()
    } else {
        format!(
            "The parts add up to {} and not to {}: ask whoever runs this program to look at `elephant status`.",
            words::thousands(sum),
            words::thousands(ledger.lines),
        )
    }
}

/// Who is in the table of unusual visitors, and what it means for the numbers.
pub(crate) fn left_out(actors: &[ActorCount]) -> String {
    let out = "Programs and shared accounts are counted here and nowhere else.";
    if actors.iter().any(|actor| actor.class == "zealot") {
        format!(
            "{out} Frequent walkers stay in: whoever walks a way a hundred times is one person on it."
        )
    } else {
        out.to_owned()
    }
}

/// What a class of unusual visitors is, in words.
pub(crate) fn actor(actor: &ActorCount) -> (String, &'static str) {
    let why = match actor.class.as_str() {
        "crawler" => "programs that read page after page",
        "scanner" => "programs that try addresses which do not exist",
        "monitor" => "programs that check whether the intranet is up",
        "kiosk" => "accounts that many share",
        "zealot" => "people who walk one way again and again: they stay in, and count once",
        "system" => "accounts of other programs",
        _ => "",
    };
    let name = match actor.class.as_str() {
        "zealot" => "frequent walker".to_owned(),
        class => words::clean(class),
    };
    (name, why)
}
