-- What: when people were on the pages asked about, to the minute; people who are counted nowhere left out
-- One row per: page, person and minute
-- Reads: events, excluded, asked_pages
-- Parameters: $window_start, $window_end
select distinct
    e.page,
    e.person,
    date_trunc('minute', e.ts) as minute
from events as e
join asked_pages as a on a.page = e.page
left anti join excluded as x on x.person = e.person
where e.day between $window_start and $window_end
    and not e.is_weak
    and e.action not in ('search', 'follow', 'mention', 'message')
order by e.page, e.person, minute
