//! A question that declares contrasts: what was planted is found, what was not is not, and nothing is dropped silently.

use measure::record::{Class, ContrastKind, ContrastRecord, Metric};
use report::evidence::Evidence;
use report::judged::{CommonYardsticks, Judged, JudgedRow, judge, judge_at};
use report::judgement::{CaseId, Direction, Finding, Verdict};

use crate::in_blocks::{InBlocks, Session, Turns, contrast, measure};
use crate::made_up::{Made, question};

const NAME: &str = "log_vs_sqlite";
const LONGER: Verdict = Verdict::Differs { direction: Direction::Longer };
const SHORTER: Verdict = Verdict::Differs { direction: Direction::Shorter };

fn against(case: &str, baseline: &str) -> ContrastRecord {
    contrast(NAME, ContrastKind::AgainstBase, case, baseline, Class::Disk)
}

/// The evidence of cases by label, measured by one process.
pub(crate) fn evidence(
    name: &'static str,
    cases: &[(&str, InBlocks)],
    contrasts: Vec<ContrastRecord>,
    session: Session,
) -> Evidence {
    let made: Vec<Made> =
        cases.iter().map(|(label, _)| Made::sqlite(name, label, 400, 300e3)).collect();
    let mut question = question(&made, "records_per_packet", &[]);
    question.contrasts = contrasts;
    let mut records: Vec<_> = made.iter().map(Made::record).collect();
    let cases = records.iter_mut().zip(cases.iter().map(|(_, case)| case.clone()));
    measure(cases.collect(), session);
    Evidence::gather(vec![question], records).remove(0)
}

/// Four settings against a base, the first of which is `factor` times as long, and the base under another name.
pub(crate) fn planted(factor: f64, noise: f64, session: Session) -> Evidence {
    let case = |factor: f64| InBlocks::disk(factor, 2.0 * factor, noise);
    let cases = [
        ("base", case(1.0)),
        ("planted", case(factor)),
        ("same", case(1.0)),
        ("half", case(0.5)),
        ("base-again", case(1.0)),
    ];
    let mut contrasts: Vec<ContrastRecord> = ["planted", "same", "half"]
        .map(|label| against(&format!("{label}/400"), "base/400"))
        .into();
    let null = ContrastKind::NullPair;
    contrasts.push(contrast(NAME, null, "base-again/400", "base/400", Class::Disk));
    evidence(NAME, &cases, contrasts, session)
}

fn row<'judged>(judged: &'judged Judged, case: &str) -> &'judged JudgedRow {
    judged.rows.iter().find(|row| row.key().case == CaseId::from(case)).unwrap()
}

fn finding<'judged>(judged: &'judged Judged, case: &str) -> &'judged Finding {
    row(judged, case).finding().unwrap()
}

fn why(judged: &Judged, case: &str) -> String {
    row(judged, case).judged.as_ref().unwrap_err().to_string()
}

#[test]
fn a_planted_difference_is_found_and_an_absent_one_is_shown_to_be_none() {
    let judged = judge(&planted(1.2, 0.01, Session::USUAL));
    assert_eq!(finding(&judged, "planted/400").verdict, LONGER);
    assert!((finding(&judged, "planted/400").factor - 1.2).abs() < 0.03, "{judged:?}");
    assert_eq!(finding(&judged, "half/400").verdict, SHORTER);
    let equal = Verdict::EqualWithin { factor: 1.05 };
    assert_eq!(finding(&judged, "same/400").verdict, equal);
    assert_eq!(finding(&judged, "base-again/400").verdict, equal);
    // Four contrasts of one class know each other's variance.
    assert!(judged.findings().all(|finding| finding.prior.is_some()), "{judged:?}");
}

#[test]
fn a_difference_below_the_noise_is_undecided_and_says_what_would_have_been_seen() {
    let judged = judge(&planted(1.03, 0.2, Session::USUAL));
    let planted = finding(&judged, "planted/400");
    assert_eq!(planted.verdict, Verdict::Undecided);
    assert!(planted.could_have_seen > 1.1, "{planted:?}");
    assert_eq!(finding(&judged, "half/400").verdict, SHORTER);
}

