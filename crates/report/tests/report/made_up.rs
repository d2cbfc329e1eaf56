//! Made-up records: a case with a few figures, everything else round.

use std::collections::BTreeMap;

use measure::device::WrittenBytes;
use measure::environment::{
    BlockDevice, Confinement, Environment, Filesystem, Kernel, Memory, OperatingSystem, Processor,
    Virtualisation,
};
use measure::floor::{FloorSummary, SyncCall};
use measure::git::GitState;
use measure::latency::{LatencyHistogram, Stages};
use measure::pairs::{Pairs, Piece};
use measure::record::{
    AxisValue, BaseCase, CaseRecord, Column, ComparisonsRecord, DeviceRecord, FloorRecord,
    LatencyRecord, PairsRecord, QuestionRecord, RunRecord, SCHEMA_VERSION, SpaceRecord,
    SqliteRecord, StagesRecord, Standing, SyncAudit, VerifyRecord,
};
use measure::spread::Spread;
use report::evidence::Evidence;

/// The floor beside every case whose test says nothing else, in ns.
pub(crate) const FLOOR_NS: f64 = 100_000.0;

/// How the rounds lie around their median: symmetrical, within 1 %.
const NOISE: [f64; 10] = [0.0, 0.004, -0.004, 0.008, -0.008, 0.002, -0.002, 0.01, -0.01, 0.0];

/// A case that a test makes up.
#[derive(Clone)]
pub(crate) struct Made {
    pub(crate) question: &'static str,
    pub(crate) label: String,
    pub(crate) parameter: u64,
    pub(crate) axes: Vec<(&'static str, String)>,
    pub(crate) standing: Standing,
    pub(crate) engine: &'static str,
    pub(crate) repeats: Option<String>,
    pub(crate) records_per_packet: u64,
    /// The time of one packet in ns, the same in every round but for the noise.
    pub(crate) packet_ns: f64,
    /// How much the rounds differ: 1 is 1 % around the median.
    pub(crate) noise: f64,
    pub(crate) syncs: f64,
    /// The floor beside every piece, in ns: the disk's regime.
    pub(crate) floor_ns: f64,
    pub(crate) acks: u64,
    /// How long two of a hundred acks take, in ns, where it is not as long as the others.
    pub(crate) slow_ack_ns: Option<u64>,
    /// The drained rate over the acked one.
    pub(crate) drained: f64,
    /// Bytes handed to write calls per record; without a number 4,120 bytes a commit.
    pub(crate) bytes_per_record: Option<f64>,
    /// The time of each deferred step in ns, where there is one.
    pub(crate) deferred_ns: Option<u64>,
    /// Figures that only this question has.
    pub(crate) extra: BTreeMap<String, f64>,
    pub(crate) filesystem: &'static str,
    pub(crate) rounds: usize,
    /// How many pieces have comparable floors on both sides; all of them without a number.
    pub(crate) pieces_kept: usize,
}

impl Made {
    /// A case of `SQLite`'s whose packets take so long.
    pub(crate) fn sqlite(
        question: &'static str,
        label: &str,
        parameter: u64,
        packet_ns: f64,
    ) -> Self {
        Self {
            question,
            label: label.into(),
            parameter,
            axes: vec![],
            standing: Standing::Tuned,
            engine: "sqlite",
            repeats: None,
            records_per_packet: parameter,
            packet_ns,
            noise: 1.0,
            syncs: 1.0,
            floor_ns: FLOOR_NS,
            acks: 12_000,
            slow_ack_ns: None,
            drained: 0.9,
            bytes_per_record: None,
            deferred_ns: None,
            extra: BTreeMap::new(),
            filesystem: "ext4",
            rounds: NOISE.len(),
            pieces_kept: NOISE.len(),
        }
    }

    /// The native log.
    pub(crate) fn log(question: &'static str, parameter: u64, packet_ns: f64) -> Self {
        let log = Self::sqlite(question, "log", parameter, packet_ns);
        Self { engine: "native-log", standing: Standing::Reference, ..log }
    }

    /// The same case, whose acks wait for so many syncs.
    pub(crate) fn syncs(self, syncs: f64) -> Self {
        Self { syncs, ..self }
    }

    /// The same case with a figure that only its question has.
    pub(crate) fn with(mut self, name: &str, figure: f64) -> Self {
        self.extra.insert(name.into(), figure);
        self
    }

