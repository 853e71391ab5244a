-- What: moves from page to page inside sessions, one by one; a search between two pages is no page of its own
-- One row per: event that arrives at a page from another
-- Reads: session_events, inputs, hubs
-- Parameters: none
with sources as (
    select input_id, bool_or(has_referrers) as has_referrers
    from inputs
    group by input_id
),
moving as (
    select
        e.day,
        e.session_id,
        e.person,
        e.ts,
        e.input_id,
        e.line,
        e.page,
        coalesce(i.has_referrers, false) as has_referrers,
        e.referrer,
        here.page is not null as is_search,
        there.page is not null as is_from_search
    from session_events as e
    left join sources as i on i.input_id = e.input_id
    left join hubs as here on here.page = e.page and here.kind = 'search'
    left join hubs as there on there.page = e.referrer and there.kind = 'search'
    where e.action in ('view', 'search', 'download')
),
walked as (
    select
        *,
        last_value(case when not is_search then page end) ignore nulls over (
            partition by session_id order by ts, input_id, line
            rows between unbounded preceding and 1 preceding
        ) as page_before,
        coalesce(lag(is_search) over (
            partition by session_id order by ts, input_id, line
        ), false) as is_after_search,
        row_number() over (
            partition by session_id, page order by ts, input_id, line
        ) > 1 as is_seen
    from moving
),
sourced as (
    select
        *,
        is_from_search or (referrer is null and is_after_search) as is_by_search,
        case when referrer is null or is_from_search then page_before else referrer end as from_page
    from walked
    where not is_search
)
select
    s.day,
    s.session_id,
    s.person,
    s.ts,
    s.input_id,
    s.line,
    s.from_page,
    s.page as to_page,
    case
        when s.is_seen then 'back'
        when s.is_by_search then 'search'
        when h.page is not null then 'home'
        when s.referrer is not null then 'link'
        when s.has_referrers then 'direct'
        else 'unknown'
    end as via
from sourced as s
left join hubs as h on h.page = s.from_page and h.kind = 'home'
where s.from_page <> s.page
