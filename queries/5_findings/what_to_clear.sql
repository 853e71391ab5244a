-- What: the planned links that nobody follows, those first that take most space in the menus
-- One row per: deserted link
-- Reads: deserted_links
-- Parameters: none
select
    from_page,
    to_page,
    kind,
    n_people_at,
    n_people_used,
    round(100 * rate_high, 2) as rate_high_percent,
    round(100 * rate_median, 1) as rate_median_percent,
    is_whole_cycle,
    status
from deserted_links
order by
    from_page <> '*',
    array_position(['global', 'menu', 'breadcrumb', 'tree', 'body', 'footer'], kind),
    n_people_at desc,
    from_page,
    to_page,
    finding_id
