//! The lake's tables: names, columns, and how each is laid out (DESIGN section 4).

use std::sync::{Arc, LazyLock};

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};

/// A table of the lake.
#[derive(Debug, Clone)]
pub struct TableSpec {
    /// Its name, and that of its folder.
    pub name: &'static str,
    /// Its columns; `day` comes first where the table is cut into days.
    pub schema: SchemaRef,
    /// Whether there is one file (or more) a day.
    pub is_by_day: bool,
    /// Columns that the rows of a file are sorted by.
    pub sort: &'static [&'static str],
}

/// A column: name, type, and `?` after the name where it may be null.
type Column = (&'static str, DataType);

fn spec(
    name: &'static str,
    is_by_day: bool,
    sort: &'static [&'static str],
    columns: &[Column],
) -> TableSpec {
    let fields: Vec<Field> = columns
        .iter()
        .map(|(name, kind)| {
            Field::new(
                name.trim_end_matches('?'),
                kind.clone(),
                name.ends_with('?'),
            )
        })
        .collect();
    TableSpec {
        name,
        schema: Arc::new(Schema::new(fields)),
        is_by_day,
        sort,
    }
}

/// Every table of this version, in the river's order.
pub fn tables() -> &'static [TableSpec] {
    static TABLES: LazyLock<Vec<TableSpec>> = LazyLock::new(all);
    &TABLES
}

/// The table of this name.
pub fn table(name: &str) -> Option<&'static TableSpec> {
    tables().iter().find(|table| table.name == name)
}

