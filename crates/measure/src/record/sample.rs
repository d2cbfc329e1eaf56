//! A record with every field filled, for tests.

mod queue;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::*;
use crate::attribution::{AckSpan, Attribution, Interval, UsualStages};
use crate::device::WrittenBytes;
use crate::environment::{
    BlockDevice, Confinement, Filesystem, Kernel, Memory, OperatingSystem, Processor,
    Virtualisation,
};
use crate::floor::{FloorSummary, SyncCall};
use crate::latency::{LatencyHistogram, Stages};
use crate::pairs::{Pairs, Piece};
use crate::stats::{
    BlockTime, Coefficient, Fit, Interval as Interval95, Nominal, NominalTime, Yardsticks,
};
use crate::timeline::{StorageSizes, Timeline};
use queue::sample_queue;

/// A record of the question `durability_price` with round figures and without a null.
pub(crate) fn full_record() -> RunRecord {
    let pairs = sample_pairs();
    RunRecord {
        schema_version: SCHEMA_VERSION,
        question: "durability_price".into(),
        case: sample_case(),
        settings: BTreeMap::from([("journal_mode".into(), "wal".into())]),
        sqlite: Some(SqliteRecord {
            version: "3.54.1".into(),
            build: "bundled-fdatasync".into(),
            compile_options: vec!["THREADSAFE=1".into()],
            sync_call: SyncCall::Fdatasync,
            compiled: Some(CompiledRecord {
                object_bytes: 1_500_000,
                layouts: Some(4),
                compiler: Some("gcc 14.2.0".into()),
                optimize: "3".into(),
                compiler_flags: vec!["-march=native".into()],
                defines: vec!["HAVE_FDATASYNC=1".into()],
                libsqlite3_flags: vec!["-DHAVE_FDATASYNC=1".into()],
                at_home: Some(AtHomeRecord {
                    settings: vec!["LIBSQLITE3_FLAGS=\"-DHAVE_FDATASYNC=1\"".into()],
                    warnings: vec!["commits call fdatasync".into()],
                }),
            }),
        }),
        records_per_second: Spread::of(vec![3.0, 1.0, 2.5]).unwrap(),
        drained_records_per_second: Spread::single(2.0).unwrap(),
        ack_latency_ns: LatencyRecord::of(&sample_histogram()).unwrap(),
        stages: Some(StagesRecord::of(&sample_stages()).unwrap()),
        load: Some(sample_load()),
        driver_lateness_ns: Some(LatencyRecord::of(&sample_histogram()).unwrap()),
        checkpoints: Some(sample_checkpoints()),
        attribution: Some(sample_attribution()),
        growth: Some(vec![sample_growth()]),
        queue: Some(sample_queue(&sample_histogram())),
        timeline: Some(sample_timeline()),
        sync_audit: Some(sample_audit()),
        floor: Some(sample_floor(SyncCall::Fdatasync, &pairs)),
        fsync_floor: Some(sample_floor(SyncCall::Fsync, &pairs)),
        pairs: Some(PairsRecord::of("floor", &pairs).with_medians(&pairs)),
        blocks: Some(sample_blocks()),
        cost: Some(sample_cost()),
        space: SpaceRecord {
            database_bytes: Some(8_192),
            wal_bytes_max: Some(4_120),
            log_bytes: Some(512),
            freelist_pages: Some(1),
            bytes_per_payload_byte: Some(1.5),
        },
        device: DeviceRecord::of(
            WrittenBytes {
                device_bytes_written: Some(4_096),
                device_flushes: Some(2),
                process_write_bytes: Some(8_192),
            },
            16,
        ),
        verify: VerifyRecord {
            acked_records: 16,
            found_records: 16,
            digest_ok: true,
            note: "every row compared".into(),
        },
        notes: vec!["the disk was busy".into()],
        extra: BTreeMap::from([("checkpoint_ms_longest".into(), 12.5)]),
        environment: sample_environment(),
        git: Some(GitState {
            revision: "795b2c7ef248b64517a42570742ad8b9ea54ac19".into(),
            revision_short: "795b2c7".into(),
            dirty: Some(false),
        }),
        started_utc: "2026-11-22T03:04:05Z".parse().unwrap(),
        seconds: 9.25,
        command_line: vec!["durability_price".into(), "--bench".into()],
    }
}

fn sample_case() -> CaseRecord {
    CaseRecord {
        id: "wal/full/400".into(),
        label: "WAL FULL".into(),
        parameter: Some(400.0),
        axes: vec![
            AxisValue { axis: "journal_mode".into(), value: "wal".into() },
            AxisValue { axis: "synchronous".into(), value: "full".into() },
        ],
        standing: Standing::Tuned,
        engine: "sqlite".into(),
        repeats_case: Some("wal/full/400/first".into()),
        records_per_packet: 400,
        record_bytes: 16,
    }
}

