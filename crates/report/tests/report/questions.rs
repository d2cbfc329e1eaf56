//! Made-up answers to whole questions.

use measure::record::Standing;

use crate::made_up::Made;

/// `log_vs_sqlite`, as far as its records are not measured in blocks.
pub(crate) fn log_vs_sqlite(sizes: &[u64], log_ns: &[f64], sqlite_ns: &[f64]) -> Vec<Made> {
    log_and_sqlite("log_vs_sqlite", sizes, log_ns, sqlite_ns)
}

/// The log and `SQLite` at these packet sizes: the log takes `log_ns` for a packet, `SQLite`'s best that syncs
/// `sqlite_ns`, each for the packet size of the same place.
pub(crate) fn log_and_sqlite(
    name: &'static str,
    sizes: &[u64],
    log_ns: &[f64],
    sqlite_ns: &[f64],
) -> Vec<Made> {
    let mut cases = Vec::new();
    for ((size, log), sqlite) in sizes.iter().zip(log_ns).zip(sqlite_ns) {
        let made = |label, packet_ns| Made::sqlite(name, label, *size, packet_ns);
        let vanilla = Made { standing: Standing::Vanilla, ..made("delete-full", 4.0 * sqlite) };
        cases.push(vanilla.syncs(4.0));
        cases.push(made("wal-full", 1.3 * sqlite));
        cases.push(made("wal-full-fdatasync", *sqlite));
        cases.push(made("wal-normal", 0.1 * sqlite).syncs(0.0));
        cases.push(made("off-off", 0.05 * sqlite).syncs(0.0));
        cases.push(Made::log(name, *size, *log));
    }
    cases
}
