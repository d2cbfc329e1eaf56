//! One time of one case, in both sides.

use super::case_runs::{CaseRuns, FLOORS, OneRun, REFERENCES};
use super::difference::{Order, Samples, differences, mean};

/// Less of its time than this a path may owe without a row of its own: the acked time says the same then.
const OWED_MIN: f64 = 0.01;

/// Which time is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Time {
    /// Until the last ack, at the yardsticks that all runs share.
    Acked,
    /// With all that the path owes, at the same yardsticks.
    Drained,
    /// Until the last ack as it was measured, of a case that was not measured beside yardsticks.
    AckedAsMeasured,
    /// With all that the path owes, as it was measured.
    DrainedAsMeasured,
}

/// What one side takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figures {
    /// Records per second, of the time that is compared.
    pub records_per_second: f64,
    /// Floors per packet; none where the case does not wait for the disk or nothing tells.
    pub floors: Option<f64>,
    /// CPU references per packet.
    pub references: Option<f64>,
    /// In how many runs.
    pub runs: usize,
}

/// What became longer in a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The case waits for more floors.
    Floors,
    /// It computes longer: more CPU references.
    References,
    /// It owes more behind its acks.
    Owed,
}

/// One time of one case in both sides.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The question.
    pub question: String,
    /// The case's id.
    pub case: String,
    /// Which time.
    pub time: Time,
    /// What the base takes.
    pub base: Figures,
    /// What the new takes.
    pub new: Figures,
    /// The new's time over the base's.
    pub factor: f64,
    /// The factor that noise exceeds in at most 1 of 20 comparisons, of all times of the comparison together; above 1.
    pub beyond_noise: f64,
    /// The factor that noise exceeds in 1 of 5 runs; above 1.
    pub(super) one_in_five: f64,
    /// The standard error of the logarithm of the factor, from run to run.
    pub standard_error: f64,
    /// The degrees of freedom behind it, those included that other cases lend.
    pub degrees: f64,
    /// What became longer beyond noise; nothing where the runs do not tell.
    pub causes: Vec<Cause>,
}

/// What a row says beside a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Longer by more than the limit, and beyond noise.
    Slower,
    /// Shorter by more than the limit, and beyond noise.
    Faster,
    /// Neither; a change of the limit would have been told from noise.
    Within,
    /// A change as large as the limit cannot be told from noise.
    Unseen,
}

impl Row {
    /// What it says beside a limit, a factor above 1.
    #[must_use]
    pub fn change(&self, limit: f64) -> Change {
        let beyond = limit.max(self.beyond_noise);
        if self.factor > beyond {
            Change::Slower
        } else if 1.0 / self.factor > beyond {
            Change::Faster
        } else if self.beyond_noise > limit {
            Change::Unseen
        } else {
            Change::Within
        }
    }

    /// The smallest factor that 4 of 5 such comparisons would call slower than the limit.
    #[must_use]
    pub fn could_have_seen(&self, limit: f64) -> f64 {
        limit.max(self.beyond_noise) * self.one_in_five
    }
}

/// The rows of all cases, which answer for one fault together.
pub(super) fn rows(cases: &[CaseRuns], order: Order) -> Vec<Row> {
    let times = |case| Time::of(case).into_iter().map(move |time| (case, time));
    let compared: Vec<(&CaseRuns, Time)> = cases.iter().flat_map(times).collect();
    // Times at yardsticks have a noise that is known within a run, those as they were measured have not.
    let (at_yardsticks, as_measured): (Vec<_>, Vec<_>) =
        compared.iter().copied().partition(|(_, time)| time.is_at_yardsticks());
    let mut rows = Vec::new();
    for group in [at_yardsticks, as_measured] {
        let samples: Vec<Samples> = group
            .iter()
            .map(|(case, time)| case.samples(|run| (time.ns(run).ln(), run.expected_variance)))
            .collect();
        let causes = causes(&group, order);
        let found = differences(&samples, order, compared.len());
        for (((case, time), difference), causes) in group.into_iter().zip(found).zip(causes) {
            rows.push(Row {
                question: case.question.clone(),
                case: case.case.clone(),
                time,
                base: Figures::of(&case.base, time),
                new: Figures::of(&case.new, time),
                factor: difference.mean.exp(),
                beyond_noise: difference.reach.exp(),
                one_in_five: difference.one_in_five.exp(),
                standard_error: difference.standard_error,
                degrees: difference.degrees,
                causes,
            });
        }
    }
    rows.sort_by(|one, other| {
        (&one.question, &one.case, one.time).cmp(&(&other.question, &other.case, other.time))
    });
    rows
}