/// 10,000 values, so that every quantile is told.
fn sample_histogram() -> LatencyHistogram {
    let mut histogram = LatencyHistogram::new();
    (1..=10_000).for_each(|number| histogram.record_ns(number * 1_000));
    histogram
}

fn sample_stages() -> Stages {
    let mut stages = Stages::default();
    [&mut stages.insert, &mut stages.commit, &mut stages.deferred]
        .into_iter()
        .for_each(|stage| stage.record_ns(1_500));
    stages
}

fn sample_load() -> LoadRecord {
    let latency = || LatencyRecord::of(&sample_histogram()).unwrap();
    LoadRecord {
        target_per_second: 20_000,
        warm_up_seconds: 0.5,
        run_seconds: 2.0,
        sojourn_p95: Some(9_502_719),
        sojourn_clamped: ClampedRecord::of(&sample_histogram(), 100_000_000),
        remote_ns: latency(),
        read_sojourn_ns: Some(latency()),
        read_remote_ns: Some(latency()),
        lateness_ns: latency(),
        is_generator_bound: false,
        votes_per_commit: Some(40.0),
        backlog_begin: Some(20.0),
        backlog_end: Some(24.0),
        backlog_growth_per_second: Some(3.0),
        is_saturated: false,
        end: "complete".into(),
        given_up_operations: 0,
        knee_p99_max_ns: Some(10_000_000),
        beyond_limit: Some(ShareRecord {
            share: 0.002,
            interval_90: Interval95 { low: 0.001, high: 0.004 },
            commits: 900.0,
        }),
        verdict: Some(RateVerdict::Passes),
        yardsticks: Some(YardsticksRecord {
            floor_ns: vec![Some(70_500.0), Some(72_500.0)],
            reference_ns: vec![201_000.0, 203_500.0],
        }),
    }
}

fn sample_checkpoints() -> CheckpointsRecord {
    let note = CheckpointNote {
        begun_ns: 1_000,
        duration_ns: 500,
        mode: "passive",
        caller: "commit",
        answer: "done",
        frames: Some((1_001, 1_001)),
        wal_salts: 7,
        wal_bytes_before: 4_124_152,
        wal_bytes_after: 4_124_152,
        database_bytes: 8_192,
    };
    CheckpointsRecord::of(&[note], 2_000).unwrap()
}

/// A queue that deleted two of three messages.
fn sample_growth() -> GrowthPoint {
    GrowthPoint {
        seconds: 2.5,
        operations: 400,
        operations_per_second: 160.0,
        database_bytes: 8_192,
        wal_bytes: 4_120,
        insert_ns_p50: Some(1_000),
        insert_ns_max: Some(2_000),
        commit_ns_p50: Some(3_000),
        commit_ns_max: Some(4_000),
        ack_ns_max: Some(6_000),
        checkpoints: 1,
        checkpoint_ns_p50: Some(500),
        checkpoint_ns_max: Some(500),
    }
}

/// 10,000 acks, of which one waited 5 us for its commit.
fn sample_attribution() -> AttributionRecord {
    let begun = Instant::now();
    let span = AckSpan {
        queued: Interval::empty_at(begun),
        driver_late: Duration::ZERO,
        begun,
        inserted: begun + Duration::from_micros(1),
        acked: begun + Duration::from_micros(6),
        began_wal_anew: false,
    };
    let usual = UsualStages { insert: Duration::from_micros(1), commit: Duration::from_micros(2) };
    AttributionRecord::of(&Attribution::of(&[span], 10_000, &[], usual)).unwrap()
}

fn sample_timeline() -> TimelineRecord {
    let start = Instant::now();
    let mut timeline = Timeline::starting(start);
    timeline.ack(start, 1_000, 400);
    let sizes = StorageSizes {
        database_bytes: Some(1),
        wal_bytes: Some(2),
        freelist_pages: Some(3),
        resident_bytes: Some(4),
        device_bytes: Some(5),
    };
    timeline.sample(start + Duration::from_millis(50), sizes);
    timeline.finish()
}

fn sample_audit() -> SyncAudit {
    SyncAudit {
        commits_counted: 32,
        syncs_per_commit: 4.0,
        directory_syncs_per_commit: 1.0,
        writes_per_commit: 10.0,
        bytes_per_commit: 16_924.0,
        bytes_per_record: 42.31,
        checkpoint_syncs: Some(2),
    }
}