#[test]
fn a_contrast_that_cannot_be_judged_keeps_its_row_and_says_why() {
    let mut run = planted(1.2, 0.01, Session::USUAL);
    run.records.retain(|record| record.case.id != "planted/400");
    assert_eq!(why(&judge(&run), "planted/400"), "planted/400 was not measured");

    let mut run = planted(1.2, 0.01, Session::USUAL);
    let of = |run: &mut Evidence, case: &str| {
        run.records.iter().position(|record| record.case.id == case).unwrap()
    };
    let [planted, same, half] =
        ["planted/400", "same/400", "half/400"].map(|case| of(&mut run, case));
    run.records[planted].blocks = None;
    run.records[same].cost = None;
    run.records[half].blocks.as_mut().unwrap().seed += 1;
    let judged = judge(&run);
    assert_eq!(why(&judged, "planted/400"), "planted/400 was not measured in blocks");
    let no_cost = "expected pieces of same/400 that tell its cost in floors and CPU references, ";
    assert!(why(&judged, "same/400").starts_with(no_cost));
    let apart = "the two were measured by different processes, which share no block";
    assert_eq!(why(&judged, "half/400"), apart);
    assert_eq!(finding(&judged, "base-again/400").prior, None, "one contrast has no class");
}

/// A null pair in blocks of much noise would teach its class that all are noisy.
#[test]
fn null_pairs_are_judged_by_their_class_and_teach_it_nothing() {
    let case = |noise| InBlocks::disk(1.0, 2.0, noise);
    let quiet = [("base", case(0.01)), ("a", case(0.01)), ("b", case(0.01)), ("c", case(0.01))];
    let mut cases = quiet.to_vec();
    cases.push(("base-again", case(0.03)));
    let mut contrasts: Vec<ContrastRecord> =
        ["a", "b", "c"].map(|label| against(&format!("{label}/400"), "base/400")).into();
    let without = evidence(NAME, &cases, contrasts.clone(), Session::USUAL);
    let null = ContrastKind::NullPair;
    contrasts.push(contrast(NAME, null.clone(), "base-again/400", "base/400", Class::Disk));
    let with = evidence(NAME, &cases, contrasts.clone(), Session::USUAL);
    let prior = |evidence: &Evidence, case: &str| finding(&judge(evidence), case).prior;
    assert!(prior(&with, "a/400").is_some());
    assert_eq!(prior(&with, "a/400"), prior(&without, "a/400"));
    // The same contrast under another kind is learned from.
    contrasts[3].key.kind = ContrastKind::AgainstBase;
    let learned = evidence(NAME, &cases, contrasts, Session::USUAL);
    assert_ne!(prior(&learned, "a/400"), prior(&without, "a/400"));
}

#[test]
fn fewer_than_four_blocks_are_not_judged() {
    let of = |blocks| InBlocks { blocks, ..InBlocks::disk(1.0, 2.0, 0.01) };
    let contrasts = vec![against("a/400", "base/400"), against("b/400", "base/400")];
    let cases = [("base", of(8)), ("a", of(3)), ("b", of(4))];
    let judged = judge(&evidence(NAME, &cases, contrasts, Session::USUAL));
    let expected = "expected at least 4 blocks with both cases, got 3";
    assert_eq!(why(&judged, "a/400"), expected);
    assert_eq!(finding(&judged, "b/400").blocks, 4);
}

#[test]
fn what_is_declared_twice_or_of_another_metric_is_told() {
    let mut run = planted(1.2, 0.01, Session::USUAL);
    let contrasts = &mut run.question.as_mut().unwrap().contrasts;
    contrasts.push(contrasts[0].clone());
    contrasts[1].key.metric = Metric::LongestAck;
    let judged = judge(&run);
    let no_such = "the blocks of same/400 do not hold their longest ack";
    assert_eq!(why(&judged, "same/400"), no_such);
    let (last, why) = judged.not_judged().last().unwrap();
    assert_eq!(why.to_string(), "the question declares it twice");
    assert_eq!(last.key, judged.rows[0].finding().unwrap().key);
    let findings = report::judged::findings([&judged]);
    assert_eq!(findings.rows.len() + findings.not_judged.len(), judged.rows.len());
    // No two findings have one key, whatever is declared in two questions.
    let twice = report::judged::findings([&judged, &judged]);
    assert_eq!((&twice.rows, twice.not_judged.len()), (&findings.rows, judged.rows.len() + 2));
}

fn turns(case: InBlocks) -> Evidence {
    let contrasts =
        vec![contrast(NAME, ContrastKind::AgainstBase, "lean/400", "bundled/400", Class::Turns)];
    let bundled = InBlocks::in_turns("bundled/400", 1.0, 0.002);
    evidence(NAME, &[("bundled", bundled), ("lean", case)], contrasts, Session::USUAL)
}

