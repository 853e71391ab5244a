-- What: what the days of a person say together, as far as it tells machines from people
-- One row per: person
-- Reads: person_days
-- Parameters: none
select
    person,
    min(day) as first_seen,
    max(day) as last_seen,
    count(*) as n_days,
    bool_or(is_monitor_agent) as is_monitor_agent,
    bool_or(is_scanner_agent) as is_scanner_agent,
    bool_or(is_crawler_agent) as is_crawler_agent,
    bool_or(is_system) as is_system,
    bool_or(n_attacks >= 10 and n_attack_kinds >= 3) as is_attacker,
    sum(n_asked) as n_asked,
    sum(n_client_errors) as n_client_errors,
    max(n_error_pages) as n_error_pages,
    bool_or(is_fast) as is_fast,
    max(n_pages) as n_pages,
    sum(case when is_regular then 1 else 0 end) as n_regular,
    -- A page that asks its server for news is regular too: a crawler goes from page to page.
    sum(case when is_regular and n_gap_pages >= 20 then 1 else 0 end) as n_crawled,
    sum(case when n_hours = 24 then 1 else 0 end) as n_sleepless,
    sum(case when n_hours > 14 then 1 else 0 end) as n_long,
    sum(case when n_shared_hours > 0 then 1 else 0 end) as n_shared
from person_days
group by person
order by person
