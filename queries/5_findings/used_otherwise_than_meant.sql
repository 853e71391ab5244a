-- What: pages of the latest window that are used together by other people, or in another way, than was declared for them; where they are the place of a bridge, its two units
-- One row per: cluster of pages with enough people to be told; numbers go by fives
-- Reads: applications
-- Parameters: $k_people
select
    pages,
    n_people - n_people % 5 as n_people,
    declared,
    round(audience_distance, 2) as audience_distance,
    q_value,
    round(contribution_share, 2) as contribution_share,
    round(site_contribution_share, 2) as site_contribution_share,
    round(return_rate, 2) as return_rate,
    round(site_return_rate, 2) as site_return_rate,
    round(growth, 2) as growth,
    bridge_unit_a,
    bridge_unit_b,
    status
from applications
where n_people >= $k_people
order by n_people desc, finding_id
