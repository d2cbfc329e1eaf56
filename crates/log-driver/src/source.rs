//! The source: hands messages in at a rate, as a PULL socket would get them.

use std::time::{Duration, Instant};

use measure::latency::LatencyHistogram;
use measure::nanoseconds;
use rand::SeedableRng;
use rand::rngs::SmallRng;
use rand_distr::{Distribution, Exp1};
use runner::workload::SEED;

use crate::envelope::ToDatabase;
use crate::input::InputReader;
use crate::mailbox::Unsent;
use crate::plan::Plan;
use crate::rate::Rate;
use crate::shared::Shared;
use crate::topology::MESSAGES;
use crate::waits::Stage;

/// How long the source sleeps at most before it looks whether it is to stop.
const NAP_MAX: Duration = Duration::from_millis(50);

/// When each message is due.
struct Clock {
    rate: Rate,
    begun: Instant,
    sent: u64,
    due: Duration,
    random: SmallRng,
}

impl Clock {
    /// When the next message is due; `None` for at once.
    fn next_due(&mut self) -> Option<Instant> {
        let sent = self.sent;
        self.sent += 1;
        match self.rate {
            Rate::Fast => None,
            Rate::Bursts(per_second) => {
                Some(self.begun + Duration::from_secs(sent / u64::from(per_second.get())))
            }
            // Counted from when the last one was handed on, as a sleep is.
            Rate::Sleep(sleep) => (sent > 0).then(|| Instant::now() + sleep),
            Rate::Poisson(per_second) => {
                let gap: f64 = Exp1.sample(&mut self.random);
                self.due += Duration::from_secs_f64(gap / f64::from(per_second.get()));
                Some(self.begun + self.due)
            }
        }
    }
}

/// Hands messages in until there are enough, the time is over, or somebody stops it. Returns how long that took each of
/// them that was due.
pub(crate) async fn run(
    plan: &Plan,
    mut input: InputReader<'_>,
    shared: &Shared<'_>,
) -> anyhow::Result<LatencyHistogram> {
    let begun = Instant::now();
    let mut hand_in_ns = LatencyHistogram::new();
    let mut free = begun;
    let end = plan.source_time_max.map(|time| begun + time);
    let random = SmallRng::seed_from_u64(SEED);
    let mut clock = Clock { rate: plan.rate, begun, sent: 0, due: Duration::ZERO, random };
    let mut left = plan.messages.map_or(u64::MAX, std::num::NonZeroU64::get);
    while left > 0 {
        left -= 1;
        let message = input.next_message()?;
        let due = clock.next_due();
        let asked = Instant::now();
        if !sleep_until(due, end, shared).await {
            break;
        }
        let item = ToDatabase::Message(message);
        let patience = shared.channels.patience;
        let sent = shared.to_database.send(MESSAGES, item, Stage::Source, patience).await;
        // Before it is due, or while another one is handed in, it waits for nobody.
        let ready = due.map_or(asked, |due| due.max(free));
        free = Instant::now();
        hand_in_ns.record_ns(nanoseconds(free.saturating_duration_since(ready)));
        match sent {
            Ok(()) => shared.tally().counts.handed_in += 1,
            Err(Unsent::TimedOut) => shared.tally().counts.turned_away += 1,
            Err(Unsent::Closed) => break,
            Err(Unsent::Deadlock(deadlock)) => {
                shared.end_in(deadlock);
                break;
            }
        }
    }
    Ok(hand_in_ns)
}

/// Sleeps until a message is due; `false` if none is to come any more.
async fn sleep_until(due: Option<Instant>, end: Option<Instant>, shared: &Shared<'_>) -> bool {
    loop {
        let now = Instant::now();
        if shared.source_is_stopped() || end.is_some_and(|end| now >= end) {
            return false;
        }
        let left = due.and_then(|due| due.checked_duration_since(now)).unwrap_or_default();
        if left.is_zero() {
            return true;
        }
        shared.turns.pause(left.min(NAP_MAX)).await;
    }
}
