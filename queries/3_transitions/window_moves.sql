-- What: the moves that an analysis of a window looks at; weak persons only where no log of the window names users
-- One row per: person, move, day and via
-- Reads: transitions, weak_persons
-- Parameters: $window_start, $window_end
select
    t.person,
    t.from_page,
    t.to_page,
    t.day,
    t.via,
    t.n
from transitions as t
left anti join weak_persons as w on w.person = t.person
where t.day between $window_start and $window_end
order by t.person, t.from_page, t.to_page, t.day, t.via
