//! Both sides with all that is compared of them.

use std::collections::BTreeSet;

use measure::record::RunRecord;
use measure::utc::UtcSecond;

use super::case_runs::{self, LeftOut};
use super::difference::{Order, RUNS_MIN, standard_errors};
use super::row::{Change, Row, rows};
use crate::evidence::{Evidence, Unlike, revision, unlike_beside_revisions};
use crate::replication::is_same_measurement;

/// Sides that took turns change at least so often from one to the other.
const CHANGES_MIN: usize = 3;

/// Nobody is told to measure more runs a side.
const EXPECTED_MAX: usize = 100;

/// Two sides of at least three runs each.
#[derive(Clone, Debug, PartialEq)]
pub struct TwoSides {
    /// Every compared time, by question and case.
    pub rows: Vec<Row>,
    /// The cases that could not be compared.
    pub left_out: Vec<LeftOut>,
    /// What differs between the runs beside the revision.
    pub unlike: Vec<Unlike>,
    /// The revisions of each side's runs, as git shortens them.
    pub revisions: [BTreeSet<String>; 2],
    /// How many runs each side has.
    pub runs: [usize; 2],
    order: Order,
}

/// Why two sides cannot be compared at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct RegressionError(String);

/// What is to be said of sides whose machines, disks, filesystems or kernels are unlike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnlikeSides {
    /// Nothing: what differs may be due to that.
    NotJudged,
    /// What the times say; that they are unlike is what is asked.
    Judged,
}

/// What a comparison says beside a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// So many times are longer by more than the limit, beyond noise.
    Slower(usize),
    /// None is, and each could have been told.
    Holds,
    /// None is, as far as it can be told.
    NotChecked(WhyNotChecked),
}

/// Why a regression of the limit might not have been told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyNotChecked {
    /// No case has enough runs on both sides.
    NothingInCommon,
    /// The sides were measured in unlike places.
    Unlike,
    /// So many times would have to change by more than the limit to be told from noise.
    Unseen(usize),
    /// So many cases that both sides know could not be compared.
    Gaps(usize),
}

impl TwoSides {
    /// Compares two sides, each run with its questions.
    ///
    /// # Errors
    /// [`RegressionError`] where a side has too few runs, or two runs are one measurement.
    pub fn of(base: &[Vec<Evidence>], new: &[Vec<Evidence>]) -> Result<Self, RegressionError> {
        if base.len() < RUNS_MIN || new.len() < RUNS_MIN {
            return Err(RegressionError(format!(
                "expected at least {RUNS_MIN} runs a side, got {} of the base and {} of the new; measure more runs",
                base.len(),
                new.len()
            )));
        }
        let all: Vec<&Vec<Evidence>> = base.iter().chain(new).collect();
        let twice = |(number, run): (usize, &&Vec<Evidence>)| {
            all[..number].iter().any(|other| is_same_measurement(other, run))
        };
        if all.iter().enumerate().any(twice) {
            let why = "expected runs that were measured one by one, got one and the same measurement twice; name \
                different runs below target/durabench/runs";
            return Err(RegressionError(why.to_owned()));
        }
        let sides = [base, new];
        let records = sides.map(|runs| -> Vec<&RunRecord> {
            runs.iter().flatten().flat_map(|evidence| &evidence.records).collect()
        });
        let order = order(sides);
        let (cases, left_out) = case_runs::all(sides);
        Ok(Self {
            rows: rows(&cases, order),
            left_out,
            unlike: unlike_beside_revisions(records.each_ref().map(Vec::as_slice)),
            revisions: records.map(revisions),
            runs: [base.len(), new.len()],
            order,
        })
    }

    /// Whether the two sides took turns.
    #[must_use]
    pub fn took_turns(&self) -> bool {
        self.order == Order::InTurns
    }

    /// The rows that say so beside a limit, a factor above 1.
    pub fn that_are(&self, change: Change, limit: f64) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(move |row| row.change(limit) == change)
    }

    /// About how many runs a side would tell each change of the limit from noise, if they varied as these do: errors fall
    /// with the root of the runs, and their variance is known better. None of as many as nobody measures.
    #[must_use]
    pub fn runs_expected(&self, limit: f64) -> Option<usize> {
        let now = self.runs.into_iter().min().unwrap_or(RUNS_MIN);
        let would_tell = |runs: &usize| {
            self.rows.iter().all(|row| {
                let degrees = row.degrees * (*runs - 1) as f64 / (now - 1) as f64;
                let standard_error = row.standard_error * (now as f64 / *runs as f64).sqrt();
                standard_errors(degrees, self.rows.len()) * standard_error <= limit.ln()
            })
        };
        (now..=EXPECTED_MAX).find(would_tell)
    }

    /// What all say together beside a limit, a factor above 1.
    #[must_use]
    pub fn outcome(&self, limit: f64, unlike: UnlikeSides) -> Outcome {
        let [slower, unseen] =
            [Change::Slower, Change::Unseen].map(|change| self.that_are(change, limit).count());
        let gaps = self.left_out.iter().filter(|left_out| left_out.is_gap).count();
        let is_spoilt = self.unlike.iter().any(|unlike| unlike.spoils);
        if self.rows.is_empty() {
            Outcome::NotChecked(WhyNotChecked::NothingInCommon)
        } else if is_spoilt && unlike == UnlikeSides::NotJudged {
            Outcome::NotChecked(WhyNotChecked::Unlike)
        } else if slower > 0 {
            Outcome::Slower(slower)
        } else if unseen > 0 {
            Outcome::NotChecked(WhyNotChecked::Unseen(unseen))
        } else if gaps > 0 {
            Outcome::NotChecked(WhyNotChecked::Gaps(gaps))
        } else {
            Outcome::Holds
        }
    }
}

/// Whether runs of the two sides took turns, by when they began.
fn order(sides: [&[Vec<Evidence>]; 2]) -> Order {
    let begun = |run: &Vec<Evidence>| -> Option<UtcSecond> {
        run.iter().flat_map(|evidence| &evidence.records).map(|record| record.started_utc).min()
    };
    let mut runs: Vec<(Option<UtcSecond>, usize)> = sides
        .into_iter()
        .enumerate()
        .flat_map(|(side, runs)| runs.iter().map(move |run| (begun(run), side)))
        .collect();
    runs.sort_unstable();
    let changes = runs.windows(2).filter(|pair| pair[0].1 != pair[1].1).count();
    if changes >= CHANGES_MIN { Order::InTurns } else { Order::OneAfterTheOther }
}

/// The revisions that cases were measured at.
fn revisions(records: Vec<&RunRecord>) -> BTreeSet<String> {
    let unknown = || "an unknown revision".to_owned();
    records.into_iter().map(|record| revision(record).unwrap_or_else(unknown)).collect()
}
