-- What: which two people did something towards each other (a comment, a like, a mention) on which page; declared sensitive pages and people who are counted nowhere left out
-- One row per: page and pair of people
-- Reads: events, excluded, sensitive_pages
-- Parameters: $window_start, $window_end
select distinct
    e.page,
    least(e.person, e.target) as one,
    greatest(e.person, e.target) as other
from events as e
left anti join excluded as x on x.person = e.person
left anti join excluded as y on y.person = e.target
left anti join sensitive_pages as s on s.page = e.page
where e.target is not null
    and e.target <> e.person
    and not e.is_weak
    and e.day between $window_start and $window_end
order by e.page, one, other
