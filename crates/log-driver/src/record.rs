//! A run as a run record.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use measure::device::WrittenBytes;
use measure::latency::LatencyHistogram;
use measure::record::{
    AxisValue, CaseRecord, DeviceRecord, LatencyRecord, QueueRecord, RunRecord, SpaceRecord,
    Standing, VerifyRecord,
};
use measure::spread::Spread;
use measure::utc::UtcSecond;
use runner::record::{new_record, sqlite_record};
use runner::session::{Session, Topic, floor_record};
use runner::workload::Workload;

use crate::error::NothingStored;
use crate::input::InputFile;
use crate::outcome::{End, Outcome};
use crate::pipeline::Observer;
use crate::plan::{Batching, Plan};
use crate::store::StoreSpec;

/// The question that runs belong to.
pub const QUESTION: &str = "log_driver_runs";

/// What all runs are about.
pub const TOPIC: Topic = Topic {
    question: QUESTION,
    asks: "how fast does a durable queue take, deliver and delete messages?",
    claim: "10,000 messages take 42.9 s with the rollback journal and 12.0 s with the WAL",
    settled_by: "messages per second until the last deletion, and the time series",
    swept_axis: "topology",
};

impl Plan {
    /// Runs the plan on a fresh store, and keeps its record if any message was stored.
    ///
    /// # Errors
    /// As [`Plan::run`]; and when the record cannot be written.
    pub fn measure(
        &self,
        session: &mut Session,
        input: &InputFile,
        observer: &mut dyn Observer,
    ) -> anyhow::Result<Outcome> {
        let before = session.read_yardsticks()?;
        let round = Round::run(self, session, input, observer)?;
        if round.outcome.counts.inserted > 0 {
            let common = record_of(QUESTION, self, &[&round], session.scratch().path())?;
            let floor = floor_record(&[before, session.read_yardsticks()?]);
            let (queue, notes) = (Some(queue_of(&round.outcome)?), notes_of(&round.outcome));
            session.keep(&RunRecord { queue, notes, floor, ..common })?;
        }
        Ok(round.outcome)
    }

    /// Runs the plan on a fresh store, and keeps nothing.
    ///
    /// # Errors
    /// As [`Plan::run`].
    pub fn try_out(
        &self,
        session: &Session,
        input: &InputFile,
        observer: &mut dyn Observer,
    ) -> anyhow::Result<Outcome> {
        Round::run(self, session, input, observer).map(|round| round.outcome)
    }
}

/// A run on a fresh store.
#[derive(Debug)]
pub(crate) struct Round {
    pub(crate) started_utc: UtcSecond,
    /// The inode of the store's directory: the placement.
    pub(crate) inode: u64,
    pub(crate) outcome: Outcome,
}

impl Round {
    pub(crate) fn run(
        plan: &Plan,
        session: &Session,
        input: &InputFile,
        observer: &mut dyn Observer,
    ) -> anyhow::Result<Self> {
        let started_utc = UtcSecond::now();
        let directory = session.scratch().case_directory()?;
        let inode = std::fs::metadata(directory.path()).map_or(0, |metadata| metadata.ino());
        let outcome = plan.run(input, directory.path(), observer)?;
        Ok(Self { started_utc, inode, outcome })
    }
}

