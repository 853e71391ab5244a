-- What: the first day of the horizon on which each person came
-- One row per: person
-- Reads: sessions
-- Parameters: $horizon_start, $window_end
select
    person,
    min(day) as day
from sessions
where day between $horizon_start and $window_end
group by person
order by person
