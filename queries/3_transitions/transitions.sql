-- What: how often a person moved from page to page
-- One row per: session's start day, person, move and via
-- Reads: moves
-- Parameters: none
select
    day,
    person,
    from_page,
    to_page,
    via,
    count(*) as n
from moves
group by day, person, from_page, to_page, via
order by day, person, from_page, to_page, via
