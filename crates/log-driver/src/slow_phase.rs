//! Whether a run has a slow phase, and which of queueing, checkpoints and write-back causes it: told from its time series.
//!
//! A slice is slow in which fewer than half of the median slice's messages were deleted. Its cause is what its time was
//! lost to, compared with the run's other slices. Where commits took no longer than there, it is not the database that
//! is slow: what waits in the channels is what deletions wait behind. Where they did, and the checkpoints within them make up
//! most of the difference, it is those. Else, where far more of the machine's memory than elsewhere waited for the disk,
//! or was on its way there, it is the write-back.

use std::fmt;

use measure::record::QueueSlice;
use measure::stats::median;

/// What a slice's time was lost to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// Deletions waited behind messages in the channels, while commits took no longer.
    Queueing,
    /// Checkpoints within commits.
    Checkpoints,
    /// The disk was busy with what the page cache wrote back.
    WriteBack,
    /// None of these.
    Unexplained,
}

/// What a slice came with, figure by figure of [`FIGURES`]; `None` where nobody told.
type Figures = [Option<f64>; FIGURES.len()];

/// How a figure is told, what it is of a slice, and its unit.
type Figure = (&'static str, fn(&QueueSlice) -> Option<f64>, &'static str);

const FIGURES: [Figure; 7] = [
    (
        "the longest commit took",
        |it| Some(it.insert_ns_max.max(it.delete_ns_max) as f64 / 1e6),
        "ms",
    ),
    ("an operation's commit", |it| Some(us_per_operation(it, it.commit_ns)), "us"),
    ("of it checkpoints", |it| Some(us_per_operation(it, it.checkpoint_ns)), "us"),
    ("which copied", |it| Some(it.checkpointed_frames.unwrap_or(0) as f64), "frames"),
    (
        "the channels held",
        |it| {
            let depths = it.depths;
            Some((depths.messages + depths.acks.unwrap_or(0) + depths.deliveries) as f64)
        },
        "messages",
    ),
    ("unwritten were", |it| Some((it.dirty_bytes? + it.writeback_bytes?) as f64 / 1e6), "MB"),
    (
        "the device wrote",
        |it| Some(it.device_bytes_written? as f64 / it.seconds.max(f64::MIN_POSITIVE) / 1e6),
        "MB/s",
    ),
];

/// Which of the figures tell a cause.
const COMMIT: usize = 1;
const CHECKPOINTS: usize = 2;
const CHANNELS: usize = 4;
const UNWRITTEN: usize = 5;
const DEVICE: usize = 6;

/// Fewer whole slices say nothing of a phase.
const SLICES_MIN: usize = 6;

/// By how much a figure of a slow slice must exceed the others' to be what it suffers from.
const EXCESS_MIN: f64 = 1.5;

/// A share of the slow slices that makes a cause theirs.
const MAJORITY: f64 = 2.0 / 3.0;

/// Whether a run has a slow phase, and why.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum SlowPhase {
    /// There are too few whole slices to tell.
    TooShort {
        /// How many there are.
        slices: usize,
    },
    /// No slice is slow.
    NoneSeen {
        /// How many whole slices there are.
        slices: usize,
        /// Deletions per second in the median slice.
        median_per_second: f64,
        /// And in the slowest.
        least_per_second: f64,
    },
    /// Some are.
    Seen {
        /// How many whole slices there are.
        slices: usize,
        /// How many of them are slow.
        slow: usize,
        /// Deletions per second in the median slice.
        median_per_second: f64,
        /// What caused most of them, and how many.
        cause: (Cause, usize),
        /// What slow slices came with in the median, and what the others did.
        with: Box<[Figures; 2]>,
    },
}

