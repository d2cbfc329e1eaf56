//! What a question can resolve, and how comparisons are judged by it.

use measure::record::AxisValue;
use report::compare::{Basis, Incomparable, Outcome, rate_factor};
use report::resolution::QuestionResolution;

use crate::made_up::{Made, evidence};

fn made(label: &str, packet_ns: f64) -> Made {
    Made::sqlite("made_up", label, 400, packet_ns)
}

fn near(found: f64, expected: f64) -> bool {
    (found - expected).abs() < 1e-9
}

#[test]
fn without_a_pair_nothing_is_measured_and_nothing_judged() {
    let lonely_twin = made("gone", 300_000.0).again(1.0);
    let evidence = evidence(&[made("a", 300_000.0), made("b", 900_000.0), lonely_twin]);
    let resolution = QuestionResolution::of(&evidence);
    assert_eq!(resolution.stated(), None);
    assert!(resolution.sentence().starts_with("Not measured"), "{}", resolution.sentence());
    let judged = resolution.judge(&evidence.records[0], &evidence.records[1]).unwrap();
    assert_eq!(judged.outcome, Outcome::NotJudged);
    assert!(near(judged.factor.ratio, 3.0), "{judged:?}");
}

#[test]
fn ratios_to_different_references_say_nothing_of_each_other() {
    let (fast, slow) = (made("fast", 150_000.0).record(), made("slow", 3_000_000.0).record());
    assert_eq!(rate_factor(&fast, &slow).unwrap().1, Basis::FloorPairs);
    // It took turns with another case that is as slow: its ratios are near 1, and so is nothing else.
    let mut beside_another = slow;
    let pairs = beside_another.pairs.as_mut().unwrap();
    pairs.reference = "another/400".into();
    pairs.ratios.fill(1.0);
    let (factor, basis) = rate_factor(&fast, &beside_another).unwrap();
    assert_eq!(basis, Basis::Rates);
    assert!((factor.ratio / 20.0 - 1.0).abs() < 0.01, "{factor:?}");
}

#[test]
fn the_worst_pair_states_the_resolution() {
    let (a, b) = (made("a", 300_000.0), made("b", 200_000.0));
    let evidence = evidence(&[a.again(1.02), b.again(1.07), a, b]);
    let resolution = QuestionResolution::of(&evidence);
    assert_eq!(resolution.twins.len(), 2);
    let stated = resolution.stated().unwrap().relative_difference_min;
    assert!(near(stated, 0.07), "{stated}");
    assert!(resolution.sentence().contains("b/400 and b-again/400"), "{}", resolution.sentence());
}

#[test]
fn a_factor_below_the_resolution_is_no_difference_and_one_beyond_it_is() {
    let a = made("a", 300_000.0);
    let evidence =
        evidence(&[a.clone(), a.again(1.05), made("b", 309_000.0), made("c", 330_000.0)]);
    let resolution = QuestionResolution::of(&evidence);
    let against_a = |id: &str| {
        let case = evidence.case(id).unwrap();
        resolution.judge(case, evidence.case("a/400").unwrap()).unwrap().outcome
    };
    assert!(matches!(against_a("b/400"), Outcome::NotResolved(_)));
    assert_eq!(against_a("c/400"), Outcome::Fewer);
}

#[test]
fn the_disks_regime_falls_out_where_both_cases_have_floors() {
    // Both halves of the second case's run fell into a regime in which everything takes twice as long.
    let (a, b) = (made("a", 300_000.0), made("b", 600_000.0));
    let mut evidence = evidence(&[a.clone(), a.again(1.01), b]);
    let slowed = &mut evidence.records[2];
    slowed.pairs.as_mut().unwrap().ratios.iter_mut().for_each(|ratio| *ratio /= 2.0);
    let resolution = QuestionResolution::of(&evidence);
    let judged = resolution.judge(&evidence.records[2], &evidence.records[0]).unwrap();
    assert_eq!(judged.basis, Basis::FloorPairs);
    assert!(matches!(judged.outcome, Outcome::NotResolved(_)), "{judged:?}");
}

