//! Made-up answers to whole questions.

use measure::record::Standing;

use report::evidence::Evidence;

use crate::made_up::{Made, evidence_of, question};
use crate::says::resolving;

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

/// Cases of a sweep over the page size with 400 records per packet and an A/A pair, around a base of 4096.
pub(crate) fn page_sizes(name: &'static str, cases: &[(&str, u64, f64)]) -> Evidence {
    let made = |(label, size, packet_ns): &(&str, u64, f64)| Made {
        records_per_packet: 400,
        ..Made::sqlite(name, label, *size, *packet_ns).on(&[("page_size", &size.to_string())])
    };
    let cases = resolving(cases.iter().map(made).collect(), 1.01);
    evidence_of(&cases, question(&cases, "page_size", &[("page_size", "4096")]))
}
