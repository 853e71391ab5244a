-- What: how people went from one page to another in a window
-- One row per: via
-- Reads: transitions, weak_persons
-- Parameters: $from_page, $to_page, $window_start, $window_end
select
    t.via,
    count(distinct t.person) as n_people,
    sum(t.n) as n_moves
from transitions as t
left anti join weak_persons as w on w.person = t.person
where t.via <> 'back'
    and t.from_page = $from_page
    and t.to_page = $to_page
    and t.day between $window_start and $window_end
group by t.via
order by t.via
