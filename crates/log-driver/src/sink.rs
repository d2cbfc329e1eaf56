//! The sink: calls that take their time, acks, refusals and outages.

use std::time::{Duration, Instant};

use measure::latency::LatencyHistogram;
use measure::nanoseconds;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use runner::workload::SEED;

use crate::batch::Batch;
use crate::envelope::{Answer, Delivery, ToDatabase};
use crate::journal::{Journal, Noted};
use crate::mailbox::{Received, Unsent};
use crate::number_set::NumberSet;
use crate::plan::{Answers, Batching, Plan, SinkSpec};
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
#[derive(Debug, Default)]
pub(crate) struct Delivered {
    /// The numbers of what it acked.
    pub(crate) numbers: NumberSet,
    /// How long messages lay on their way to it.
    pub(crate) wait_ns: LatencyHistogram,
}

/// Delivers until there is no more.
pub(crate) async fn run(plan: &Plan, shared: &Shared<'_>) -> anyhow::Result<Delivered> {
    let mut sink = Sink {
        spec: plan.sink,
        shared,
        begun: Instant::now(),
        random: SmallRng::seed_from_u64(SEED ^ plan.first_number),
        delivered: Delivered::default(),
        journal: plan.open_journal(Stage::Sink)?,
    };
    let (messages_max, age_max) = (plan.sink.batch_max, plan.sink.batch_age_max);
    let mut batch = Batch::new(Batching { messages_max, age_max });
    loop {
        let deadline = batch.due().unwrap_or_else(|| Instant::now() + IDLE);
        let received = shared.to_sink.receive(deadline).await;
        let is_closed = matches!(received, Received::Closed);
        if let Received::Item(delivery) = received {
            sink.delivered.wait_ns.record_ns(nanoseconds(delivery.sent.elapsed()));
            batch.push(delivery);
        }
        let is_due = is_closed || batch.is_due(Instant::now());
        if (is_due && !sink.call(batch.take()).await?) || is_closed {
            return Ok(sink.delivered);
        }
    }
}

impl Sink<'_> {
    /// Makes one call; `false` once nobody hears its answers.
    async fn call(&mut self, batch: Vec<Delivery>) -> anyhow::Result<bool> {
        if batch.is_empty() {
            return Ok(true);
        }
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
                self.shared.tally().counts.delivered += 1;
            } else {
                self.shared.tally().counts.refused += 1;
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
                self.shared.tally().counts.given_up += 1;
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
