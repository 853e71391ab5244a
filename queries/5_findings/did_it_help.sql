-- What: what came of each change that was made to the plan
-- One row per: change
-- Reads: pavings, paving_results
-- Parameters: none
select
    p.from_page,
    p.to_page,
    p.on_day,
    p.is_noticed,
    coalesce(r.verdict, 'too early') as verdict,
    round(100 * r.effect) as effect_percent,
    round(100 * r.effect_low) as effect_low_percent,
    round(100 * r.effect_high) as effect_high_percent,
    round(100 * r.smallest_visible_effect) as smallest_visible_percent,
    round(100 * r.moved_share) as moved_percent,
    r.n_weeks_after,
    p.note
from pavings as p
left join paving_results as r on r.paving_id = p.paving_id
order by p.on_day desc, p.from_page, p.to_page, p.paving_id