#[test]
fn a_machines_regime_falls_out_where_both_cases_have_the_same_reads_beside_them() {
    let (a, b, c) = (made("a", 300_000.0), made("b", 600_000.0), made("c", 600_000.0));
    let mut evidence = evidence(&[&a, &a.again(1.01), &b, &c].map(|made| made.clone().syncs(0.0)));
    for (record, task) in evidence.records.iter_mut().zip(["read", "read", "read", "write"]) {
        record.floor = None;
        record.case.axes.push(AxisValue { axis: "task".into(), value: task.into() });
        record.pairs.as_mut().unwrap().reference = "point-read/0".into();
    }
    // The reads beside the second case took twice as long too.
    let slowed = evidence.records[2].pairs.as_mut().unwrap();
    slowed.ratios.iter_mut().for_each(|ratio| *ratio /= 2.0);
    let resolution = QuestionResolution::of(&evidence);
    let [a, _, b, c] = &evidence.records[..] else { panic!("four records") };
    let judged = resolution.judge(b, a).unwrap();
    assert_eq!(judged.basis, Basis::FloorPairs);
    assert!(matches!(judged.outcome, Outcome::NotResolved(_)), "{judged:?}");
    // A write over a read is no read over a read.
    assert_eq!(resolution.judge(c, a).unwrap().basis, Basis::Rates);
}

#[test]
fn rates_are_compared_where_floors_cannot_be() {
    let a = made("a", 300_000.0);
    let other_packets = Made { records_per_packet: 16, ..made("packets", 12_000.0) };
    let cases = [
        made("no-sync", 30_000.0).syncs(0.0),
        Made { pieces_kept: 5, ..made("slowed", 30_000.0) },
        other_packets,
        made("merged", 30_000.0),
    ];
    let mut evidence = evidence(&[&[a.clone(), a.again(1.01)], &cases[..]].concat());
    evidence.records[5].floor.as_mut().unwrap().payload_bytes *= 8;
    let resolution = QuestionResolution::of(&evidence);
    for case in &evidence.records[2..] {
        let judged = resolution.judge(case, &evidence.records[0]).unwrap();
        assert_eq!(judged.basis, Basis::Rates, "{}", case.case.id);
        assert!(near(judged.factor.ratio, 10.0) || case.case.id == "packets/400", "{judged:?}");
    }
}

#[test]
fn what_rests_on_rates_is_judged_by_what_rates_can_resolve() {
    let (a, b) = (made("a", 300_000.0), made("b", 270_000.0).syncs(0.0));
    let mut evidence = evidence(&[a.clone(), a.again(1.01), b]);
    // The twin's rates fell into a bad regime, but its floors with it.
    let twin = &mut evidence.records[1].records_per_second;
    twin.samples.iter_mut().for_each(|rate| *rate *= 0.7);
    let resolution = QuestionResolution::of(&evidence);
    assert!(near(resolution.on(Basis::FloorPairs).unwrap().relative_difference_min, 0.01));
    assert!(resolution.on(Basis::Rates).unwrap().relative_difference_min > 0.4);
    let judged = resolution.judge(&evidence.records[2], &evidence.records[0]).unwrap();
    assert!(matches!(judged.outcome, Outcome::NotResolved(_)), "{judged:?}");
}

#[test]
fn too_few_rounds_are_not_compared() {
    let few = Made { rounds: 5, ..made("few", 300_000.0) };
    let evidence = evidence(&[few, made("b", 900_000.0)]);
    let resolution = QuestionResolution::of(&evidence);
    let judged = resolution.judge(&evidence.records[0], &evidence.records[1]);
    assert_eq!(judged, Err(Incomparable::TooFewSamples));
}
