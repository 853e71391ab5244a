-- What: the places on planned journeys where people give up before the goal, those first that lose most
-- One row per: page of a planned journey
-- Reads: drop_offs
-- Parameters: none
select
    journey,
    page,
    goal,
    n_people,
    n_people_left,
    round(exit_rate, 2) as exit_rate,
    round(exit_rate_low, 2) as exit_rate_low,
    round(exit_rate_expected, 2) as exit_rate_expected,
    status
from drop_offs
order by n_people_left - n_people * exit_rate_expected desc, journey, page
