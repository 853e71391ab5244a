-- What: when people first came to the pages asked about, day by day; people who are counted nowhere left out
-- One row per: page, person and day
-- Reads: events, excluded, asked_pages
-- Parameters: $window_start, $window_end
select
    e.page,
    e.person,
    e.day,
    date_trunc('minute', min(e.ts)) as minute
from events as e
join asked_pages as a on a.page = e.page
left anti join excluded as x on x.person = e.person
where e.day between $window_start and $window_end
    and not e.is_weak
    and e.action not in ('search', 'follow', 'mention', 'message')
group by e.page, e.person, e.day
order by e.page, e.person, e.day
