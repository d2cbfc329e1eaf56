//! Whether a case keeps what it takes to be chosen from a set.

use measure::record::{Constraint, RunRecord};

use crate::quantity;

/// Why a case does not keep a constraint; `None` where it does. What a record does not tell is not kept.
pub(super) fn missed(constraint: Constraint, record: &RunRecord) -> Option<String> {
    match constraint {
        Constraint::AckSyncs => match &record.sync_audit {
            None => Some("its syncs were not counted".to_owned()),
            Some(_) if record.ack_syncs() => None,
            Some(_) => Some("its acks wait for no sync".to_owned()),
        },
        Constraint::CheckpointsMin(least) => {
            let got = record.checkpoints.as_ref().map_or(0, |checkpoints| checkpoints.count);
            (got < least).then(|| format!("expected at least {least} checkpoints, got {got}"))
        }
        Constraint::LongestAckNsMax(most) => match record.ack_latency_ns.max {
            None => Some("it has no acks".to_owned()),
            Some(longest) if longest <= most => None,
            Some(longest) => Some(format!(
                "expected a longest ack of at most {}, got {}",
                quantity::duration_ns(most as f64),
                quantity::duration_ns(longest as f64)
            )),
        },
        Constraint::WalBytesMax(most) => match record.space.wal_bytes_max {
            None => Some("the size of its WAL is not known".to_owned()),
            Some(bytes) if bytes <= most => None,
            Some(bytes) => Some(format!(
                "expected a WAL of at most {}, got {}",
                quantity::bytes(most),
                quantity::bytes(bytes)
            )),
        },
    }
}
