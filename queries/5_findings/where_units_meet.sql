-- What: the pages of the latest window where people of different units meet more than chance gives
-- One row per: page and dimension with enough people to be told; numbers go by fives; pairs of different units who came in the same minutes (encounters) where k people met
-- Reads: gathering_places
-- Parameters: $k_people
select
    page,
    dimension,
    n_people - n_people % 5 as n_people,
    n_units,
    round(mixing, 2) as mixing,
    round(mixing_low, 2) as mixing_low,
    round(mixing_expected, 2) as mixing_expected,
    q_value,
    case when n_met >= $k_people then n_encounters - n_encounters % 5 end as n_encounters,
    case when n_met >= $k_people then round(encounters_expected / 5, 0) * 5 end as encounters_expected,
    case when n_met >= $k_people then encounters_p_value end as encounters_p_value,
    case when n_met >= $k_people then encounters_q_value end as encounters_q_value,
    status
from gathering_places
where n_people >= $k_people
order by mixing - mixing_expected desc, page, dimension
