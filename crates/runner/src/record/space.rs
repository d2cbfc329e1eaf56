//! What a case took of the disk: at its largest while it was timed, and at the end.

use measure::record::SpaceRecord;
use write_path::StorageSizes;

use crate::blocks::Replicate;
use crate::case::Case;

/// The sizes of the last block at its end, and the WAL at its largest in any.
pub(super) fn space_record(replicates: &[Replicate]) -> SpaceRecord {
    let Some(last) = replicates.last() else { return SpaceRecord::default() };
    let wal_bytes_max = replicates.iter().map(journal_bytes_max).max();
    space_of(has_database(last), last.end.sizes, wal_bytes_max)
}

/// What is stored at the end, in a database or in a log alone, and the WAL at its largest.
pub fn space_of(is_database: bool, sizes: StorageSizes, wal_bytes_max: Option<u64>) -> SpaceRecord {
    let log_bytes = if is_database { sizes.front_log_bytes } else { Some(sizes.database_bytes) };
    SpaceRecord {
        database_bytes: is_database.then_some(sizes.database_bytes),
        wal_bytes_max: wal_bytes_max.filter(|_| is_database),
        log_bytes,
        freelist_pages: sizes.freelist_pages,
        bytes_per_payload_byte: None,
    }
}

/// Figures about the space of a database, by name: the largest of all blocks, and means over blocks of what is left
/// at the end.
pub(super) fn figures(case: &Case, replicates: &[Replicate]) -> Vec<(&'static str, f64)> {
    let is_database = replicates.last().is_some_and(has_database);
    if !is_database {
        return Vec::new();
    }
    let largest = |of: &dyn Fn(&Replicate) -> Option<u64>| {
        replicates.iter().filter_map(of).max().map(|largest| largest as f64)
    };
    let mean = |of: &dyn Fn(&Replicate) -> Option<f64>| {
        let known: Vec<f64> = replicates.iter().filter_map(of).collect();
        (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
    };
    let figures = [
        ("database_bytes_max", largest(&|it| Some(database_bytes_max(it)))),
        ("database_bytes_end", mean(&|it| Some(it.end.sizes.database_bytes as f64))),
        ("wal_bytes_max", largest(&|it| Some(journal_bytes_max(it)))),
        ("freelist_pages_end", mean(&|it| Some(it.end.sizes.freelist_pages? as f64))),
        (
            "freelist_pages_max",
            largest(&|it| it.largest.freelist_pages.max(it.end.sizes.freelist_pages)),
        ),
        ("wal_resets", mean(&|it| Some(it.totals.wal_resets? as f64))),
        ("pages_reused_share", mean(&|it| reused_share(case, it))),
    ];
    figures.into_iter().filter_map(|(name, figure)| Some((name, figure?))).collect()
}

/// The share of what was inserted that found room without lifting the database's high-water mark,
/// where records are deleted too. What is free at the start can hide a little growth.
fn reused_share(case: &Case, replicate: &Replicate) -> Option<f64> {
    let workload = case.load.workload;
    if !workload.deletes() {
        return None;
    }
    let records = replicate.record.operations / u64::from(workload.operations_per_record());
    let inserted_bytes = records * workload.payload_bytes_mean() as u64;
    let grown_bytes = database_bytes_max(replicate).saturating_sub(replicate.database_bytes_begin);
    let share = 1.0 - grown_bytes as f64 / inserted_bytes.max(1) as f64;
    Some(share.clamp(0.0, 1.0))
}

fn database_bytes_max(replicate: &Replicate) -> u64 {
    replicate.largest.database_bytes.max(replicate.end.sizes.database_bytes)
}

fn journal_bytes_max(replicate: &Replicate) -> u64 {
    replicate.largest.journal_bytes.max(replicate.end.sizes.journal_bytes)
}

fn has_database(replicate: &Replicate) -> bool {
    replicate.end.identity.is_some()
}
