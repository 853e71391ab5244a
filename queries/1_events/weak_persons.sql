-- What: addresses that stand for a person, to be left out of a window in which some log names users
-- One row per: weak person
-- Reads: events, opt_outs
-- Parameters: $window_start, $window_end
with seen as (
    select e.person, bool_and(e.is_weak) as is_weak
    from events as e
    left anti join opt_outs as o on o.person = e.person
    where e.day between $window_start and $window_end
    group by e.person
)
select person
from seen
where is_weak and exists (select 1 from seen as named where not named.is_weak)
order by person
