-- What: since when the moves found are walked, and by how many people in the window before
-- One row per: move found
-- Reads: transitions, found_moves, weak_persons
-- Parameters: $horizon_start, $before_start, $window_start, $window_end
select
    t.from_page,
    t.to_page,
    min(t.day) as first_seen,
    count(distinct case when t.day >= $before_start and t.day < $window_start then t.person end) as n_people_before
from transitions as t
join found_moves as f on f.from_page = t.from_page and f.to_page = t.to_page
left anti join weak_persons as w on w.person = t.person
where t.via <> 'back' and t.day between $horizon_start and $window_end
group by t.from_page, t.to_page
order by t.from_page, t.to_page
