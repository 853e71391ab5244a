//! Findings about paths.

use arrow::datatypes::DataType;

use super::{Column, TableSpec, texts, told, with_history};

/// Each with what it was in earlier runs.
pub(super) fn tables() -> Vec<TableSpec> {
    use DataType::{Boolean as Truth, Date32 as Day, Float64 as Real, Int64 as Int, Utf8 as Text};
    // Detours and links to add tell the same of what people want.
    let wanted = |more: &[Column]| -> Vec<Column> {
        let pair = [
            ("from_page", Text),
            ("to_page", Text),
            ("n_people", Int),
            ("n_times", Int),
            ("expected_people", Real),
            ("lift", Real),
            ("lift_low", Real),
            ("p_value", Real),
            ("q_value", Real),
        ];
        told(&[&pair, more].concat())
    };
    let finding = told(&[
        ("from_page", Text),
        ("to_page", Text),
        ("n_people", Int),
        ("n_moves", Int),
        ("expected_people", Real),
        ("lift", Real),
        ("lift_low", Real),
        ("p_value", Real),
        ("q_value", Real),
        ("n_units?", Int),
        ("planned_steps?", Int),
        ("clicks_saved", Real),
        ("share_link", Real),
        ("share_search", Real),
        ("share_direct", Real),
        ("is_unit_routine", Truth),
        ("first_seen", Day),
        ("status", Text),
    ]);
    let journey = told(&[
        ("pages", texts()),
        ("n_people", Int),
        ("n_times", Int),
        ("expected_people", Real),
        ("lift", Real),
        ("lift_low", Real),
        ("p_value", Real),
        ("q_value", Real),
        ("is_planned", Truth),
        ("first_seen", Day),
        ("status", Text),
    ]);
    let deserted = told(&[
        ("from_page", Text),
        ("to_page", Text),
        ("kind", Text),
        ("n_people_at", Int),
        ("n_people_used", Int),
        ("rate_high", Real),
        ("rate_median", Real),
        ("is_whole_cycle", Truth),
        ("status", Text),
    ]);
    let dropping = told(&[
        ("journey", Text),
        ("page", Text),
        ("goal", Text),
        ("n_people", Int),
        ("n_people_left", Int),
        ("exit_rate", Real),
        ("exit_rate_low", Real),
        ("exit_rate_expected", Real),
        ("p_value", Real),
        ("q_value", Real),
        ("status", Text),
    ]);
    let spread = told(&[
        ("from_page?", Text),
        ("to_page", Text),
        ("week", Day),
        ("n_new_people", Int),
        ("n_new_units", Int),
        ("share_after_a_tie?", Real),
        ("expected_share_after_a_tie?", Real),
        ("n_people", Int),
        ("share_after_a_tie_so_far?", Real),
        ("expected_share_so_far?", Real),
        ("p_value?", Real),
        ("q_value?", Real),
    ]);
    let detour = wanted(&[
        ("steps_median", Real),
        ("planned_steps", Int),
        ("stretch", Real),
        ("stretch_low", Real),
        ("cause", Text),
        ("cause_share", Real),
        ("n_people_straight", Int),
        ("first_seen", Day),
        ("status", Text),
    ]);
    let candidate = wanted(&[
        ("n_people_at", Int),
        ("share_search", Real),
        ("steps_median", Real),
        ("planned_steps?", Int),
        ("clicks_saved", Real),
        ("turned_back_at?", Text),
        ("n_people_turned_back?", Int),
        ("first_seen", Day),
        ("status", Text),
    ]);
    let budgeted = told(&[
        ("rank", Int),
        ("from_page", Text),
        ("to_page", Text),
        ("n_people", Int),
        ("n_saved", Int),
        ("n_saved_together", Int),
    ]);
    [
        with_history(("elephant_paths", "elephant_paths_history"), &finding),
        with_history(("journeys", "journeys_history"), &journey),
        with_history(("deserted_links", "deserted_links_history"), &deserted),
        with_history(("drop_offs", "drop_offs_history"), &dropping),
        with_history(("spreads", "spreads_history"), &spread),
        with_history(("detours", "detours_history"), &detour),
        with_history(
            ("shortcut_candidates", "shortcut_candidates_history"),
            &candidate,
        ),
        with_history(("link_budget", "link_budget_history"), &budgeted),
    ]
    .concat()
}
