//! Questions that list persons obey `people.lists`, as the report does: nobody, those who asked for it, or everybody.
//!
//! The tables behind them are person-level data, for those who hold the lake and its key.

use std::borrow::Cow;

use queries::sql::Question;

use crate::error::Error;
use crate::people::labels::nobody_is_listed;
use crate::settings::Lists;

/// The questions, each with the order of its rows.
const PERSON_LISTS: [(&str, &str); 2] = [
    ("whom_others_follow", "role, score desc, person"),
    ("whom_to_talk_to", "rank"),
];

/// The text of a question, with those persons alone who may be listed.
///
/// # Errors
/// When it lists persons and nobody may be listed.
pub(super) fn text_of(question: &Question, lists: Lists) -> Result<Cow<'static, str>, Error> {
    let list = PERSON_LISTS.iter().find(|(name, _)| *name == question.name);
    match (list, lists) {
        (None, _) | (_, Lists::Everyone) => Ok(Cow::Borrowed(question.text)),
        (Some(_), Lists::Off) => Err(nobody_is_listed()),
        (Some((_, order)), Lists::OptIn) => Ok(Cow::Owned(format!(
            "select * from (\n{}\n) as everyone\n\
             where person in (select person from opt_ins)\n\
             order by {order}",
            question.text
        ))),
    }
}