#[test]
fn pairs_in_turns_find_three_percent_and_no_none() {
    let longer = turns(InBlocks::in_turns("bundled/400", 1.03, 0.002));
    let found = judge(&longer);
    assert_eq!(finding(&found, "lean/400").verdict, LONGER, "{found:?}");
    let none = judge(&turns(InBlocks::in_turns("bundled/400", 1.0, 0.002)));
    assert_eq!(finding(&none, "lean/400").verdict, Verdict::EqualWithin { factor: 1.01 });
    // The baseline was measured within the case's own blocks.
    let both = turns(InBlocks::in_turns("bundled/400", 1.06, 0.002));
    let mut alone = both.clone();
    alone.records.retain(|record| record.case.id == "lean/400");
    assert_eq!(judge(&alone), judge(&both));
}

#[test]
fn what_a_directory_gives_to_one_side_cancels_when_they_change_hands() {
    let mut case = InBlocks::in_turns("bundled/400", 1.0, 0.002);
    case.turns = Some(Turns { directory: 0.1, ..case.turns.unwrap() });
    let mut run = turns(case);
    let cancelled = judge(&run);
    let verdict = finding(&cancelled, "lean/400").verdict;
    assert_eq!(verdict, Verdict::EqualWithin { factor: 1.01 }, "{cancelled:?}");
    // Openings count alike, however many pieces each has.
    for replicate in &mut run.records[1].blocks.as_mut().unwrap().replicates {
        replicate.pieces.truncate(8);
    }
    let factor = finding(&judge(&run), "lean/400").factor;
    assert!((factor - 1.0).abs() < 0.01, "{factor}");
}

#[test]
fn who_took_turns_with_another_is_not_judged() {
    let run = turns(InBlocks::in_turns("stock/400", 1.03, 0.002));
    let expected = "expected lean/400 to take turns with bundled/400, got stock/400";
    assert_eq!(why(&judge(&run), "lean/400"), expected);
}

#[test]
fn at_its_own_yardsticks_a_run_says_what_it_stored() {
    let run = planted(1.2, 0.05, Session::USUAL);
    let (stored, again) = (judge(&run), judge_at(&run, &CommonYardsticks::of_runs(&[&run, &run])));
    for (stored, again) in stored.findings().zip(again.findings()) {
        assert!((stored.factor / again.factor - 1.0).abs() < 1e-9, "{stored:?} {again:?}");
        assert!((stored.standard_error / again.standard_error - 1.0).abs() < 1e-9);
    }
    assert_eq!(stored.findings().count(), 4);
}

#[test]
fn two_runs_in_other_regimes_agree_at_common_yardsticks() {
    // One takes floors, the other references: on a disk that is twice as slow their factor is another.
    let run = |session| {
        let cases =
            [("base", InBlocks::disk(1.0, 4.0, 0.01)), ("a", InBlocks::disk(3.0, 0.5, 0.01))];
        evidence(NAME, &cases, vec![against("a/400", "base/400")], session)
    };
    let quick = run(Session::USUAL);
    let slow = run(Session { seed: 8, floor_ns: 300e3, ..Session::USUAL });
    let factor = |judged: &Judged| finding(judged, "a/400").factor;
    let apart = factor(&judge(&slow)) / factor(&judge(&quick));
    assert!(apart > 1.5, "{apart}");
    let at = CommonYardsticks::of_runs(&[&quick, &slow]);
    let together = factor(&judge_at(&slow, &at)) / factor(&judge_at(&quick, &at));
    assert!((together - 1.0).abs() < 0.05, "{together}");
}

#[test]
fn an_answer_without_headlines_counts_every_contrast() {
    let judged = judge(&planted(1.2, 0.01, Session::USUAL));
    assert_eq!(judged.sentences, ["2 of 4 differ; 2 equal."]);

    let mut run = planted(1.2, 0.01, Session::USUAL);
    run.records.clear();
    assert_eq!(judge(&run).sentences, ["0 of 4 differ; 4 not judged."]);
}

#[test]
fn packets_of_unlike_sizes_are_compared_by_the_time_of_a_record() {
    let cases =
        [("small", InBlocks::disk(1.0, 2.0, 0.01)), ("large", InBlocks::disk(5.0, 10.0, 0.01))];
    let mut per_record = against("large/400", "small/400");
    per_record.key.metric = Metric::AckedTimePerRecord;
    let contrasts = vec![per_record, against("large/400", "small/400")];
    let mut evidence = evidence(NAME, &cases, contrasts, Session::USUAL);
    let large = evidence.records.iter_mut().find(|record| record.case.id == "large/400").unwrap();
    large.case.records_per_packet = 4_000;
    let judged = judge(&evidence);
    let factors: Vec<f64> = judged.findings().map(|finding| finding.factor).collect();
    let [per_record, per_packet] = factors[..] else { panic!("{judged:?}") };
    assert!((per_packet - 5.0).abs() < 0.1, "{factors:?}");
    assert!((per_record - 0.5).abs() < 0.01, "{factors:?}");
}