fn sample_pairs() -> Pairs {
    let piece = Piece { value: 200.0, reference_before: 100.0, reference_after: 100.0 };
    let skewed = Piece { reference_after: 900.0, ..piece };
    Pairs::of_pieces(&[piece, piece, skewed])
}

fn sample_floor(sync_call: SyncCall, pairs: &Pairs) -> FloorRecord {
    let timings_ns: Vec<u64> = (1..=1_000).collect();
    FloorRecord::of(sync_call, 6_400, FloorSummary::of(&timings_ns), pairs, Some(2.0))
}

fn sample_environment() -> Environment {
    let text = |text: &str| Some(text.to_owned());
    Environment {
        filesystem: Filesystem {
            kind: text("ext4"),
            mount_source: text("/dev/nvme0n1p2"),
            mount_point: text("/"),
            mount_options: text("rw,relatime"),
            filesystem_options: text("rw"),
            ext4_journal: Some(true),
            ext4_data_mode: text("ordered"),
            ext4_barrier: Some(true),
            free_bytes: Some(1 << 40),
        },
        device: Some(BlockDevice {
            name: text("nvme0n1p2"),
            disk: text("nvme0n1"),
            model: text("Fine Disk 980"),
            write_cache: text("write back"),
            fua: Some(true),
            logical_block_bytes: Some(512),
            physical_block_bytes: Some(4_096),
            scheduler: text("none"),
            rotational: Some(false),
        }),
        kernel: Kernel { release: text("6.1.0"), config_hz: Some(250), user_hz: 100 },
        operating_system: OperatingSystem { name: text("Fine Linux"), hostname: text("bench") },
        virtualisation: Virtualisation {
            hypervisor_flag: Some(true),
            hypervisor_type: text("xen"),
            vendor: text("QEMU"),
            product: text("Standard PC"),
        },
        processor: Processor {
            model: text("Fine CPU"),
            online: Some(2),
            usable: Some(2),
            governor: text("performance"),
        },
        memory: Memory { total_bytes: Some(1 << 34), available_bytes: Some(1 << 33) },
        load_average: Some([0.5, 0.25, 0.125]),
        confinement: Confinement {
            container: text("podman"),
            memory_bytes_max: Some(1 << 33),
            processors_max: Some(1.5),
            io_max: text("259:0 wbps=1048576"),
            processor_pressure_percent: Some(0.25),
            memory_pressure_percent: Some(0.0),
            io_pressure_percent: Some(12.5),
            stolen_seconds: Some(3.75),
        },
    }
}

fn sample_blocks() -> BlocksRecord {
    BlocksRecord {
        seed: 7,
        units_per_piece: 16,
        warm_up_units: 16,
        baseline: Some("bundled-full/400".into()),
        replicates: vec![ReplicateRecord {
            block: 2,
            place: 1,
            attempt: 1,
            started_utc: UtcSecond::from_seconds_since_epoch(1_790_000_000),
            inode: 4_711,
            operations: 6_400,
            pieces: vec![PieceRecord {
                elapsed_ns: 3_200_000,
                commits: 16.0,
                ack_ns_p50: Some(190_000),
                opening: 1,
                baseline_ns: Some(3_100_000),
                baseline_ack_ns_p50: Some(185_000),
            }],
            layouts: vec![LayoutsRecord { case: Some(2), baseline: Some(0) }],
            floor_ns: Some(vec![90_000.0, 95_000.0]),
            reference_ns: vec![71_000.0, 72_000.0],
            owed_ns_per_operation: 1.5,
            drain_ns: 800_000,
            longest_ack_ns: Some(9_000_000),
            verified_records: 12_800,
            figures: BTreeMap::from([(Metric::WaitingMessages, 5.0)]),
        }],
    }
}

fn sample_cost() -> CostRecord {
    let coefficient = |estimate| Coefficient {
        estimate,
        interval: Interval95 { low: estimate / 2.0, high: 2.0 * estimate },
    };
    CostRecord {
        fit: Fit {
            yardsticks: Yardsticks::Both,
            floors: coefficient(1.5),
            references: coefficient(1.25),
            residual_spread: 0.0625,
            pieces: 48,
            blocks: 4,
        },
        floor_payload_bytes: Some(9_600),
        nominal: Nominal { floor_ns: 90_000.0, reference_ns: 72_000.0 },
        time: NominalTime {
            blocks: vec![BlockTime { block: 2, time_ns: 225_000.0 }],
            spent_degrees: 0.25,
            variance_inflation: 1.125,
        },
    }
}
