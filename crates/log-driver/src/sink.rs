//! The sink: calls that take their time, acks, refusals and outages.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use measure::latency::LatencyHistogram;
use measure::nanoseconds;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use runner::workload::SEED;

use crate::envelope::{Answer, Delivery, ToDatabase};
use crate::error::DriverError;
use crate::journal::{Journal, Noted};
use crate::mailbox::{Received, Unsent};
use crate::number_set::NumberSet;
use crate::plan::{Answers, Plan, SinkSpec};
use crate::shared::Shared;
use crate::waits::Stage;

/// How long the sink waits when nothing comes.
const IDLE: Duration = Duration::from_millis(100);

struct Sink<'run> {
    spec: SinkSpec,
    shared: &'run Shared<'run>,
    begun: Instant,
    random: SmallRng,
    delivered: Delivered,
    journal: Option<Journal>,
}

/// What a sink knows at its end.
#[derive(Debug)]
pub(crate) struct Delivered {
    /// The numbers of what it acked.
    pub(crate) numbers: NumberSet,
    /// How long messages lay on their way to it.
    pub(crate) wait_ns: LatencyHistogram,
}

/// Delivers until there is no more.
pub(crate) async fn run(plan: &Plan, shared: &Shared<'_>) -> Result<Delivered, DriverError> {
    let mut sink = Sink {
        spec: plan.sink,
        shared,
        begun: Instant::now(),
        random: SmallRng::seed_from_u64(SEED ^ plan.first_number),
        delivered: Delivered { numbers: NumberSet::default(), wait_ns: LatencyHistogram::new() },
        journal: plan.open_journal(Stage::Sink)?,
    };
    let mut batch: Vec<Delivery> = Vec::new();
    let mut oldest = Instant::now();
    loop {
        let deadline =
            if batch.is_empty() { Instant::now() + IDLE } else { oldest + plan.sink.batch_age_max };
        let is_closed = match shared.to_sink.receive(deadline).await {
            Received::Item(delivery) => {
                let waited = delivery.sent.elapsed();
                sink.delivered.wait_ns.record_ns(nanoseconds(waited));
                if batch.is_empty() {
                    oldest = Instant::now();
                }
                batch.push(delivery);
                false
            }
            Received::Nothing => false,
            Received::Closed => true,
        };
        let is_full = batch.len() >= plan.sink.batch_max.get() as usize;
        let is_due = is_full || is_closed || oldest.elapsed() >= plan.sink.batch_age_max;
        if is_due && !batch.is_empty() && !sink.call(std::mem::take(&mut batch)).await? {
            break;
        }
        if is_closed {
            break;
        }
    }
    Ok(sink.delivered)
}

impl Sink<'_> {
    /// Makes one call; `false` once nobody hears its answers.
    async fn call(&mut self, batch: Vec<Delivery>) -> Result<bool, DriverError> {
        self.shared.turns.pause(self.spec.latency).await;
        let fails = self.is_in_outage();
        for Delivery { key, message, .. } in batch {
            debug_assert_eq!(key.number, message.number);
            let is_acked = match self.spec.answers {
                Answers::Never => continue,
                Answers::Acks { refused } => {
                    !fails && (refused == 0.0 || self.random.random::<f64>() >= refused)
                }
            };
            if is_acked {
                self.delivered.numbers.insert(key.number);
                if let Some(journal) = &mut self.journal {
                    journal.note(Noted::Delivered, &[key.number])?;
                }
                self.shared.counters.delivered.fetch_add(1, Ordering::Relaxed);
            } else {
                self.shared.counters.refused.fetch_add(1, Ordering::Relaxed);
            }
            if !self.answer(Answer { key, is_acked }).await {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn answer(&self, answer: Answer) -> bool {
        let Shared { to_database, channels, .. } = self.shared;
        let lane = channels.to_database.len() - 1;
        let item = ToDatabase::Answer(answer);
        match to_database.send(lane, item, Stage::Sink, channels.patience).await {
            Ok(()) => true,
            Err(Unsent::TimedOut) => {
                self.shared.counters.given_up.fetch_add(1, Ordering::Relaxed);
                true
            }
            Err(Unsent::Closed) => false,
            Err(Unsent::Deadlock(deadlock)) => {
                self.shared.end_in(deadlock);
                false
            }
        }
    }

    fn is_in_outage(&self) -> bool {
        self.spec.outages.is_some_and(|outages| {
            let elapsed = self.begun.elapsed();
            let into_period = elapsed.as_nanos() % outages.every.as_nanos();
            elapsed >= outages.every && into_period < outages.length.as_nanos()
        })
    }
}
