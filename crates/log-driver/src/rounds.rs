//! Plans in randomized blocks, each run on a fresh store: rounds, and what records hold of them.

use std::num::{NonZeroU32, NonZeroU64};
use std::time::Duration;

use fixture::check_interrupt;
use measure::nanoseconds;
use measure::record::{BlocksRecord, PieceRecord, ReplicateRecord, RunRecord};
use runner::blocks::{drawn_seed, order};
use runner::session::Session;

use crate::compared::Named;
use crate::input::InputFile;
use crate::pipeline::EndsAt;
use crate::plan::Plan;
use crate::record::{Round, record_of};

/// How plans are measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effort {
    /// Messages of each run.
    pub messages: NonZeroU64,
    /// How often each plan is run.
    pub blocks: NonZeroU32,
    /// A run that takes longer is ended; figures are of what it served.
    pub run_max: Duration,
}

/// A plan with its rounds, one in each block.
#[derive(Debug)]
pub(crate) struct Rounds {
    pub(crate) named: Named,
    rounds: Vec<(u32, Round)>,
    /// What ended it; it has no place in later blocks.
    pub(crate) failure: Option<anyhow::Error>,
}

/// Rounds of all plans; of a run that Ctrl-C ended those of its whole blocks.
#[derive(Debug)]
pub(crate) struct Measured {
    seed: u64,
    pub(crate) plans: Vec<Rounds>,
}

impl Measured {
    /// Measures plans, and tells of each block.
    pub(crate) fn of(
        plans: Vec<Named>,
        (session, input): (&Session, &InputFile),
        effort: Effort,
        tell: &mut dyn FnMut(u32),
    ) -> Self {
        let rounds = |named| Rounds { named, rounds: Vec::new(), failure: None };
        let mut measured =
            Self { seed: drawn_seed(), plans: plans.into_iter().map(rounds).collect() };
        let groups = vec![(); measured.plans.len()];
        for block in 0..effort.blocks.get() {
            tell(block);
            for (place, index) in (0..).zip(order(&groups, measured.seed, block)) {
                let own = &mut measured.plans[index];
                if own.failure.is_some() {
                    continue;
                }
                // Other messages in each block, and in one block the same for all.
                let first_number = u64::from(block) * effort.messages.get();
                let plan = Plan { first_number, ..own.named.plan.clone() };
                let mut ends = EndsAt::within(effort.run_max);
                match Round::run(&plan, session, input, &mut ends) {
                    Ok(round) => own.rounds.push((place, round)),
                    Err(error) => own.failure = Some(error),
                }
                if check_interrupt().is_err() {
                    measured.plans.iter_mut().for_each(|own| own.rounds.truncate(block as usize));
                    return measured;
                }
            }
        }
        measured
    }

    /// The records of those that did not fail.
    pub(crate) fn records(
        &self,
        question: &str,
        session: &Session,
    ) -> anyhow::Result<Vec<(&Named, RunRecord)>> {
        let mut records = Vec::new();
        for own in &self.plans {
            if own.failure.is_some() || own.rounds.is_empty() {
                continue;
            }
            let rounds: Vec<&Round> = own.rounds.iter().map(|(_, round)| round).collect();
            let common = record_of(question, &own.named.plan, &rounds, session.scratch().path())?;
            let blocks = Some(self.blocks_of(own));
            records.push((&own.named, RunRecord { blocks, ..common }));
        }
        Ok(records)
    }

    fn blocks_of<'own>(&self, own: &'own Rounds) -> BlocksRecord {
        let replicate = |(block, (place, round)): (u32, &'own (u32, Round))| {
            let outcome = &round.outcome;
            let kept = &outcome.kept;
            let served = PieceRecord {
                elapsed_ns: nanoseconds(outcome.served_in()),
                commits: (kept.insert_ns.count() + kept.delete_ns.count()) as f64,
                ack_ns_p50: kept.insert_ns.quantile(0.5),
                ..PieceRecord::default()
            };
            ReplicateRecord {
                block,
                place: *place,
                started_utc: round.started_utc,
                inode: round.inode,
                operations: outcome.counts.inserted + outcome.counts.deleted,
                pieces: vec![served],
                longest_ack_ns: kept.insert_ns.longest(),
                verified_records: outcome.verified.waiting,
                figures: outcome.figures(),
                ..ReplicateRecord::default()
            }
        };
        BlocksRecord {
            seed: self.seed,
            units_per_piece: own.named.plan.messages.map_or(0, NonZeroU64::get),
            replicates: (0..).zip(&own.rounds).map(replicate).collect(),
            ..BlocksRecord::default()
        }
    }
}
