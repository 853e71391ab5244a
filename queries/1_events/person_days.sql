-- What: what a person asked for on a day, over all inputs and before the filters, as far as it tells machines from people
-- One row per: person and day
-- Reads: activity
-- Parameters: $from_day
with lines_once as (
    -- The same lines in two inputs: rows that agree in everything but their input.
    select distinct
        person, day, n_requests, n_asked, n_client_errors, n_error_pages, n_attacks, attack_kinds,
        n_pages, n_minutes, n_busy_minutes, n_pages_by_minute, n_gaps, gap_ms, gap_ms_squared, n_gap_pages,
        hours, shared_hours, first_ts, last_ts,
        is_crawler_agent, is_scanner_agent, is_monitor_agent, is_system
    from activity
    where day >= $from_day
),
days as (
    select
        person,
        day,
        sum(n_requests) as n_requests,
        sum(n_asked) as n_asked,
        sum(n_client_errors) as n_client_errors,
        max(n_error_pages) as n_error_pages,
        sum(n_attacks) as n_attacks,
        max(n_pages) as n_pages,
        max(n_busy_minutes) as n_busy_minutes,
        sum(n_pages_by_minute) as n_pages_by_minute,
        -- Inputs side by side share their minutes: never more than lie between first and last.
        least(
            sum(n_minutes),
            (max(cast(last_ts as bigint)) - min(cast(first_ts as bigint))) / 60000000 + 1
        ) as n_minutes,
        sum(n_gaps) as n_gaps,
        cast(sum(gap_ms) as double) as gap_ms,
        cast(sum(gap_ms_squared) as double) as gap_ms_squared,
        max(n_gap_pages) as n_gap_pages,
        -- Which hours and which kinds: a bit each. The bits of all three are counted at once below.
        bit_or(hours) as hours,
        bit_or(shared_hours) as shared_hours,
        bit_or(attack_kinds) as attack_kinds,
        bool_or(is_crawler_agent) as is_crawler_agent,
        bool_or(is_scanner_agent) as is_scanner_agent,
        bool_or(is_monitor_agent) as is_monitor_agent,
        bool_or(is_system) as is_system
    from lines_once
    group by person, day
),
pairs as (
    select
        *,
        hours - ((hours >> 1) & 5592405) as hours_2,
        shared_hours - ((shared_hours >> 1) & 5592405) as shared_2,
        attack_kinds - ((attack_kinds >> 1) & 85) as kinds_2
    from days
),
fours as (
    select
        *,
        (hours_2 & 3355443) + ((hours_2 >> 2) & 3355443) as hours_4,
        (shared_2 & 3355443) + ((shared_2 >> 2) & 3355443) as shared_4,
        (kinds_2 & 51) + ((kinds_2 >> 2) & 51) as kinds_4
    from pairs
)
select
    person,
    day,
    n_requests,
    n_asked,
    n_client_errors,
    n_error_pages,
    n_attacks,
    kinds_4 % 15 as n_attack_kinds,
    n_pages,
    -- A minute with more than 30 different pages is busy; inputs that split them show it on average.
    n_busy_minutes >= 5 or (n_minutes >= 5 and n_pages_by_minute > 30 * n_minutes) as is_fast,
    -- Standard deviation below a fifth of the mean, squared.
    n_gaps >= 20 and n_gaps * gap_ms_squared < 1.04 * gap_ms * gap_ms as is_regular,
    n_gap_pages,
    ((hours_4 & 986895) + ((hours_4 >> 4) & 986895)) % 255 as n_hours,
    ((shared_4 & 986895) + ((shared_4 >> 4) & 986895)) % 255 as n_shared_hours,
    is_crawler_agent,
    is_scanner_agent,
    is_monitor_agent,
    is_system
from fours
