//! The native log beside `SQLite`'s best, at the same packets and with a sync in each ack.

use measure::record::{RunRecord, Standing};

use super::choice::Choice;
use super::inquiry::{Inquiry, axis_value, has_company};
use super::sentence::{Names, difference};
use crate::compare::{Compared, ack_syncs};

/// The engine whose cases the log is compared with.
const SQLITE: &str = "sqlite";

/// The axis that tells how packets are handed in.
pub(super) const DRIVER: &str = "driver";

/// The axis that tells what the records are.
const WORKLOAD: &str = "workload";

/// The log and `SQLite`'s best at one size of packets.
pub(super) struct LogBesideSqlite<'evidence> {
    pub(super) records_per_packet: u64,
    pub(super) log: &'evidence RunRecord,
    /// `SQLite`'s cases of the log's mood.
    pub(super) sqlites: Choice<'evidence>,
    pub(super) sqlite: &'evidence RunRecord,
    pub(super) compared: Compared<'evidence>,
    /// Whether packets are handed in as the base says.
    pub(super) is_driven_as_base: bool,
}

/// The log beside `SQLite`'s best at each size of packets, ascending, and with each load that the log has there.
///
/// Both are driven alike. Where `SQLite` has no case with the log's driver, as with the log's own group commit,
/// its best with any other driver than the base's stands beside it.
pub(super) fn compared<'evidence>(inquiry: &Inquiry<'evidence>) -> Vec<LogBesideSqlite<'evidence>> {
    let sizes = packet_sizes(inquiry).into_iter();
    sizes.flat_map(|size| compared_at(inquiry, size)).collect()
}

/// Whether a case's packets are handed in as its engine's base says; as `SQLite`'s says where its engine has
/// none. Without any base there is one driver, as far as anyone knows.
fn is_driven_as_base(inquiry: &Inquiry<'_>, record: &RunRecord) -> bool {
    let base = |engine| inquiry.base_value(engine, DRIVER);
    let base = base(&record.case.engine).or_else(|| base(SQLITE));
    base.is_none() || axis_value(record, DRIVER) == base
}

fn compared_at<'evidence>(
    inquiry: &Inquiry<'evidence>,
    records_per_packet: u64,
) -> Vec<LogBesideSqlite<'evidence>> {
    let syncing: Vec<&RunRecord> = inquiry
        .cases()
        .filter(|record| ack_syncs(record) && record.case.records_per_packet == records_per_packet)
        .collect();
    let logs = || syncing.iter().copied().filter(|record| is_native_log(record));
    let load = |record| (axis_value(record, DRIVER), axis_value(record, WORKLOAD));
    let mut loads: Vec<(Option<&str>, Option<&str>)> = Vec::new();
    for load in logs().map(load) {
        if !loads.contains(&load) {
            loads.push(load);
        }
    }
    let of_load = |(driver, workload)| {
        let log = Choice::most(logs().filter(|log| load(log) == (driver, workload))).fastest()?;
        let is_driven_as_base = is_driven_as_base(inquiry, log);
        let is_of_load =
            |sqlite: &&RunRecord| axis_value(sqlite, WORKLOAD) == workload && !has_company(sqlite);
        let sqlites =
            || syncing.iter().copied().filter(|record| is_sqlite(record)).filter(is_of_load);
        let is_alike = |sqlite: &&RunRecord| axis_value(sqlite, DRIVER) == driver;
        let is_other = |sqlite: &&RunRecord| !self::is_driven_as_base(inquiry, sqlite);
        let sqlites = if sqlites().any(|sqlite| is_alike(&sqlite)) || is_driven_as_base {
            Choice::beside(log, sqlites().filter(is_alike))
        } else {
            Choice::beside(log, sqlites().filter(is_other))
        };
        let sqlite = sqlites.fastest()?;
        let compared = inquiry.judge(log, sqlite);
        Some(LogBesideSqlite {
            records_per_packet,
            log,
            sqlites,
            sqlite,
            compared,
            is_driven_as_base,
        })
    };
    loads.into_iter().filter_map(of_load).collect()
}

impl<'evidence> LogBesideSqlite<'evidence> {
    /// Which acks more, and how much.
    pub(super) fn sentence(&self) -> String {
        let comparable = if self.sqlites.is_complete() { "" } else { "comparable " };
        let names = Names {
            case: &format!("the native log ({})", self.log.case.id),
            other: &format!("SQLite's best {comparable}case that syncs ({})", self.sqlite.case.id),
        };
        let difference = difference(&self.compared, &names);
        let (size, left_out) = (packets_of(self.records_per_packet), self.sqlites.left_out());
        format!("at {size}{}, {difference}{left_out}", self.drivers())
    }

    /// The cases behind it.
    pub(super) fn cases(&self) -> [&'evidence RunRecord; 2] {
        [self.log, self.sqlite]
    }

    /// How packets are handed in, where it is not the base's way.
    fn drivers(&self) -> String {
        let of = |record| axis_value(record, DRIVER).unwrap_or("unknown");
        match (of(self.log), of(self.sqlite)) {
            _ if self.is_driven_as_base => String::new(),
            (log, sqlite) if log == sqlite => format!(" ({log})"),
            (log, sqlite) => format!(" (the log: {log}; SQLite: {sqlite})"),
        }
    }
}

/// Every number of records per packet, ascending.
fn packet_sizes(inquiry: &Inquiry<'_>) -> Vec<u64> {
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
fn is_native_log(record: &RunRecord) -> bool {
    record.case.standing == Standing::Reference && !is_sqlite(record)
}
