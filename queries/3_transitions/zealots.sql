-- What: people who give more than a fifth of all moves of a pair, and at least three a day: they stay, and count once
-- One row per: person
-- Reads: transitions, weak_persons
-- Parameters: $window_start, $window_end, $n_days
with walked as (
    select
        t.person,
        t.from_page,
        t.to_page,
        sum(t.n) as n,
        min(t.day) as first_seen,
        max(t.day) as last_seen
    from transitions as t
    left anti join weak_persons as w on w.person = t.person
    where t.day between $window_start and $window_end
    group by t.person, t.from_page, t.to_page
),
pairs as (
    select from_page, to_page, sum(n) as n
    from walked
    group by from_page, to_page
)
select
    w.person,
    'zealot' as class,
    'gives more than 20 % of the moves of a pair' as reason,
    min(w.first_seen) as first_seen,
    max(w.last_seen) as last_seen
from walked as w
join pairs as p on p.from_page = w.from_page and p.to_page = w.to_page
where w.n >= 30 and w.n >= 3 * $n_days and 5 * w.n > p.n
group by w.person
order by w.person
