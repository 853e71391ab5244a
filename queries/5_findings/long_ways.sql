-- What: the detours of the latest window, those first that cost most clicks, and why people make them
-- One row per: detour
-- Reads: detours
-- Parameters: none
select
    from_page,
    to_page,
    cause,
    n_people,
    round(expected_people, 1) as expected_people,
    steps_median,
    planned_steps,
    round(stretch, 1) as stretch,
    n_people_straight,
    status
from detours
order by (n_people - expected_people) * (steps_median - planned_steps) desc, from_page, to_page
