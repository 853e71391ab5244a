-- What: the sessions of a window, each with its moves in their order; weak persons only where no log of the window names users
-- One row per: move, or session without a move
-- Reads: sessions, moves, weak_persons
-- Parameters: $window_start, $window_end
select
    s.person,
    s.session_id,
    s.day,
    s.entry,
    s.exit,
    m.ts,
    m.from_page,
    m.to_page,
    m.via
from sessions as s
left join moves as m on m.session_id = s.session_id and m.person = s.person
left anti join weak_persons as w on w.person = s.person
where s.day between $window_start and $window_end
    and s.n_views > 0
order by s.person, s.started_at, s.session_id, m.ts, m.input_id, m.line
