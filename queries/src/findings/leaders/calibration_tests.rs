//! P values of initiators where nobody leads.
//!
//! The votes of followers alone claim too much where campaigns move many at once, so they count only with the signs
//! by item.

use super::world::{Decoy, World};
use super::{InitiatorOptions, initiators};
use crate::stats::calibration;

#[test]
fn p_values_claim_no_more_than_they_may() {
    let options = InitiatorOptions {
        from: 0,
        ..InitiatorOptions::default()
    };
    for decoy in [Decoy::Nothing, Decoy::Homophily, Decoy::Campaigns] {
        let mut by_item = Vec::new();
        let mut symmetry = Vec::new();
        let mut dealt = Vec::new();
        for seed in 100..110 {
            let world = World::new(seed, decoy, 0);
            let (adoptions, ties) = (&world.adoptions, &world.ties);
            for one in initiators::tested(
                adoptions,
                ties,
                &world.people(),
                &options,
                initiators::Reckoned::All,
            ) {
                by_item.push(one.p_by_item);
                symmetry.push(one.p_by_item.max(one.p_by_follower));
                dealt.push(one.p_dealt);
            }
        }
        for (name, p_values) in [("item", by_item), ("symmetry", symmetry), ("dealt", dealt)] {
            let distance = calibration::unsafe_distance(&p_values);
            assert!(p_values.len() > 1_500, "{} tested", p_values.len());
            assert!(distance <= 0.05, "{decoy:?}, {name}: {distance}");
        }
    }
}
