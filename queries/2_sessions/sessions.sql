-- What: sessions of people, on the day they start; only what is looked at counts as a view
-- One row per: session
-- Reads: session_events
-- Parameters: none
select
    day,
    session_id,
    person,
    min(ts) as started_at,
    max(ts) as ended_at,
    sum(case when action in ('view', 'search', 'download') then 1 else 0 end) as n_views,
    first_value(page order by ts, input_id, line) as entry,
    last_value(page order by ts, input_id, line) as exit
from session_events
group by day, session_id, person
order by day, person, session_id
