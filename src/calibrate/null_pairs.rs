//! Null pairs: one case under two names in the same blocks. What is said of them is true only if it is "no difference".

use std::io::Write;
use std::num::NonZeroU32;
use std::time::Instant;

use measure::stats::Interval;
use report::judgement::Finding;
use runner::blocks::{Blocks, Effort, Run, SUB_BLOCK_CASES_MAX, Subject, Timing, measure};
use runner::prefill::Extent;
use runner::record::costs;
use runner::volumes::Volumes;

use super::ending::Ending;
use super::judged::{Beside, judge, times_in_turns};
use super::kinds::{Kind, NullPair};
use super::limits::worse;
use super::progress::Lines;
use super::tally::Tally;
use crate::saying::say;

/// What is measured.
pub(super) struct Plan {
    pub(super) kinds: Vec<Kind>,
    pub(super) rounds: NonZeroU32,
    pub(super) blocks: NonZeroU32,
    pub(super) seed: u64,
}

/// Measures rounds, and prints what the judgement said of their pairs. Ctrl-C drops the round that it meets.
pub(super) fn run(plan: &Plan, out: &mut dyn Write) -> anyhow::Result<Ending> {
    let mut pairs = Vec::new();
    for kind in &plan.kinds {
        pairs.extend(kind.null_pairs()?);
    }
    let (mut tally, mut done, mut begun) = (Tally::default(), 0, Instant::now());
    let (mut seconds, mut ending) = (0.0, Ending::Within);
    for round in 1..=plan.rounds.get() {
        let what = format!("round {round} of {}", plan.rounds);
        match one_round(plan, &pairs, u64::from(round), what, &mut tally)? {
            Ending::Interrupted => {
                ending = Ending::Interrupted;
                break;
            }
            ended => ending = worse(ending, ended),
        }
        done = round;
        seconds += begun.elapsed().as_secs_f64();
        begun = Instant::now();
        let (mean, left) = (seconds / f64::from(done), f64::from(plan.rounds.get() - done));
        say(format_args!("a round takes {mean:.0} s; {:.0} s to go", mean * left));
    }
    let mean = seconds / f64::from(done.max(1));
    writeln!(
        out,
        "{done} rounds of {} pairs in {} blocks, {mean:.1} s each; seed {}",
        pairs.len(),
        plan.blocks,
        plan.seed
    )?;
    let counted = tally.print(out)?;
    let ending = worse(ending, counted);
    writeln!(out, "{}", ending.sentence())?;
    Ok(ending)
}

/// Measures each pair once, and counts what is said of it.
fn one_round(
    plan: &Plan,
    pairs: &[NullPair],
    round: u64,
    what: String,
    tally: &mut Tally,
) -> anyhow::Result<Ending> {
    let names = names(pairs);
    let subjects: Vec<Subject<'_>> = names
        .iter()
        .map(|name| {
            let case = &pairs[name.pair].case;
            Subject { id: &name.id, case, group: &name.group, base: case }
        })
        .collect();
    // Scratch of its own, so that no round depends on what an earlier one left.
    let places = pairs.iter().map(|pair| pair.case.load.place);
    let mut volumes = Volumes::prepare(places, &fixture::target_directory()?, Extent::Full)?;
    let blocks = Blocks {
        count: plan.blocks,
        seed: plan.seed.wrapping_add(round),
        effort: Effort::Measure(Timing::default()),
    };
    let mut lines = Lines { what, blocks: plan.blocks.get(), has_failed: false };
    let run = measure(&subjects, blocks, &mut volumes, &mut lines)?;
    if run.interrupted || fixture::check_interrupt().is_err() {
        return Ok(Ending::Interrupted);
    }
    let (kinds, contrasts) = contrasts(pairs, &names, &subjects, &run, &lines.what);
    let mut ending =
        if lines.has_failed || kinds.len() < pairs.len() { Ending::Failed } else { Ending::Within };
    for (kind, judged) in kinds.into_iter().zip(judge(contrasts)) {
        match judged {
            Ok(finding) => {
                tell(&lines.what, &finding);
                tally.add(kind, &finding);
            }
            Err(reason) => {
                say(format_args!("{}: {reason}", lines.what));
                ending = Ending::Failed;
            }
        }
    }
    Ok(ending)
}

/// What is said of one pair: where the judgement errs, one wants to see how.
fn tell(what: &str, finding: &Finding) {
    let Interval { low, high } = finding.interval_95;
    let missed = if finding.interval_95.contains(1.0) { "" } else { ", a miss" };
    say(format_args!(
        "{what}: {}: factor {:.4}, 95 % from {low:.4} to {high:.4}{missed}",
        finding.key.case, finding.factor
    ));
}

/// A name under which a case is measured.
struct Name {
    id: String,
    group: String,
    /// Whose name it is.
    pair: usize,
}

/// Two names for each case, or one for a case that takes turns with itself. Both stand in one sub-block, with as many
/// others as in a question.
fn names(pairs: &[NullPair]) -> Vec<Name> {
    let mut names = Vec::new();
    let (mut kind, mut of_kind) = (None, 0);
    for (number, pair) in pairs.iter().enumerate() {
        of_kind = if kind == Some(pair.kind) { of_kind + 1 } else { 0 };
        kind = Some(pair.kind);
        let group = format!("{}-{}", pair.kind.name(), of_kind / (SUB_BLOCK_CASES_MAX / 2));
        names.push(Name { id: pair.id.clone(), group: group.clone(), pair: number });
        if pair.case.beside.is_none() {
            names.push(Name { id: again(&pair.id), group, pair: number });
        }
    }
    names
}

fn again(id: &str) -> String {
    format!("{id}-again")
}

/// The contrast of each pair that was measured, with its kind.
fn contrasts(
    pairs: &[NullPair],
    names: &[Name],
    subjects: &[Subject<'_>],
    run: &Run,
    what: &str,
) -> (Vec<Kind>, Vec<Beside>) {
    let costs = costs(subjects, &run.cases);
    let (mut kinds, mut contrasts) = (Vec::new(), Vec::new());
    for (number, pair) in pairs.iter().enumerate() {
        let mut halves = (0..names.len()).filter(|index| names[*index].pair == number);
        let times = match (halves.next(), halves.next()) {
            (Some(only), None) => run.cases[only].as_ref().ok().and_then(times_in_turns),
            (Some(first), Some(second)) => {
                let time = |index: usize| costs[index].as_ref().map(|cost| cost.time.clone());
                time(first).zip(time(second))
            }
            (None, _) => None,
        };
        let Some(times) = times else {
            say(format_args!("{what}: {}: expected times of both halves, got none", pair.id));
            continue;
        };
        kinds.push(pair.kind);
        let (case, baseline) = (pair.id.clone(), again(&pair.id));
        contrasts.push(Beside { case, baseline, class: pair.kind.class(), times });
    }
    (kinds, contrasts)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn both_halves_stand_in_one_sub_block() {
        let pairs: Vec<NullPair> =
            Kind::ALL.iter().flat_map(|kind| kind.null_pairs().unwrap()).collect();
        let names = names(&pairs);
        let mut groups: BTreeMap<&str, Vec<&Name>> = BTreeMap::new();
        for name in &names {
            groups.entry(&name.group).or_default().push(name);
        }
        for (group, members) in &groups {
            assert!(members.len() <= SUB_BLOCK_CASES_MAX, "{group}");
            for member in members {
                let halves = members.iter().filter(|other| other.pair == member.pair).count();
                let expected = if pairs[member.pair].case.beside.is_some() { 1 } else { 2 };
                assert_eq!(halves, expected, "{}", member.id);
            }
        }
    }
}
