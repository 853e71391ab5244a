-- What: steps and seconds between the pages of each change, and people a week who search from the first, against what would have been
-- One row per: change and measure
-- Reads: pavings, paving_measures
-- Parameters: none
select
    p.from_page,
    p.to_page,
    p.on_day,
    m.measure,
    round(m.before, 1) as before,
    round(m.after, 1) as after,
    round(100 * m.effect) as effect_percent,
    round(100 * m.effect_low) as effect_low_percent,
    round(100 * m.effect_high) as effect_high_percent,
    m.p_value,
    round(100 * m.smallest_visible_effect) as smallest_visible_percent,
    m.n_controls
from pavings as p
join paving_measures as m on m.paving_id = p.paving_id
order by p.on_day desc, p.from_page, p.to_page, p.paving_id, m.measure
