-- What: people, visits and views of a window
-- One row per: window
-- Reads: sessions, weak_persons
-- Parameters: $window_start, $window_end
select
    count(distinct s.person) as n_people,
    count(case when s.n_views > 0 then 1 end) as n_visits,
    coalesce(sum(s.n_views), 0) as n_views
from sessions as s
left anti join weak_persons as w on w.person = s.person
where s.day between $window_start and $window_end
