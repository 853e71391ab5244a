-- What: how an elephant path gained people: each person on the day of the first move that was no return
-- One row per: elephant path and day on which someone was new
-- Reads: transitions, elephant_paths, weak_persons
-- Parameters: $horizon_start, $window_end
with first_days as (
    select
        f.finding_id,
        t.person,
        min(t.day) as day
    from transitions as t
    join elephant_paths as f on f.from_page = t.from_page and f.to_page = t.to_page
    left anti join weak_persons as w on w.person = t.person
    where t.via <> 'back' and t.day between $horizon_start and $window_end
    group by f.finding_id, t.person
)
select
    finding_id,
    day,
    count(*) as n_new_people
from first_days
group by finding_id, day
order by finding_id, day
