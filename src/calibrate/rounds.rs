//! Rounds in which cases are measured and judged whose true difference is known.

use std::num::NonZeroU32;
use std::time::Instant;

use anyhow::Context as _;
use fixture::Case;
use measure::record::{CaseId, Class, ContrastKey, ContrastKind, Metric};
use measure::stats::{BlockTime, Interval, NominalTime};
use report::judged::log_ratio_in_turns;
use report::judgement::{ClassVariance, Contrast, Finding};
use runner::RunnerError;
use runner::blocks::{Blocks, Effort, Progress, Replicate, Run, Step, Subject, Timing, measure};
use runner::prefill::Extent;
use runner::record::{costs, replicate_record};
use runner::volumes::Volumes;

use super::limits::Ending;
use crate::session::say;

/// A case that is compared with itself, or with what differs from it in nothing but a planted cost.
pub(super) struct Trial {
    /// Its id, from which that of what it is compared with is made.
    pub(super) id: String,
    /// Cases with the same group stand close together in each block.
    pub(super) group: String,
    /// The case; one that takes no turns is measured under two names.
    pub(super) case: Case,
    /// What kind of noise there is.
    pub(super) class: Class,
    /// The factor that is true.
    pub(super) truth: f64,
    /// What was said of it, round by round.
    pub(super) findings: Vec<Finding>,
}

/// How often all trials are measured.
pub(super) struct Rounds {
    /// What one of them is called: `round`.
    pub(super) name: &'static str,
    pub(super) count: NonZeroU32,
    pub(super) blocks: NonZeroU32,
    /// Gives the orders of the cases in the blocks.
    pub(super) seed: u64,
}

/// The rounds that were finished.
pub(super) struct Finished {
    pub(super) rounds: u32,
    /// What each took, on average.
    pub(super) seconds: f64,
    pub(super) ending: Ending,
}

impl Rounds {
    /// Measures each trial once in each round, and keeps what is said of it. Ctrl-C drops the round that it meets.
    pub(super) fn measure(&self, trials: &mut [Trial]) -> anyhow::Result<Finished> {
        let mut finished = Finished { rounds: 0, seconds: 0.0, ending: Ending::Within };
        let begun = Instant::now();
        for round in 1..=self.count.get() {
            let what = format!("{} {round} of {}", self.name, self.count);
            finished.ending = finished.ending.max(self.measure_round(round, what, trials)?);
            if finished.ending == Ending::Interrupted {
                break;
            }
            finished.rounds = round;
            finished.seconds = begun.elapsed().as_secs_f64() / f64::from(round);
            let left = finished.seconds * f64::from(self.count.get() - round);
            say(format_args!("a {} takes {:.0} s; {left:.0} s to go", self.name, finished.seconds));
        }
        Ok(finished)
    }

    fn measure_round(
        &self,
        round: u32,
        what: String,
        trials: &mut [Trial],
    ) -> anyhow::Result<Ending> {
        let names = names(trials);
        let mut subjects = Vec::new();
        for (id, trial) in &names {
            let Trial { case, group, .. } = &trials[*trial];
            subjects.push(Subject { id, case, group, base: case });
        }
        // Scratch of its own, so that no round depends on what an earlier one left.
        let places = trials.iter().map(|trial| trial.case.load.place);
        let mut volumes = Volumes::prepare(places, &fixture::target_directory()?, Extent::Full)?;
        let blocks = Blocks {
            count: self.blocks,
            seed: self.seed.wrapping_add(round.into()),
            effort: Effort::Measure(Timing::default()),
        };
        let mut lines = Lines { what, blocks: self.blocks.get() };
        let run = measure(&subjects, blocks, &mut volumes, &mut lines)?;
        if run.interrupted || fixture::check_interrupt().is_err() {
            return Ok(Ending::Interrupted);
        }
        let contrasts = contrasts(trials, &subjects, &run);
        let classes = trials.iter().map(|trial| trial.class);
        let judged = judge(classes.zip(contrasts).collect());
        let (what, mut ending) = (lines.what, Ending::Within);
        for (trial, judged) in trials.iter_mut().zip(judged) {
            match judged {
                Ok(finding) => {
                    tell(&what, trial, &finding);
                    trial.findings.push(finding);
                }
                Err(reason) => {
                    say(format_args!("{what}: {}: {reason}", trial.id));
                    ending = Ending::Failed;
                }
            }
        }
        Ok(ending)
    }
}

/// What is said of one trial: where the judgement errs, one wants to see how.
fn tell(what: &str, trial: &Trial, finding: &Finding) {
    let Interval { low, high } = finding.interval_95;
    let missed = if finding.interval_95.contains(trial.truth) { "" } else { ", a miss" };
    say(format_args!(
        "{what}: {}: factor {:.4}, 95 % from {low:.4} to {high:.4}{missed}",
        trial.id, finding.factor
    ));
}

/// Each name under which a case is measured, with the trial that it is of: two for each, or one for a case that takes
/// turns.
pub(super) fn names(trials: &[Trial]) -> Vec<(String, usize)> {
    let of_trial = |(number, trial): (usize, &Trial)| {
        let again = trial.case.beside.is_none().then(|| again(&trial.id));
        [Some(trial.id.clone()), again].into_iter().flatten().map(move |name| (name, number))
    };
    trials.iter().enumerate().flat_map(of_trial).collect()
}

