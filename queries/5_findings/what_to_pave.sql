-- What: the elephant paths of the latest window, those first that would save most clicks
-- One row per: elephant path
-- Reads: elephant_paths
-- Parameters: none
select
    from_page,
    to_page,
    n_people,
    n_moves,
    round(expected_people, 1) as expected_people,
    round(lift, 1) as lift,
    planned_steps,
    round(clicks_saved) as clicks_saved,
    status
from elephant_paths
where status not in ('paved', 'gone')
order by clicks_saved desc, from_page, to_page
