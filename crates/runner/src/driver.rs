//! Drivers: what hands packets in and takes acks, and when.

mod appenders;
mod group_commit;
mod in_flight;
mod offered_rate;
mod open_loop;
mod recorder;
mod schedule;
#[cfg(test)]
mod tests;

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use measure::attribution::{AckSpan, Interval};
use write_path::{Admission, AxisValue, Packet, WritePath};

use crate::error::RunnerError;
use crate::interrupt;
use crate::workload::SEED;
pub use offered_rate::OfferedRate;
use open_loop::OpenLoop;
use recorder::Moments;
pub use recorder::{Ack, AckStages, Recorder, Tail, TraceLevel};
pub use schedule::{ArrivalRate, Arrivals, Schedule};

/// How packets are handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Driver {
    /// One client: the next packet is due when the previous one is acked.
    ClosedLoop,
    /// Several clients in closed loops over a serial path: whatever waits is merged into one
    /// commit.
    GroupCommit {
        /// How many clients.
        clients: NonZeroU32,
    },
    /// Several clients in closed loops, each a thread that enters the engine's own group commit.
    Appenders {
        /// How many threads.
        threads: NonZeroU32,
    },
    /// One thread that keeps several packets on their way: each ack makes the next one due.
    InFlight {
        /// How many packets.
        packets: NonZeroU32,
    },
    /// One thread that hands packets in at their own times, whether the path is free or not: what
    /// comes while it is busy waits in line.
    OpenLoop {
        /// How many packets come.
        rate: OfferedRate,
        /// How they are spread over time.
        arrivals: Arrivals,
    },
}

/// A driver at work on a case.
#[derive(Debug)]
pub enum Running {
    /// As [`Driver::ClosedLoop`].
    ClosedLoop,
    /// As [`Driver::GroupCommit`].
    GroupCommit {
        /// How many clients.
        clients: NonZeroU32,
    },
    /// As [`Driver::Appenders`].
    Appenders {
        /// How many threads.
        threads: NonZeroU32,
    },
    /// As [`Driver::InFlight`].
    InFlight {
        /// How many packets.
        packets: NonZeroU32,
    },
    /// It takes its time from a schedule, and not from the path.
    Open(OpenLoop),
}

impl Driver {
    /// The driver as an axis.
    pub fn axis(self) -> AxisValue {
        let (value, label) = match self {
            Self::ClosedLoop => ("closed".to_string(), "closed".to_string()),
            Self::GroupCommit { clients } => {
                (format!("merged:clients={clients}"), format!("merge{clients}"))
            }
            Self::Appenders { threads } => {
                (format!("appenders:threads={threads}"), format!("own{threads}"))
            }
            Self::InFlight { packets } => {
                (format!("in_flight:packets={packets}"), format!("fly{packets}"))
            }
            Self::OpenLoop { rate, arrivals } => rate.describe(arrivals),
        };
        AxisValue::labelled("driver", value, label)
    }

    /// How many packets wait for one ack at most: the size, in packets, of the floor's write that
    /// is comparable with a commit.
    pub fn packets_in_flight(self) -> NonZeroU32 {
        match self {
            Self::ClosedLoop | Self::OpenLoop { .. } => NonZeroU32::MIN,
            Self::GroupCommit { clients: packets }
            | Self::Appenders { threads: packets }
            | Self::InFlight { packets } => packets,
        }
    }

    /// Whether each packet is a commit of its own.
    pub fn commits_one_by_one(self) -> bool {
        match self {
            Self::ClosedLoop | Self::OpenLoop { .. } => true,
            Self::GroupCommit { .. } | Self::Appenders { .. } | Self::InFlight { .. } => false,
        }
    }

    /// Whether packets come at their own times: the rate is then what was offered.
    pub fn is_open(self) -> bool {
        matches!(self, Self::OpenLoop { .. })
    }

    /// Packets per second that come at their own times; `None` where acks make the next packets due, and where the rate
    /// is a share of what nobody has measured yet.
    pub fn offered_per_second(self) -> Option<f64> {
        match self {
            Self::OpenLoop { rate: OfferedRate::PacketsPerSecond(packets), .. } => {
                Some(packets.get().into())
            }
            Self::OpenLoop { rate: OfferedRate::PercentOfSaturation(_), .. }
            | Self::ClosedLoop
            | Self::GroupCommit { .. }
            | Self::Appenders { .. }
            | Self::InFlight { .. } => None,
        }
    }

