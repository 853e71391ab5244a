-- What: the people whose events are counted nowhere: actors that are no visitors, and people who opted out
-- One row per: person
-- Reads: actors, opt_outs
-- Parameters: none
select distinct person
from (
    select person from actors where class <> 'zealot'
    union all
    select person from opt_outs
) as left_out
order by person
