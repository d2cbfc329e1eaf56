//! Load curves: points at the rates of a search for the knee. Several curves are measured in turns, so that the points at
//! one rate lie apart in time.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::time::Duration;

use measure::record::{MomentsRecord, RateVerdict};
use measure::stats::ClusteredShare;
use runner::session::Session;
use runner::{RunnerError, interrupt};

use crate::error::LoadError;
use crate::load::VoteLoad;
use crate::point::Point;
use crate::rate_search::{RateBracket, RateSearch};
use crate::record::{MeasuredPoint, QUESTION, label};
use crate::subject::Subject;
use crate::turn::{self, Turn};

/// How a load curve is measured.
#[derive(Debug, Clone)]
pub struct CurvePlan {
    /// What the load is put on.
    pub subject: Subject,
    /// Every point, but for its rate and its limit where these are searched.
    pub point: Point,
    /// Which rates are offered.
    pub course: Course,
}

/// Which rates are offered.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Course {
    /// Those of a search for the knee.
    Knee {
        /// Which rates.
        search: RateSearch,
        /// The 99th percentile of the sojourn that a rate must keep, in ns.
        p99_max_ns: u64,
    },
    /// The point's own, once.
    Single,
}

/// The first rate of a curve, in operations per second: half of the document's lowest ceiling.
const FIRST_RATE: NonZeroU32 = NonZeroU32::new(12_500).expect("not zero");

/// The highest rate that a curve may try: beyond what the document's machines took.
const HIGHEST_RATE: NonZeroU32 = NonZeroU32::new(3_200_000).expect("not zero");

/// In how many moments both ends of a knee are measured, as far as the repeats go.
const MOMENTS: NonZeroU32 = NonZeroU32::new(5).expect("not zero");

/// So many of a knee's points are repeats at most: four curves take about 100 s then.
const REPEATS_MAX: u32 = 6;

/// The limit at the knee, in ns.
const P99_MAX_NS: u64 = 10_000_000;

/// The share of votes that a 99th percentile leaves beyond it.
const SHARE_BEYOND_MAX: f64 = 0.01;

impl CurvePlan {
    /// The plan of `cargo bench`: points of a second and a quarter, each rate about four times the one before it until
    /// one fails, both ends of the knee in up to five moments, and a limit of 10 ms.
    pub fn standard(subject: Subject, load: VoteLoad) -> Self {
        let point = Point {
            load,
            target: FIRST_RATE,
            warm_up: Duration::from_millis(250),
            run: Duration::from_secs(1),
            catch_up_max: Duration::from_millis(500),
            p99_max_ns: None,
        };
        let search = RateSearch::knee(FIRST_RATE, HIGHEST_RATE, 2).in_moments(MOMENTS, REPEATS_MAX);
        let search = RateSearch { step: 4.0, tries_max: 2, ..search };
        Self { subject, point, course: Course::Knee { search, p99_max_ns: P99_MAX_NS } }
    }

    /// What a filter chooses it by.
    pub fn id(&self) -> String {
        format!("{QUESTION}/{}", label(&self.subject, &self.point.load))
    }

    /// The same at one rate.
    #[must_use]
    pub fn at(self, target: NonZeroU32) -> Self {
        Self { point: Point { target, ..self.point }, course: Course::Single, ..self }
    }
}

/// Measures curves in turns, and stores each point: a block holds the next point of every curve that is not at its end, in
/// an order that is drawn, so that neighbouring rates of the paths stand in the same moment. Returns each curve's knee:
/// the highest rate that keeps the limit in every moment, and the lowest that keeps it in none.
///
/// # Errors
/// As [`Point::measure`], with the curve's name, and Ctrl-C; points that were measured before keep their records.
pub fn measure_curves(
    session: &mut Session,
    plans: &[CurvePlan],
    on_point: &mut dyn FnMut(&MeasuredPoint),
) -> Result<Vec<RateBracket>, LoadError> {
    let mut curves: Vec<Curve<'_>> = plans.iter().map(Curve::begin).collect();
    let seed = turn::seed();
    for number in 0.. {
        let next = |(at, curve): (usize, &Curve<'_>)| curve.next().err().map(|point| (at, point));
        let waiting: Vec<(usize, Point)> = curves.iter().enumerate().filter_map(next).collect();
        if waiting.is_empty() {
            break;
        }
        for ((at, point), turn) in turn::block(&waiting, seed, number) {
            let measured = curves[at].measure(session, &point, turn);
            // What was measured is stored; no search can go on.
            let is_interrupted = interrupt::check().is_err();
            if is_interrupted && measured.is_err() {
                return Err(RunnerError::Interrupted.into());
            }
            let named = |source| LoadError::Curve { id: plans[at].id(), source: Box::new(source) };
            on_point(&measured.map_err(named)?);
            interrupt::check()?;
        }
    }
    Ok(curves.iter().filter_map(|curve| curve.next().ok()).collect())
}

/// A curve that is being measured.
struct Curve<'plan> {
    plan: &'plan CurvePlan,
    /// What each of its points said.
    verdicts: Vec<RateVerdict>,
    known: BTreeMap<u32, RateKnown>,
}

