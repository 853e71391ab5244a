-- What: in which hours each person did something on a day, by the source of the log, so that a clock that jumps is seen
-- One row per: source, person and day
-- Reads: activity, input_sources, excluded
-- Parameters: $from_day
with person_days_of_sources as (
    select
        s.source,
        a.person,
        a.day,
        -- A bit for each hour: the same lines in two inputs add nothing.
        bit_or(a.hours) as hours
    from activity as a
    inner join input_sources as s on s.input_id = a.input_id
    left anti join excluded as x on x.person = a.person
    where a.day >= $from_day
        and a.hours <> 0
        and not (a.is_crawler_agent or a.is_scanner_agent or a.is_monitor_agent or a.is_system)
    group by s.source, a.person, a.day
),
people as (
    select
        source,
        person,
        row_number() over (partition by source order by person) as nr
    from person_days_of_sources
    group by source, person
)
select
    d.source,
    d.person,
    d.day,
    d.hours
from person_days_of_sources as d
-- Pseudonyms are drawn by lot: the first thousand are a fair sample and show every jump; more would only cost time.
inner join people as p on p.source = d.source and p.person = d.person and p.nr <= 1000
order by d.source, d.person, d.day
