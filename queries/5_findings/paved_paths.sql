-- What: elephant paths that got a planned link after they were found, and are not in the ledger of changes
-- One row per: elephant path
-- Reads: plan, elephant_paths_history, pavings
-- Parameters: $window_end
with found as (
    select
        from_page,
        to_page,
        finding_id,
        window_end
    from elephant_paths_history
),
linked as (
    select
        f.from_page,
        f.to_page,
        f.finding_id,
        p.valid_from as on_day
    from found as f
    join plan as p on p.to_page = f.to_page and (p.from_page = f.from_page or p.from_page = '*')
    where p.kind <> 'sitemap'
        and p.valid_from > f.window_end
        and p.valid_from <= $window_end
)
select
    l.from_page,
    l.to_page,
    l.finding_id,
    min(l.on_day) as on_day
from linked as l
left anti join pavings as k on k.from_page = l.from_page and k.to_page = l.to_page
group by l.from_page, l.to_page, l.finding_id
order by l.from_page, l.to_page, l.finding_id
