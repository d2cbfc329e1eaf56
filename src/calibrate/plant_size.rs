//! How large a planted cost is in truth: measured by itself, and not by the design that has to find it.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use fixture::{Case, Place};
use measure::pairs::PairedRatio;
use measure::stats::median;
use runner::driver::{Recorder, TraceLevel};
use runner::reading::Task;
use runner::store::{Start, Store};
use runner::volumes::{Volume, Volumes};
use write_path::sqlite::SqliteSpec;

use super::kinds::{TURNS_PREFILL, further_layouts, in_memory, votes};
use super::plant::{Plant, PlantedIn, PlantedSpec};

/// A planted amount with what it is worth.
#[derive(Debug, Clone, Copy)]
pub(super) struct PlantSize {
    /// What to plant.
    pub(super) amount: u32,
    /// What it adds to a packet's time, as a share of it; with its 95 % interval.
    pub(super) added: PairedRatio,
    /// A packet's time without it.
    pub(super) packet_ns: f64,
}

/// Groups of turns on one pair of stores: each store gets about as many packets as a replicate has, so that it is as large.
const GROUPS_OF_A_PAIR: usize = 3;

/// Turns of a group, half of them with the cost: each store has the cost in half of the group, and begins as often as the
/// other.
const TURNS_OF_A_GROUP: usize = 16;

/// Pairs of stores on which an amount is measured at least.
const PAIRS_MIN: usize = 25;

/// Half of the 95 % interval of what an amount adds, at which no further pair is taken: a tenth of 3 %.
const HALF_WIDTH_ENOUGH: f64 = 0.003;

/// How long one amount is measured at most.
const MEASURED_FOR_MAX: Duration = Duration::from_secs(20);

/// How far what an amount adds may be above what is wanted, as a share of that: amounts are whole, and less than what is
/// wanted would be another question.
const TOLERANCE: f64 = 0.15;

/// How often the amount is corrected. What it adds in the end is told, whatever it is.
const CORRECTIONS_MAX: u32 = 6;

/// Packets of a turn: so few that two turns lie in one moment of the processor.
const PACKETS_OF_A_TURN: u64 = 4;

/// Records of a packet.
const RECORDS: u32 = 400;

/// The largest amount that is planted.
const AMOUNT_MAX: f64 = 10_000_000.0;

/// Chooses an amount that adds `wanted` (a share) to a packet's time, and measures what it really adds: two stores take
/// turns, as a case and its baseline do, and the cost goes to and fro between them, so that nothing differs but the amount.
/// On one store alone a cost seems smaller than it is beside another store, by up to 40 % on an indexed table.
pub(super) fn choose(
    spec: SqliteSpec,
    place: PlantedIn,
    wanted: f64,
    volumes: &mut Volumes,
) -> anyhow::Result<PlantSize> {
    let volume = volumes.at(Place::Memory).map_err(|why| anyhow::anyhow!("no tmpfs: {why}"))?;
    // Nearly what is wanted, so that the corrections are small.
    let mut amount = match place {
        PlantedIn::Path => (wanted * f64::from(RECORDS) * 1000.0) as u32,
        PlantedIn::Sqlite => (wanted * 500.0) as u32,
    }
    .max(1);
    let mut corrections = 0;
    loop {
        let groups = groups(spec, place, amount, volume)?;
        let added = added(&groups).context("expected turns with and without the cost, got none")?;
        let beyond = added.median / wanted - 1.0;
        if (0.0..=TOLERANCE).contains(&beyond) || corrections == CORRECTIONS_MAX {
            let without: Vec<f64> = groups.iter().map(|group| group.without_ns).collect();
            let packets = PACKETS_OF_A_TURN * TURNS_OF_A_GROUP as u64 / 2;
            let packet_ns = median(&without).unwrap_or(f64::NAN) / packets as f64;
            return Ok(PlantSize { amount, added, packet_ns });
        }
        // In the middle of what is accepted.
        amount = corrected(amount, added.median, wanted * (1.0 + TOLERANCE / 2.0));
        corrections += 1;
    }
}

/// The amount for a share, by what another amount has added. Where that was lost in the noise it was far too small.
fn corrected(amount: u32, share: f64, wanted: f64) -> u32 {
    let correction = (wanted / share.max(wanted / 8.0)).max(0.125);
    let exact = (f64::from(amount) * correction).round().clamp(1.0, AMOUNT_MAX) as u32;
    match exact {
        // Amounts are whole, and the same one again would be no correction.
        same if same == amount && share < wanted => (amount + 1).min(AMOUNT_MAX as u32),
        same if same == amount => (amount - 1).max(1),
        other => other,
    }
}

