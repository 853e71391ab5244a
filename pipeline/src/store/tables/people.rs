//! Findings about people.

use arrow::datatypes::DataType;

use super::{TableSpec, loose, of_window, texts, time, told, with_history};

/// Groups, leaders, places, bridges, audiences, and the talks held about them.
pub(super) fn tables() -> Vec<TableSpec> {
    use DataType::{Boolean as Truth, Date32 as Day, Float64 as Real, Int64 as Int, Utf8 as Text};
    let group = of_window(&[
        ("group_id", Text),
        ("n_people", Int),
        ("n_core", Int),
        ("n_units", Int),
        ("largest_unit_share", Real),
        ("n_locations", Int),
        ("cohesion", Real),
        ("p_value", Real),
        ("stability", Real),
        ("born_from?", Day),
        ("born_to?", Day),
        ("pages", texts()),
        ("status?", Text),
    ]);
    let place = told(&[
        ("page", Text),
        ("dimension", Text),
        ("n_people", Int),
        ("n_units", Int),
        ("mixing", Real),
        ("mixing_low", Real),
        ("mixing_expected", Real),
        ("p_value", Real),
        ("q_value", Real),
        ("n_leaders", Int),
        ("n_together?", Int),
        ("together_expected?", Real),
        ("status", Text),
    ]);
    let bridge = told(&[
        ("dimension", Text),
        ("unit_a", Text),
        ("unit_b", Text),
        ("n_people_a", Int),
        ("n_people_b", Int),
        ("observed", Real),
        ("expected", Real),
        ("ratio", Real),
        ("ratio_low", Real),
        ("ratio_high?", Real),
        ("p_value", Real),
        ("q_value", Real),
        ("verdict", Text),
        ("n_carriers", Int),
        ("concentration", Real),
        ("ratio_without_one", Real),
        ("is_fragile", Truth),
        ("ratio_before?", Real),
        ("is_changed", Truth),
        ("status", Text),
    ]);
    let application = told(&[
        ("pages", texts()),
        ("n_people", Int),
        ("declared", Text),
        ("audience_distance", Real),
        ("p_value", Real),
        ("q_value", Real),
        ("contribution_share", Real),
        ("site_contribution_share", Real),
        ("return_rate", Real),
        ("site_return_rate", Real),
        ("growth", Real),
        ("units", texts()),
        ("unit_counts", texts()),
        ("status", Text),
    ]);
    [
        vec![
            loose("groups", &group),
            loose(
                "group_members",
                &of_window(&[
                    ("group_id", Text),
                    ("person", Int),
                    ("strength", Real),
                    ("is_core", Truth),
                ]),
            ),
            loose(
                "group_pages",
                &of_window(&[
                    ("group_id", Text),
                    ("page", Text),
                    ("n_people", Int),
                    ("expected_people", Real),
                    ("lift", Real),
                ]),
            ),
            loose(
                "group_units",
                &of_window(&[
                    ("group_id", Text),
                    ("dimension", Text),
                    ("unit?", Text),
                    ("n_people", Int),
                ]),
            ),
            loose(
                "group_events",
                &[
                    ("group_id", Text),
                    ("event", Text),
                    ("at", Day),
                    ("since?", Day),
                    ("n_people", Int),
                    ("others", texts()),
                ],
            ),
            loose(
                "group_windows",
                &of_window(&[
                    ("fingerprint", Int),
                    ("n_people", Int),
                    ("n_pages", Int),
                    ("n_ties", Int),
                    ("n_tested", Int),
                    ("n_worlds", Int),
                    ("resolution", Real),
                ]),
            ),
            loose(
                "leaders",
                &of_window(&[
                    ("person", Int),
                    ("role", Text),
                    ("score", Real),
                    ("n_followers", Int),
                    ("q_value?", Real),
                    ("strength", Text),
                    ("has_reports?", Truth),
                ]),
            ),
            loose(
                "ambassadors",
                &of_window(&[
                    ("rank", Int),
                    ("person", Int),
                    ("n_new_people", Int),
                    ("n_people_covered", Int),
                    ("units", texts()),
                ]),
            ),
            loose(
                "reach",
                &of_window(&[
                    ("n_chosen", Int),
                    ("n_people", Int),
                    ("covered", Int),
                    ("by_executives?", Int),
                    ("by_random", Real),
                    ("two_steps", Int),
                ]),
            ),
            loose(
                "contacts",
                &[
                    ("person", Int),
                    ("at", time()),
                    ("about?", Text),
                    ("note?", Text),
                ],
            ),
        ],
        with_history(("gathering_places", "gathering_places_history"), &place),
        with_history(("bridges", "bridges_history"), &bridge),
        vec![
            loose(
                "mixings",
                &of_window(&[
                    ("dimension", Text),
                    ("n_people", Int),
                    ("n_ties", Int),
                    ("ei_index", Real),
                    ("ei_low", Real),
                    ("ei_high", Real),
                    ("ei_expected", Real),
                    ("ei_deviation", Real),
                    ("z", Real),
                    ("beyond_chance", Real),
                    ("assortativity", Real),
                ]),
            ),
            loose(
                "audiences",
                &told(&[
                    ("section", Text),
                    ("dimension", Text),
                    ("unit", Text),
                    ("week", Day),
                    ("n_people", Int),
                    ("n_people_all", Int),
                    ("rate?", Real),
                    ("share", Real),
                    ("share_low", Real),
                    ("share_high", Real),
                    ("session_share?", Real),
                    ("contribution_share?", Real),
                    ("planned_share?", Real),
                    ("ratio?", Real),
                    ("ratio_low?", Real),
                    ("ratio_high?", Real),
                    ("n_people_needed?", Int),
                    ("verdict", Text),
                    ("alarm_since?", Day),
                    ("alarm_since_low?", Day),
                    ("alarm_since_high?", Day),
                    ("share_before?", Real),
                    ("share_after?", Real),
                    ("change_within?", Real),
                    ("change_of_mix?", Real),
                ]),
            ),
        ],
        with_history(("applications", "applications_history"), &application),
    ]
    .concat()
}
