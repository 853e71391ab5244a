-- What: for whom each section is, week by week, against whom it was meant for, and since when that has changed
-- One row per: section, dimension, unit and week with enough people to be told; numbers and shares go by fives
-- Reads: audiences
-- Parameters: $k_people
select
    section,
    dimension,
    unit,
    week,
    n_people - n_people % 5 as n_people,
    round((n_people - n_people % 5) * 1.0 / (n_people_all - n_people_all % 5), 2) as share,
    round(floor(share_low * n_people_all / 5) * 5 / (n_people_all - n_people_all % 5), 2) as share_low,
    round(least(1.0, ceil(share_high * n_people_all / 5) * 5 / (n_people_all - n_people_all % 5)), 2) as share_high,
    planned_share,
    round(ratio, 1) as ratio,
    round(ratio_low, 1) as ratio_low,
    round(ratio_high, 1) as ratio_high,
    alarm_since
from audiences
where n_people >= $k_people
    and (n_people_all = n_people or n_people_all - n_people >= $k_people)
order by section, dimension, unit, week
