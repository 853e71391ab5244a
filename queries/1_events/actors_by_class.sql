-- What: how many are no ordinary visitors, and why
-- One row per: class and reason
-- Reads: actors
-- Parameters: none
select
    class,
    reason,
    count(*) as n_actors
from actors
group by class, reason
order by class, reason
