//! The load curves that stand beside the cases of `benches/vote.rs`.

use std::error::Error;
use std::num::NonZeroU32;
use std::time::Duration;

use fixture::{AdditionalExtent, AdditionalMeasurement, Scene};
use report::terminal::Terminal;
use runner::session::Session;

use crate::error::LoadError;
use crate::knee::{Course, CurvePlan, measure_curves};
use crate::load::{Clients, Keys, VoteLoad};
use crate::point::Point;
use crate::rate_search::RateSearch;
use crate::record::{MeasuredPoint, QUESTION, TOPIC};
use crate::subject::Subject;

/// A rate that the document's slowest path keeps up with.
const SKEWED_PER_SECOND: NonZeroU32 = NonZeroU32::new(12_500).expect("not zero");

/// One in 19 of these is a vote.
const MIXED_PER_SECOND: NonZeroU32 = NonZeroU32::new(50_000).expect("not zero");

/// One operation in so many is a vote (noria, `vote --write-every`).
const WRITE_EVERY: NonZeroU32 = NonZeroU32::new(19).expect("not zero");

/// Load curves beside a question.
#[derive(Debug)]
pub struct Curves {
    planned: Vec<CurvePlan>,
}

impl CurvePlan {
    /// The same as a single brief point.
    fn tried(self) -> Self {
        let course = match self.course {
            Course::Single => Course::Single,
            // One point of the lowest rate, whatever it says.
            Course::Knee { search, .. } => Course::Knee {
                search: RateSearch {
                    highest: search.first,
                    steps_down_max: 0,
                    tries_max: 1,
                    repeats_max: 0,
                    ..search
                },
                p99_max_ns: u64::MAX,
            },
        };
        let point = Point {
            warm_up: Duration::from_millis(50),
            run: Duration::from_millis(100),
            // However slow the disk is, a test waits for it.
            catch_up_max: Duration::from_secs(60),
            ..self.point
        };
        Self { point, course, ..self }
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
        let plan =
            |name, load| Ok(CurvePlan::standard(Subject::find(name, NonZeroU32::MIN)?, load));
        let load = VoteLoad::of_the_document();
        let unlimited = VoteLoad { clients: Clients::Unlimited, ..load };
        let skewed = VoteLoad { keys: Keys::Zipf, ..load };
        let mixed = VoteLoad { write_every: WRITE_EVERY, ..load };
        let planned = [
            plan("soup-log", load),
            plan("arm-a", load),
            plan("arm-a", unlimited),
            plan("tuned", unlimited),
            plan("soup-log", skewed).map(|plan| plan.at(SKEWED_PER_SECOND)),
            plan("soup-log", mixed).map(|plan| plan.at(MIXED_PER_SECOND)),
            plan("arm-a", skewed).map(|plan| plan.at(SKEWED_PER_SECOND)),
            plan("arm-a", mixed).map(|plan| plan.at(MIXED_PER_SECOND)),
        ];
        Ok(Self { planned: planned.into_iter().collect::<Result<_, LoadError>>()? })
    }
}

impl AdditionalMeasurement for Curves {
    fn ids(&self) -> Vec<String> {
        self.planned.iter().map(CurvePlan::id).collect()
    }

    fn measure(
        &mut self,
        chosen: &[String],
        scene: Scene,
    ) -> Result<(), Box<dyn Error + Send + Sync>> {
        let Scene { scratch, run, extent } = scene;
        let mut session = Session::begin(TOPIC, scratch, run)?;
        let plans = self.planned.iter().filter(|planned| chosen.contains(&planned.id())).cloned();
        match extent {
            AdditionalExtent::Full => {
                let plans: Vec<CurvePlan> = plans.collect();
                let mut show = |point: &MeasuredPoint| println!("{}", told(point));
                measure_curves(&mut session, &plans, &mut show)?;
            }
            AdditionalExtent::Tried => {
                let plans: Vec<CurvePlan> = plans.map(CurvePlan::tried).collect();
                measure_curves(&mut session, &plans, &mut |_| {})?;
                plans.iter().for_each(|plan| println!("Testing {}\nSuccess\n", plan.id()));
            }
        }
        if let Some(run) = session.run_directory() {
            report::write_summary(run.path())?;
            page::write_index(run.path())?;
            let text = report::closing_text(run.path(), QUESTION, Terminal::of_stdout())?;
            println!("\n{text}");
        }
        Ok(())
    }
}

/// A point that is measured: its id, and what it says of its rate.
fn told(point: &MeasuredPoint) -> String {
    let verdict = point.load.verdict.map(|verdict| format!("  {}", verdict.in_words()));
    format!("{QUESTION}/{}{}", point.record.case.id, verdict.unwrap_or_default())
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
