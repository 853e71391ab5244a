-- What: how often each person came to a section in a week, and how much they wrote there
-- One row per: section, week and person
-- Reads: events, excluded, pages, sensitive_pages
-- Parameters: $horizon_start, $window_end
with days as (
    select
        p.section,
        e.day,
        e.person,
        sum(case when e.action in ('edit', 'post', 'comment') then 1 else 0 end) as n_contributions
    from events as e
    join pages as p on p.page = e.page
    left anti join excluded as x on x.person = e.person
    left anti join sensitive_pages as s on s.page = e.page
    where e.day between $horizon_start and $window_end
        and not e.is_weak
        and e.action not in ('search', 'follow', 'mention', 'message')
    group by p.section, e.day, e.person
)
select
    section,
    cast(date_trunc('week', day) as date) as week,
    person,
    count(*) as n_days,
    sum(n_contributions) as n_contributions
from days
group by section, cast(date_trunc('week', day) as date), person
order by section, week, person
