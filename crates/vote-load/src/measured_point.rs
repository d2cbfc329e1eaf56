//! A point in a session: on a directory of its own, between readings of both yardsticks, and kept as a record.

use std::time::Instant;

use measure::record::{RateVerdict, RunRecord};
use measure::utc::UtcSecond;
use runner::session::Session;

use crate::error::LoadError;
use crate::loading::OnLine;
use crate::outcome::PointOutcome;
use crate::point::Point;
use crate::record::{Surroundings, run_record};
use crate::subject::Subject;
use crate::turn::Turn;

/// A point that was run and, where the session keeps records, stored.
#[derive(Debug)]
pub struct MeasuredPoint {
    /// What it showed.
    pub outcome: PointOutcome,
    /// What it says of its rate; `None` of a point that no search asked for.
    pub verdict: Option<RateVerdict>,
    /// What is kept of it.
    pub record: RunRecord,
}

/// What a search makes of a point.
pub(crate) type Judge<'search> = &'search mut dyn FnMut(&PointOutcome) -> Option<RateVerdict>;

impl Point {
    /// Runs the point in a session, and stores its record.
    ///
    /// # Errors
    /// What [`Point::run`] answers; and when the record cannot be written.
    pub fn measure(
        &self,
        session: &mut Session,
        subject: &Subject,
        on_line: OnLine<'_>,
    ) -> Result<MeasuredPoint, LoadError> {
        self.measure_judged(session, subject, on_line, &mut |_| None, None)
    }

    /// The same for a point that tells something of its rate in a search, and one that has its turn among others.
    pub(crate) fn measure_judged(
        &self,
        session: &mut Session,
        subject: &Subject,
        on_line: OnLine<'_>,
        judge: Judge<'_>,
        turn: Option<Turn>,
    ) -> Result<MeasuredPoint, LoadError> {
        let (begun, started_utc) = (Instant::now(), UtcSecond::now());
        let directory = session.scratch().case_directory()?;
        let mut readings = Vec::new();
        let mut read_yardsticks = || {
            readings.push(session.read_yardsticks()?);
            Ok(())
        };
        let spec = subject.spec.as_ref();
        let outcome = self.run(spec, directory.path(), on_line, &mut read_yardsticks)?;
        let verdict = judge(&outcome);
        let around = Surroundings {
            directory: directory.path(),
            begun,
            started_utc,
            readings,
            verdict,
            turn,
        };
        let record = run_record(subject, &outcome, &around)?;
        session.keep(&record)?;
        Ok(MeasuredPoint { outcome, verdict, record })
    }
}
