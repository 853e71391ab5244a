-- What: the links to add, best first, each with what it saves beyond those before it; the first n are the best n
-- One row per: link that nobody can click yet
-- Reads: link_budget, shortcut_candidates
-- Parameters: none
select
    b.rank,
    b.from_page,
    b.to_page,
    b.n_people,
    b.n_saved as clicks_saved,
    b.n_saved_together as clicks_saved_together,
    c.steps_median,
    c.planned_steps,
    round(c.share_search, 2) as share_search,
    c.turned_back_at,
    c.status
from link_budget as b
join shortcut_candidates as c on c.finding_id = b.finding_id
order by b.rank
