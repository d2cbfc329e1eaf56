//! Load curves: points at the rates of a search for the knee.

use std::time::Duration;

use measure::record::RateVerdict;
use measure::stats::ClusteredShare;

use crate::error::LoadError;
use crate::load::VoteLoad;
use crate::outcome::PointOutcome;
use crate::point::Point;
use crate::rate::Target;
use crate::rate_search::{RateBracket, RateSearch};
use crate::session::{LoadSession, MeasuredPoint};
use crate::subject::Subject;

/// How a load curve is measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CurvePlan {
    /// Every point, but for its rate and its limit.
    pub point: Point,
    /// Which rates.
    pub search: RateSearch,
    /// The 99th percentile of the sojourn that a rate must keep, in ns.
    pub p99_max_ns: u64,
}

/// A load curve: points of one subject under one load, in the order of measuring.
#[derive(Debug)]
pub struct LoadCurve {
    /// The points.
    pub points: Vec<MeasuredPoint>,
    /// The highest rate that keeps the limit, and the lowest that does not.
    pub knee: RateBracket,
}

/// The first rate of a curve, in operations per second: half of the document's lowest ceiling.
const FIRST_RATE: Target = Target::per_second(12_500).expect("not zero");

/// The highest rate that a curve may try: beyond what the document's machines took.
const HIGHEST_RATE: Target = Target::per_second(3_200_000).expect("not zero");

/// The limit at the knee, in ns.
const P99_MAX_NS: u64 = 10_000_000;

/// The share of votes that a 99th percentile leaves beyond it.
const SHARE_BEYOND_MAX: f64 = 0.01;

impl CurvePlan {
    /// The plan of `cargo bench`: points of about a second and a half, and a limit of 10 ms.
    pub fn standard(load: VoteLoad) -> Self {
        Self {
            point: Point {
                load,
                target: FIRST_RATE,
                warm_up: Duration::from_millis(300),
                run: Duration::from_millis(1200),
                catch_up_max: Duration::from_millis(500),
                p99_max_ns: None,
            },
            search: RateSearch::knee(FIRST_RATE, HIGHEST_RATE, 3),
            p99_max_ns: P99_MAX_NS,
        }
    }
}

impl LoadSession {
    /// Measures a curve and its knee, and stores each point.
    ///
    /// # Errors
    /// As [`LoadSession::measure`]; points that were measured before keep their records.
    pub fn curve(
        &mut self,
        subject: &Subject,
        plan: &CurvePlan,
        on_point: &mut dyn FnMut(&MeasuredPoint),
    ) -> Result<LoadCurve, LoadError> {
        let mut points = Vec::new();
        let mut known = RateKnown::default();
        let knee = plan.search.run(|target| {
            let point = Point { target, p99_max_ns: Some(plan.p99_max_ns), ..plan.point };
            let judge = &mut |outcome: &PointOutcome| Some(known.judge(outcome));
            let measured = self.measure_judged(subject, &point, &mut |_| {}, judge)?;
            on_point(&measured);
            let verdict = measured.verdict.unwrap_or(RateVerdict::Undecided);
            points.push(measured);
            // What was measured is stored; the search cannot go on.
            runner::interrupt::check()?;
            Ok::<_, LoadError>(verdict)
        })?;
        Ok(LoadCurve { points, knee })
    }
}

/// What is known of the rate that is tried now, from all of its points.
#[derive(Debug, Default)]
struct RateKnown {
    rate: Option<Target>,
    beyond: ClusteredShare,
}

impl RateKnown {
    fn judge(&mut self, outcome: &PointOutcome) -> RateVerdict {
        let rate = Some(outcome.point.target);
        if self.rate != rate {
            *self = Self { rate, beyond: ClusteredShare::default() };
        }
        if let Some(beyond) = &outcome.beyond_limit {
            self.beyond.merge(beyond);
        }
        let falls_behind = outcome.is_saturated() || outcome.given_up_operations > 0;
        let by_limit = by_limit(&self.beyond);
        match (falls_behind, by_limit) {
            (false, RateVerdict::Passes | RateVerdict::Undecided) => by_limit,
            _ if outcome.is_generator_bound() => RateVerdict::GeneratorBound,
            (true, _) => RateVerdict::FallsBehind,
            (false, _) => by_limit,
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
    fn a_rate_is_judged_by_the_whole_interval_and_by_all_of_its_points() {
        assert_eq!(by_limit(&commits(1_000, 2)), RateVerdict::Passes);
        assert_eq!(by_limit(&commits(1_000, 30)), RateVerdict::MissesLimit);
        assert_eq!(by_limit(&commits(1_000, 10)), RateVerdict::Undecided);
        let mut few = commits(150, 0);
        assert_eq!(by_limit(&few), RateVerdict::Undecided, "150 commits are no proof");
        few.merge(&commits(150, 0));
        assert_eq!(by_limit(&few), RateVerdict::Passes);
        assert_eq!(by_limit(&ClusteredShare::default()), RateVerdict::Undecided);
    }
}
