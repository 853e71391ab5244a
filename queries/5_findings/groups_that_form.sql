-- What: the groups of the latest window that nobody planned, and what they gather round
-- One row per: group with enough people to be told; numbers go by fives
-- Reads: groups, group_windows
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
    and window_end = (select max(w.window_end) from group_windows as w)
order by n_people desc, group_id
