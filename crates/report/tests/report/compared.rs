//! Trends, crossings, sets and other times than that of a packet, on made-up blocks whose truth is known.

use measure::record::{
    CaseId, Class, Constraint, ContrastKind, CrossingKey, CrossingRecord, Extreme, Metric,
    PairRecord, PointRecord, SetKey, SetRecord, TrendRecord,
};
use report::evidence::Evidence;
use report::judged::{Judged, judge};
use report::judgement::{
    ChosenCase, Crossing, Direction, Finding, Findings, Outcome, SetFinding, SignChange, Verdict,
};
use report::tables::contrasts;
use report::terminal::{Marking, Terminal};

use crate::in_blocks::{InBlocks, Session, contrast};
use crate::judged::evidence;

pub(crate) const NAME: &str = "packet_size";
const AXIS: &str = "records_per_packet";
const LONGER: Verdict = Verdict::Differs { direction: Direction::Longer };
const SHORTER: Verdict = Verdict::Differs { direction: Direction::Shorter };

pub(crate) fn id(label: &str) -> CaseId {
    CaseId(format!("{label}/400"))
}

/// Cases that take so many times as long as the model's packet.
fn run(cases: &[(&str, f64)], noise: f64) -> Evidence {
    let cases: Vec<(&str, InBlocks)> = cases
        .iter()
        .map(|(label, factor)| (*label, InBlocks::disk(*factor, 2.0 * factor, noise)))
        .collect();
    evidence(NAME, &cases, Vec::new(), Session::USUAL)
}

fn record<'run>(run: &'run mut Evidence, label: &str) -> &'run mut measure::record::RunRecord {
    let id = id(label);
    run.records.iter_mut().find(|record| record.case.id == id.0).unwrap()
}

const VALUES: [(f64, &str); 4] = [(1.0, "at-1"), (4.0, "at-4"), (16.0, "at-16"), (64.0, "at-64")];

fn with_trend(mut run: Evidence) -> Evidence {
    let points = VALUES
        .iter()
        .map(|(value, label)| PointRecord { value: *value, case: id(label) })
        .collect();
    let (question, axis) = (NAME.to_owned(), AXIS.to_owned());
    let (metric, class) = (Metric::AckedTime, Class::Disk);
    let trend = TrendRecord { question, axis, metric, class, points };
    run.question.as_mut().unwrap().comparisons.trends.push(trend);
    run
}

pub(crate) fn trend(exponent: f64, noise: f64) -> Evidence {
    let cases = VALUES.map(|(value, label)| (label, value.powf(exponent)));
    with_trend(run(&cases, noise))
}

fn only_finding(judged: &Judged) -> &Finding {
    let [row] = judged.rows.as_slice() else { panic!("{judged:?}") };
    row.finding().unwrap()
}

/// Why the only row was not judged.
fn why(judged: &Judged) -> String {
    let [row] = judged.rows.as_slice() else { panic!("{judged:?}") };
    row.judged.as_ref().unwrap_err().to_string()
}

#[test]
fn a_planted_trend_is_found_with_its_slope() {
    let judged = judge(&trend(0.5, 0.01));
    let finding = only_finding(&judged);
    assert_eq!((finding.verdict, finding.key.case.0.as_str()), (LONGER, "at-64/400"));
    assert!((finding.factor / 8.0 - 1.0).abs() < 0.05, "{finding:?}");
    let [told] = judged.comparisons.trends.as_slice() else { panic!("{judged:?}") };
    assert_eq!((told.least, told.largest), (1.0, 64.0));
    let interval = told.per_doubling_interval_95;
    assert!(interval.low < 2_f64.sqrt() && 2_f64.sqrt() < interval.high, "{told:?}");
    assert!((told.per_doubling.log2() - told.exponent).abs() < 1e-12);
    assert_eq!(told.key, finding.key);
}

#[test]
fn no_trend_is_shown_to_be_none_and_one_below_the_noise_is_undecided() {
    let none = judge(&trend(0.0, 0.005));
    assert_eq!(only_finding(&none).verdict, Verdict::EqualWithin { factor: 1.05 });
    let below = judge(&trend(0.02, 0.4));
    assert_eq!(only_finding(&below).verdict, Verdict::Undecided);
}

#[test]
fn a_trend_without_one_of_its_cases_keeps_its_row_and_says_why() {
    let mut run = trend(0.5, 0.01);
    run.records.retain(|record| record.case.id != "at-16/400");
    let judged = judge(&run);
    assert_eq!(why(&judged), "at-16/400 was not measured");
    assert!(judged.comparisons.trends.is_empty());
    let mut run = trend(0.5, 0.01);
    record(&mut run, "at-4").blocks.as_mut().unwrap().seed += 1;
    let judged = judge(&run);
    let apart = "the two were measured by different processes, which share no block";
    assert_eq!(why(&judged), apart);
}