    /// Puts the driver to work. `saturation` tells how many packets per second the path commits in a
    /// closed loop, and is asked only where the rate depends on it.
    pub fn start(
        self,
        saturation: impl FnOnce() -> Result<ArrivalRate, RunnerError>,
    ) -> Result<Running, RunnerError> {
        Ok(match self {
            Self::ClosedLoop => Running::ClosedLoop,
            Self::GroupCommit { clients } => Running::GroupCommit { clients },
            Self::Appenders { threads } => Running::Appenders { threads },
            Self::InFlight { packets } => Running::InFlight { packets },
            Self::OpenLoop { rate, arrivals } => {
                let rate = match rate {
                    OfferedRate::PacketsPerSecond(packets) => ArrivalRate::of_count(packets),
                    OfferedRate::PercentOfSaturation(percent) => saturation()?.percent(percent),
                };
                Running::Open(OpenLoop::new(Schedule::new(arrivals, rate, SEED)))
            }
        })
    }
}

impl Running {
    /// Hands in every packet and returns when all are acked and the work put off is done: how long
    /// it took.
    pub fn run(
        &mut self,
        path: &mut dyn WritePath,
        packets: &[Packet],
        recorder: &mut Recorder,
    ) -> Result<Duration, RunnerError> {
        match self {
            Self::ClosedLoop => closed_loop(path, packets, recorder),
            Self::GroupCommit { clients } => group_commit::run(path, *clients, packets, recorder),
            Self::InFlight { packets: window } => in_flight::run(path, *window, packets, recorder),
            Self::Appenders { threads } => match path.admission() {
                Admission::Concurrent(path) => appenders::run(path, *threads, packets, recorder),
                Admission::Serial => Err(RunnerError::Unfit(format!(
                    "the load has {threads} threads enter the engine at once, but its path admits one commit at a \
                     time; use the group-commit driver"
                ))),
            },
            Self::Open(open_loop) => open_loop.run(path, packets, recorder),
        }
    }
}

/// One client: the next packet is due when the previous one is acked.
fn closed_loop(
    path: &mut dyn WritePath,
    packets: &[Packet],
    recorder: &mut Recorder,
) -> Result<Duration, RunnerError> {
    let mut seen = std::mem::take(&mut recorder.seen);
    seen.reserve(packets.len());
    let looks_at_each = recorder.traces_tails();
    let mut next_sample = recorder.next_sample();
    let begin = Instant::now();
    let mut client = Client::at(begin, recorder);
    let mut recording = Duration::ZERO;
    for packet in packets {
        interrupt::check()?;
        let ticket = path.submit(packet)?;
        let inserted = Instant::now();
        path.wait(ticket)?;
        let acked = Instant::now();
        recorder.acked(packet.len());
        path.after_ack()?;
        let done = Instant::now();
        seen.push(Moments { inserted, acked, done, operations: packet.len() });
        if looks_at_each || done >= next_sample {
            client.note(&mut seen, path, recorder)?;
            recorder.sample_if_due(done, path)?;
            next_sample = recorder.next_sample();
            // It is not the path's doing, and belongs to no ack and to no rate.
            let recorded_for = done.elapsed();
            recording += recorded_for;
            client.go_on_after(recorded_for);
        }
    }
    let elapsed = begin.elapsed() - recording;
    client.note(&mut seen, path, recorder)?;
    recorder.put_off = Some(client.queued);
    recorder.seen = seen;
    Ok(elapsed)
}

/// What the client waits for.
struct Client {
    /// The work that was put off until after the previous ack: the next packet waits for it.
    queued: Interval,
    /// When it handed its next packet in.
    handed_in: Instant,
    /// When the path was free for it: where the ack's own stages start.
    free: Instant,
}

impl Client {
    /// The client's first packet here waits for the work after an ack that was driven before a pause, too.
    fn at(begin: Instant, recorder: &mut Recorder) -> Self {
        let queued = recorder.put_off.take().unwrap_or(Interval::empty_at(begin));
        Self { queued, handed_in: begin - queued.duration(), free: begin }
    }

    /// Notes the packets that were seen. This is off the clock, since noting takes a good part of what committing a packet in
    /// memory takes.
    #[inline(never)]
    fn note(
        &mut self,
        seen: &mut Vec<Moments>,
        path: &dyn WritePath,
        recorder: &mut Recorder,
    ) -> Result<(), RunnerError> {
        for Moments { inserted, acked, done, operations } in seen.drain(..) {
            let Self { queued, handed_in, free } = *self;
            recorder.ack(&Ack { handed_in, acked, operations });
            recorder.stages(&AckStages { begun: free, inserted, acked, done });
            let driver_late = Duration::ZERO;
            let began_wal_anew = false;
            let span =
                AckSpan { queued, driver_late, begun: free, inserted, acked, began_wal_anew };
            recorder.span(span, path)?;
            let queued = Interval { begin: acked, end: done };
            *self = Self { queued, handed_in: acked, free: done };
        }
        Ok(())
    }

    /// So long nothing was driven.
    fn go_on_after(&mut self, pause: Duration) {
        self.handed_in += pause;
        self.free += pause;
    }
}
