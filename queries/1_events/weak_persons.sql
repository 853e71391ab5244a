-- What: addresses that stand for a person, to be left out of a window in which some log names users
-- One row per: weak person
-- Reads: events
-- Parameters: $window_start, $window_end
with seen as (
    select person, bool_and(is_weak) as is_weak
    from events
    where day between $window_start and $window_end
    group by person
)
select person
from seen
where is_weak and exists (select 1 from seen as named where not named.is_weak)
order by person
