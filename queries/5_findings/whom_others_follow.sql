-- What: people who are early and then followed, who stand between groups, and who have many ties; needs the key, and is no list of merits
-- One row per: person and role
-- Reads: leaders
-- Parameters: none
select
    role,
    person,
    round(score, 2) as score,
    n_followers,
    q_value,
    strength,
    has_reports
from leaders
order by role, score desc, person
