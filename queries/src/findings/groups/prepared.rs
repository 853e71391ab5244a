//! The null and the evidence of a window, made once and used for what is seen and for every null world.

use super::background::Background;
use super::companions;
use super::evidence::{self, Null, Threshold};
use super::incidence::Incidence;
use super::moments::Moments;
use super::rare;
use super::ties::{TieEvidence, TieNull};
use super::{Crowd, Settings};
use crate::graph::network::Network;

/// Chance leaves everybody about this many edges, however many people there are: at 1,200 people that is the
/// tail of a thousandth of METHODS (b). A fixed tail would give 50,000 people fifty edges each by chance, and
/// the clusters of such a network are larger and heavier than a group of ten.
const EDGES_BY_CHANCE: f64 = 1.2;

/// Up to so many people every pair that is closer than expected counts, by its weight: all pairs of 18 women are
/// 153, none of which is beyond doubt, and what there is to see lies in many weak ones.
const TINY: usize = 50;

/// Items that the users of an edge share at least, so that no single odd page makes one.
const LEAST_SHARED: u32 = 3;

/// Where fewer items than this times [`LEAST_SHARED`] count at all (14 events), sharing three is asking too much:
/// one in so many is enough.
const ITEMS_PER_SHARED: u32 = 20;

/// All that is known before clustering.
#[derive(Debug, Clone)]
pub(super) struct Prepared {
    pub background: Background,
    pub moments: Moments,
    pub ties: TieNull,
    pub incidence: Incidence,
    /// People who used anything, sorted.
    pub active: Vec<u32>,
    /// Users of each item.
    pub n_users: Vec<u32>,
    weights: Vec<f64>,
    threshold: Threshold,
}

impl Prepared {
    pub(super) fn new(crowd: &Crowd<'_>, settings: &Settings) -> Self {
        let uses = crowd.uses;
        let background = Background::new(uses, crowd.department, settings.n_threads);
        let is_active = |person: &u32| !uses.items(*person).is_empty();
        let active: Vec<u32> = (0..uses.n_persons() as u32).filter(is_active).collect();
        let n_users = uses.n_people_by_item();
        let weights = rare::weights(&n_users, active.len());
        let n_counted = weights.iter().filter(|weight| **weight > 0.0).count() as u32;
        let mut cells = Vec::new();
        for (place, person) in background.person.iter().enumerate() {
            let items = uses.items(*person).iter();
            let counted = items.filter(|item| weights[**item as usize] > 0.0);
            cells.extend(counted.map(|item| (place as u32, *item)));
        }
        Self {
            moments: Moments::new(&background, &weights, settings.n_threads),
            ties: TieNull::new(&background, crowd.ties),
            incidence: Incidence::new(background.n_places(), uses.n_items(), &cells),
            threshold: Threshold {
                p_value: if active.len() <= TINY {
                    1.0
                } else {
                    EDGES_BY_CHANCE / active.len() as f64
                },
                n_shared: (n_counted / ITEMS_PER_SHARED).clamp(1, LEAST_SHARED),
            },
            background,
            active,
            n_users,
            weights,
        }
    }

    pub(super) fn null(&self) -> Null<'_> {
        Null {
            background: &self.background,
            moments: &self.moments,
            weights: &self.weights,
            threshold: self.threshold,
        }
    }

    /// Weight of each item; 0 where it is left out.
    pub(super) fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The evidence of a world: edges of pairs that are part of a triangle.
    pub(super) fn network(
        &self,
        world: &Incidence,
        ties: &TieEvidence,
        n_threads: usize,
    ) -> Network {
        let edges = evidence::edges(&self.null(), world, ties, n_threads);
        let n_places = world.n_places();
        Network::new(n_places, &companions::in_triangles(n_places, &edges))
    }
}
