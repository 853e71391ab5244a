-- What: the longer routes that people walk more often than their single steps would make them
-- One row per: journey
-- Reads: journeys
-- Parameters: none
select
    array_to_string(pages, ' > ') as route,
    n_people,
    n_times,
    round(expected_people, 1) as expected_people,
    round(lift, 1) as lift,
    is_planned,
    first_seen,
    status
from journeys
order by n_people - expected_people desc, route
