-- What: who used a page that is new for the first time on which day; hubs, declared sensitive pages and people who are counted nowhere left out
-- One row per: new page and person
-- Reads: events, pages, excluded, hubs, sensitive_pages
-- Parameters: $horizon_start, $window_end
select
    e.page,
    e.person,
    min(e.day) as day
from events as e
join pages as p on p.page = e.page
left anti join excluded as x on x.person = e.person
left anti join hubs as h on h.page = e.page
left anti join sensitive_pages as s on s.page = e.page
where p.first_seen between $horizon_start and $window_end
    and e.day between $horizon_start and $window_end
    and not e.is_weak
    and e.action not in ('search', 'follow', 'mention', 'message')
group by e.page, e.person
order by e.page, day, e.person
