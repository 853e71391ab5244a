-- What: who wrote on which page: comments, edits and posts; hubs, declared sensitive pages and people who are counted nowhere left out
-- One row per: person and page
-- Reads: events, excluded, hubs, sensitive_pages
-- Parameters: $window_start, $window_end
select distinct
    e.person,
    e.page
from events as e
left anti join excluded as x on x.person = e.person
left anti join hubs as h on h.page = e.page
left anti join sensitive_pages as s on s.page = e.page
where e.day between $window_start and $window_end
    and not e.is_weak
    and e.action in ('edit', 'post', 'comment')
order by e.person, e.page
