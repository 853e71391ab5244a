-- What: who saw a page that is new in the window for the first time on which day; declared sensitive pages left out
-- One row per: new page and person
-- Reads: events, pages, excluded, sensitive_pages, weak_persons
-- Parameters: $window_start, $window_end
select
    e.page,
    e.person,
    min(e.day) as day
from events as e
join pages as p on p.page = e.page
left anti join excluded as x on x.person = e.person
left anti join sensitive_pages as s on s.page = e.page
left anti join weak_persons as w on w.person = e.person
where p.first_seen between $window_start and $window_end
    and e.day between $window_start and $window_end
    and e.action in ('view', 'download')
group by e.page, e.person
order by e.page, day, e.person