fn all() -> Vec<TableSpec> {
    use DataType::{
        Boolean as Truth, Date32 as Day, Float64 as Real, Int32, Int64 as Int, Utf8 as Text,
    };
    let time = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    // Every finding tells its run, its window and its name first.
    let told = |more: &[Column]| -> Vec<Column> {
        let first = [
            ("run_id", Int),
            ("window_start", Day),
            ("window_end", Day),
            ("finding_id", Text),
        ];
        [&first, more].concat()
    };
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
    let texts = DataType::List(Arc::new(Field::new("element", Text, false)));
    let journey = told(&[
        ("pages", texts.clone()),
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
    // What is told of people tells its run and its window first.
    let of_window = |more: &[Column]| -> Vec<Column> {
        let first = [("run_id", Int), ("window_start", Day), ("window_end", Day)];
        [&first, more].concat()
    };
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
        ("pages", texts.clone()),
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
        ("pages", texts.clone()),
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
        ("units", texts.clone()),
        ("unit_counts", texts.clone()),
        ("status", Text),
    ]);
    vec![
        spec(
            "events",
            true,
            &["person", "ts", "input_id", "line"],
            &[
                ("day", Day),
                ("person", Int),
                ("ts", time.clone()),
                ("page", Text),
                ("action", Text),
                ("target?", Int),
                ("referrer?", Text),
                ("external_referrer?", Text),
                ("terms?", Text),
                ("status?", Int32),
                ("bytes?", Int),
                ("duration_ms?", Int),
                ("client?", Int),
                ("is_weak", Truth),
                ("event_id", Int),
                ("input_id", Int),
                ("line", Int),
                ("log_session?", Int),
            ],
        ),
        spec(
            "inputs",
            false,
            &[],
            &[
                ("input_id", Int),
                ("name", Text),
                ("format", Text),
                ("size", Int),
                ("bytes", Int),
                ("lines", Int),
                ("events", Int),
                ("duplicates", Int),
                ("filtered", Int),
                ("filtered_by", Text),
                ("rejected", Int),
                ("comments", Int),
                ("first_ts?", time.clone()),
                ("last_ts?", time.clone()),
                ("has_referrers", Truth),
                ("names_users", Truth),
                ("is_cut", Truth),
                ("head", Int),
                ("tail", Int),
                ("loaded_bytes", Int),
            ],
        ),
        spec(
            "rejects",
            false,
            &[],
            &[
                ("input_id", Int),
                ("line", Int),
                ("offset", Int),
                ("reason", Text),
                ("text", Text),
            ],
        ),
        spec(
            "activity",
            true,
            &["person"],
            &[
                ("day", Day),
                ("person", Int),
                ("input_id", Int),
                ("n_requests", Int),
                ("n_asked", Int),
                ("n_client_errors", Int),
                ("n_error_pages", Int),
                ("n_attacks", Int),
                ("attack_kinds", Int),
                ("n_pages", Int),
                ("n_minutes", Int),
                ("n_busy_minutes", Int),
                ("n_pages_by_minute", Int),
                ("n_gaps", Int),
                ("gap_ms", Int),
                ("gap_ms_squared", Int),
                ("n_gap_pages", Int),
                ("hours", Int),
                ("shared_hours", Int),
                ("first_ts", time.clone()),
                ("last_ts", time.clone()),
                ("is_crawler_agent", Truth),
                ("is_scanner_agent", Truth),
                ("is_monitor_agent", Truth),
                ("is_system", Truth),
            ],
        ),
        spec(
            "actors",
            false,
            &["person"],
            &[
                ("person", Int),
                ("class", Text),
                ("reason", Text),
                ("first_seen", Day),
                ("last_seen", Day),
            ],
        ),
        spec(
            "sessions",
            true,
            &["person", "session_id"],
            &[
                ("day", Day),
                ("session_id", Int),
                ("person", Int),
                ("started_at", time.clone()),
                ("ended_at", time.clone()),
                ("n_views", Int),
                ("entry", Text),
                ("exit", Text),
            ],
        ),
        spec(
            "transitions",
            true,
            &["person", "from_page", "to_page", "via"],
            &[
                ("day", Day),
                ("person", Int),
                ("from_page", Text),
                ("to_page", Text),
                ("via", Text),
                ("n", Int),
            ],
        ),
        spec(
            "stage_days",
            false,
            &["day"],
            &[("day", Day), ("fingerprint", Int)],
        ),
        spec(
            "pages",
            false,
            &["page"],
            &[
                ("page", Text),
                ("title", Text),
                ("section", Text),
                ("owner?", Text),
                ("is_planned", Truth),
                ("first_seen?", Day),
                ("last_seen?", Day),
            ],
        ),
        spec(
            "plan",
            false,
            &[],
            &[
                ("from_page?", Text),
                ("to_page", Text),
                ("kind", Text),
                ("source", Text),
                ("valid_from?", Day),
                ("valid_to?", Day),
            ],
        ),
        spec(
            "planned_journeys",
            false,
            &["journey", "step"],
            &[("journey", Text), ("step", Int), ("page", Text)],
        ),
        spec(
            "planned_audiences",
            false,
            &["section", "role"],
            &[("section", Text), ("role", Text), ("share", Real)],
        ),
        spec(
            "people",
            false,
            &["person"],
            &[
                ("person", Int),
                ("department?", Text),
                ("location?", Text),
                ("role?", Text),
                ("manager?", Int),
                ("employment?", Text),
                ("attributes?", Text),
                ("valid_from?", Day),
                ("valid_to?", Day),
            ],
        ),
        spec(
            "names",
            false,
            &["person"],
            &[("person", Int), ("user", Text), ("name?", Text)],
        ),
        spec(
            "opt_outs",
            false,
            &["person"],
            &[("person", Int), ("at", time.clone())],
        ),
        spec(
            "opt_ins",
            false,
            &["person"],
            &[("person", Int), ("at", time.clone()), ("user", Text)],
        ),
        spec("elephant_paths", false, &[], &finding),
        spec("elephant_paths_history", false, &[], &finding),
        spec("journeys", false, &[], &journey),
        spec("journeys_history", false, &[], &journey),
        spec("deserted_links", false, &[], &deserted),
        spec("deserted_links_history", false, &[], &deserted),
        spec("drop_offs", false, &[], &dropping),
        spec("drop_offs_history", false, &[], &dropping),
        spec("spreads", false, &[], &spread),
        spec("spreads_history", false, &[], &spread),
        spec("detours", false, &[], &detour),
        spec("detours_history", false, &[], &detour),
        spec("shortcut_candidates", false, &[], &candidate),
        spec("shortcut_candidates_history", false, &[], &candidate),
        spec("link_budget", false, &[], &budgeted),
        spec("link_budget_history", false, &[], &budgeted),
        spec("groups", false, &[], &group),
        spec(
            "group_members",
            false,
            &[],
            &of_window(&[
                ("group_id", Text),
                ("person", Int),
                ("strength", Real),
                ("is_core", Truth),
            ]),
        ),
        spec(
            "group_pages",
            false,
            &[],
            &of_window(&[
                ("group_id", Text),
                ("page", Text),
                ("n_people", Int),
                ("expected_people", Real),
                ("lift", Real),
            ]),
        ),
        spec(
            "group_units",
            false,
            &[],
            &of_window(&[
                ("group_id", Text),
                ("dimension", Text),
                ("unit?", Text),
                ("n_people", Int),
            ]),
        ),
        spec(
            "group_events",
            false,
            &[],
            &[
                ("group_id", Text),
                ("event", Text),
                ("at", Day),
                ("since?", Day),
                ("n_people", Int),
                ("others", texts.clone()),
            ],
        ),
        spec(
            "group_windows",
            false,
            &[],
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
        spec(
            "leaders",
            false,
            &[],
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
        spec(
            "ambassadors",
            false,
            &[],
            &of_window(&[
                ("rank", Int),
                ("person", Int),
                ("n_new_people", Int),
                ("n_people_covered", Int),
                ("units", texts.clone()),
            ]),
        ),
        spec(
            "reach",
            false,
            &[],
            &of_window(&[
                ("n_chosen", Int),
                ("n_people", Int),
                ("covered", Int),
                ("by_executives?", Int),
                ("by_random", Real),
                ("two_steps", Int),
            ]),
        ),
        spec(
            "contacts",
            false,
            &[],
            &[
                ("person", Int),
                ("at", time.clone()),
                ("about?", Text),
                ("note?", Text),
            ],
        ),
        spec("gathering_places", false, &[], &place),
        spec("gathering_places_history", false, &[], &place),
        spec("bridges", false, &[], &bridge),
        spec("bridges_history", false, &[], &bridge),
        spec(
            "mixings",
            false,
            &[],
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
        spec(
            "audiences",
            false,
            &[],
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
        spec("applications", false, &[], &application),
        spec("applications_history", false, &[], &application),
        spec(
            "pavings",
            false,
            &[],
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
                ("controls", texts),
                ("note?", Text),
                ("is_noticed", Truth),
                ("registered_as_of", Day),
            ],
        ),
        spec("paving_results", false, &[], result),
        spec("paving_results_history", false, &[], result),
        spec(
            "runs",
            false,
            &[],
            &[
                ("run_id", Int),
                ("step", Text),
                ("started_at", time.clone()),
                ("ended_at", time),
                ("version", Text),
                ("result", Text),
                ("counts", Text),
            ],
        ),
    ]
}
