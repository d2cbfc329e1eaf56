//! A run as a run record.

use std::collections::BTreeMap;
use std::path::Path;

use measure::device::WrittenBytes;
use measure::record::{
    AxisValue, CaseRecord, DeviceRecord, LatencyRecord, QueueRecord, RunRecord, SpaceRecord,
    Standing, VerifyRecord,
};
use measure::spread::Spread;
use measure::utc::UtcSecond;
use runner::record::{Common, assemble};
use runner::session::{Session, Topic, floor_record};
use runner::workload::Workload;

use crate::error::DriverError;
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
    ) -> Result<Outcome, DriverError> {
        let started_utc = UtcSecond::now();
        let directory = session.scratch().case_directory()?;
        let before = session.read_yardsticks()?;
        let outcome = self.run(input, directory.path(), observer)?;
        if outcome.counts.inserted > 0 {
            let record = record_of(self, &outcome, directory.path(), started_utc)?;
            let floor = floor_record(&[before, session.read_yardsticks()?]);
            session.keep(&RunRecord { floor, ..record })?;
        }
        Ok(outcome)
    }
}

fn record_of(
    plan: &Plan,
    outcome: &Outcome,
    directory: &Path,
    started_utc: UtcSecond,
) -> Result<RunRecord, DriverError> {
    let rate = |per_second| Spread::single(per_second).ok_or(DriverError::NothingStored);
    let verified = outcome.verified;
    let common = assemble(Common {
        question: QUESTION,
        case: case_of(plan),
        settings: outcome.kept.settings.clone(),
        identity: outcome.kept.identity.as_ref(),
        rates: [rate(outcome.inserted_per_second())?, rate(outcome.deleted_per_second())?],
        acks: outcome.insert_ns(),
        space: space_of(plan, outcome),
        device: DeviceRecord::of(WrittenBytes::default(), outcome.counts.inserted),
        verify: VerifyRecord {
            acked_records: verified.acked,
            found_records: outcome.counts.deleted + verified.waiting,
            // A run of which this is not so is an error, and has no record.
            digest_ok: true,
            note: "each message is deleted or waits, and what was deleted was delivered".to_owned(),
        },
        notes: notes_of(outcome),
        extra: BTreeMap::from([
            ("served_seconds".to_owned(), outcome.served_in().as_secs_f64()),
            ("waiting_messages_max".to_owned(), outcome.waiting_max() as f64),
        ]),
        scratch: directory,
        started_utc,
        seconds: outcome.seconds.as_secs_f64(),
    })?;
    Ok(RunRecord { queue: Some(queue_of(outcome)?), ..common })
}

fn case_of(plan: &Plan) -> CaseRecord {
    let axis = |axis: &str, value: String| AxisValue { axis: axis.to_owned(), value };
    let label = plan.label();
    let Batching { messages_max, age_max } = plan.batching;
    CaseRecord {
        id: label.clone(),
        label,
        parameter: None,
        axes: vec![
            axis("store", plan.store.label()),
            axis("topology", plan.topology.name().to_owned()),
            axis("rate", plan.rate.label()),
            axis("batch_messages", messages_max.to_string()),
            axis("batch_age_ms", age_max.as_millis().to_string()),
            axis("sink", format!("{:?}", plan.sink)),
            axis("retry", format!("{:?}", plan.retry)),
        ],
        standing: match plan.store {
            StoreSpec::Sqlite(_) => Standing::Tuned,
            StoreSpec::Log => Standing::Reference,
        },
        engine: match plan.store {
            StoreSpec::Sqlite(_) => "sqlite".to_owned(),
            StoreSpec::Log => "native-log".to_owned(),
        },
        repeats_case: None,
        records_per_packet: messages_max.get().into(),
        record_bytes: Workload::Events.payload_bytes_mean() as u64,
    }
}

fn queue_of(outcome: &Outcome) -> Result<QueueRecord, DriverError> {
    Ok(QueueRecord {
        end: outcome.end.name().to_owned(),
        counts: outcome.counts,
        waiting_messages: outcome.verified.waiting,
        served_seconds: outcome.served_in().as_secs_f64(),
        delete_ns: LatencyRecord::of(outcome.delete_ns())?,
        store_to_delete_ns: LatencyRecord::of(outcome.store_to_delete_ns())?,
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
    let mut notes = Vec::new();
    match &outcome.end {
        End::Complete => {}
        End::Interrupted => notes.push("ended early: by its time limit or by Ctrl-C".to_owned()),
        End::Deadlock(deadlock) => notes.push(deadlock.to_string()),
    }
    if outcome.unanswered() > 0 {
        notes.push(format!(
            "unanswered: the sink did not answer for {} messages in time; they wait in the store",
            outcome.unanswered()
        ));
    }
    notes
}
