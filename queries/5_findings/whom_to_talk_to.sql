-- What: the fewest people who reach the most others, and when somebody last talked to them; needs the key
-- One row per: chosen person
-- Reads: ambassadors, contacts
-- Parameters: none
select
    a.rank,
    a.person,
    a.n_new_people,
    a.n_people_covered,
    a.units,
    max(c.at) as last_contact
from ambassadors as a
left join contacts as c on c.person = a.person
group by a.rank, a.person, a.n_new_people, a.n_people_covered, a.units
order by a.rank
