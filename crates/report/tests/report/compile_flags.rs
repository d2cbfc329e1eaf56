//! What is shown of builds that took turns with another one.

use measure::record::{
    CaseId, Class, ContrastKind, ContrastRecord, Extreme, InstructionCount, InstructionCounts,
    Metric, SCHEMA_VERSION, SetKey, SetRecord,
};
use report::evidence::Evidence;
use report::judged::judge;
use report::judgement::{Direction, Outcome, Verdict, WhyUndecided};
use report::model::QuestionModel;

use crate::in_blocks::{InBlocks, Session, contrast, measure};
use crate::made_up::{Made, question};

const NAME: &str = "compile_flags";
const MEMORY: &str = "memory";
const DISK: &str = "disk";
const BASE: [(&str, &str); 5] = [
    ("build", "bundled"),
    ("table", "indexed"),
    ("workload", "votes"),
    ("task", "write"),
    ("place", MEMORY),
];

/// A build that inserts votes, 400 in a packet.
fn made(build: &str, place: &str) -> Made {
    let (suffix, syncs) = if place == DISK { ("-disk", 1.0) } else { ("", 0.0) };
    let made = Made::sqlite(NAME, &format!("{build}{suffix}"), 400, 300e3).syncs(syncs);
    let axes = BASE.map(|(axis, value)| match axis {
        "build" => (axis, build),
        "place" => (axis, place),
        _ => (axis, value),
    });
    made.on(&axes)
}

/// The builds `bundled`, `single-thread` and `lean` in memory and on the disk, in turns with `bundled`, these times as
/// long as it.
fn run(in_memory: [f64; 2], on_disk: [f64; 2]) -> Evidence {
    let (mut cases, mut measured, mut contrasts) = (Vec::new(), Vec::new(), Vec::new());
    let places = [(MEMORY, in_memory, Class::Turns), (DISK, on_disk, Class::DiskWithIndex)];
    for (place, [single, lean], class) in places {
        let baseline = made("bundled", place).id();
        let noise = if place == DISK { 0.03 } else { 0.002 };
        for (build, factor) in [("bundled", 1.0), ("single-thread", single), ("lean", lean)] {
            let case = made(build, place);
            if build != "bundled" {
                let kind = ContrastKind::AgainstBase;
                contrasts.push(contrast(NAME, kind, &case.id(), &baseline, class));
            }
            cases.push(case);
            measured.push(InBlocks::in_turns(&baseline, factor, noise));
        }
    }
    gather(&cases, measured, contrasts)
}

fn gather(cases: &[Made], measured: Vec<InBlocks>, contrasts: Vec<ContrastRecord>) -> Evidence {
    let mut question = question(cases, "records_per_packet", &BASE);
    question.contrasts = contrasts;
    let mut records: Vec<_> = cases.iter().map(Made::record).collect();
    for record in &mut records {
        let build = record.case.axes.iter().find(|axis| axis.axis == "build").unwrap();
        record.sqlite.as_mut().unwrap().build = build.value.clone();
    }
    measure(records.iter_mut().zip(measured).collect(), Session::USUAL);
    Evidence::gather(vec![question], records).remove(0)
}

fn builds(evidence: &Evidence) -> String {
    report::tables::builds(&QuestionModel::of(evidence)).markdown()
}

/// The line of a build in memory: its cells from the factor on.
fn cells(table: &str, build: &str) -> Vec<String> {
    let begin = format!("| votes into indexed | `{build}` | `bundled` | ");
    let line = table.lines().find_map(|line| line.strip_prefix(&begin));
    let line = line.unwrap_or_else(|| panic!("{build} is not in\n{table}"));
    line.trim_end_matches(" |").split(" | ").map(str::to_owned).collect()
}

#[test]
fn a_builds_line_says_what_its_contrast_says() {
    let evidence = run([0.95, 1.0], [1.0, 1.0]);
    let model = QuestionModel::of(&evidence);
    let lines: Vec<(&str, Option<Verdict>)> = model
        .builds
        .iter()
        .map(|line| (line.build.as_str(), line.finding.as_ref().map(|finding| finding.verdict)))
        .collect();
    let shorter = Verdict::Differs { direction: Direction::Shorter };
    assert_eq!(lines[..1], [("single-thread", Some(shorter))]);
    assert_eq!(lines[1], ("lean", Some(Verdict::EqualWithin { factor: 1.01 })));
    let table = builds(&evidence);
    let [factor, _, verdict, ..] = &cells(&table, "single-thread")[..] else { panic!("{table}") };
    let finding = model.builds[0].finding.as_ref().unwrap();
    assert_eq!(*factor, format!("{:.3}", finding.factor), "{table}");
    assert_eq!(verdict, "differs: shorter");
    assert!(table.contains("| votes into indexed, on the disk | `lean` | `bundled` |"), "{table}");
}