    /// The same case on these axes.
    pub(crate) fn on(self, axes: &[(&'static str, &str)]) -> Self {
        let axes = axes.iter().map(|(axis, value)| (*axis, (*value).to_owned())).collect();
        Self { axes, ..self }
    }

    /// The second half of an A/A pair with this case, this many times as slow.
    pub(crate) fn again(&self, slower: f64) -> Self {
        let label = format!("{}-again", self.label);
        let packet_ns = self.packet_ns * slower;
        Self { label, repeats: Some(self.id()), packet_ns, ..self.clone() }
    }

    pub(crate) fn id(&self) -> String {
        format!("{}/{}", self.label, self.parameter)
    }

    pub(crate) fn record(&self) -> RunRecord {
        let packets_ns: Vec<f64> = NOISE[..self.rounds]
            .iter()
            .map(|noise| self.packet_ns * (1.0 + noise * self.noise))
            .collect();
        let rates = packets_ns.iter().map(|ns| self.records_per_packet as f64 * 1e9 / ns).collect();
        let rates = Spread::of(rates).unwrap();
        let pairs = self.pairs(&packets_ns);
        RunRecord {
            schema_version: SCHEMA_VERSION,
            question: self.question.into(),
            case: self.case(),
            settings: BTreeMap::new(),
            sqlite: (self.engine == "sqlite").then(sqlite),
            drained_records_per_second: self.drained_rates(&rates),
            records_per_second: rates,
            ack_latency_ns: self.latency(),
            stages: self.stages(),
            load: None,
            driver_lateness_ns: None,
            checkpoints: None,
            attribution: None,
            growth: None,
            queue: None,
            timeline: None,
            sync_audit: Some(self.audit()),
            floor: Some(self.floor(&pairs)),
            fsync_floor: None,
            pairs: Some(PairsRecord::of("floor", &pairs)),
            blocks: None,
            cost: None,
            space: SpaceRecord::default(),
            device: DeviceRecord::of(WrittenBytes::default(), 1),
            verify: VerifyRecord {
                acked_records: 1_000_000,
                found_records: 1_000_000,
                digest_ok: true,
                note: "count and digest".into(),
            },
            notes: vec![],
            extra: self.extra.clone(),
            environment: environment(self.filesystem),
            git: Some(GitState {
                revision: "795b2c7ef248b64517a42570742ad8b9ea54ac19".into(),
                revision_short: "795b2c7".into(),
                dirty: Some(false),
            }),
            started_utc: "2026-11-22T03:04:05Z".parse().unwrap(),
            seconds: 3.5,
            command_line: vec![self.question.into(), "--bench".into()],
        }
    }

    fn drained_rates(&self, acked: &Spread) -> Spread {
        Spread::of(acked.samples.iter().map(|rate| rate * self.drained).collect()).unwrap()
    }

    fn case(&self) -> CaseRecord {
        CaseRecord {
            id: self.id(),
            label: self.label.clone(),
            parameter: Some(self.parameter as f64),
            axes: axis_values(&self.axes),
            standing: self.standing,
            engine: self.engine.into(),
            repeats_case: self.repeats.clone(),
            records_per_packet: self.records_per_packet,
            record_bytes: 16,
        }
    }

    fn pairs(&self, packets_ns: &[f64]) -> Pairs {
        let pieces = packets_ns.iter().enumerate().map(|(number, value)| {
            let is_kept = number < self.pieces_kept;
            let reference_after = if is_kept { self.floor_ns } else { 9.0 * self.floor_ns };
            Piece { value: *value, reference_before: self.floor_ns, reference_after }
        });
        Pairs::of_pieces(&pieces.collect::<Vec<_>>())
    }

    fn floor(&self, pairs: &Pairs) -> FloorRecord {
        let timings_ns = vec![self.floor_ns as u64; 100];
        let payload_bytes = 16 * self.records_per_packet;
        let summary = FloorSummary::of(&timings_ns);
        FloorRecord::of(SyncCall::Fdatasync, payload_bytes, summary, pairs, Some(self.syncs))
    }

    fn latency(&self) -> LatencyRecord {
        let mut histogram = LatencyHistogram::new();
        for ack in 0..self.acks {
            let slow = self.slow_ack_ns.filter(|_| ack % 50 == 0);
            histogram.record_ns(slow.unwrap_or(self.packet_ns as u64));
        }
        histogram.record_ns(30 * self.packet_ns as u64);
        LatencyRecord::of(&histogram).unwrap()
    }

    fn stages(&self) -> Option<StagesRecord> {
        let mut stages = Stages::default();
        (0..100).for_each(|_| stages.deferred.record_ns(self.deferred_ns.unwrap_or_default()));
        self.deferred_ns.map(|_| StagesRecord::of(&stages).unwrap())
    }

    fn audit(&self) -> SyncAudit {
        SyncAudit {
            commits_counted: 32,
            syncs_per_commit: self.syncs,
            directory_syncs_per_commit: 0.0,
            writes_per_commit: 2.0,
            bytes_per_commit: 4_120.0,
            bytes_per_record: self
                .bytes_per_record
                .unwrap_or(4_120.0 / self.records_per_packet as f64),
            checkpoint_syncs: None,
        }
    }
}

/// The question that lists these cases in this order, sweeping `axis` around a base of `SQLite`'s.
pub(crate) fn question(
    cases: &[Made],
    axis: &str,
    base: &[(&'static str, &str)],
) -> QuestionRecord {
    let base: Vec<(&'static str, String)> =
        base.iter().map(|(axis, value)| (*axis, (*value).to_owned())).collect();
    QuestionRecord {
        schema_version: SCHEMA_VERSION,
        name: cases[0].question.into(),
        asks: "What does it cost?".into(),
        claim: "nothing at all (a passer-by)".into(),
        settled_by: "a factor with its interval".into(),
        swept_axis: axis.into(),
        bases: vec![BaseCase { engine: "sqlite".into(), axes: axis_values(&base) }],
        cases: cases.iter().map(Made::id).collect(),
        contrasts: Vec::new(),
        columns: Some(vec![Column::SyncsPerCommit, Column::BytesPerRecord]),
        comparisons: ComparisonsRecord::default(),
        skipped: vec![],
        dropped: vec![],
        failed: vec![],
        quiet_floor_ns: 98_000,
        warnings: vec![],
        command_line: vec![cases[0].question.into(), "--bench".into()],
        seconds: 60.0,
    }
}

/// The evidence of one question that sweeps the records per packet.
pub(crate) fn evidence(cases: &[Made]) -> Evidence {
    evidence_of(cases, question(cases, "records_per_packet", &[]))
}

/// The evidence of one question.
pub(crate) fn evidence_of(cases: &[Made], question: QuestionRecord) -> Evidence {
    let records = cases.iter().map(Made::record).collect();
    let mut gathered = Evidence::gather(vec![question], records);
    assert_eq!(gathered.len(), 1);
    gathered.remove(0)
}

/// A machine whose scratch lies on this filesystem.
pub(crate) fn environment(filesystem: &str) -> Environment {
    let text = |text: &str| Some(text.to_owned());
    Environment {
        filesystem: Filesystem {
            kind: text(filesystem),
            mount_source: text("/dev/vda1"),
            mount_point: text("/"),
            mount_options: text("rw,relatime"),
            filesystem_options: text("rw"),
            ext4_journal: (filesystem == "ext4").then_some(true),
            ext4_data_mode: text("ordered"),
            ext4_barrier: (filesystem == "ext4").then_some(true),
            free_bytes: Some(1 << 34),
        },
        device: Some(BlockDevice {
            name: text("vda1"),
            disk: text("vda"),
            model: None,
            write_cache: text("write back"),
            fua: Some(false),
            logical_block_bytes: Some(512),
            physical_block_bytes: Some(4_096),
            scheduler: text("none"),
            rotational: Some(false),
        }),
        kernel: Kernel { release: text("6.12.1"), config_hz: Some(250), user_hz: 100 },
        operating_system: OperatingSystem { name: text("Debian 13"), hostname: text("stone") },
        virtualisation: Virtualisation {
            hypervisor_flag: Some(true),
            hypervisor_type: None,
            vendor: text("QEMU"),
            product: None,
        },
        processor: Processor {
            model: text("Xeon"),
            online: Some(2),
            usable: Some(2),
            governor: None,
        },
        memory: Memory { total_bytes: Some(8_000_000_000), available_bytes: Some(4_000_000_000) },
        load_average: Some([0.5, 0.6, 0.7]),
        confinement: Confinement::default(),
    }
}

fn axis_values(axes: &[(&'static str, String)]) -> Vec<AxisValue> {
    let value = |(axis, value): &(&'static str, String)| AxisValue {
        axis: (*axis).to_owned(),
        value: value.clone(),
    };
    axes.iter().map(value).collect()
}

fn sqlite() -> SqliteRecord {
    SqliteRecord {
        version: "3.54.1".into(),
        build: "bundled-fdatasync".into(),
        compile_options: vec![],
        sync_call: SyncCall::Fdatasync,
        compiled: None,
    }
}
