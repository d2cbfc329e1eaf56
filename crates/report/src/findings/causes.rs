//! What the slowest acks of a case waited for, in words.

use measure::attribution::Cause;
use measure::record::RunRecord;

use crate::quantity;

/// What most of a case's slowest acks waited for, and how many beyond the p99.9 have a cause.
pub(super) fn causes_of(record: &RunRecord) -> Option<String> {
    let attribution = record.attribution.as_ref()?;
    let mut causes: Vec<_> = attribution.causes.iter().filter(|cause| cause.acks > 0).collect();
    causes.sort_by_key(|cause| std::cmp::Reverse(cause.acks));
    let share = |acks: u64| quantity::percent(acks as f64 / attribution.slowest.max(1) as f64);
    let texts: Vec<String> = causes
        .iter()
        .take(2)
        .map(|cause| format!("{} {}", share(cause.acks), in_words(cause.cause)))
        .collect();
    let beyond = attribution.explained_share_p999.map_or(String::new(), |share| {
        format!(" ({} of those beyond p99.9 have a cause)", quantity::percent(share))
    });
    (!texts.is_empty()).then(|| texts.join(", ") + &beyond)
}

fn in_words(cause: Cause) -> &'static str {
    match cause {
        Cause::OwnCheckpoint => "a checkpoint of their own thread",
        Cause::BackgroundCheckpoint => "a checkpoint beside them",
        Cause::WalReset => "a WAL begun anew",
        Cause::OwnSync => "their own commit",
        Cause::Queue => "the packets before them",
        Cause::Driver => "the driver",
        Cause::Unexplained => "nothing known",
    }
}
