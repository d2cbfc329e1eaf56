//! Saturation: a path's ceiling, and what its backlog does just below and just beyond it.

use std::num::NonZeroU32;

use crate::backlog::GROWING_SHARE;
use crate::ceiling::{Ceiling, CeilingSearch, Response};
use crate::error::LoadError;
use crate::outcome::PointOutcome;
use crate::point::Point;
use crate::rate::Target;
use crate::session::{LoadSession, MeasuredPoint};
use crate::subject::Subject;

/// How saturation is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SaturationPlan {
    /// Every point, but for its rate. The ceiling and the shares of it are offered in the same way.
    pub point: Point,
    /// How the ceiling is searched.
    pub search: CeilingSearch,
    /// How often the ceiling is measured again, and with it the shares: a disk has regimes.
    pub rounds: NonZeroU32,
}

/// What part of the ceiling a point offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// Nine tenths.
    Below,
    /// Eleven tenths.
    Beyond,
}

/// A point of the measurement, as it is done.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Stage {
    /// A rate of the search.
    Search,
    /// A rate by which the ceiling is measured again, for a round from the second on.
    Ceiling {
        /// The round.
        round: u32,
    },
    /// A share of a round's ceiling.
    Share {
        /// The round, from 1.
        round: u32,
        /// Which share.
        share: Share,
        /// Operations per second of which it is the share.
        ceiling_per_second: f64,
    },
}

/// How the backlog went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BacklogVerdict {
    /// It stays: the whole interval of its growth is within 3 % of what is asked for.
    Flat,
    /// It grows: the whole interval lies beyond that.
    Grows,
    /// The interval holds both.
    Unclear,
}

/// What was measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Saturation {
    /// What the search found.
    pub found: Ceiling,
    /// Each round's verdicts; those before the one in which the generator's end came first.
    pub rounds: Vec<SaturationRound>,
}

/// A round: the ceiling, and the backlog at the shares of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SaturationRound {
    /// Operations per second.
    pub ceiling_per_second: f64,
    /// At nine tenths.
    pub below: BacklogVerdict,
    /// At eleven tenths.
    pub beyond: BacklogVerdict,
}

/// A rate of which less than this share was acked, though nothing waits, was not handed on: it is beyond
/// the generator.
const HANDED_ON_SHARE_MIN: f64 = 0.97;

impl Share {
    /// The share.
    pub fn factor(self) -> f64 {
        match self {
            Self::Below => 0.9,
            Self::Beyond => 1.1,
        }
    }
}

impl SaturationRound {
    /// Whether the backlog stays below the ceiling and grows beyond it.
    pub fn is_as_it_should_be(&self) -> bool {
        (self.below, self.beyond) == (BacklogVerdict::Flat, BacklogVerdict::Grows)
    }
}

impl PointOutcome {
    /// How the backlog went, judged by the whole interval of its growth; `None` of a load that was too
    /// short to tell.
    pub fn backlog_verdict(&self) -> Option<BacklogVerdict> {
        let flat_max = GROWING_SHARE * f64::from(self.point.target.get());
        let growth = self.backlog_growth?;
        Some(if growth.low_per_second > flat_max {
            BacklogVerdict::Grows
        } else if growth.high_per_second <= flat_max {
            BacklogVerdict::Flat
        } else {
            BacklogVerdict::Unclear
        })
    }

    fn response(&self) -> Response {
        let is_behind = self.is_saturated() || self.given_up_operations > 0;
        match (is_behind, self.is_beyond_the_generator()) {
            (true, _) => Response::FellBehind,
            (false, true) => Response::GeneratorBound,
            (false, false) => Response::KeptUp,
        }
    }

    /// Whether the generator did not hand on as much as was due. (It may be late by a good part of a short
    /// sojourn, which makes the times its own, and still hand on everything.)
    fn is_beyond_the_generator(&self) -> bool {
        let seconds = self.point.run.as_secs_f64();
        let due = f64::from(self.point.target.get()) * seconds;
        // Independent arrivals are as many as their square root more or fewer.
        let due_min = HANDED_ON_SHARE_MIN * due - 3.0 * due.sqrt();
        self.acked_mean_per_second * seconds < due_min
    }
}

impl LoadSession {
    /// Searches a path's ceiling, offers shares of it, and stores each point.
    ///
    /// # Errors
    /// As [`LoadSession::measure`]; points that were measured before keep their records.
    pub fn saturation(
        &mut self,
        subject: &Subject,
        plan: &SaturationPlan,
        on_point: &mut dyn FnMut(Stage, &MeasuredPoint),
    ) -> Result<Saturation, LoadError> {
        let mut offer = |target: Target, stage: Stage| {
            let point = Point { target, ..plan.point };
            let measured = match self.measure(subject, &point, &mut |_| {}) {
                Ok(measured) => measured,
                Err(LoadError::NothingMeasured) if fixture::check_interrupt().is_ok() => {
                    return Ok(None);
                }
                Err(error) => return Err(error),
            };
            on_point(stage, &measured);
            // What was measured is stored; the search cannot go on.
            fixture::check_interrupt()?;
            Ok(Some(measured.outcome))
        };
        let search = |target| Ok::<_, LoadError>(response(offer(target, Stage::Search)?.as_ref()));
        let found = plan.search.run(search)?;
        let Ceiling::Reached { per_second: mut ceiling_per_second } = found else {
            return Ok(Saturation { found, rounds: Vec::new() });
        };
        let mut rounds = Vec::new();
        for round in 1..=plan.rounds.get() {
            if round > 1 {
                let stage = Stage::Ceiling { round };
                let offer = |target| Ok::<_, LoadError>(response(offer(target, stage)?.as_ref()));
                let Ceiling::Reached { per_second } =
                    plan.search.again(ceiling_per_second, offer)?
                else {
                    break;
                };
                ceiling_per_second = per_second;
            }
            let mut judge = |share: Share| {
                let rate = plan.search.share_of(ceiling_per_second, share.factor());
                match offer(rate, Stage::Share { round, share, ceiling_per_second })? {
                    Some(outcome) => outcome.backlog_verdict().ok_or(LoadError::NothingMeasured),
                    None => Ok(BacklogVerdict::Grows),
                }
            };
            let (below, beyond) = (judge(Share::Below)?, judge(Share::Beyond)?);
            rounds.push(SaturationRound { ceiling_per_second, below, beyond });
        }
        Ok(Saturation { found, rounds })
    }
}

/// How a rate was taken; without an outcome the load ended before anything was measured.
fn response(outcome: Option<&PointOutcome>) -> Response {
    outcome.map_or(Response::FellBehind, PointOutcome::response)
}
