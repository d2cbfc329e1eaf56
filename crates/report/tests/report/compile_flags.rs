//! What the question about compile flags says.

use measure::record::{CompiledRecord, InstructionCount, InstructionCounts, SCHEMA_VERSION};
use report::evidence::Evidence;
use report::model::QuestionModel;

use crate::made_up::{Made, evidence_of, question};
use crate::says::{assert_says, assert_silent};

const MEMORY: &str = "tmpfs";
const DISK: &str = "scratch directory";
const BASE: [(&str, &str); 5] = [
    ("build", "bundled"),
    ("table", "indexed"),
    ("workload", "votes"),
    ("task", "write"),
    ("place", MEMORY),
];

/// A build that inserts votes, 400 in a packet.
fn made(build: &str, place: &str, packet_ns: f64) -> Made {
    let (suffix, syncs) = if place == DISK { ("-disk", 1.0) } else { ("", 0.0) };
    let label = format!("{build}{suffix}");
    let made = Made::sqlite("compile_flags", &label, 400, packet_ns).syncs(syncs);
    let axes = BASE.map(|(axis, value)| match axis {
        "build" => (axis, build),
        "place" => (axis, place),
        _ => (axis, value),
    });
    made.on(&axes)
}

/// The builds `bundled`, `single-thread` and `lean` in memory and on the disk, with a pair in each place.
fn run(in_memory: [f64; 3], on_disk: [f64; 3]) -> Evidence {
    let mut cases = Vec::new();
    for (place, [bundled, single, lean]) in [(MEMORY, in_memory), (DISK, on_disk)] {
        let reference = made("bundled", place, bundled);
        let twin = reference.again(1.01);
        cases.extend([reference, made("single-thread", place, single)]);
        cases.extend([made("lean", place, lean), twin]);
    }
    let mut evidence = evidence_of(&cases, question(&cases, "records_per_packet", &BASE));
    for record in &mut evidence.records {
        let build = record.case.axes.iter().find(|axis| axis.axis == "build").unwrap();
        let sqlite = record.sqlite.as_mut().unwrap();
        sqlite.build = build.value.clone();
        // In memory each took turns with the first.
        if sqlite.build != "bundled" && record.sync_audit.as_ref().unwrap().syncs_per_commit == 0.0
        {
            record.pairs.as_mut().unwrap().reference = "bundled/400".into();
        }
    }
    evidence
}

#[test]
fn whether_mutexes_matter_is_one_sentence() {
    let helps = run([300e3, 285e3, 270e3], [900e3, 896e3, 890e3]);
    assert_says(
        &helps,
        "THREADSAFE=0 helps in memory (votes into indexed): single-thread/400 acks 1.05 times (1.05 to 1.06) as \
         many records/s as bundled/400; beside a sync it does not matter: no difference that this run can resolve \
         (1.0 %; measured 1.00, 1.00 to 1.01) between single-thread-disk/400 and bundled-disk/400 (what it saves \
         in memory, 15 us of a packet, is 1.7 % of the 900 us that the packet takes there, of which the disk's \
         floor is 100 us).",
    );
}

#[test]
fn other_figures_get_the_other_sentence() {
    let costs = run([300e3, 330e3, 270e3], [900e3, 800e3, 890e3]);
    assert_says(
        &costs,
        "THREADSAFE=0 costs in memory (votes into indexed): bundled/400 acks 1.10 times",
    );
    assert_says(&costs, "; beside a sync it still matters: single-thread-disk/400 acks 1.12 times");
    assert_says(&costs, "(what it costs in memory, 30 us of a packet");
    let nothing = run([300e3, 301e3, 270e3], [900e3, 990e3, 890e3]);
    assert_says(
        &nothing,
        "THREADSAFE=0 does not show even in memory (votes into indexed): no difference",
    );
    assert_says(&nothing, "; beside a sync it costs: bundled-disk/400 acks 1.10 times");
}

