-- What: how many people used each section in a window, and how many of its planned pages
-- One row per: section
-- Reads: events, excluded, weak_persons, pages
-- Parameters: $window_start, $window_end
select
    p.section,
    count(distinct e.person) as n_people,
    count(distinct case when p.is_planned then e.page end) as n_pages
from events as e
left anti join excluded as x on x.person = e.person
left anti join weak_persons as w on w.person = e.person
join pages as p on p.page = e.page
where e.day between $window_start and $window_end
    and e.action in ('view', 'search', 'download')
group by p.section
order by p.section
