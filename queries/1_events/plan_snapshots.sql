-- What: what each snapshot of the plan began and ended; the first of a source has no day, since it holds from always
-- One row per: day and source
-- Reads: plan
-- Parameters: none
with changes as (
    select
        valid_from as day,
        source,
        1 as n_begun,
        0 as n_ended
    from plan
    union all
    select
        cast(valid_to + interval '1 day' as date) as day,
        source,
        0 as n_begun,
        1 as n_ended
    from plan
    where valid_to is not null
)

select
    day,
    source,
    sum(n_begun) as n_begun,
    sum(n_ended) as n_ended
from changes
group by day, source
order by day nulls first, source
