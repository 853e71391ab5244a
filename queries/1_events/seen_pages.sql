-- What: when each page was first and last seen, by anyone who has not opted out
-- One row per: page
-- Reads: events, known_pages, opt_outs
-- Parameters: $from_day
-- What was known of the days from $from_day on is left to the events: a page that only people saw
-- who have opted out since then is no longer known.
select
    page,
    min(first_seen) as first_seen,
    max(last_seen) as last_seen
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
order by page