impl Time {
    /// The times of a case that are compared.
    fn of(case: &CaseRuns) -> Vec<Self> {
        let mut runs = case.base.iter().chain(&case.new);
        let owes = runs.clone().any(|run| run.owed_ratio > 1.0 + OWED_MIN);
        let has_cost = runs.all(|run| run.parts.is_some());
        let (acked, drained) = if has_cost {
            (Self::Acked, Self::Drained)
        } else {
            (Self::AckedAsMeasured, Self::DrainedAsMeasured)
        };
        std::iter::once(acked).chain(owes.then_some(drained)).collect()
    }

    fn is_at_yardsticks(self) -> bool {
        matches!(self, Self::Acked | Self::Drained)
    }

    fn is_drained(self) -> bool {
        matches!(self, Self::Drained | Self::DrainedAsMeasured)
    }

    fn ns(self, run: &OneRun) -> f64 {
        if self.is_drained() { run.acked_ns * run.owed_ratio } else { run.acked_ns }
    }
}

impl Figures {
    fn of(runs: &[OneRun], time: Time) -> Self {
        let rate = |run: &OneRun| (run.records_per_unit * 1e9 / time.ns(run)).ln();
        let coefficient = |part: usize| {
            let all: Option<Vec<f64>> =
                runs.iter().map(|run| Some(run.parts?[part].coefficient)).collect();
            all.map(|all| mean(&all)).filter(|coefficient| *coefficient > 0.0)
        };
        Self {
            records_per_second: mean(&runs.iter().map(rate).collect::<Vec<f64>>()).exp(),
            floors: coefficient(FLOORS),
            references: coefficient(REFERENCES),
            runs: runs.len(),
        }
    }
}

/// What became longer in each of these times, beyond noise.
fn causes(group: &[(&CaseRuns, Time)], order: Order) -> Vec<Vec<Cause>> {
    let all: [(Cause, PartOf<'_>); 3] = [
        (Cause::Floors, &|case, run| case.share(run, FLOORS)),
        (Cause::References, &|case, run| case.share(run, REFERENCES)),
        (Cause::Owed, &|_, run| (run.owed_ratio.ln(), run.expected_variance)),
    ];
    let mut causes = vec![Vec::new(); group.len()];
    for (cause, part) in all {
        let samples = group.iter().map(|(case, _)| case.samples(|run| part(case, run)));
        // What no run has does not vary, and says nothing of what varies.
        let has_any = |(_, samples): &(usize, Samples)| {
            samples.base.iter().chain(&samples.new).any(|value| *value != 0.0)
        };
        let (places, samples): (Vec<usize>, Vec<Samples>) =
            samples.enumerate().filter(has_any).unzip();
        // Whether a case is slower is judged elsewhere; here each is asked for itself why.
        for (place, difference) in places.into_iter().zip(differences(&samples, order, 1)) {
            let grew = difference.mean > difference.reach;
            if grew && (cause != Cause::Owed || group[place].1.is_drained()) {
                causes[place].push(cause);
            }
        }
    }
    causes
}

/// A part of a run's time, and the variance that it is expected to have.
type PartOf<'part> = &'part dyn Fn(&CaseRuns, &OneRun) -> (f64, f64);
