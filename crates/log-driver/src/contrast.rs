//! The document's questions, each as two plans that differ in one thing, and the factor between them.

mod list;

use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

use fixture::check_interrupt;
use measure::stats::StudentT;
use runner::session::Session;

use crate::error::DriverError;
use crate::input::InputFile;
use crate::outcome::Outcome;
use crate::pipeline::EndsAt;
use crate::plan::Plan;

pub use list::{contrasts, published};

/// Two plans that differ in one thing.
#[derive(Debug, Clone, PartialEq)]
pub struct Contrast {
    /// What is asked.
    pub asks: &'static str,
    /// What differs.
    pub change: &'static str,
    /// What is compared.
    pub metric: Metric,
    /// Without it.
    pub base: Plan,
    /// With it.
    pub changed: Plan,
}

/// What of two runs is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// Messages stored, delivered and deleted per second.
    DeletedPerSecond,
    /// The median time from a message's ack to that of its deletion, in ns.
    StoreToDelete,
    /// Messages that waited in the store at most, at the end of a slice.
    WaitingMax,
    /// Messages that waited in the channels at most, at the end of a slice.
    ChannelDepthMax,
    /// The database's size at the end, in bytes.
    DatabaseBytes,
}

impl Metric {
    /// Its name, with the unit.
    pub fn name(self) -> &'static str {
        match self {
            Self::DeletedPerSecond => "deleted_per_second",
            Self::StoreToDelete => "store_to_delete_ns_p50",
            Self::WaitingMax => "waiting_messages_max",
            Self::ChannelDepthMax => "channel_depth_max",
            Self::DatabaseBytes => "database_bytes",
        }
    }

    /// The figure of a run; at least 1, so that there is a factor.
    fn of(self, outcome: &Outcome) -> f64 {
        let figure = match self {
            Self::DeletedPerSecond => outcome.deleted_per_second(),
            Self::StoreToDelete => {
                let times = outcome.store_to_delete_ns();
                times.quantile(0.5).or(times.longest()).unwrap_or(0) as f64
            }
            Self::WaitingMax => outcome.waiting_max() as f64,
            Self::ChannelDepthMax => outcome.channel_depth_max() as f64,
            Self::DatabaseBytes => outcome.final_sizes.database_bytes as f64,
        };
        figure.max(1.0)
    }
}

/// What rounds of a contrast have shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Contrasted {
    /// The figure without the change, in each round.
    pub base: Vec<f64>,
    /// The figure with it.
    pub changed: Vec<f64>,
    /// Changed over base: the geometric mean over the rounds.
    pub factor: f64,
    /// The lower and upper end of the factor's 99 % interval; `None` with fewer than three rounds.
    pub interval: Option<(f64, f64)>,
    /// What that says.
    pub verdict: Verdict,
}

/// What a contrast says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The whole 99 % interval lies beyond 5 %.
    Differs,
    /// The whole 90 % interval lies within 5 %.
    Equal,
    /// Neither.
    Undecided,
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Differs => "differs",
            Self::Equal => "equal within 5 %",
            Self::Undecided => "undecided",
        })
    }
}

/// The smallest factor of interest, as on a disk everywhere.
const EFFECT_MIN: f64 = 1.05;

impl Contrasted {
    /// Judges rounds of two figures each, which are above 0.
    pub fn of(base: Vec<f64>, changed: Vec<f64>) -> Self {
        let logs: Vec<f64> =
            base.iter().zip(&changed).map(|(base, changed)| (changed / base).ln()).collect();
        let count = logs.len() as f64;
        let mean = logs.iter().sum::<f64>() / count.max(1.0);
        let half = |confidence| half_width(&logs, mean, confidence);
        let limit = EFFECT_MIN.ln();
        let (wide, narrow) = (half(0.99), half(0.90));
        let verdict = match (wide, narrow) {
            (Some(wide), _) if mean.abs() - wide > limit => Verdict::Differs,
            (_, Some(narrow)) if mean.abs() + narrow < limit => Verdict::Equal,
            _ => Verdict::Undecided,
        };
        let interval = wide.map(|wide| ((mean - wide).exp(), (mean + wide).exp()));
        Self { base, changed, factor: mean.exp(), interval, verdict }
    }
}

