//! The load curves that stand beside the cases of `benches/vote.rs`.

use runner::RunnerError;
use std::error::Error;
use std::num::NonZeroU32;
use std::time::Duration;

use fixture::{AdditionalExtent, AdditionalMeasurement, Scene};

use crate::error::LoadError;
use crate::knee::CurvePlan;
use crate::load::{Clients, Keys, VoteLoad};
use crate::point::Point;
use crate::rate::Target;
use crate::rate_search::RateSearch;
use crate::record::{QUESTION, label};
use crate::session::LoadSession;
use crate::subject::Subject;

/// A curve to be measured.
#[derive(Debug, Clone)]
struct PlannedCurve {
    subject: Subject,
    load: VoteLoad,
    course: Course,
}

/// Which rates are offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Course {
    /// Those of the standard search.
    Search,
    /// This one alone.
    Single(Target),
}

/// A rate that the document's slowest path keeps up with.
const SKEWED_PER_SECOND: Target = Target::per_second(12_500).expect("not zero");

/// One in 19 of these is a vote.
const MIXED_PER_SECOND: Target = Target::per_second(50_000).expect("not zero");

/// One operation in so many is a vote (noria, `vote --write-every`).
const WRITE_EVERY: NonZeroU32 = NonZeroU32::new(19).expect("not zero");

/// Load curves beside a question.
#[derive(Debug)]
pub struct Curves {
    planned: Vec<PlannedCurve>,
}

impl PlannedCurve {
    /// The document's load on a path.
    fn of_the_document(subject: Subject) -> Self {
        Self { subject, load: VoteLoad::of_the_document(), course: Course::Search }
    }

    /// The same with no limit to the batches that are on their way.
    fn unlimited(subject: Subject) -> Self {
        let load = VoteLoad { clients: Clients::Unlimited, ..VoteLoad::of_the_document() };
        Self { subject, load, course: Course::Search }
    }

    /// The document's load with its skewed keys, at one rate.
    fn skewed(subject: Subject) -> Self {
        let load = VoteLoad { keys: Keys::Zipf, ..VoteLoad::of_the_document() };
        Self { subject, load, course: Course::Single(SKEWED_PER_SECOND) }
    }

    /// The document's mix of votes and reads, at one rate.
    fn mixed(subject: Subject) -> Self {
        let load = VoteLoad { write_every: WRITE_EVERY, ..VoteLoad::of_the_document() };
        Self { subject, load, course: Course::Single(MIXED_PER_SECOND) }
    }

    fn measure(
        &self,
        session: &mut LoadSession,
        extent: AdditionalExtent,
    ) -> Result<(), LoadError> {
        let plan = plan(self.load, extent);
        match self.course {
            Course::Search => session.curve(&self.subject, &plan, &mut |_| {}).map(drop),
            Course::Single(target) => {
                let point = Point { target, p99_max_ns: None, ..plan.point };
                session.measure(&self.subject, &point, &mut |_| {})?;
                // What was measured is stored; the next curve must not begin.
                Ok(runner::interrupt::check()?)
            }
        }
    }

    fn id(&self) -> String {
        format!("{QUESTION}/{}", label(&self.subject, &self.load))
    }
}

impl Curves {
    /// The curves of a default run: the document's log and its SQLite, the same SQLite without its
    /// limit of outstanding batches, and the best path that was found. Beside them single points of the
    /// first two, with the document's other keys and with its mix of reads.
    ///
    /// # Errors
    /// What the catalogue answers.
    pub fn of_a_default_run() -> Result<Self, LoadError> {
        let one = |name| Subject::find(name, NonZeroU32::MIN);
        let mut planned = vec![
            PlannedCurve::of_the_document(one("soup-log")?),
            PlannedCurve::of_the_document(one("arm-a")?),
            PlannedCurve::unlimited(one("arm-a")?),
            PlannedCurve::unlimited(one("tuned")?),
        ];
        for name in ["soup-log", "arm-a"] {
            planned.push(PlannedCurve::skewed(one(name)?));
            planned.push(PlannedCurve::mixed(one(name)?));
        }
        Ok(Self { planned })
    }
}

impl AdditionalMeasurement for Curves {
    fn ids(&self) -> Vec<String> {
        self.planned.iter().map(PlannedCurve::id).collect()
    }

    fn measure(
        &mut self,
        chosen: &[String],
        scene: Scene,
    ) -> Result<(), Box<dyn Error + Send + Sync>> {
        let Scene { scratch, run, extent } = scene;
        let mut session = LoadSession::begin(scratch, run)?;
        for planned in self.planned.iter().filter(|planned| chosen.contains(&planned.id())) {
            if extent == AdditionalExtent::Full {
                println!("{}", planned.id());
            }
            planned.measure(&mut session, extent).map_err(|error| named(&planned.id(), error))?;
            if extent == AdditionalExtent::Tried {
                println!("Testing {}\nSuccess\n", planned.id());
            }
        }
        if let Some(run) = session.run_directory() {
            report::write_summary(run.path())?;
            page::write_index(run.path())?;
            println!("\n{}", report::closing_text(run.path(), QUESTION)?);
        }
        Ok(())
    }
}

/// An error under the name of what it happened to.
fn named(id: &str, error: LoadError) -> Box<dyn Error + Send + Sync> {
    match error {
        interrupted @ LoadError::Runner(RunnerError::Interrupted) => interrupted.into(),
        error => format!("{id}: {error}").into(),
    }
}

/// The standard plan, or a single brief point.
fn plan(load: VoteLoad, extent: AdditionalExtent) -> CurvePlan {
    let standard = CurvePlan::standard(load);
    match extent {
        AdditionalExtent::Full => standard,
        AdditionalExtent::Tried => CurvePlan {
            point: Point {
                warm_up: Duration::from_millis(50),
                run: Duration::from_millis(100),
                // However slow the disk is, a test waits for it.
                catch_up_max: Duration::from_secs(60),
                ..standard.point
            },
            // One point of the lowest rate, whatever it says.
            search: RateSearch {
                highest: standard.search.first,
                steps_down_max: 0,
                tries_max: 1,
                ..standard.search
            },
            p99_max_ns: u64::MAX,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::UNLIMITED_LABEL;

    /// Without this pair the claim about merged packets would be told as "not measured" in every run.
    #[test]
    fn one_curve_stands_beside_the_same_without_a_limit_of_clients() {
        let ids = Curves::of_a_default_run().expect("specified").ids();
        let has_pair = |id: &String| ids.contains(&format!("{id}-{UNLIMITED_LABEL}"));
        assert!(ids.iter().any(has_pair), "{ids:?}");
    }
}
