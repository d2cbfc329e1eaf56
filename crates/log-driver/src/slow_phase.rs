//! Whether a run has a slow phase, and which of queueing, checkpoints and write-back causes it: told from its time series.
//!
//! A slice is slow in which fewer than half of the median slice's messages were deleted. Its cause is what its time was
//! lost to, compared with the run's other slices. Where commits took no longer than there, it is not the database that
//! is slow: what waits in the channels is what deletions wait behind. Where they did, and the checkpoints within them make up
//! most of the difference, it is those. Else, where far more of the machine's memory than elsewhere waited for the disk,
//! or was on its way there, it is the write-back.

use std::fmt;

use measure::stats::median;

use crate::slice::Slice;

/// What a slice's time was lost to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// Deletions waited behind messages in the channels, while commits took no longer.
    Queueing,
    /// Checkpoints within commits.
    Checkpoints,
    /// The disk was busy with what the page cache wrote back.
    WriteBack,
    /// None of these.
    Unexplained,
}

impl Cause {
    const ALL: [Self; 4] = [Self::Queueing, Self::Checkpoints, Self::WriteBack, Self::Unexplained];

    /// Its name in sentences.
    pub fn name(self) -> &'static str {
        match self {
            Self::Queueing => "queueing",
            Self::Checkpoints => "checkpoints",
            Self::WriteBack => "write-back",
            Self::Unexplained => "none of queueing, checkpoints and write-back",
        }
    }
}

/// Whether a run has a slow phase, and why.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SlowPhase {
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
    Seen(SlowSlices),
}

/// Slow slices, and what they came with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SlowSlices {
    /// How many whole slices there are.
    pub slices: usize,
    /// How many of them are slow.
    pub slow: usize,
    /// Deletions per second in the median slice.
    pub median_per_second: f64,
    /// What caused most of them, and how many.
    pub cause: (Cause, usize),
    /// What slow slices came with in the median, and what the others did.
    pub with: [Figures; 2],
}

/// What a slice came with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    /// The longest commit, in ns.
    pub longest_commit_ns: f64,
    /// All commits over what they stored and deleted, in ns.
    pub commit_ns: f64,
    /// Of that the checkpoints, in ns.
    pub checkpoint_ns: f64,
    /// Frames that those copied.
    pub checkpointed_frames: f64,
    /// Messages, acks and deliveries in the channels.
    pub channel_depth: f64,
    /// Bytes of the page cache that were dirty or being written back; `None` where nobody told.
    pub unwritten_bytes: Option<f64>,
    /// Bytes that the device wrote in a second; `None` where nobody told.
    pub device_bytes_per_second: Option<f64>,
}

/// Fewer whole slices say nothing of a phase.
const SLICES_MIN: usize = 6;

/// By how much a figure of a slow slice must exceed the others' to be what it suffers from.
const EXCESS_MIN: f64 = 1.5;

/// A share of the slow slices that makes a cause theirs.
const MAJORITY: f64 = 2.0 / 3.0;

impl SlowPhase {
    /// What a time series says: its first slice opens the store, and its last one may be short, so both are left out.
    pub fn of(series: &[Slice]) -> Self {
        let whole = match series {
            [_, whole @ .., _] => whole,
            _ => &[],
        };
        let slices = whole.len();
        let rates: Vec<f64> = whole.iter().map(Slice::deleted_per_second).collect();
        let Some(median_per_second) = median(&rates).filter(|_| slices >= SLICES_MIN) else {
            return Self::TooShort { slices };
        };
        let is_slow = |slice: &&Slice| slice.deleted_per_second() < median_per_second / 2.0;
        let of =
            |slices: Vec<&Slice>| -> Vec<Figures> { slices.into_iter().map(Figures::of).collect() };
        let (slow, others): (Vec<&Slice>, Vec<&Slice>) = whole.iter().partition(is_slow);
        let (slow, others) = (of(slow), of(others));
        if slow.is_empty() {
            let least_per_second = rates.iter().copied().fold(f64::INFINITY, f64::min);
            return Self::NoneSeen { slices, median_per_second, least_per_second };
        }
        let usual = Figures::median(&others);
        let causes: Vec<Cause> = slow.iter().map(|figures| figures.cause(&usual)).collect();
        let count = |cause: Cause| causes.iter().filter(|it| **it == cause).count();
        let most = Cause::ALL.into_iter().map(|cause| (cause, count(cause)));
        // Of causes of equally many slices the first is told.
        let cause = most.rev().max_by_key(|(_, slices)| *slices);
        let cause = cause.unwrap_or((Cause::Unexplained, 0));
        let with = [Figures::median(&slow), usual];
        Self::Seen(SlowSlices { slices, slow: slow.len(), median_per_second, cause, with })
    }
}

impl SlowSlices {
    /// What caused the phase; `None` where its slices disagree.
    pub fn verdict(&self) -> Option<Cause> {
        let (cause, slices) = self.cause;
        (slices as f64 >= MAJORITY * self.slow as f64).then_some(cause)
    }
}

