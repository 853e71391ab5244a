-- What: moves between pages that are no hubs, by the persons and weeks in which they were made, returns left out
-- One row per: move
-- Reads: transitions, weak_persons, hubs
-- Parameters: $window_start, $window_end
with people as (
    select distinct
        t.from_page,
        t.to_page,
        t.person,
        date_trunc('week', t.day) as week
    from transitions as t
    left anti join weak_persons as w on w.person = t.person
    left anti join hubs as a on a.page = t.from_page
    left anti join hubs as b on b.page = t.to_page
    where t.via <> 'back' and t.day between $window_start and $window_end
)
select
    from_page,
    to_page,
    count(*) as n_person_weeks
from people
group by from_page, to_page
order by from_page, to_page
