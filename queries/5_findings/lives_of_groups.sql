-- What: what became of each group: when it was born, grew, shrank, merged, split or ended
-- One row per: event of a group with enough people to be told; numbers go by fives
-- Reads: group_events
-- Parameters: $k_people
select
    group_id,
    event,
    since,
    at,
    n_people - n_people % 5 as n_people,
    others
from group_events
where n_people >= $k_people
order by group_id, at, event
