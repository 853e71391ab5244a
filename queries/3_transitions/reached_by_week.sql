-- What: how many people reached one page from another within five steps of a session, by link or any way, in how many steps and seconds, and how many searched, of those at the first
-- One row per: move that is asked about and week in which someone was at its first page
-- Reads: session_events, inputs, weak_persons, asked_moves
-- Parameters: $window_start, $window_end
with sources as (
    select input_id, bool_or(has_referrers) as has_referrers
    from inputs
    group by input_id
),
looked as (
    select
        e.*,
        lag(e.page) over (
            partition by e.session_id order by e.ts, e.input_id, e.line
        ) as page_before
    from session_events as e
    left anti join weak_persons as w on w.person = e.person
    where e.action in ('view', 'search', 'download')
        and e.day between $window_start and $window_end
),
steps as (
    select
        l.session_id,
        l.person,
        cast(date_trunc('week', l.day) as date) as week,
        l.ts,
        l.page,
        l.page_before,
        coalesce(lead(l.action) over (
            partition by l.session_id order by l.ts, l.input_id, l.line
        ) = 'search', false) as is_before_search,
        case when l.referrer is null and not coalesce(i.has_referrers, false) then l.page_before else l.referrer end as link_from,
        row_number() over (
            partition by l.session_id order by l.ts, l.input_id, l.line
        ) as step
    from looked as l
    left join sources as i on i.input_id = l.input_id
    where l.page_before is null or l.page_before <> l.page
),
people as (
    select
        m.from_page,
        m.to_page,
        here.week,
        here.person,
        bool_or(there.page is not null) as is_reached,
        bool_or(coalesce(there.link_from = m.from_page, false)) as is_by_link,
        bool_or(here.is_before_search) as is_searched,
        first_value(there.step - here.step order by here.ts, here.session_id, here.step, there.step)
            filter (where there.page is not null) as n_steps,
        first_value(cast(there.ts as bigint) - cast(here.ts as bigint) order by here.ts, here.session_id, here.step, there.step)
            filter (where there.page is not null) as us
    from asked_moves as m
    join steps as here on here.page = m.from_page
    left join steps as there on there.session_id = here.session_id
        and there.page = m.to_page
        and there.step > here.step
        and there.step <= here.step + 5
    group by m.from_page, m.to_page, here.week, here.person
),
measured as (
    select
        *,
        cast(round(1000 * ln(n_steps)) as bigint) as steps_log,
        cast(round(1000 * ln(greatest(us, 1000000) / 1e6)) as bigint) as secs_log
    from people
)
select
    from_page,
    to_page,
    week,
    count(*) as n_at,
    sum(case when is_reached then 1 else 0 end) as n_reached,
    sum(case when is_by_link then 1 else 0 end) as n_by_link,
    sum(case when is_searched then 1 else 0 end) as n_searched,
    coalesce(sum(steps_log), 0) as steps_logs,
    coalesce(sum(steps_log * steps_log), 0) as steps_log_squares,
    coalesce(sum(secs_log), 0) as secs_logs,
    coalesce(sum(secs_log * secs_log), 0) as secs_log_squares
from measured
group by from_page, to_page, week
order by from_page, to_page, week