#[test]
fn each_work_has_its_builds_and_its_own_resolution() {
    let mut evidence = run([300e3, 285e3, 301e3], [900e3, 896e3, 800e3]);
    assert_says(
        &evidence,
        "In memory, votes into indexed (its A/A pair resolves 1.0 %), against bundled: more records/s: \
         single-thread by 1.05 (1.05 to 1.06); no difference that this run can resolve (1.0 %): lean (1.00).",
    );
    assert_says(
        &evidence,
        "On the disk with a sync in each ack, votes into indexed (its A/A pair resolves 1.0 %), against bundled: \
         more records/s: lean by 1.12",
    );
    // A pair that went wrong on the disk takes nothing from memory.
    let twin =
        evidence.records.iter_mut().find(|record| record.case.id == "bundled-disk-again/400");
    let pairs = twin.unwrap().pairs.as_mut().unwrap();
    pairs.ratios.iter_mut().for_each(|ratio| *ratio *= 1.4);
    assert_says(&evidence, "In memory, votes into indexed (its A/A pair resolves 1.0 %)");
    assert_says(
        &evidence,
        "votes into indexed (its A/A pair resolves 41 %), against bundled: no difference",
    );
}

#[test]
fn sizes_are_told_where_they_are_known() {
    let mut evidence = run([300e3, 285e3, 270e3], [900e3, 896e3, 890e3]);
    assert_silent(&evidence, "code and data");
    for record in &mut evidence.records {
        let sqlite = record.sqlite.as_mut().unwrap();
        let object_bytes = if sqlite.build == "lean" { 1_100_000 } else { 1_700_000 };
        sqlite.compiled = Some(CompiledRecord {
            object_bytes,
            compiler: None,
            optimize: "3".into(),
            compiler_flags: vec![],
            defines: vec![],
            libsqlite3_flags: vec![],
        });
    }
    assert_says(
        &evidence,
        "Code and data of each build, and its share of bundled's: lean 1.1 MB (65 %), bundled 1.7 MB (100 %) and \
         single-thread 1.7 MB (100 %).",
    );
}

fn counted(bundled: f64, single: f64) -> InstructionCounts {
    let count = |build: &str, instructions_per_record| InstructionCount {
        build: build.into(),
        workload: "votes".into(),
        table: "indexed".into(),
        task: "write".into(),
        instructions_per_record,
    };
    InstructionCounts {
        schema_version: SCHEMA_VERSION,
        counter: "valgrind-3.24.0, callgrind".into(),
        counts: vec![count("bundled", bundled), count("single-thread", single)],
        uncounted: vec![],
    }
}

#[test]
fn counted_instructions_stand_beside_time_and_disagreement_is_told() {
    let mut evidence = run([300e3, 285e3, 270e3], [900e3, 896e3, 890e3]);
    assert_silent(&evidence, "counted instructions");
    evidence.instructions = Some(counted(7_350.0, 7_000.0));
    assert_says(&evidence, "Counted instructions agree with time in 1 of 1 comparisons.");
    let table = report::table::builds(&QuestionModel::of(&evidence));
    let row = "| votes into indexed | `single-thread` over `bundled` | 1.053 (1.046 to 1.059) | yes | 7000 | 1.050 |";
    assert!(table.contains(row), "{table}");
    let row =
        "| votes into indexed | `lean` over `bundled` | 1.111 (1.104 to 1.118) | yes | - | - |";
    assert!(table.contains(row), "{table}");

    evidence.instructions = Some(counted(7_000.0, 7_700.0));
    assert_says(
        &evidence,
        "Counted instructions agree with time in 0 of 1 comparisons, and not in single-thread/400 (1.05 by time, \
         0.91 by instructions).",
    );
    let table = report::table::builds(&QuestionModel::of(&evidence));
    assert!(table.contains("| 7700 | 0.909, apart |"), "{table}");
}

#[test]
fn without_the_reference_or_without_mutexless_builds_nothing_is_made_up() {
    let cases = [made("lean", MEMORY, 270e3), made("stock", MEMORY, 280e3)];
    let evidence = evidence_of(&cases, question(&cases, "records_per_packet", &BASE));
    assert_silent(&evidence, "THREADSAFE=0");
    assert_silent(&evidence, "against");
}
