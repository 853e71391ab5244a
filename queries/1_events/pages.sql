-- What: every page that was seen or planned, with its section and its title: that of the plan, or one read from its address
-- One row per: page
-- Reads: seen_pages, planned_pages, titles
-- Parameters: none
with planned as (
    select distinct page from planned_pages
),
-- What people wrote is better than what the page says of itself.
titled as (
    select
        page,
        first_value(title order by case source when 'navigation' then 1 when 'menu' then 2 else 3 end) as title
    from titles
    group by page
),
all_pages as (
    select
        coalesce(s.page, p.page) as page,
        p.page is not null as is_planned,
        s.first_seen,
        s.last_seen
    from seen_pages as s
    full outer join planned as p on p.page = s.page
),
named as (
    select
        a.*,
        t.title,
        coalesce(
            t.title,
            initcap(replace(replace(regexp_replace(regexp_replace(a.page, '^.*/', ''), '\.[A-Za-z]{2,5}$', ''), '-', ' '), '_', ' '))
        ) as leaf,
        initcap(replace(replace(regexp_replace(regexp_replace(a.page, '/[^/]*$', ''), '^.*/', ''), '-', ' '), '_', ' ')) as parent
    from all_pages as a
    left join titled as t on t.page = a.page
)
select
    page,
    case
        when page = '/' and title is null then 'Start page'
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
