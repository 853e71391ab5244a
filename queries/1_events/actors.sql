-- What: persons that are no ordinary visitors, with the first reason that holds (METHODS 0.2)
-- One row per: person
-- Reads: activity, events
-- Parameters: none
with requests as (
    select
        person,
        sum(n_requests) as n_requests,
        sum(n_client_errors) as n_client_errors,
        bool_or(is_crawler_agent) as is_crawler_agent,
        bool_or(is_monitor_agent) as is_monitor_agent,
        min(day) as first_seen,
        max(day) as last_seen
    from activity
    group by person
),
days as (
    select person, day, max(n_hours) as n_hours
    from activity
    group by person, day
),
long_days as (
    select
        person,
        count(*) as n_days,
        sum(case when n_hours > 14 then 1 else 0 end) as n_long
    from days
    group by person
),
doors as (
    select person, day, date_trunc('hour', ts) as hour, count(distinct client) as n_clients
    from events
    where not is_weak
    group by person, day, date_trunc('hour', ts)
),
shared as (
    select person, count(distinct day) as n_shared
    from doors
    where n_clients >= 3
    group by person
),
minutes as (
    select person, date_trunc('minute', ts) as minute, count(distinct page) as n_pages
    from events
    group by person, date_trunc('minute', ts)
),
bursts as (
    select person, count(*) as n_bursts
    from minutes
    where n_pages > 30
    group by person
),
reach as (
    select person, count(distinct page) as n_pages
    from events
    group by person
),
site as (
    select count(distinct page) as n_pages from events
),
judged as (
    select
        r.person,
        r.first_seen,
        r.last_seen,
        case
            when r.is_monitor_agent then 'monitor'
            when r.is_crawler_agent then 'crawler'
            when r.n_requests >= 20 and 2 * r.n_client_errors > r.n_requests then 'scanner'
            when b.n_bursts >= 3 then 'crawler'
            when p.n_pages >= 100 and p.n_pages > 0.3 * s.n_pages and p.n_pages > 50.0 * l.n_days then 'crawler'
            when l.n_days >= 3 and 2 * l.n_long > l.n_days then 'kiosk'
            when h.n_shared >= 3 and 2 * h.n_shared > l.n_days then 'kiosk'
        end as class,
        case
            when r.is_monitor_agent then 'its agent is a monitor'
            when r.is_crawler_agent then 'its agent is on the list of crawlers'
            when r.n_requests >= 20 and 2 * r.n_client_errors > r.n_requests then 'more than half of its requests are client errors'
            when b.n_bursts >= 3 then 'more than 30 pages a minute in three minutes or more'
            when p.n_pages >= 100 and p.n_pages > 0.3 * s.n_pages and p.n_pages > 50.0 * l.n_days then 'visits more than 30 % of all pages, over 50 new ones a day'
            when l.n_days >= 3 and 2 * l.n_long > l.n_days then 'active for more than 14 hours on most of its days'
            when h.n_shared >= 3 and 2 * h.n_shared > l.n_days then 'three or more addresses within one hour on most of its days'
        end as reason
    from requests as r
    join long_days as l on l.person = r.person
    left join shared as h on h.person = r.person
    left join bursts as b on b.person = r.person
    left join reach as p on p.person = r.person
    cross join site as s
)
select
    person,
    class,
    reason,
    first_seen,
    last_seen
from judged
where class is not null
order by person