impl<'plan> Curve<'plan> {
    fn begin(plan: &'plan CurvePlan) -> Self {
        Self { plan, verdicts: Vec::new(), known: BTreeMap::new() }
    }

    /// What the curve's search found; as an error the point that it wants first.
    fn next(&self) -> Result<RateBracket, Point> {
        match self.plan.course {
            Course::Single if self.verdicts.is_empty() => Err(self.plan.point),
            Course::Single => Ok(RateBracket { passes: None, fails: None }),
            Course::Knee { search, p99_max_ns } => {
                let with_limit = Point { p99_max_ns: Some(p99_max_ns), ..self.plan.point };
                search.found_by(&self.verdicts).map_err(|target| Point { target, ..with_limit })
            }
        }
    }

    fn measure(
        &mut self,
        session: &mut Session,
        point: &Point,
        turn: Turn,
    ) -> Result<MeasuredPoint, LoadError> {
        let (plan, known) = (self.plan, &mut self.known);
        let mut judge = |it: &mut MeasuredPoint| {
            if point.p99_max_ns.is_some() {
                known.entry(it.load.target_per_second).or_default().judge(it);
            }
        };
        let measured =
            point.measure_judged(session, &plan.subject, &mut |_| {}, &mut judge, Some(turn))?;
        self.verdicts.push(measured.load.verdict.unwrap_or(RateVerdict::Undecided));
        Ok(measured)
    }
}

/// What is known of a rate.
#[derive(Debug, Default)]
struct RateKnown {
    moments: MomentsRecord,
    /// The share beyond the limit, over the points that decided nothing.
    undecided: ClusteredShare,
}

impl RateKnown {
    /// Notes in a point what it says of its rate, and counts it.
    fn judge(&mut self, measured: &mut MeasuredPoint) {
        let load = &mut measured.load;
        let falls_behind = load.is_saturated || load.given_up_operations > 0;
        let by_limit = self.by_limit(measured.beyond_limit.as_ref());
        let verdict = match (falls_behind, by_limit) {
            (false, RateVerdict::Passes | RateVerdict::Undecided) => by_limit,
            _ if load.is_generator_bound => RateVerdict::GeneratorBound,
            (true, _) => RateVerdict::FallsBehind,
            (false, _) => by_limit,
        };
        self.moments.note(verdict);
        load.verdict = Some(verdict);
        load.moments = Some(self.moments);
    }

    /// What a point says by itself; where it decides nothing, what it says with those before it that did not either.
    fn by_limit(&mut self, beyond: Option<&ClusteredShare>) -> RateVerdict {
        let beyond = beyond.copied().unwrap_or_default();
        match by_limit(&beyond) {
            RateVerdict::Undecided => {
                self.undecided.merge(&beyond);
                let together = by_limit(&self.undecided);
                if together != RateVerdict::Undecided {
                    self.undecided = ClusteredShare::default();
                }
                together
            }
            decided => decided,
        }
    }
}

/// Whether the whole interval of the share beyond the limit lies on one side of what is allowed.
fn by_limit(beyond: &ClusteredShare) -> RateVerdict {
    match beyond.interval_90() {
        Some(interval) if interval.high <= SHARE_BEYOND_MAX => RateVerdict::Passes,
        Some(interval) if interval.low > SHARE_BEYOND_MAX => RateVerdict::MissesLimit,
        Some(_) | None => RateVerdict::Undecided,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commits(count: u64, beyond: u64) -> ClusteredShare {
        let mut share = ClusteredShare::default();
        for number in 0..count {
            share.note(40, if number < beyond { 40 } else { 0 });
        }
        share
    }

    #[test]
    fn a_moment_is_judged_by_the_whole_interval_and_by_itself() {
        let judged = |share| RateKnown::default().by_limit(Some(&share));
        assert_eq!(judged(commits(1_000, 2)), RateVerdict::Passes);
        assert_eq!(judged(commits(1_000, 30)), RateVerdict::MissesLimit);
        assert_eq!(judged(commits(1_000, 10)), RateVerdict::Undecided);
        assert_eq!(RateKnown::default().by_limit(None), RateVerdict::Undecided);
        let mut known = RateKnown::default();
        let said = [(1_000, 2), (1_000, 30), (1_000, 2)]
            .map(|(count, beyond)| known.by_limit(Some(&commits(count, beyond))));
        assert_eq!(said, [RateVerdict::Passes, RateVerdict::MissesLimit, RateVerdict::Passes]);
    }

    #[test]
    fn points_of_few_commits_decide_together() {
        let mut known = RateKnown::default();
        let said: Vec<RateVerdict> =
            (0..4).map(|_| known.by_limit(Some(&commits(150, 0)))).collect();
        let (undecided, passes) = (RateVerdict::Undecided, RateVerdict::Passes);
        assert_eq!(said, [undecided, passes, undecided, passes], "150 commits are no proof");
    }
}
