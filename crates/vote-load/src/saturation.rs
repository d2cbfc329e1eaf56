//! Saturation: a path's ceiling, and what its backlog does just below and just beyond it.

use std::num::NonZeroU32;

use measure::record::RateVerdict;
use runner::session::Session;

use crate::backlog::GROWING_SHARE;
use crate::error::LoadError;
use crate::generator::LoadEnd;
use crate::point::Point;
use crate::rate_search::{RateBracket, RateSearch};
use crate::record::MeasuredPoint;
use crate::subject::Subject;

/// How saturation is measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SaturationPlan {
    /// Every point, but for its rate. The ceiling and the shares of it are offered in the same way.
    pub point: Point,
    /// How the ceiling is searched.
    pub search: RateSearch,
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
    pub found: RateBracket,
    /// Each round's verdicts; those before the one in which the generator's end came first.
    pub rounds: Vec<SaturationRound>,
}

/// A round: the ceiling, and the backlog at the shares of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SaturationRound {
    /// Between which rates the ceiling lies.
    pub between: RateBracket,
    /// Operations per second in the middle of them.
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

impl MeasuredPoint {
    /// How the backlog went, judged by the whole interval of its growth; `None` of a load that was too
    /// short to tell.
    pub fn backlog_verdict(&self) -> Option<BacklogVerdict> {
        let flat_max = GROWING_SHARE * f64::from(self.load.target_per_second);
        let growth = self.backlog_growth?;
        Some(if growth.low_per_second > flat_max {
            BacklogVerdict::Grows
        } else if growth.high_per_second <= flat_max {
            BacklogVerdict::Flat
        } else {
            BacklogVerdict::Unclear
        })
    }

    /// Whether the path kept up with the rate: its backlog stays, or it grows.
    fn keeps_up(&self) -> RateVerdict {
        let is_given_up = self.end == LoadEnd::Behind || self.load.given_up_operations > 0;
        match self.backlog_verdict() {
            _ if is_given_up => RateVerdict::FallsBehind,
            Some(BacklogVerdict::Grows) => RateVerdict::FallsBehind,
            _ if self.is_beyond_the_generator() => RateVerdict::GeneratorBound,
            Some(BacklogVerdict::Flat) => RateVerdict::Passes,
            Some(BacklogVerdict::Unclear) | None => RateVerdict::Undecided,
        }
    }

    /// Whether the generator did not hand on as much as was due. (It may be late by a good part of a short
    /// sojourn, which makes the times its own, and still hand on everything.)
    fn is_beyond_the_generator(&self) -> bool {
        let seconds = self.load.run_seconds;
        let due = f64::from(self.load.target_per_second) * seconds;
        // Independent arrivals are as many as their square root more or fewer.
        let due_min = HANDED_ON_SHARE_MIN * due - 3.0 * due.sqrt();
        self.acked_mean_per_second * seconds < due_min
    }
}

impl SaturationPlan {
    /// Searches a path's ceiling, offers shares of it, and stores each point.
    ///
    /// # Errors
    /// As [`Point::measure`]; points that were measured before keep their records.
    pub fn measure(
        &self,
        session: &mut Session,
        subject: &Subject,
        on_point: &mut dyn FnMut(Stage, MeasuredPoint),
    ) -> Result<Saturation, LoadError> {
        let mut offer = |target: NonZeroU32, stage: Stage| {
            let point = Point { target, ..self.point };
            let judge = &mut |measured: &mut MeasuredPoint| {
                measured.load.verdict = Some(measured.keeps_up());
            };
            let measured = match point.measure_judged(session, subject, &mut |_| {}, judge, None) {
                Ok(measured) => measured,
                Err(LoadError::NothingMeasured) if runner::interrupt::check().is_ok() => {
                    return Ok(None);
                }
                Err(error) => return Err(error),
            };
            let said = (measured.load.verdict, measured.backlog_verdict());
            on_point(stage, measured);
            // What was measured is stored; the search cannot go on.
            runner::interrupt::check()?;
            Ok(Some(said))
        };
        let search = |target| Ok::<_, LoadError>(verdict(offer(target, Stage::Search)?));
        let found = self.search.run(search)?;
        let Some(mut ceiling_per_second) = found.middle_per_second() else {
            return Ok(Saturation { found, rounds: Vec::new() });
        };
        let mut between = found;
        let mut rounds = Vec::new();
        for round in 1..=self.rounds.get() {
            if round > 1 {
                let stage = Stage::Ceiling { round };
                let judge = |target| Ok::<_, LoadError>(verdict(offer(target, stage)?));
                between = self.search.again(ceiling_per_second, judge)?;
                let Some(per_second) = between.middle_per_second() else { break };
                ceiling_per_second = per_second;
            }
            let mut judge = |share: Share| {
                let rate = self.search.rate(share.factor() * ceiling_per_second);
                match offer(rate, Stage::Share { round, share, ceiling_per_second })? {
                    Some((_, backlog)) => backlog.ok_or(LoadError::NothingMeasured),
                    None => Ok(BacklogVerdict::Grows),
                }
            };
            let (below, beyond) = (judge(Share::Below)?, judge(Share::Beyond)?);
            rounds.push(SaturationRound { between, ceiling_per_second, below, beyond });
        }
        Ok(Saturation { found, rounds })
    }
}

/// What a point says of its rate; where there is none the load ended before anything was measured.
fn verdict(said: Option<(Option<RateVerdict>, Option<BacklogVerdict>)>) -> RateVerdict {
    said.and_then(|(verdict, _)| verdict).unwrap_or(RateVerdict::FallsBehind)
}
