-- What: who looked at something in which quarter of an hour; civil hours are made of it outside SQL
-- One row per: person and quarter of an hour (UTC)
-- Reads: events, excluded, weak_persons
-- Parameters: $window_start, $window_end
select
    e.person,
    date_bin(interval '15 minutes', e.ts) as quarter,
    count(*) as n_views
from events as e
left anti join excluded as x on x.person = e.person
left anti join weak_persons as w on w.person = e.person
where e.day between $window_start and $window_end
    and e.action in ('view', 'search', 'download')
group by e.person, date_bin(interval '15 minutes', e.ts)
order by e.person, quarter