impl Figures {
    fn of(slice: &Slice) -> Self {
        let operations = (slice.counts.inserted + slice.counts.deleted).max(1) as f64;
        let sum = |parts: [Option<u64>; 2]| Some((parts[0]? + parts[1]?) as f64);
        let depths = slice.depths;
        let waiting = depths.messages + depths.acks.unwrap_or(0) + depths.deliveries;
        Self {
            longest_commit_ns: slice.insert_ns_max.max(slice.delete_ns_max) as f64,
            commit_ns: slice.commit_ns.unwrap_or(0) as f64 / operations,
            checkpoint_ns: slice.checkpoint_ns.unwrap_or(0) as f64 / operations,
            checkpointed_frames: slice.checkpointed_frames.unwrap_or(0) as f64,
            channel_depth: waiting as f64,
            unwritten_bytes: sum([slice.dirty_bytes, slice.writeback_bytes]),
            device_bytes_per_second: slice
                .device_bytes_written
                .map(|bytes| bytes as f64 / slice.seconds.max(f64::MIN_POSITIVE)),
        }
    }

    /// Figure by figure.
    fn median(of: &[Self]) -> Self {
        let each = |figure: fn(&Self) -> f64| {
            median(&of.iter().map(figure).collect::<Vec<f64>>()).unwrap_or(0.0)
        };
        let known = |figure: fn(&Self) -> Option<f64>| {
            median(&of.iter().filter_map(figure).collect::<Vec<f64>>())
        };
        Self {
            longest_commit_ns: each(|it| it.longest_commit_ns),
            commit_ns: each(|it| it.commit_ns),
            checkpoint_ns: each(|it| it.checkpoint_ns),
            checkpointed_frames: each(|it| it.checkpointed_frames),
            channel_depth: each(|it| it.channel_depth),
            unwritten_bytes: known(|it| it.unwritten_bytes),
            device_bytes_per_second: known(|it| it.device_bytes_per_second),
        }
    }

    /// What the time of a slow slice was lost to, beside slices that are not slow.
    fn cause(&self, usual: &Self) -> Cause {
        let exceeds = |own: f64, usual: f64| own > EXCESS_MIN * usual;
        let excess_ns = self.commit_ns - usual.commit_ns;
        let more = |own: Option<f64>, usual: Option<f64>| {
            own.zip(usual).is_some_and(|(own, usual)| exceeds(own, usual))
        };
        if !exceeds(self.commit_ns, usual.commit_ns) {
            return if exceeds(self.channel_depth, usual.channel_depth) {
                Cause::Queueing
            } else {
                Cause::Unexplained
            };
        }
        if self.checkpoint_ns - usual.checkpoint_ns >= excess_ns / 2.0 {
            return Cause::Checkpoints;
        }
        let is_written_back = more(self.unwritten_bytes, usual.unwritten_bytes)
            || more(self.device_bytes_per_second, usual.device_bytes_per_second);
        if is_written_back { Cause::WriteBack } else { Cause::Unexplained }
    }
}

impl fmt::Display for SlowPhase {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort { slices } => write!(
                formatter,
                "a slow phase cannot be told: expected at least {SLICES_MIN} whole slices, got {slices}"
            ),
            Self::NoneSeen { slices, median_per_second, least_per_second } => write!(
                formatter,
                "no slow phase: each of {slices} slices deleted at least half of the median's {median_per_second:.0} \
                 messages/s, the slowest {least_per_second:.0}"
            ),
            Self::Seen(slow) => slow.fmt(formatter),
        }
    }
}

impl fmt::Display for SlowSlices {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { slices, slow, median_per_second, cause: (cause, agree), with } = self;
        let verdict = match self.verdict() {
            Some(Cause::Unexplained) => "caused by none of queueing, checkpoints and write-back",
            Some(Cause::Queueing) => "caused by queueing",
            Some(Cause::Checkpoints) => "caused by checkpoints",
            Some(Cause::WriteBack) => "caused by write-back",
            None => "undecided",
        };
        write!(
            formatter,
            "a slow phase, {verdict}: {slow} of {slices} slices deleted fewer than half of the median's \
             {median_per_second:.0} messages/s, {agree} of them for {}; in slow slices and in the others (medians)",
            cause.name(),
        )?;
        let [own, usual] = with;
        let figure = |what: &str, of: fn(&Figures) -> Option<f64>, unit: &str| {
            let told = |figures: &Figures| {
                of(figures).map_or_else(|| "unknown".to_owned(), |figure| format!("{figure:.1}"))
            };
            format!(" {what} {} and {} {unit}", told(own), told(usual))
        };
        let figures = [
            figure("the longest commit took", |it| Some(it.longest_commit_ns / 1e6), "ms"),
            figure("an operation's commit", |it| Some(it.commit_ns / 1e3), "us"),
            figure("of it checkpoints", |it| Some(it.checkpoint_ns / 1e3), "us"),
            figure("which copied", |it| Some(it.checkpointed_frames), "frames"),
            figure("the channels held", |it| Some(it.channel_depth), "messages"),
            figure("unwritten were", |it| it.unwritten_bytes.map(|bytes| bytes / 1e6), "MB"),
            figure(
                "the device wrote",
                |it| it.device_bytes_per_second.map(|bytes| bytes / 1e6),
                "MB/s",
            ),
        ];
        formatter.write_str(&figures.join(","))
    }
}

#[cfg(test)]
mod tests;
