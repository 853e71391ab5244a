-- What: how many links of each kind the plan has, by where they are known from
-- One row per: source and kind
-- Reads: plan
-- Parameters: none
select
    source,
    kind,
    count(*) filter (where valid_to is null) as n_now,
    count(*) filter (where valid_to is not null) as n_ended
from plan
group by source, kind
order by source, kind
