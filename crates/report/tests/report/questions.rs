//! Made-up answers to whole questions.

use measure::record::Standing;

use crate::made_up::Made;

/// `log_vs_sqlite` at these packet sizes: the log takes `log_ns` for a packet, `SQLite`'s best that syncs
/// `sqlite_ns`, each for the packet size of the same place.
pub(crate) fn log_vs_sqlite(sizes: &[u64], log_ns: &[f64], sqlite_ns: &[f64]) -> Vec<Made> {
    let name = "log_vs_sqlite";
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

/// The axes of `durability_price`.
pub(crate) const BASE_CELL: [(&str, &str); 3] =
    [("journal_mode", "delete"), ("synchronous", "full"), ("locking_mode", "normal")];

/// A cell of `durability_price` with one record per packet.
pub(crate) fn cell(journal_mode: &str, synchronous: &str, syncs: f64, packet_ns: f64) -> Made {
    let label = format!("{journal_mode}-{synchronous}");
    Made::sqlite("durability_price", &label, 1, packet_ns).syncs(syncs).on(&[
        ("journal_mode", journal_mode),
        ("synchronous", synchronous),
        ("locking_mode", "normal"),
    ])
}
