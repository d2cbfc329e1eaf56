//! Delays planted in a path, and what the drivers that time single commits make of them.

mod few_threads;

use std::num::{NonZeroU8, NonZeroU32};
use std::path::Path;
use std::thread;
use std::time::Duration;

use measure::attribution::{Cause, CheckpointSpans, UsualStages, attribute};
use measure::device::DeviceMeter;
use write_path::{
    Admission, Counters, Inspect, Operation, Packet, Record, Settings, StorageSizes, Ticket, Vote,
    WriteError, WritePath,
};

use super::*;

/// Far longer than anything else that happens to a packet here.
const DELAY: Duration = Duration::from_millis(150);

/// The packet that meets the delay.
const DELAYED_PACKET: u64 = 7;

const PACKETS: u64 = 20;

/// Where a path is slow once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slow {
    Insert,
    Commit,
    CommitThatResetsTheWal,
    AfterAck,
}

/// A path that does nothing, once slowly.
struct SlowOnce {
    slow: Slow,
    submitted: u64,
}

impl SlowOnce {
    fn delay_if(&self, slow: &[Slow]) {
        if self.submitted == DELAYED_PACKET && slow.contains(&self.slow) {
            thread::sleep(DELAY);
        }
    }
}

impl WritePath for SlowOnce {
    fn submit(&mut self, _packet: &Packet) -> Result<Ticket, WriteError> {
        self.submitted += 1;
        self.delay_if(&[Slow::Insert]);
        Ok(Ticket(self.submitted))
    }

    fn wait(&mut self, _ticket: Ticket) -> Result<(), WriteError> {
        self.delay_if(&[Slow::Commit, Slow::CommitThatResetsTheWal]);
        Ok(())
    }

    fn after_ack(&mut self) -> Result<(), WriteError> {
        self.delay_if(&[Slow::AfterAck]);
        Ok(())
    }

    fn drain(&mut self) -> Result<(), WriteError> {
        Ok(())
    }

    fn counters(&self) -> Counters {
        Counters::default()
    }

    fn inspect(&self) -> &dyn Inspect {
        self
    }

    fn admission(&self) -> Admission<'_> {
        Admission::Serial
    }

    fn close(self: Box<Self>) -> Result<(), WriteError> {
        Ok(())
    }
}

impl Inspect for SlowOnce {
    fn settings(&self) -> Result<Settings, WriteError> {
        Ok(Settings::new())
    }

    fn storage_sizes(&self) -> Result<StorageSizes, WriteError> {
        Ok(StorageSizes::default())
    }

    fn wal_resets(&self) -> Result<Option<u64>, WriteError> {
        let has_reset =
            self.slow == Slow::CommitThatResetsTheWal && self.submitted >= DELAYED_PACKET;
        Ok(Some(has_reset.into()))
    }
}

fn packets(count: u64) -> Vec<Packet> {
    let vote = |user| Record::Vote(Vote { article: 1, user });
    (0..count).map(|user| Packet::new(vec![Operation::Insert(vote(user))])).collect()
}

fn recorder() -> Recorder {
    watch_with(TraceLevel::Tails)
}

fn watch_with(trace_level: TraceLevel) -> Recorder {
    let meter = DeviceMeter::of(Path::new("/")).expect("a device or none");
    Recorder::begin(meter, trace_level)
}

fn open(packets_per_second: u32) -> Driver {
    let rate = NonZeroU32::new(packets_per_second).expect("not zero");
    Driver::OpenLoop { rate: OfferedRate::PacketsPerSecond(rate), arrivals: Arrivals::Paced }
}

fn offered_per_second(running: &Running) -> f64 {
    let Running::Open(open_loop) = running else { panic!("{running:?}") };
    open_loop.schedule.rate.as_per_second()
}

/// The causes of all acks, the slowest first, when packets are driven in stretches of so many.
fn causes(driver: Driver, slow: Slow, stretch: u64) -> Vec<Cause> {
    let mut running = driver.start(|| unreachable!("the rate is absolute")).expect("started");
    let mut path = SlowOnce { slow, submitted: 0 };
    let mut recorder = recorder();
    let mut spans = Vec::new();
    for _ in 0..PACKETS / stretch {
        running.run(&mut path, &packets(stretch), &mut recorder).expect("driven");
        spans.extend(recorder.take_tail().slow_acks.into_spans());
    }
    assert_eq!(spans.len() as u64, PACKETS);
    let usual = UsualStages { insert: Duration::ZERO, commit: Duration::ZERO };
    attribute(&spans, 100 * PACKETS, &CheckpointSpans::default(), usual)
        .iter()
        .map(|ack| ack.cause)
        .collect()
}

