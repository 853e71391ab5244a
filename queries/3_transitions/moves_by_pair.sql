-- What: moves of a window from page to page, returns left out
-- One row per: move
-- Reads: transitions, weak_persons
-- Parameters: $window_start, $window_end
select
    t.from_page,
    t.to_page,
    count(distinct t.person) as n_people,
    sum(t.n) as n_moves
from transitions as t
left anti join weak_persons as w on w.person = t.person
where t.via <> 'back' and t.day between $window_start and $window_end
group by t.from_page, t.to_page
order by t.from_page, t.to_page