impl SlowPhase {
    /// What a time series says: its first slice opens the store, and its last one may be short, so both are left out.
    pub(crate) fn of(series: &[QueueSlice]) -> Self {
        let whole = match series {
            [_, whole @ .., _] => whole,
            _ => &[],
        };
        let slices = whole.len();
        let rates: Vec<f64> = whole.iter().map(QueueSlice::deleted_per_second).collect();
        let Some(median_per_second) = median(&rates).filter(|_| slices >= SLICES_MIN) else {
            return Self::TooShort { slices };
        };
        let is_slow = |slice: &QueueSlice| slice.deleted_per_second() < median_per_second / 2.0;
        let of = |is_of: &dyn Fn(&QueueSlice) -> bool| -> Vec<Figures> {
            let chosen = whole.iter().filter(|slice| is_of(slice));
            chosen.map(|slice| FIGURES.map(|(_, figure, _)| figure(slice))).collect()
        };
        let (slow, others) = (of(&is_slow), of(&|slice| !is_slow(slice)));
        if slow.is_empty() {
            let least_per_second = rates.iter().copied().fold(f64::INFINITY, f64::min);
            return Self::NoneSeen { slices, median_per_second, least_per_second };
        }
        let usual = medians(&others);
        let causes: Vec<Cause> = slow.iter().map(|figures| cause(figures, &usual)).collect();
        let count = |cause: Cause| causes.iter().filter(|it| **it == cause).count();
        // Of causes of equally many slices the first is told.
        let most = Cause::ALL.into_iter().rev().max_by_key(|cause| count(*cause));
        let most = most.unwrap_or(Cause::Unexplained);
        let with = Box::new([medians(&slow), usual]);
        let cause = (most, count(most));
        Self::Seen { slices, slow: slow.len(), median_per_second, cause, with }
    }
}

impl Cause {
    const ALL: [Self; 4] = [Self::Queueing, Self::Checkpoints, Self::WriteBack, Self::Unexplained];

    /// Its name in sentences.
    fn name(self) -> &'static str {
        match self {
            Self::Queueing => "queueing",
            Self::Checkpoints => "checkpoints",
            Self::WriteBack => "write-back",
            Self::Unexplained => "none of queueing, checkpoints and write-back",
        }
    }
}

/// All of a slice's commits or checkpoints over what it stored and deleted.
fn us_per_operation(slice: &QueueSlice, ns: Option<u64>) -> f64 {
    let operations = (slice.counts.inserted + slice.counts.deleted).max(1) as f64;
    ns.unwrap_or(0) as f64 / operations / 1e3
}

/// Figure by figure.
fn medians(of: &[Figures]) -> Figures {
    let each = |at: usize| median(&of.iter().filter_map(|it| it[at]).collect::<Vec<f64>>());
    std::array::from_fn(each)
}

/// What the time of a slow slice was lost to, beside slices that are not slow.
fn cause(own: &Figures, usual: &Figures) -> Cause {
    let exceeds =
        |at: usize| own[at].zip(usual[at]).is_some_and(|(own, usual)| own > EXCESS_MIN * usual);
    let excess = |at: usize| own[at].unwrap_or(0.0) - usual[at].unwrap_or(0.0);
    match exceeds(COMMIT) {
        false if exceeds(CHANNELS) => Cause::Queueing,
        true if excess(CHECKPOINTS) >= excess(COMMIT) / 2.0 => Cause::Checkpoints,
        true if exceeds(UNWRITTEN) || exceeds(DEVICE) => Cause::WriteBack,
        _ => Cause::Unexplained,
    }
}

/// What caused a phase of so many slow slices; `None` where they disagree.
fn verdict((cause, slices): (Cause, usize), slow: usize) -> Option<Cause> {
    (slices as f64 >= MAJORITY * slow as f64).then_some(cause)
}

impl fmt::Display for SlowPhase {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (slices, slow, median_per_second, most, with) = match self {
            Self::TooShort { slices } => {
                return write!(
                    formatter,
                    "a slow phase cannot be told: expected at least {SLICES_MIN} whole slices, got {slices}"
                );
            }
            Self::NoneSeen { slices, median_per_second, least_per_second } => {
                return write!(
                    formatter,
                    "no slow phase: each of {slices} slices deleted at least half of the median's \
                     {median_per_second:.0} messages/s, the slowest {least_per_second:.0}"
                );
            }
            Self::Seen { slices, slow, median_per_second, cause, with } => {
                (slices, *slow, median_per_second, *cause, with)
            }
        };
        let caused = |cause: Cause| format!("caused by {}", cause.name());
        write!(
            formatter,
            "a slow phase, {}: {slow} of {slices} slices deleted fewer than half of the median's \
             {median_per_second:.0} messages/s, {} of them for {}; in slow slices and in the others (medians)",
            verdict(most, slow).map_or_else(|| "undecided".to_owned(), caused),
            most.1,
            most.0.name(),
        )?;
        let told = |figure: Option<f64>| {
            figure.map_or_else(|| "unknown".to_owned(), |figure| format!("{figure:.1}"))
        };
        for (at, (what, _, unit)) in FIGURES.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            let [own, usual] = with.map(|of| told(of[at]));
            write!(formatter, "{comma} {what} {own} and {usual} {unit}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