const PAIRS: [(f64, &str, &str); 3] =
    [(1.0, "a-1", "b-1"), (16.0, "a-16", "b-16"), (400.0, "a-400", "b-400")];

/// The pairs `a` over `b`, with these factors in truth.
pub(crate) fn crossing(factors: [f64; 3], noise: f64) -> Evidence {
    let cases: Vec<(&str, f64)> = PAIRS
        .iter()
        .zip(factors)
        .flat_map(|((_, a, b), factor)| [(*a, factor), (*b, 1.0)])
        .collect();
    let mut run = run(&cases, noise);
    let pair = |(value, a, b): &(f64, &str, &str)| PairRecord {
        value: *value,
        case: id(a),
        baseline: id(b),
    };
    let key = CrossingKey {
        question: NAME.into(),
        crossing: "a-over-b".into(),
        metric: Metric::AckedTime,
    };
    let pairs = PAIRS.iter().map(pair).collect();
    let crossing = CrossingRecord { key, axis: AXIS.into(), class: Class::Disk, pairs };
    run.question.as_mut().unwrap().comparisons.crossings.push(crossing);
    run
}

fn crossed(judged: &Judged) -> &Outcome<Crossing> {
    &judged.comparisons.crossings[0].outcome
}

#[test]
fn a_planted_crossing_is_found_between_its_values() {
    let judged = judge(&crossing([0.5, 0.8, 1.5], 0.01));
    let change = SignChange { after: 16.0, before: 400.0, then: Direction::Longer };
    assert_eq!(*crossed(&judged), Outcome::Judged(Crossing::Once(change)));
    assert_eq!(judged.findings().count(), 3);
    let judged = judge(&crossing([0.5, 0.8, 0.9], 0.01));
    assert_eq!(*crossed(&judged), Outcome::Judged(Crossing::None));
    // Below the noise the two have no sign.
    let judged = judge(&crossing([0.97, 1.0, 1.03], 0.3));
    assert_eq!(*crossed(&judged), Outcome::Judged(Crossing::None));
}

#[test]
fn a_pair_that_is_a_contrast_of_its_own_has_one_row() {
    let mut run = crossing([0.5, 0.8, 1.5], 0.01);
    let kind = ContrastKind::AgainstBase;
    let declared = contrast(NAME, kind.clone(), "a-1/400", "b-1/400", Class::Disk);
    run.question.as_mut().unwrap().contrasts.push(declared);
    let judged = judge(&run);
    let kinds: Vec<&ContrastKind> = judged.rows.iter().map(|row| &row.key().kind).collect();
    let crossing = ContrastKind::Crossing { axis: AXIS.into() };
    assert_eq!(kinds, [&kind, &crossing, &crossing]);
    assert_eq!(judged.comparisons.crossings[0].pairs[0].row.kind, kind);
    assert!(matches!(crossed(&judged), Outcome::Judged(Crossing::Once(_))));
}

#[test]
fn a_crossing_of_too_few_judged_pairs_says_so() {
    let mut run = crossing([0.5, 0.8, 1.5], 0.01);
    run.records.retain(|record| !["a-16/400", "b-400/400"].contains(&record.case.id.as_str()));
    let judged = judge(&run);
    let reason = "expected at least 2 judged pairs, got 1".to_owned();
    assert_eq!(*crossed(&judged), Outcome::NotJudged { reason });
    assert_eq!(judged.not_judged().count(), 2);
}

fn set(extreme: Extreme, labels: &[&str], constraints: &[Constraint]) -> SetRecord {
    SetRecord {
        key: SetKey { question: NAME.into(), set: "settings".into(), metric: Metric::AckedTime },
        of: "settings".into(),
        extreme,
        class: Class::Disk,
        constraints: constraints.to_vec(),
        cases: labels.iter().map(|label| id(label)).collect(),
    }
}

fn with_set(mut run: Evidence, set: SetRecord) -> Evidence {
    run.question.as_mut().unwrap().comparisons.sets.push(set);
    run
}

const SETTINGS: [(&str, f64); 4] = [("slow", 2.0), ("quick", 1.0), ("near", 1.0), ("mid", 1.4)];
const LABELS: [&str; 4] = ["slow", "quick", "near", "mid"];

pub(crate) fn settings(noise: f64) -> Evidence {
    with_set(run(&SETTINGS, noise), set(Extreme::Best, &LABELS, &[]))
}

fn only_set(judged: &Judged) -> &SetFinding {
    let [set] = judged.comparisons.sets.as_slice() else { panic!("{judged:?}") };
    set
}