/// Half of the mean's interval; `None` with fewer than three values.
fn half_width(values: &[f64], mean: f64, confidence: f64) -> Option<f64> {
    const VALUES_MIN: usize = 3;
    if values.len() < VALUES_MIN {
        return None;
    }
    let degrees = (values.len() - 1) as f64;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let error = (squares / degrees / values.len() as f64).sqrt();
    StudentT::new(degrees).ok().map(|student| student.two_sided(confidence) * error)
}

impl Contrast {
    /// What a filter chooses it by.
    pub fn id(&self) -> String {
        let is_part = |letter: char| !letter.is_ascii_alphanumeric() && letter != '.';
        let change: Vec<&str> =
            self.change.split(is_part).filter(|part| !part.is_empty()).collect();
        format!("log_driver_questions/{}.{}", change.join("-").to_lowercase(), self.metric.name())
    }

    /// Runs both plans in each round, in turns, each for at most `run_max`.
    ///
    /// # Errors
    /// What a run answers, and Ctrl-C.
    pub fn measure(
        &self,
        session: &Session,
        input: &InputFile,
        rounds: NonZeroU32,
        run_max: Duration,
    ) -> Result<Contrasted, DriverError> {
        let (mut base, mut changed) = (Vec::new(), Vec::new());
        let run = |plan: &Plan| {
            let directory = session.scratch().case_directory()?;
            let outcome = plan.run(input, directory.path(), &mut EndsAt::within(run_max))?;
            check_interrupt()?;
            Ok::<_, DriverError>(self.metric.of(&outcome))
        };
        for round in 0..rounds.get() {
            // Who begins alternates.
            if round % 2 == 0 {
                base.push(run(&self.base)?);
                changed.push(run(&self.changed)?);
            } else {
                changed.push(run(&self.changed)?);
                base.push(run(&self.base)?);
            }
        }
        Ok(Contrasted::of(base, changed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_factor_is_judged_by_its_interval() {
        let base = vec![100.0, 110.0, 90.0, 105.0, 95.0];
        let times = |factors: [f64; 5]| {
            let changed = base.iter().zip(factors).map(|(base, factor)| base * factor).collect();
            Contrasted::of(base.clone(), changed)
        };
        let double = times([2.0, 2.02, 1.98, 2.01, 1.99]);
        assert_eq!(double.verdict, Verdict::Differs);
        assert!((double.factor - 2.0).abs() < 0.01);
        let (low, high) = double.interval.expect("five rounds");
        assert!(low > 1.9 && high < 2.1, "{low} {high}");
        assert_eq!(times([1.0, 1.01, 0.99, 1.0, 1.0]).verdict, Verdict::Equal);
        assert_eq!(times([1.0, 1.5, 0.7, 1.2, 0.9]).verdict, Verdict::Undecided);
        let two = Contrasted::of(vec![1.0, 1.0], vec![9.0, 9.0]);
        assert_eq!((two.verdict, two.interval), (Verdict::Undecided, None));
    }

    #[test]
    fn every_contrast_can_be_run_and_differs_in_something() {
        let thousand = std::num::NonZeroU64::new(1_000).expect("not zero");
        let ids: Vec<String> = contrasts(thousand).iter().map(Contrast::id).collect();
        assert!(
            ids.iter().all(|id| ids.iter().filter(|other| *other == id).count() == 1),
            "{ids:?}"
        );
        for contrast in contrasts(thousand) {
            contrast.base.check().expect(contrast.change);
            contrast.changed.check().expect(contrast.change);
            assert_ne!(contrast.base.label(), contrast.changed.label(), "{}", contrast.change);
        }
        for (plan, seconds) in published(thousand) {
            plan.check().expect("runs");
            assert!(seconds > 0.0);
        }
    }
}
