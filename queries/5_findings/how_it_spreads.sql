-- What: how each elephant path and new page gains people, and whether they come after someone they are tied to
-- One row per: elephant path or new page, and week in which someone was new
-- Reads: spreads
-- Parameters: none
select
    coalesce(from_page || ' > ', '') || to_page as what,
    week,
    n_new_people,
    n_people,
    n_new_units,
    round(share_after_a_tie, 2) as share_after_a_tie,
    round(expected_share_after_a_tie, 2) as expected_share,
    p_value,
    q_value
from spreads
order by from_page is null, what, week, finding_id