fn chosen(judged: &Judged) -> &ChosenCase {
    match &only_set(judged).outcome {
        Outcome::Judged(chosen) => chosen,
        Outcome::NotJudged { reason } => panic!("{reason}"),
    }
}

#[test]
fn the_best_of_a_set_is_named_with_all_that_may_be_it() {
    let judged = judge(&settings(0.01));
    let ChosenCase { case, candidates } = chosen(&judged);
    assert!([id("quick"), id("near")].contains(case), "{case}");
    assert_eq!(*candidates, [id("quick"), id("near")]);
    assert_eq!(only_set(&judged).compared.len(), 4);
    // Each other case beside it is a row, and the choice is charged.
    assert_eq!(judged.rows.len(), 3);
    for finding in judged.findings() {
        assert_eq!((&finding.key.baseline, finding.comparisons), (case, 3));
        assert!(finding.prior.is_some(), "three contrasts of one class: {finding:?}");
    }
    let verdict = |label: &str| {
        judged.findings().find(|finding| finding.key.case == id(label)).unwrap().verdict
    };
    assert_eq!((verdict("slow"), verdict("mid")), (LONGER, LONGER));
}

#[test]
fn in_noise_nobody_is_the_best_alone() {
    let cases = [("a", 1.0), ("b", 1.02), ("c", 1.01)];
    let run = with_set(run(&cases, 0.3), set(Extreme::Best, &["a", "b", "c"], &[]));
    assert_eq!(chosen(&judge(&run)).candidates.len(), 3);
}

#[test]
fn the_worst_of_a_set_has_factors_below_1() {
    let run = with_set(run(&SETTINGS, 0.01), set(Extreme::Worst, &LABELS, &[]));
    let judged = judge(&run);
    assert_eq!((&chosen(&judged).case, chosen(&judged).candidates.len()), (&id("slow"), 1));
    assert!(judged.findings().all(|finding| finding.verdict == SHORTER), "{judged:?}");
    let quick = judged.findings().find(|finding| finding.key.case == id("quick")).unwrap();
    assert!((quick.factor - 0.5).abs() < 0.02, "{quick:?}");
}

fn reasons(judged: &Judged) -> Vec<(&str, &str)> {
    let left_out = only_set(judged).left_out.iter();
    left_out.map(|left_out| (left_out.case.0.as_str(), left_out.reason.as_str())).collect()
}

#[test]
fn what_breaks_a_constraint_cannot_be_chosen() {
    let constraints =
        [Constraint::AckSyncs, Constraint::CheckpointsMin(5), Constraint::WalBytesMax(1 << 20)];
    let mut cases = settings(0.01);
    cases.question.as_mut().unwrap().comparisons.sets.clear();
    for (label, bytes) in [("slow", 4_096), ("quick", 2 << 20), ("near", 4_096), ("mid", 4_096)] {
        record(&mut cases, label).space.wal_bytes_max = Some(bytes);
    }
    record(&mut cases, "near").sync_audit.as_mut().unwrap().syncs_per_commit = 0.0;
    let with = |constraints: &[Constraint]| {
        judge(&with_set(cases.clone(), set(Extreme::Best, &LABELS, constraints)))
    };
    let judged = with(&[constraints[0], constraints[2]]);
    assert_eq!(chosen(&judged).case, id("mid"));
    let expected = [
        ("quick/400", "expected a WAL of at most 1.0 MB, got 2.1 MB"),
        ("near/400", "its acks wait for no sync"),
    ];
    assert_eq!(reasons(&judged), expected);
    // No case has a checkpoint.
    let judged = with(&constraints[1..2]);
    let reason = "expected at least 2 cases of a set, got 0".to_owned();
    assert_eq!(only_set(&judged).outcome, Outcome::NotJudged { reason });
    assert_eq!(reasons(&judged)[0].1, "expected at least 5 checkpoints, got 0");
    assert!(judged.rows.is_empty());
}

#[test]
fn cases_that_cannot_be_compared_are_left_out_by_name() {
    let mut cases = settings(0.01);
    cases.records.retain(|record| record.case.id != "slow/400");
    record(&mut cases, "near").blocks.as_mut().unwrap().seed += 1;
    cases.question.as_mut().unwrap().comparisons.sets[0].cases.push(id("quick"));
    let judged = judge(&cases);
    assert_eq!((&chosen(&judged).case, only_set(&judged).compared.len()), (&id("quick"), 2));
    let apart = "the two were measured by different processes, which share no block";
    let expected = [
        ("slow/400", "slow/400 was not measured"),
        ("near/400", apart),
        ("quick/400", "the set holds it twice"),
    ];
    assert_eq!(reasons(&judged), expected);
}

