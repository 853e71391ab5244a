-- What: how many people moved into each section in a window along the plan, and how many outside of it, returns left out
-- One row per: section
-- Reads: transitions, weak_persons, pages, planned_moves
-- Parameters: $window_start, $window_end
select
    p.section,
    count(distinct case when m.to_page is not null then t.person end) as n_people_planned,
    count(distinct case when m.to_page is null then t.person end) as n_people_unplanned
from transitions as t
left anti join weak_persons as w on w.person = t.person
join pages as p on p.page = t.to_page
left join planned_moves as m on m.from_page = t.from_page and m.to_page = t.to_page
where t.via <> 'back' and t.day between $window_start and $window_end
group by p.section
order by p.section