/// What all rounds of a plan showed together.
pub(crate) fn record_of(
    question: &str,
    plan: &Plan,
    rounds: &[&Round],
    scratch: &Path,
) -> anyhow::Result<RunRecord> {
    let first = rounds.first().ok_or(NothingStored)?;
    let last = rounds.last().ok_or(NothingStored)?;
    let outcomes = || rounds.iter().map(|round| &round.outcome);
    let rate =
        |of: fn(&Outcome) -> f64| Spread::of(outcomes().map(of).collect()).ok_or(NothingStored);
    let mut acks = LatencyHistogram::new();
    outcomes().for_each(|outcome| acks.merge(&outcome.kept.insert_ns));
    let slices = || outcomes().flat_map(|outcome| &outcome.series);
    let written = slices().filter_map(|slice| slice.device_bytes_written).reduce(u64::wrapping_add);
    let written = WrittenBytes { device_bytes_written: written, ..WrittenBytes::default() };
    let inserted = outcomes().map(|outcome| outcome.counts.inserted).sum();
    let verified = last.outcome.verified;
    let rates = [rate(Outcome::inserted_per_second)?, rate(Outcome::deleted_per_second)?];
    Ok(RunRecord {
        settings: first.outcome.kept.settings.clone(),
        sqlite: first.outcome.kept.identity.as_ref().map(sqlite_record),
        space: space_of(plan, &last.outcome),
        device: DeviceRecord::of(written, inserted),
        verify: VerifyRecord {
            acked_records: verified.acked,
            found_records: last.outcome.counts.deleted + verified.waiting,
            // A run of which this is not so is an error, and has no record.
            digest_ok: true,
            note: "each message is deleted or waits, and what was deleted was delivered".to_owned(),
        },
        extra: BTreeMap::from([
            ("served_seconds".to_owned(), last.outcome.served_in().as_secs_f64()),
            ("waiting_messages_max".to_owned(), last.outcome.waiting_max() as f64),
        ]),
        started_utc: first.started_utc,
        seconds: outcomes().map(|outcome| outcome.seconds.as_secs_f64()).sum(),
        ..new_record(question, case_of(plan), rates, &acks, scratch)?
    })
}

fn case_of(plan: &Plan) -> CaseRecord {
    let axis = |axis: &str, value: String| AxisValue { axis: axis.to_owned(), value };
    let label = plan.label();
    let Batching { messages_max, age_max } = plan.batching;
    let (engine, standing) = match plan.store {
        StoreSpec::Sqlite(_) => ("sqlite", Standing::Tuned),
        StoreSpec::Log => ("native-log", Standing::Reference),
    };
    CaseRecord {
        id: label.clone(),
        label,
        parameter: None,
        axes: vec![
            axis("store", plan.store.label()),
            axis("concurrency", plan.concurrency.name().to_owned()),
            axis("topology", plan.topology.name().to_owned()),
            axis("rate", plan.rate.label()),
            axis("batch_messages", messages_max.to_string()),
            axis("batch_age_ms", age_max.as_millis().to_string()),
            axis("sink", format!("{:?}", plan.sink)),
            axis("retry", format!("{:?}", plan.retry)),
        ],
        standing,
        engine: engine.to_owned(),
        repeats_case: None,
        records_per_packet: messages_max.get().into(),
        record_bytes: Workload::Events.payload_bytes_mean() as u64,
    }
}

fn queue_of(outcome: &Outcome) -> anyhow::Result<QueueRecord> {
    Ok(QueueRecord {
        end: outcome.end.name().to_owned(),
        counts: outcome.counts,
        waiting_messages: outcome.verified.waiting,
        served_seconds: outcome.served_in().as_secs_f64(),
        delete_ns: LatencyRecord::of(&outcome.kept.delete_ns)?,
        store_to_delete_ns: LatencyRecord::of(&outcome.kept.store_to_delete_ns)?,
        hand_in_ns: Some(LatencyRecord::of(&outcome.hand_in_ns)?),
        delivery_wait_ns: Some(LatencyRecord::of(&outcome.delivery_wait_ns)?),
        series: outcome.series.clone(),
    })
}

fn space_of(plan: &Plan, outcome: &Outcome) -> SpaceRecord {
    match plan.store {
        StoreSpec::Sqlite(_) => SpaceRecord {
            database_bytes: Some(outcome.final_sizes.database_bytes),
            wal_bytes_max: outcome.series.iter().map(|slice| slice.journal_bytes).max(),
            freelist_pages: outcome.final_sizes.freelist_pages,
            ..SpaceRecord::default()
        },
        StoreSpec::Log => SpaceRecord {
            log_bytes: Some(outcome.final_sizes.database_bytes),
            ..SpaceRecord::default()
        },
    }
}

fn notes_of(outcome: &Outcome) -> Vec<String> {
    let mut notes = vec![outcome.slow_phase()];
    match &outcome.end {
        End::Complete => {}
        End::Interrupted => notes.push("ended early: by its time limit or by Ctrl-C".to_owned()),
        End::Deadlock(deadlock) => notes.push(deadlock.to_string()),
    }
    if outcome.kept.unanswered > 0 {
        notes.push(format!(
            "unanswered: the sink did not answer for {} messages in time; they wait in the store",
            outcome.kept.unanswered
        ));
    }
    notes
}
