//! The audits of a volume, so that cases which commit alike share one.

use std::collections::HashMap;

use measure::record::SyncAudit;

/// The audits of a volume, by what was committed how.
#[derive(Debug, Default)]
pub struct Audits {
    made: HashMap<String, SyncAudit>,
}

impl Audits {
    /// What was counted for this.
    pub(crate) fn of(&self, committed: &str) -> Option<&SyncAudit> {
        self.made.get(committed)
    }

    /// Keeps what was counted.
    pub(crate) fn keep(&mut self, committed: String, counted: SyncAudit) {
        self.made.insert(committed, counted);
    }
}