fn again(id: &str) -> String {
    format!("{id}-again")
}

/// The contrast of each trial, from subjects that are named as [`names`] says.
fn contrasts(
    trials: &[Trial],
    subjects: &[Subject<'_>],
    run: &Run,
) -> Vec<anyhow::Result<Contrast>> {
    let mut measured = run.cases.iter().zip(costs(subjects, &run.cases));
    let contrast = |trial: &Trial| {
        let (outcome, cost) = measured.next().context("expected it to be measured")?;
        let times = if trial.case.beside.is_some() {
            outcome.as_ref().ok().map(|measured| in_turns(&measured.replicates))
        } else {
            let (_, again) = measured.next().context("expected it to be measured twice")?;
            cost.zip(again).map(|(cost, again)| (cost.time, again.time))
        };
        let (case, baseline) = times.context("expected times of both halves, got none")?;
        let key = ContrastKey {
            question: "calibrate".into(),
            kind: ContrastKind::NullPair,
            case: CaseId(trial.id.clone()),
            baseline: CaseId(again(&trial.id)),
            metric: Metric::AckedTime,
        };
        Ok(Contrast::new(key, trial.class, &case, &baseline)?)
    };
    trials.iter().map(contrast).collect()
}

/// A case's times in baselines, and the baseline's, which are 1.
fn in_turns(replicates: &[Replicate]) -> (NominalTime, NominalTime) {
    let time = |replicate: &Replicate| {
        let time_ns = log_ratio_in_turns(&replicate_record(replicate).pieces)?.exp();
        Some(BlockTime { block: replicate.position.block, time_ns })
    };
    let times: Vec<BlockTime> = replicates.iter().filter_map(time).collect();
    let ones = times.iter().map(|time| BlockTime { time_ns: 1.0, ..*time }).collect();
    (NominalTime::unfitted(times), NominalTime::unfitted(ones))
}

/// Judges contrasts of one round together, as the report does: each is shrunk towards its class.
fn judge(contrasts: Vec<(Class, anyhow::Result<Contrast>)>) -> Vec<anyhow::Result<Finding>> {
    let known: Vec<Contrast> =
        contrasts.iter().filter_map(|(_, contrast)| contrast.as_ref().ok().cloned()).collect();
    let judged = |(class, contrast): (Class, anyhow::Result<Contrast>)| {
        Ok(ClassVariance::learn(class, &known).judge(&contrast?)?)
    };
    contrasts.into_iter().map(judged).collect()
}

/// Lines to standard error: one for each block.
pub(super) struct Lines {
    /// What is being measured: `round 3 of 24`.
    pub(super) what: String,
    /// How many blocks there are.
    pub(super) blocks: u32,
}

impl Progress for Lines {
    fn begins(&mut self, step: Step<'_>) {
        match step.block {
            _ if step.done > 0 => {}
            None => say(format_args!("{}: preparing {} cases", self.what, step.of)),
            Some(block) => {
                say(format_args!("{}: block {} of {}", self.what, block + 1, self.blocks));
            }
        }
    }

    fn ended(&mut self, _step: Step<'_>) {}

    fn failed(&mut self, id: &str, error: &RunnerError) {
        say(format_args!("{}: {id}: {error}", self.what));
    }

    fn repeats(&mut self, block: u32, change: f64) {
        say(format_args!(
            "{}: block {} again: a yardstick changed by a factor of {change:.1}",
            self.what,
            block + 1
        ));
    }
}

#[cfg(test)]
mod tests {
    use report::judgement::{Direction, Verdict};

    use super::*;

    fn contrast(factor: f64, wobble: f64) -> anyhow::Result<Contrast> {
        let times = |factor: f64, wobble: f64| {
            let time = |block: u32| BlockTime {
                block,
                time_ns: 1_000.0 * factor * (1.0 + wobble * f64::from(block % 3)),
            };
            NominalTime::unfitted((0..8).map(time).collect())
        };
        let key = ContrastKey {
            question: "calibrate".into(),
            kind: ContrastKind::NullPair,
            case: CaseId("one".into()),
            baseline: CaseId("other".into()),
            metric: Metric::AckedTime,
        };
        Ok(Contrast::new(key, Class::Turns, &times(factor, wobble), &times(1.0, 0.0))?)
    }

    #[test]
    fn what_takes_longer_differs_and_what_cannot_be_judged_says_why() {
        let contrasts = [contrast(1.1, 0.001), contrast(1.0, 0.001), contrast(1.0, 0.0)];
        let judged = judge(contrasts.map(|contrast| (Class::Turns, contrast)).into());
        let verdict = |index: usize| judged[index].as_ref().map(|finding| finding.verdict).ok();
        assert_eq!(verdict(0), Some(Verdict::Differs { direction: Direction::Longer }));
        assert_eq!(verdict(1), Some(Verdict::EqualWithin { factor: 1.01 }));
        assert!(judged[2].is_err(), "blocks that do not vary at all were not measured");
    }
}
