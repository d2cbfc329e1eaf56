//! The native log beside `SQLite`'s best, at the same packets and with a sync in each ack.

use measure::record::{RunRecord, Standing};

use super::inquiry::{Inquiry, fastest};
use super::sentence::{Names, difference};
use crate::compare::{Comparison, ack_syncs};

/// The engine whose cases the log is compared with.
const SQLITE: &str = "sqlite";

/// The log and `SQLite`'s best at one size of packets.
pub(super) struct LogBesideSqlite<'evidence> {
    pub(super) records_per_packet: u64,
    pub(super) log: &'evidence RunRecord,
    pub(super) sqlite: &'evidence RunRecord,
    pub(super) comparison: Option<Comparison<'evidence>>,
}

/// The log beside `SQLite`'s best at each size of packets at which both were measured, ascending.
pub(super) fn compared<'evidence>(inquiry: &Inquiry<'evidence>) -> Vec<LogBesideSqlite<'evidence>> {
    packet_sizes(inquiry)
        .into_iter()
        .filter_map(|records_per_packet| {
            let of_size = || {
                let cases = inquiry.cases().filter(|record| ack_syncs(record));
                cases.filter(move |record| record.case.records_per_packet == records_per_packet)
            };
            let log = fastest(of_size().filter(|record| is_native_log(record)))?;
            let sqlite = fastest(of_size().filter(|record| is_sqlite(record)))?;
            let comparison = inquiry.judge(log, sqlite);
            Some(LogBesideSqlite { records_per_packet, log, sqlite, comparison })
        })
        .collect()
}

impl<'evidence> LogBesideSqlite<'evidence> {
    /// Which acks more, and how much.
    pub(super) fn sentence(&self) -> String {
        let names = Names {
            case: &format!("the native log ({})", self.log.case.id),
            other: &format!("SQLite's best case that syncs ({})", self.sqlite.case.id),
        };
        let difference = difference(self.comparison.as_ref(), &names);
        format!("at {}, {difference}", packets_of(self.records_per_packet))
    }

    /// The cases behind it.
    pub(super) fn cases(&self) -> [&'evidence RunRecord; 2] {
        [self.log, self.sqlite]
    }
}

/// Every number of records per packet, ascending.
pub(super) fn packet_sizes(inquiry: &Inquiry<'_>) -> Vec<u64> {
    let mut sizes: Vec<u64> =
        inquiry.cases().map(|record| record.case.records_per_packet).collect();
    sizes.sort_unstable();
    sizes.dedup();
    sizes
}

/// A packet size in words.
pub(super) fn packets_of(records: u64) -> String {
    if records == 1 {
        "1 record per packet".into()
    } else {
        format!("{records} records per packet")
    }
}

/// Whether a case is one of `SQLite`'s.
pub(super) fn is_sqlite(record: &RunRecord) -> bool {
    record.case.engine == SQLITE
}

/// Whether a case is the reference that is not `SQLite`: the native log, by whatever name its engine goes.
pub(super) fn is_native_log(record: &RunRecord) -> bool {
    record.case.standing == Standing::Reference && !is_sqlite(record)
}
