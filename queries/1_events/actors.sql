-- What: persons that are no ordinary visitors, with the first reason that holds (METHODS 0.2); who was not there keeps the judgement of before
-- One row per: person
-- Reads: person_signs, pages, system_accounts, known_actors, opt_outs
-- Parameters: none
with site as (
    select count(*) as n_pages from pages where first_seen is not null
),
judged as (
    select
        p.person,
        p.first_seen,
        p.last_seen,
        case
            when p.is_monitor_agent then 'monitor: its agent is a monitor'
            when p.is_scanner_agent then 'scanner: its agent is on the list of scanners'
            when p.is_crawler_agent then 'crawler: its agent is on the list of crawlers'
            when p.is_attacker then 'scanner: ten attacks or more of three kinds or more in a day'
            when p.n_asked >= 20 and 2 * p.n_client_errors > p.n_asked and p.n_error_pages >= 5
                then 'scanner: more than half of its requests are client errors'
            when a.person is not null then 'system: it is declared to be no person'
            when p.is_system then 'system: its name is that of a system account'
            when p.is_fast then 'crawler: more than 30 pages a minute for five minutes or more'
            when p.n_pages >= 100 and p.n_pages > 0.3 * s.n_pages then 'crawler: visits more than 30 % of all pages in a day'
            when 2 * p.n_regular > p.n_days and p.n_pages <= 1
                then 'monitor: asks for one page at regular times on most of its days'
            when 2 * p.n_crawled > p.n_days then 'crawler: goes from page to page at regular times on most of its days'
            when p.n_sleepless >= 2 and 2 * p.n_sleepless > p.n_days
                then 'crawler: active in every hour of most of its days'
            when p.n_long >= 3 and 2 * p.n_long > p.n_days
                then 'kiosk: active for more than 14 hours on most of its days'
            when p.n_shared >= 3 and 2 * p.n_shared > p.n_days
                then 'kiosk: three or more addresses within one hour on most of its days'
        end as verdict
    from person_signs as p
    cross join site as s
    left join system_accounts as a on a.person = p.person
),
listed as (
    select
        person,
        split_part(verdict, ': ', 1) as class,
        split_part(verdict, ': ', 2) as reason,
        first_seen,
        last_seen
    from judged
    where verdict is not null
    union all
    -- A zealot is found by an analysis, not here.
    select k.person, k.class, k.reason, k.first_seen, k.last_seen
    from known_actors as k
    left join judged as j on j.person = k.person
    where j.person is null or (k.class = 'zealot' and j.verdict is null)
)
select
    l.person,
    l.class,
    l.reason,
    least(l.first_seen, coalesce(k.first_seen, l.first_seen)) as first_seen,
    l.last_seen
from listed as l
left join known_actors as k on k.person = l.person
left anti join opt_outs as o on o.person = l.person
order by l.person