#[test]
fn a_closed_loop_finds_each_planted_delay_also_across_a_pause() {
    for stretch in [PACKETS, 1] {
        for (slow, cause) in [
            (Slow::Insert, Cause::Unexplained),
            (Slow::Commit, Cause::OwnSync),
            (Slow::CommitThatResetsTheWal, Cause::WalReset),
            (Slow::AfterAck, Cause::Queue),
        ] {
            let found = causes(Driver::ClosedLoop, slow, stretch);
            assert_eq!(found[0], cause, "{slow:?} in stretches of {stretch}");
        }
    }
}

#[test]
fn a_closed_loop_notes_every_packet_once_and_in_its_slot() {
    for trace_level in [TraceLevel::Latencies, TraceLevel::Tails] {
        for (slow, stretch) in
            [Slow::Commit, Slow::AfterAck].into_iter().flat_map(|slow| [(slow, PACKETS), (slow, 1)])
        {
            let mut path = SlowOnce { slow, submitted: 0 };
            let mut recorder = watch_with(trace_level);
            let mut driven = Duration::ZERO;
            for _ in 0..PACKETS / stretch {
                let packets = packets(stretch);
                driven += Running::ClosedLoop.run(&mut path, &packets, &mut recorder).unwrap();
            }
            let told = format!("{slow:?} in stretches of {stretch}, {trace_level:?}");
            assert!(driven >= DELAY, "{told}");
            let (acks, stages) = recorder.take_latencies();
            assert_eq!((acks.count(), stages.commit.count()), (PACKETS, PACKETS), "{told}");
            // What is done after an ack makes the next one late.
            let delay_ns = DELAY.as_nanos() as u64;
            assert!(acks.longest().unwrap() >= delay_ns, "{told}");
            let is_in_commit = stages.commit.longest().unwrap() >= delay_ns;
            assert_eq!(is_in_commit, slow == Slow::Commit, "{told}");
            let slots = recorder.finish().slots;
            let operations: Vec<u64> = slots.iter().map(|slot| slot.operations).collect();
            assert_eq!(operations.iter().sum::<u64>(), PACKETS, "{told}");
            let before_delay = DELAYED_PACKET - u64::from(slow == Slow::Commit);
            assert_eq!(operations[0], before_delay, "{told}: {operations:?}");
        }
    }
}

/// Acks and stages move the timeline on: they must not hide that a slot is over.
#[test]
fn drivers_sample_the_sizes_of_what_is_stored() {
    let clients = NonZeroU32::new(2).expect("not zero");
    for mut driver in [
        Running::ClosedLoop,
        Running::GroupCommit { clients },
        Running::InFlight { packets: clients },
    ] {
        let mut recorder = watch_with(TraceLevel::Latencies);
        let mut path = SlowOnce { slow: Slow::Insert, submitted: 0 };
        driver.run(&mut path, &packets(PACKETS), &mut recorder).expect("driven");
        let sampled = recorder.finish().slots.iter().filter(|slot| slot.sizes.is_some()).count();
        assert!(sampled > 0, "{driver:?}");
    }
}

#[test]
fn in_an_open_loop_packets_behind_a_slow_one_wait_in_line() {
    // At 100 packets a second a dozen of them come during the delay.
    let found = causes(open(100), Slow::Commit, PACKETS);
    assert_eq!(found[0], Cause::OwnSync);
    assert!(found[1..8].iter().all(|cause| *cause == Cause::Queue), "{found:?}");
    let found = causes(open(100), Slow::AfterAck, PACKETS);
    assert!(found[..7].iter().all(|cause| *cause == Cause::Queue), "{found:?}");
}

#[test]
fn an_open_loop_notes_how_late_it_was_and_keeps_its_schedule_over_pauses() {
    let mut running = open(1_000).start(|| unreachable!("absolute")).expect("started");
    assert_eq!(offered_per_second(&running), 1_000.0);
    let mut path = SlowOnce { slow: Slow::AfterAck, submitted: DELAYED_PACKET };
    let mut recorder = recorder();
    let mut driven = Duration::ZERO;
    for _ in 0..10 {
        driven += running.run(&mut path, &packets(5), &mut recorder).expect("driven");
    }
    let lateness = recorder.take_tail().driver_lateness;
    assert!((1..=50).contains(&lateness.count()), "{}", lateness.count());
    // No packet is handed in before its time: the last of fifty is due after 50 ms.
    assert!(driven >= Duration::from_millis(50), "{driven:?}");
}

#[test]
fn a_share_of_the_saturation_is_a_share_of_what_was_measured() {
    let rate = OfferedRate::PercentOfSaturation(NonZeroU8::new(50).expect("not zero"));
    let driver = Driver::OpenLoop { rate, arrivals: Arrivals::Poisson };
    let saturation = ArrivalRate::per_second(300.0).expect("a rate");
    let running = driver.start(|| Ok(saturation)).expect("started");
    assert_eq!(offered_per_second(&running), 150.0);
    assert_eq!(driver.axis().label, "open50");
    assert_eq!(open(300).axis().label, "paced300ps");
    let refused = driver.start(|| Err(RunnerError::NoSamples));
    assert!(matches!(refused, Err(RunnerError::NoSamples)));
}
