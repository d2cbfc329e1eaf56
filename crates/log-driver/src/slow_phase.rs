//! Whether a run has a slow phase, and which of queueing, checkpoints and write-back causes it: told from its time series.
//!
//! A slice is slow in which fewer than half of the median slice's messages were deleted. Its cause is what its time was
//! lost to, compared with the run's other slices. Where commits took no longer than there, it is not the database that
//! is slow: what waits in the channels is what deletions wait behind. Where they did, and the checkpoints within them make up
//! most of the difference, it is those. Else, where far more of the machine's memory than elsewhere waited for the disk,
//! or was on its way there, it is the write-back.

use measure::record::QueueSlice;
use measure::stats::median;

/// Deletions waited behind messages in the channels, while commits took no longer.
const QUEUEING: &str = "queueing";
/// Those within commits.
const CHECKPOINTS: &str = "checkpoints";
/// The disk was busy with what the page cache wrote back.
const WRITE_BACK: &str = "write-back";
const UNEXPLAINED: &str = "none of queueing, checkpoints and write-back";

/// What a slice's time may be lost to. Of causes of equally many slices the first is told.
const CAUSES: [&str; 4] = [QUEUEING, CHECKPOINTS, WRITE_BACK, UNEXPLAINED];

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
const COMMIT_TIME: usize = 1;
const CHECKPOINT_TIME: usize = 2;
const CHANNEL_DEPTH: usize = 4;
const UNWRITTEN_BYTES: usize = 5;
const DEVICE_RATE: usize = 6;

/// Fewer whole slices say nothing of a phase.
const SLICES_MIN: usize = 6;

/// By how much a figure of a slow slice must exceed the others' to be what it suffers from.
const EXCESS_MIN: f64 = 1.5;

/// A share of the slow slices that makes a cause theirs.
const MAJORITY: f64 = 2.0 / 3.0;

/// Whether a run has a slow phase, and why. Its first slice opens the store, and its last one may be short, so both are left
/// out.
pub(crate) fn slow_phase(series: &[QueueSlice]) -> String {
    let whole = match series {
        [_, whole @ .., _] => whole,
        _ => &[],
    };
    let slices = whole.len();
    let rates: Vec<f64> = whole.iter().map(QueueSlice::deleted_per_second).collect();
    let Some(median_rate) = median(&rates).filter(|_| slices >= SLICES_MIN) else {
        return format!(
            "a slow phase cannot be told: expected at least {SLICES_MIN} whole slices, got {slices}"
        );
    };
    let is_slow = |slice: &&QueueSlice| slice.deleted_per_second() < median_rate / 2.0;
    let (slow, others): (Vec<&QueueSlice>, Vec<&QueueSlice>) = whole.iter().partition(is_slow);
    if slow.is_empty() {
        let least_rate = rates.iter().copied().fold(f64::INFINITY, f64::min);
        return format!(
            "no slow phase: each of {slices} slices deleted at least half of the median's \
             {median_rate:.0} messages/s, the slowest {least_rate:.0}"
        );
    }
    let [slow, others] = [slow, others].map(|of| of.into_iter().map(figures).collect::<Vec<_>>());
    let (typical, usual) = (medians(&slow), medians(&others));
    let causes: Vec<&str> = slow.iter().map(|own| cause(own, &usual)).collect();
    let count = |cause: &str| causes.iter().filter(|it| **it == cause).count();
    let most = CAUSES.into_iter().rev().max_by_key(|cause| count(cause)).unwrap_or(UNEXPLAINED);
    let verdict = match count(most) as f64 >= MAJORITY * slow.len() as f64 {
        true => format!("caused by {most}"),
        false => "undecided".to_owned(),
    };
    let told = |figure: Option<f64>| figure.map_or("unknown".to_owned(), |it| format!("{it:.1}"));
    let compared = FIGURES.iter().zip(typical.into_iter().zip(usual)).map(
        |((what, _, unit), (own, usual))| {
            format!("{what} {} and {} {unit}", told(own), told(usual))
        },
    );
    format!(
        "a slow phase, {verdict}: {} of {slices} slices deleted fewer than half of the median's \
         {median_rate:.0} messages/s, {} of them for {most}; in slow slices and in the others (medians) {}",
        slow.len(),
        count(most),
        compared.collect::<Vec<_>>().join(", "),
    )
}

/// All of a slice's commits or checkpoints over what it stored and deleted.
fn us_per_operation(slice: &QueueSlice, ns: Option<u64>) -> f64 {
    let operations = (slice.counts.inserted + slice.counts.deleted).max(1) as f64;
    ns.unwrap_or(0) as f64 / operations / 1e3
}

fn figures(slice: &QueueSlice) -> Figures {
    FIGURES.map(|(_, figure, _)| figure(slice))
}

/// Figure by figure.
fn medians(of: &[Figures]) -> Figures {
    let each = |at: usize| median(&of.iter().filter_map(|it| it[at]).collect::<Vec<f64>>());
    std::array::from_fn(each)
}

/// What the time of a slow slice was lost to, beside slices that are not slow.
fn cause(own: &Figures, usual: &Figures) -> &'static str {
    let exceeds =
        |at: usize| own[at].zip(usual[at]).is_some_and(|(own, usual)| own > EXCESS_MIN * usual);
    let excess = |at: usize| own[at].unwrap_or(0.0) - usual[at].unwrap_or(0.0);
    match exceeds(COMMIT_TIME) {
        false if exceeds(CHANNEL_DEPTH) => QUEUEING,
        true if excess(CHECKPOINT_TIME) >= excess(COMMIT_TIME) / 2.0 => CHECKPOINTS,
        true if exceeds(UNWRITTEN_BYTES) || exceeds(DEVICE_RATE) => WRITE_BACK,
        _ => UNEXPLAINED,
    }
}

#[cfg(test)]
mod tests;
