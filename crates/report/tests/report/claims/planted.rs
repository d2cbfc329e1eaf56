//! Claims over blocks: what was planted gets its verdict, and noise none.

use measure::record::{Class, ContrastKind};
use report::claims::{Basis, Verdict, of_two_runs};
use report::evidence::Evidence;

use super::{assert_verdict, claim};
use crate::in_blocks::{InBlocks, Session, contrast, measure};
use crate::made_up::{Made, question};

const QUESTION: &str = "vote";
const BEHIND: &str = "soup/behind-the-ack-on-soups-table";

/// Paths in blocks: `arm-b-100k` acks so many times what `arm-a` does, and others lie between.
fn planted(gain: f64, noise: f64, seed: u64) -> Evidence {
    let times = [("arm-a", 1.0), ("arm-b-100k", 1.0 / gain), ("arm-b-10k", 0.9), ("typed", 0.8)];
    let made: Vec<Made> = times
        .map(|(path, _)| Made::sqlite(QUESTION, path, 400, 300e3).on(&[("path", path)]))
        .into();
    let mut asked = question(&made, "records_per_packet", &[]);
    asked.contrasts = made[1..]
        .iter()
        .map(|case| {
            let (id, base) = (case.id(), made[0].id());
            contrast(QUESTION, ContrastKind::AgainstBase, &id, &base, Class::Disk)
        })
        .collect();
    let mut records: Vec<_> = made.iter().map(Made::record).collect();
    let cases = times.map(|(_, time)| InBlocks::disk(time, 2.0 * time, noise));
    measure(records.iter_mut().zip(cases).collect(), Session { seed, ..Session::USUAL });
    Evidence::gather(vec![asked], records).remove(0)
}

#[test]
fn a_planted_gain_holds_and_none_does_not() {
    assert_verdict(&planted(1.68, 0.03, 7), BEHIND, Verdict::Holds);
    let told = claim(&planted(1.68, 0.03, 7), BEHIND);
    let estimate = told.estimate.unwrap();
    assert_eq!(estimate.basis, Basis::Blocks(8));
    assert!(estimate.low < 1.68 && 1.68 < estimate.high, "{estimate:?}");
    assert!(told.shown.ends_with("; 8 blocks)"), "{}", told.shown);
    assert_verdict(&planted(1.0, 0.01, 7), BEHIND, Verdict::DoesNotHold);
    assert_verdict(&planted(0.7, 0.03, 7), BEHIND, Verdict::DoesNotHold);
    assert_verdict(&planted(1.085, 0.005, 7), BEHIND, Verdict::NotAtThisScale);
}

#[test]
fn a_gain_below_the_noise_is_left_open_and_says_what_would_have_been_seen() {
    let noisy = planted(1.15, 0.3, 7);
    assert_verdict(&noisy, BEHIND, Verdict::Undecided);
    let shown = claim(&noisy, BEHIND).shown;
    assert!(
        shown.contains("; 8 blocks; ") && shown.ends_with(" times or more would hold)"),
        "{shown}"
    );
}

/// Two runs may leave a claim open that the other one decides, but never decide it both ways; and at a limit nearly all
/// leave it open.
#[test]
fn runs_of_one_truth_never_get_opposite_verdicts() {
    let (accepted, shows) = (1.68 / 1.5, 1.05);
    for (gain, expected) in [
        (accepted, Verdict::Undecided),
        (shows, Verdict::Undecided),
        (1.4, Verdict::Holds),
        (0.9, Verdict::DoesNotHold),
    ] {
        let verdicts: Vec<Verdict> =
            (0..40).map(|seed| claim(&planted(gain, 0.04, seed), BEHIND).verdict).collect();
        let has = |verdict| verdicts.contains(&verdict);
        assert!(!(has(Verdict::Holds) && has(Verdict::DoesNotHold)), "{gain}: {verdicts:?}");
        let others = verdicts.iter().filter(|verdict| **verdict != expected).count();
        assert!(others <= 4, "{gain}: {verdicts:?}");
    }
}

#[test]
fn two_runs_are_compared_claim_by_claim() {
    let run = |gain, seed| [planted(gain, 0.03, seed)];
    let alike = of_two_runs(&run(1.68, 7), &run(1.68, 8));
    assert!(alike.in_both >= 1 && alike.changed.is_empty(), "{alike:?}");
    let turned = of_two_runs(&run(1.68, 7), &run(0.7, 8));
    let changed = turned.changed.iter().find(|changed| changed.key == BEHIND).unwrap();
    assert_eq!((changed.first, changed.second), (Verdict::Holds, Verdict::DoesNotHold));
    assert_eq!(of_two_runs(&run(1.68, 7), &[]).in_both, 0, "what one run lacks is no disagreement");
}

#[test]
fn a_missing_case_is_named() {
    let mut evidence = planted(1.68, 0.03, 7);
    evidence.records.retain(|record| record.case.label != "arm-b-100k");
    assert_verdict(&evidence, BEHIND, Verdict::NotMeasured);
    assert_eq!(claim(&evidence, BEHIND).shown, "no case with path arm-b-100k");
    evidence.records.clear();
    assert_eq!(report::claims::claims(&evidence), []);
}
