-- What: every page that was seen or planned, with its section and a title read from its address
-- One row per: page
-- Reads: events, known_pages, planned_pages, opt_outs
-- Parameters: $from_day
-- What was known of the days from $from_day on is left to the events: a page that only people saw
-- who have opted out since then is no longer known.
with seen as (
    select page, min(first_seen) as first_seen, max(last_seen) as last_seen
    from (
        select e.page, e.day as first_seen, e.day as last_seen
        from events as e
        left anti join opt_outs as o on o.person = e.person
        where e.day >= $from_day
        union all
        select page, first_seen, case when last_seen < $from_day then last_seen else first_seen end
        from known_pages
        where first_seen < $from_day
    ) as days
    group by page
),
planned as (
    select distinct page from planned_pages
),
all_pages as (
    select
        coalesce(s.page, p.page) as page,
        p.page is not null as is_planned,
        s.first_seen,
        s.last_seen
    from seen as s
    full outer join planned as p on p.page = s.page
),
named as (
    select
        *,
        initcap(replace(replace(regexp_replace(regexp_replace(page, '^.*/', ''), '\.[A-Za-z]{2,5}$', ''), '-', ' '), '_', ' ')) as leaf,
        initcap(replace(replace(regexp_replace(regexp_replace(page, '/[^/]*$', ''), '^.*/', ''), '-', ' '), '_', ' ')) as parent
    from all_pages
)
select
    page,
    case
        when page = '/' then 'Start page'
        when parent <> '' and count(*) over (partition by leaf) > 1 then leaf || ' (' || parent || ')'
        else leaf
    end as title,
    case
        when starts_with(page, '//') then '//' || split_part(page, '/', 3)
        else '/' || split_part(page, '/', 2)
    end as section,
    cast(null as varchar) as owner,
    is_planned,
    first_seen,
    last_seen
from named
order by page