#[test]
fn a_build_that_was_not_judged_says_so() {
    let mut evidence = run([0.97, 1.0], [1.0, 1.0]);
    for record in evidence.records.iter_mut().filter(|record| record.case.id == "lean/400") {
        record.blocks.as_mut().unwrap().replicates.truncate(3);
    }
    let table = builds(&evidence);
    assert_eq!(cells(&table, "lean")[..3], ["-", "-", "-"]);
    assert!(table.contains("-: not measured, or not judged"), "{table}");
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
    let mut evidence = run([0.95, 1.0], [1.0, 1.0]);
    assert!(builds(&evidence).contains("which was not run beside this run"));
    evidence.instructions = Some(counted(7_350.0, 7_000.0));
    let table = builds(&evidence);
    assert_eq!(cells(&table, "single-thread")[3..], ["7000", "0.952"], "{table}");
    assert_eq!(cells(&table, "lean")[3..], ["-", "-"], "{table}");

    evidence.instructions = Some(counted(7_000.0, 7_700.0));
    let table = builds(&evidence);
    assert_eq!(cells(&table, "single-thread")[3..], ["7700", "1.100, apart"], "{table}");
}

#[test]
fn a_small_difference_is_the_flags_only_where_instructions_agree_in_its_sign() {
    let mut evidence = run([0.98, 0.95], [1.0, 1.0]);
    let verdict = |evidence: &Evidence, build| cells(&builds(evidence), build).swap_remove(2);
    assert_eq!(verdict(&evidence, "single-thread"), "undecided: no instruction counts");
    assert_eq!(verdict(&evidence, "lean"), "differs: shorter", "a large one needs no count");
    evidence.instructions = Some(counted(7_000.0, 6_900.0));
    assert_eq!(verdict(&evidence, "single-thread"), "differs: shorter");
    for single in [7_000.0, 7_100.0] {
        evidence.instructions = Some(counted(7_000.0, single));
        assert_eq!(verdict(&evidence, "single-thread"), "undecided: instruction counts disagree");
    }
    let findings = report::judged::findings([&judge(&evidence)]);
    let because = |build: &str| {
        let case = format!("{build}/400");
        findings.rows.iter().find(|row| row.key.case.0 == case).unwrap().undecided_because
    };
    assert_eq!(because("single-thread"), Some(WhyUndecided::InstructionCountsDisagree));
    assert_eq!(because("lean"), None);
}

#[test]
fn a_small_difference_without_the_references_record_is_undecided() {
    let mut evidence = run([0.98, 1.0], [1.0, 1.0]);
    evidence.instructions = Some(counted(7_000.0, 6_900.0));
    evidence.records.retain(|record| record.case.id != "bundled/400");
    let judged = judge(&evidence);
    let single =
        judged.findings().find(|finding| finding.key.case.0 == "single-thread/400").unwrap();
    assert_eq!(single.undecided_because, Some(WhyUndecided::NoInstructionCounts));
}

#[test]
fn a_null_pair_in_turns_that_differs_is_not_excused_by_counts() {
    let mut evidence = run([0.98, 1.0], [1.0, 1.0]);
    evidence.question.as_mut().unwrap().contrasts[0].key.kind = ContrastKind::NullPair;
    let judged = judge(&evidence);
    let single =
        judged.findings().find(|finding| finding.key.case.0 == "single-thread/400").unwrap();
    assert_eq!(single.verdict, Verdict::Differs { direction: Direction::Shorter });
}

#[test]
fn a_build_that_counts_do_not_tell_apart_may_be_the_best() {
    let mut evidence = run([0.97, 0.99], [1.0, 1.0]);
    let question = evidence.question.as_mut().unwrap();
    let set = SetRecord {
        key: SetKey { question: NAME.into(), set: "builds".into(), metric: Metric::AckedTime },
        of: "builds".into(),
        extreme: Extreme::Best,
        class: Class::Turns,
        constraints: vec![],
        cases: ["bundled/400", "single-thread/400", "lean/400"].map(CaseId::from).to_vec(),
    };
    question.comparisons.sets.push(set);
    let chosen = |evidence: &Evidence| {
        let judged = judge(evidence);
        let Outcome::Judged(chosen) = &judged.comparisons.sets[0].outcome else {
            panic!("{judged:?}");
        };
        let candidates = chosen.candidates.iter().map(|case| case.0.clone()).collect::<Vec<_>>();
        (chosen.case.0.clone(), candidates)
    };
    let (best, candidates) = chosen(&evidence);
    assert_eq!(best, "single-thread/400");
    assert!(candidates.contains(&"lean/400".to_owned()), "{candidates:?}");
    let mut counts = counted(7_000.0, 6_700.0);
    let lean = InstructionCount {
        build: "lean".into(),
        instructions_per_record: 6_900.0,
        ..counts.counts[0].clone()
    };
    counts.counts.push(lean);
    evidence.instructions = Some(counts);
    assert_eq!(chosen(&evidence).1, ["single-thread/400"]);
}

#[test]
fn without_the_reference_nothing_is_made_up() {
    let cases = [made("lean", MEMORY)];
    let lean = vec![InBlocks::in_turns("bundled/400", 0.9, 0.002)];
    let evidence = gather(&cases, lean, Vec::new());
    assert_eq!(builds(&evidence), "");
}
