//! The load curves that stand beside the cases of `benches/vote.rs`.

use std::error::Error;
use std::num::NonZeroU32;
use std::time::Duration;

use fixture::{Companion, CompanionExtent, Scene};

use crate::error::LoadError;
use crate::knee::KneeSearch;
use crate::load::{Clients, VoteLoad};
use crate::point::Point;
use crate::record::{QUESTION, label};
use crate::session::{CurvePlan, LoadSession};
use crate::subject::Subject;

/// A curve to be measured.
#[derive(Debug, Clone)]
struct PlannedCurve {
    subject: Subject,
    load: VoteLoad,
}

/// Load curves beside a question.
#[derive(Debug)]
pub struct Curves {
    planned: Vec<PlannedCurve>,
}

impl PlannedCurve {
    /// The document's load on a path.
    fn of_the_document(subject: Subject) -> Self {
        Self { subject, load: VoteLoad::of_the_document() }
    }

    /// The same with no limit to the batches that are on their way.
    fn unlimited(subject: Subject) -> Self {
        let load = VoteLoad { clients: Clients::Unlimited, ..VoteLoad::of_the_document() };
        Self { subject, load }
    }

    fn id(&self) -> String {
        format!("{QUESTION}/{}", label(&self.subject, &self.load))
    }
}

impl Curves {
    /// The curves of a default run: the document's log and its SQLite, the same SQLite without its
    /// limit of outstanding batches, and the best path that was found.
    ///
    /// # Errors
    /// What the catalogue answers.
    pub fn of_a_default_run() -> Result<Self, LoadError> {
        let one = |name| Subject::find(name, NonZeroU32::MIN);
        Ok(Self {
            planned: vec![
                PlannedCurve::of_the_document(one("soup-log")?),
                PlannedCurve::of_the_document(one("arm-a")?),
                PlannedCurve::unlimited(one("arm-a")?),
                PlannedCurve::unlimited(one("tuned")?),
            ],
        })
    }
}

impl Companion for Curves {
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
            let plan = plan(planned.load, extent);
            if extent == CompanionExtent::Full {
                println!("{}", planned.id());
            }
            session
                .curve(&planned.subject, &plan, &mut |_| {})
                .map_err(|error| named(&planned.id(), error))?;
            if extent == CompanionExtent::Tried {
                println!("Testing {}\nSuccess\n", planned.id());
            }
        }
        if let Some(run) = session.run_directory() {
            report::write_summary(run.path())?;
            println!("\n{}", report::closing_text(run.path(), QUESTION)?);
        }
        Ok(())
    }
}

/// An error under the name of what it happened to.
fn named(id: &str, error: LoadError) -> Box<dyn Error + Send + Sync> {
    match error {
        interrupted @ LoadError::Fixture(fixture::FixtureError::Interrupted) => interrupted.into(),
        error => format!("{id}: {error}").into(),
    }
}

/// The standard plan, or a single brief point.
fn plan(load: VoteLoad, extent: CompanionExtent) -> CurvePlan {
    let standard = CurvePlan::standard(load);
    match extent {
        CompanionExtent::Full => standard,
        CompanionExtent::Tried => CurvePlan {
            point: Point {
                warm_up: Duration::from_millis(50),
                run: Duration::from_millis(100),
                // However slow the disk is, a test waits for it.
                catch_up_max: Duration::from_secs(60),
                ..standard.point
            },
            search: KneeSearch {
                first: standard.search.first,
                highest: standard.search.first,
                halvings: 0,
            },
            p99_max_ns: u64::MAX,
        },
    }
}

#[cfg(test)]
mod tests {
    use report::claims::UNLIMITED;

    use super::*;

    /// Without this pair the claim about merged packets would be told as "not measured" in every run.
    #[test]
    fn one_curve_stands_beside_the_same_without_a_limit_of_clients() {
        let ids = Curves::of_a_default_run().expect("specified").ids();
        let has_pair = |id: &String| ids.contains(&format!("{id}-{UNLIMITED}"));
        assert!(ids.iter().any(has_pair), "{ids:?}");
    }
}