#[test]
fn of_two_sets_with_one_key_the_first_is_judged() {
    let run = with_set(settings(0.01), set(Extreme::Best, &["slow", "mid"], &[]));
    let judged = judge(&run);
    assert_eq!(only_set(&judged).compared.len(), 4);
    assert_eq!(report::judged::findings([&judged]).rows.len(), judged.rows.len());
}

fn by(metric: Metric, mut run: Evidence) -> Judged {
    let kind = ContrastKind::AgainstBase;
    let mut declared = contrast(NAME, kind, "slow/400", "quick/400", Class::Disk);
    declared.key.metric = metric;
    run.question.as_mut().unwrap().contrasts = vec![declared];
    judge(&run)
}

/// Gives each block of a case what `of` says of its number.
fn fill(run: &mut Evidence, label: &str, of: impl Fn(u32) -> (f64, Option<u64>)) {
    for replicate in &mut record(run, label).blocks.as_mut().unwrap().replicates {
        let (owed, longest) = of(replicate.block);
        replicate.owed_ns_per_operation = owed;
        replicate.longest_ack_ns = longest;
    }
}

#[test]
fn the_drained_time_holds_what_is_owed() {
    let cases = [("slow", 1.0), ("quick", 1.0)];
    let mut run = run(&cases, 0.01);
    let acked = by(Metric::AckedTime, run.clone());
    assert_eq!(only_finding(&acked).verdict, Verdict::EqualWithin { factor: 1.05 });
    // A packet's model takes 240 us, and is one operation.
    fill(&mut run, "slow", |_| (240e3, None));
    let drained = by(Metric::DrainedTime, run);
    assert_eq!(only_finding(&drained).verdict, LONGER);
    assert!((only_finding(&drained).factor - 2.0).abs() < 0.1, "{drained:?}");
    let table = contrasts(&drained, usize::MAX);
    let text = table.text(Terminal { columns: 120, marking: Marking::Plain });
    assert!(text.contains("slow/400  quick/400 (drained) "), "{text}");
    assert!(table.markdown().contains("| `slow/400` | `quick/400` (drained) |"));
}

#[test]
fn the_longest_ack_is_that_of_each_block_and_what_is_not_held_says_so() {
    let mut run = run(&SETTINGS, 0.01);
    let longest = |ns: u64| move |block: u32| (0.0, Some(ns + 1_000 * u64::from(block % 3)));
    fill(&mut run, "slow", longest(300_000));
    fill(&mut run, "quick", longest(100_000));
    let judged = by(Metric::LongestAck, run.clone());
    assert_eq!(only_finding(&judged).verdict, LONGER);
    assert!((only_finding(&judged).factor - 3.0).abs() < 0.05, "{judged:?}");
    fill(&mut run, "quick", |block| (0.0, (block > 0).then_some(100_000)));
    let expected = "the blocks of quick/400 do not hold their longest ack";
    assert_eq!(why(&by(Metric::LongestAck, run.clone())), expected);
    let expected = "the blocks of slow/400 do not hold the processor's time";
    assert_eq!(why(&by(Metric::CpuTime, run)), expected);
}

#[test]
fn what_is_written_of_comparisons_is_read_and_older_files_have_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("findings.json");
    let mut run = crossing([0.5, 0.8, 1.5], 0.01);
    let others = [trend(0.5, 0.01), settings(0.01)];
    for other in others {
        let comparisons = other.question.unwrap().comparisons;
        let own = &mut run.question.as_mut().unwrap().comparisons;
        own.trends.extend(comparisons.trends);
        own.sets.extend(comparisons.sets);
        run.records.extend(other.records);
    }
    let judged = judge(&run);
    let findings = report::judged::findings([&judged]);
    findings.write(&path).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(serde_json::from_str::<Findings>(&text).unwrap(), findings);
    assert_eq!(findings.comparisons, judged.comparisons);
    assert_eq!(judged.comparisons.trends.len(), 1);
    assert!(matches!(crossed(&judged), Outcome::Judged(Crossing::Once(_))));
    let mut older: serde_json::Value = serde_json::from_str(&text).unwrap();
    for field in ["trends", "crossings", "sets"] {
        assert!(older.as_object_mut().unwrap().remove(field).is_some(), "{field}");
    }
    for row in older["rows"].as_array_mut().unwrap() {
        assert!(row.as_object_mut().unwrap().remove("undecided_because").is_some());
    }
    let read: Findings = serde_json::from_value(older).unwrap();
    assert_eq!(read.rows, findings.rows);
    assert!(read.comparisons.sets.is_empty());
}
