-- What: people who did something towards each other (a comment, a like, a message) outside declared sensitive pages, and since when
-- One row per: two people
-- Reads: events, excluded, sensitive_pages
-- Parameters: $horizon_start, $window_end
select
    least(e.person, e.target) as one,
    greatest(e.person, e.target) as other,
    min(e.day) as since,
    count(distinct e.day) as n_days
from events as e
left anti join excluded as x on x.person = e.person
left anti join excluded as y on y.person = e.target
left anti join sensitive_pages as s on s.page = e.page
where e.target is not null
    and e.target <> e.person
    and not e.is_weak
    and e.day between $horizon_start and $window_end
group by least(e.person, e.target), greatest(e.person, e.target)
order by one, other
