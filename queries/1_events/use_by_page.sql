-- What: people and views of each page in a window
-- One row per: page
-- Reads: events, excluded, weak_persons, pages
-- Parameters: $window_start, $window_end
select
    e.page,
    p.title,
    p.section,
    coalesce(p.is_planned, false) as is_planned,
    count(distinct e.person) as n_people,
    count(*) as n_views
from events as e
left anti join excluded as x on x.person = e.person
left anti join weak_persons as w on w.person = e.person
left join pages as p on p.page = e.page
where e.day between $window_start and $window_end
    and e.action in ('view', 'search', 'download')
group by e.page, p.title, p.section, coalesce(p.is_planned, false)
order by n_people desc, n_views desc, e.page