/// Times groups of turns on fresh pairs of stores, in each layout of the code by turns, until the middle is known well
/// enough.
fn groups(
    spec: SqliteSpec,
    place: PlantedIn,
    amount: u32,
    volume: &mut Volume,
) -> anyhow::Result<Vec<Group>> {
    let layouts: Vec<SqliteSpec> = std::iter::once(spec).chain(further_layouts(spec)).collect();
    let mut groups = Vec::new();
    let begin = Instant::now();
    for (pairs, spec) in layouts.into_iter().cycle().enumerate() {
        let is_known = || added(&groups).is_some_and(|it| half_width(it) <= HALF_WIDTH_ENOUGH);
        if pairs >= PAIRS_MIN && (is_known() || begin.elapsed() > MEASURED_FOR_MAX) {
            break;
        }
        // Each side has a cost of its own, which can be nothing.
        let plants = [Plant::of(place, 0), Plant::of(place, 0)];
        let cases = plants.clone().map(|plant| {
            Case::new(PlantedSpec { spec, plant }, in_memory(votes(RECORDS)))
                .prefilled(TURNS_PREFILL)
        });
        let mut sides = Vec::new();
        for (case, plant) in cases.iter().zip(plants) {
            let store = Store::open(case, volume, Start::SteadyState)?;
            let recorder = Recorder::begin(store.device_meter()?, TraceLevel::Latencies);
            sides.push(Side { store, recorder, plant });
        }
        groups_of_pair(&mut sides, amount, &mut groups)?;
        sides.into_iter().try_for_each(|side| side.store.path.close())?;
    }
    Ok(groups)
}

/// Times the groups of a pair of stores. The first group warms up.
fn groups_of_pair(sides: &mut [Side], amount: u32, groups: &mut Vec<Group>) -> anyhow::Result<()> {
    for number in 0..=GROUPS_OF_A_PAIR {
        let (mut with, mut without) = (Duration::ZERO, Duration::ZERO);
        for turn in 0..TURNS_OF_A_GROUP {
            fixture::check_interrupt()?;
            let (side, has_cost) = whose_turn(turn);
            let elapsed = sides[side].turn(if has_cost { amount } else { 0 })?;
            *if has_cost { &mut with } else { &mut without } += elapsed;
            // Both stores are as far.
            if turn % 4 == 3 {
                for side in &mut *sides {
                    side.store.settle()?;
                }
            }
        }
        if number > 0 {
            let (with_ns, without_ns) = (with.as_nanos() as f64, without.as_nanos() as f64);
            groups.push(Group { with_ns, without_ns });
        }
    }
    Ok(())
}

/// Which side has this turn of a group, and whether with the cost. In each four turns both sides have two, one of them has
/// the cost, and it begins (or ends) them; of four such fours each combination is one.
fn whose_turn(turn: usize) -> (usize, bool) {
    let four = turn / 4;
    let has_cost = [1, 2].contains(&(turn % 4)) == four.is_multiple_of(2);
    let side_with_cost = four / 2;
    (if has_cost { side_with_cost } else { 1 - side_with_cost }, has_cost)
}

/// The times of the turns with the cost and of those without.
#[derive(Debug, Clone, Copy)]
struct Group {
    with_ns: f64,
    without_ns: f64,
}

struct Side {
    store: Store,
    recorder: Recorder,
    plant: Plant,
}

impl Side {
    fn turn(&mut self, amount: u32) -> anyhow::Result<Duration> {
        self.plant.amount.store(amount, Ordering::Relaxed);
        let done = self.store.work(Task::Write, PACKETS_OF_A_TURN, &mut self.recorder)?;
        // Histograms that nobody asks for are emptied here.
        drop(self.recorder.take_latencies());
        Ok(done.elapsed)
    }
}

/// What the cost adds, as a share; none without groups.
fn added(groups: &[Group]) -> Option<PairedRatio> {
    let share = |group: &Group| group.with_ns / group.without_ns - 1.0;
    PairedRatio::of(&groups.iter().map(share).collect::<Vec<f64>>())
}

/// Half of the 95 % interval.
pub(super) fn half_width(added: PairedRatio) -> f64 {
    (added.high - added.low) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_comes_nearer_to_what_is_wanted() {
        assert_eq!(corrected(30, 0.015, 0.03), 60);
        assert_eq!(corrected(30, 0.06, 0.03), 15);
        // Lost in the noise, or much too large.
        assert_eq!(corrected(10, -0.01, 0.03), 80);
        assert_eq!(corrected(800, 9.0, 0.03), 100);
        // Whole amounts still move.
        assert_eq!((corrected(2, 0.025, 0.03), corrected(2, 0.035, 0.03)), (3, 1));
        assert_eq!(corrected(1, 0.035, 0.03), 1);
        assert_eq!(corrected(10_000_000, 0.0, 0.03), 10_000_000);
    }

    #[test]
    fn sides_and_costs_meet_equally_often_at_each_place_of_four_turns() {
        let mut met = std::collections::BTreeMap::new();
        for turn in 0..TURNS_OF_A_GROUP {
            let (side, has_cost) = whose_turn(turn);
            *met.entry((turn % 4, side, has_cost)).or_insert(0) += 1;
        }
        assert_eq!(met.len(), 16);
        assert!(met.values().all(|count| *count == 1), "{met:?}");
    }

    #[test]
    fn the_middle_is_not_moved_by_stalls() {
        let group = |number: i32| Group {
            with_ns: if number == 7 { 1e9 } else { 1030.0 + f64::from(number % 5) },
            without_ns: 1000.0,
        };
        let groups: Vec<Group> = (0..120).map(group).collect();
        let added = added(&groups).unwrap();
        assert!((added.median - 0.032).abs() < 1e-9, "{added:?}");
        assert!(half_width(added) <= 0.001, "{added:?}");
    }
}
