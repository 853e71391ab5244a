-- What: how often each person came to a section in a week, and how much they wrote there
-- One row per: section, week and person
-- Reads: events, excluded, pages, sensitive_pages
-- Parameters: $horizon_start, $window_end
select
    p.section,
    cast(date_trunc('week', e.day) as date) as week,
    e.person,
    count(distinct e.day) as n_days,
    sum(case when e.action in ('edit', 'post', 'comment') then 1 else 0 end) as n_contributions
from events as e
join pages as p on p.page = e.page
left anti join excluded as x on x.person = e.person
left anti join sensitive_pages as s on s.page = e.page
where e.day between $horizon_start and $window_end
    and not e.is_weak
    and e.action not in ('search', 'follow', 'mention', 'message')
group by p.section, cast(date_trunc('week', e.day) as date), e.person
order by p.section, week, e.person
