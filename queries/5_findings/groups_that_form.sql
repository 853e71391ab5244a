-- What: the groups of the latest window that nobody planned, and what they gather round
-- One row per: group with enough people to be told; numbers go by fives
-- Reads: groups
-- Parameters: $k_people
select
    group_id,
    n_people - n_people % 5 as n_people,
    n_units,
    pages,
    status,
    born_from,
    born_to,
    round(stability, 2) as stability,
    p_value
from groups
where n_people >= $k_people
    and window_end = (select max(last.window_end) from groups as last)
order by n_people desc, group_id
