-- What: units that have more to do with each other than chance explains, and units that keep to themselves
-- One row per: bridge or silo between units with enough people to be told
-- Reads: bridges
-- Parameters: $k_people
select
    dimension,
    unit_a,
    unit_b,
    verdict,
    round(ratio, 2) as ratio,
    round(ratio_low, 2) as ratio_low,
    round(ratio_high, 2) as ratio_high,
    case when n_carriers >= $k_people then n_carriers - n_carriers % 5 end as n_carriers,
    is_fragile,
    round(ratio_before, 2) as ratio_before,
    is_changed,
    status
from bridges
where verdict <> 'neither'
    and n_people_a >= $k_people
    and n_people_b >= $k_people
order by dimension, verdict, ratio desc, unit_a, unit_b
