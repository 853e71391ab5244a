-- What: the events that count, each with the session it belongs to; a session bears the id and the day of its first event
-- One row per: event of a person who is not left out
-- Reads: events, excluded, carried
-- Parameters: $from_day, $to_day, $gap_secs
with kept as (
    select e.*
    from events as e
    left anti join excluded as x on x.person = e.person
    left anti join carried as c on c.person = e.person and e.ts <= c.ended_at
    where e.day between $from_day and $to_day
),
steps as (
    select
        *,
        cast(ts as bigint) - lag(cast(ts as bigint)) over (
            partition by person order by ts, input_id, line
        ) as gap_us
    from kept
    where log_session is null
),
started as (
    select
        *,
        gap_us is null or gap_us > $gap_secs * 1000000 as is_start
    from steps
),
by_gap as (
    select
        *,
        last_value(case when is_start then event_id end) ignore nulls over (
            partition by person order by ts, input_id, line
            rows between unbounded preceding and current row
        ) as session_id,
        last_value(case when is_start then day end) ignore nulls over (
            partition by person order by ts, input_id, line
            rows between unbounded preceding and current row
        ) as session_day
    from started
),
by_log as (
    select
        *,
        first_value(event_id) over (
            partition by person, log_session order by ts, input_id, line
        ) as session_id,
        first_value(day) over (
            partition by person, log_session order by ts, input_id, line
        ) as session_day
    from kept
    where log_session is not null
)
select
    session_day as day,
    session_id,
    person,
    ts,
    input_id,
    line,
    page,
    action,
    referrer
from by_gap
union all
select
    session_day as day,
    session_id,
    person,
    ts,
    input_id,
    line,
    page,
    action,
    referrer
from by_log
