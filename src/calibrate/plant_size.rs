//! How large a planted cost is in truth: measured by itself, and not by the design that has to find it.

use std::time::{Duration, Instant};

use fixture::{Case, Place};
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
    /// What it adds to a packet's time, as a share of it.
    pub(super) share: f64,
    /// Half of the 95 % interval of `share`.
    pub(super) half_width: f64,
    /// A packet's time without it.
    pub(super) packet_ns: f64,
}

/// Groups of four turns (without, with, with, without) on one store: about as many packets as a replicate has, so that
/// the store is as large.
const GROUPS_OF_A_STORE: usize = 12;

/// Stores on which an amount is measured at least.
const STORES_MIN: usize = 25;

/// Half of the 95 % interval of what an amount adds, at which no further store is taken: a tenth of 3 %.
const HALF_WIDTH_ENOUGH: f64 = 0.003;

/// How long one amount is measured at most.
const MEASURED_FOR_MAX: Duration = Duration::from_secs(20);

/// How far what an amount adds may be above what is wanted, as a share of that: amounts are whole, and less than what is
/// wanted would be another question.
const TOLERANCE: f64 = 0.15;

/// How often the amount is corrected. What it adds in the end is told, whatever it is.
const CORRECTIONS_MAX: u32 = 6;

/// Packets of a turn: so few that all four turns lie in one moment of the processor.
const PACKETS_OF_A_TURN: u64 = 4;

/// Records of a packet.
const RECORDS: u32 = 400;

/// The largest amount that is planted.
const AMOUNT_MAX: f64 = 10_000_000.0;

/// Chooses an amount that adds `wanted` (a share) to a packet's time, and measures what it really adds: on the same stores,
/// in turns with none, so that nothing differs but the amount.
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
        let (share, half_width) = middle(&groups)?;
        let beyond = share / wanted - 1.0;
        if (0.0..=TOLERANCE).contains(&beyond) || corrections == CORRECTIONS_MAX {
            let without: Vec<f64> = groups.iter().map(|group| group.without_ns).collect();
            let packet_ns = median(&without).unwrap_or(f64::NAN) / (2 * PACKETS_OF_A_TURN) as f64;
            return Ok(PlantSize { amount, share, half_width, packet_ns });
        }
        // In the middle of what is accepted.
        amount = corrected(amount, share, wanted * (1.0 + TOLERANCE / 2.0));
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

/// Times groups of turns on fresh stores, in each layout of the code by turns, until the middle is known well enough.
fn groups(
    spec: SqliteSpec,
    place: PlantedIn,
    amount: u32,
    volume: &mut Volume,
) -> anyhow::Result<Vec<Group>> {
    let plant = Plant::of(place, 0);
    let layouts: Vec<SqliteSpec> = std::iter::once(spec).chain(further_layouts(spec)).collect();
    let mut groups = Vec::new();
    let begin = Instant::now();
    for (stores, spec) in layouts.into_iter().cycle().enumerate() {
        let is_known = |groups: &[Group]| {
            middle(groups).is_ok_and(|(_, half_width)| half_width <= HALF_WIDTH_ENOUGH)
        };
        if stores >= STORES_MIN && (is_known(&groups) || begin.elapsed() > MEASURED_FOR_MAX) {
            break;
        }
        let path = PlantedSpec { spec, plant: plant.clone() };
        let case = Case::new(path, in_memory(votes(RECORDS))).prefilled(TURNS_PREFILL);
        let store = Store::open(&case, volume, Start::SteadyState)?;
        let recorder = Recorder::begin(store.device_meter()?, TraceLevel::Latencies);
        let mut turns = Turns { store, recorder, plant: plant.clone() };
        turns.add_groups(amount, &mut groups)?;
        turns.store.path.close()?;
    }
    Ok(groups)
}

/// The times of two turns with the cost and of two without.
#[derive(Debug, Clone, Copy)]
struct Group {
    with_ns: f64,
    without_ns: f64,
}

struct Turns {
    store: Store,
    recorder: Recorder,
    plant: Plant,
}

impl Turns {
    fn add_groups(&mut self, amount: u32, groups: &mut Vec<Group>) -> anyhow::Result<()> {
        for number in 0..=GROUPS_OF_A_STORE {
            fixture::check_interrupt()?;
            let (mut with, mut without) = (Duration::ZERO, Duration::ZERO);
            for turn in 0..4 {
                // Who begins alternates.
                if [1, 2].contains(&turn) == number.is_multiple_of(2) {
                    with += self.turn(amount)?;
                } else {
                    without += self.turn(0)?;
                }
            }
            self.store.settle()?;
            // The first one warms up.
            if number > 0 {
                let (with_ns, without_ns) = (with.as_nanos() as f64, without.as_nanos() as f64);
                groups.push(Group { with_ns, without_ns });
            }
        }
        Ok(())
    }

    fn turn(&mut self, amount: u32) -> anyhow::Result<Duration> {
        self.plant.set(amount);
        let done = self.store.work(Task::Write, PACKETS_OF_A_TURN, &mut self.recorder)?;
        // Histograms that nobody asks for are emptied here.
        drop(self.recorder.take_latencies());
        Ok(done.elapsed)
    }
}

/// The median of what the cost adds, as a share, and half of its 95 % interval (the normal approximation by order
/// statistics needs no spread: the ranks around the median).
fn middle(groups: &[Group]) -> anyhow::Result<(f64, f64)> {
    let mut shares: Vec<f64> =
        groups.iter().map(|group| group.with_ns / group.without_ns - 1.0).collect();
    shares.sort_by(f64::total_cmp);
    let count = shares.len() as f64;
    let reach = 0.98 * count.sqrt();
    let at = |rank: f64| shares.get(rank.max(0.0).min(count - 1.0) as usize).copied();
    let ends = at(count / 2.0 - reach).zip(at(count / 2.0 + reach));
    let (middle, (low, high)) = median(&shares)
        .zip(ends)
        .ok_or_else(|| anyhow::anyhow!("expected turns with and without the cost, got none"))?;
    Ok((middle, (high - low) / 2.0))
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
    fn the_middle_is_not_moved_by_stalls() {
        let group = |number: i32| Group {
            with_ns: if number == 7 { 1e9 } else { 1030.0 + f64::from(number % 5) },
            without_ns: 1000.0,
        };
        let groups: Vec<Group> = (0..120).map(group).collect();
        let (share, half_width) = middle(&groups).unwrap();
        assert!((share - 0.032).abs() < 1e-9, "{share}");
        assert!(half_width <= 0.001, "{half_width}");
        assert!(middle(&[]).is_err());
    }
}
