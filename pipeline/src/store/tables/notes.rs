//! What is noted of changes to the plan, and of runs.

use arrow::datatypes::DataType;

use super::{Column, TableSpec, loose, texts, time, with_history};

/// Pavings, what came of them, and the steps of runs.
pub(super) fn tables() -> Vec<TableSpec> {
    use DataType::{Boolean as Truth, Date32 as Day, Float64 as Real, Int64 as Int, Utf8 as Text};
    let result: &[Column] = &[
        ("run_id", Int),
        ("window_start", Day),
        ("window_end", Day),
        ("paving_id", Text),
        ("finding_id", Text),
        ("from_page", Text),
        ("to_page", Text),
        ("verdict", Text),
        ("effect?", Real),
        ("effect_low?", Real),
        ("effect_high?", Real),
        ("p_value?", Real),
        ("smallest_visible_effect", Real),
        ("moved_share?", Real),
        ("people_before", Real),
        ("people_after", Real),
        ("people_at_before", Real),
        ("people_at_after", Real),
        ("n_weeks_before", Int),
        ("n_weeks_after", Int),
        ("n_controls", Int),
        ("is_final", Truth),
    ];
    [
        vec![loose(
            "pavings",
            &[
                ("paving_id", Text),
                ("from_page", Text),
                ("to_page", Text),
                ("on_day", Day),
                ("finding_id", Text),
                ("selection_start", Day),
                ("selection_end", Day),
                ("baseline_start", Day),
                ("baseline_end", Day),
                ("controls", texts()),
                ("note?", Text),
                ("is_noticed", Truth),
                ("registered_as_of", Day),
            ],
        )],
        with_history(("paving_results", "paving_results_history"), result),
        vec![loose(
            "paving_measures",
            &[
                ("run_id", Int),
                ("window_start", Day),
                ("window_end", Day),
                ("paving_id", Text),
                ("finding_id", Text),
                ("measure", Text),
                ("before", Real),
                ("after", Real),
                ("effect", Real),
                ("effect_low", Real),
                ("effect_high", Real),
                ("p_value", Real),
                ("smallest_visible_effect", Real),
                ("n_controls", Int),
            ],
        )],
        vec![loose(
            "runs",
            &[
                ("run_id", Int),
                ("step", Text),
                ("started_at", time()),
                ("ended_at", time()),
                ("version", Text),
                ("result", Text),
                ("counts", Text),
            ],
        )],
    ]
    .concat()
}
