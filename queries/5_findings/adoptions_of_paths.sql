-- What: who walked a move found for the first time on which day, returns and moves from or to declared sensitive pages left out
-- One row per: move found and person
-- Reads: transitions, found_moves, sensitive_pages, weak_persons
-- Parameters: $horizon_start, $window_end
select
    t.from_page,
    t.to_page,
    t.person,
    min(t.day) as day
from transitions as t
join found_moves as f on f.from_page = t.from_page and f.to_page = t.to_page
left anti join sensitive_pages as s on s.page = t.from_page
left anti join sensitive_pages as d on d.page = t.to_page
left anti join weak_persons as w on w.person = t.person
where t.via <> 'back' and t.day between $horizon_start and $window_end
group by t.from_page, t.to_page, t.person
order by t.from_page, t.to_page, day, t.person
