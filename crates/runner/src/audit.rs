//! The audit: what one commit makes the storage do, counted and not inferred.

use std::num::NonZeroU32;
use std::sync::Arc;

use measure::record::SyncAudit;
use write_path::{Digest, PathSpec, SyncCall, WorkDone, WritePath};

use crate::case::Case;
use crate::commit::commit;
use crate::error::RunnerError;
use crate::initial_state;
use crate::prefill::Extent;
use crate::verify::{Depth, close_and_verify};
use crate::volumes::{Filled, Volume};
use crate::workload::PacketSource;

/// Commits that warm up, and commits that are counted.
const COMMITS: (u32, u32) = (8, 32);

/// The same where nothing is measured: enough to see a missing sync.
const COMMITS_SMALL: (u32, u32) = (1, 4);

/// Records of a whole audit at most, so that large packets do not make it long.
const RECORDS_MAX: u32 = 200_000;

/// The audit of a case. Cases that commit the same packets in the same way, and differ in their checkpoints alone,
/// which no audit has, share one.
pub fn audit(case: &Case, volume: &mut Volume) -> Result<SyncAudit, RunnerError> {
    let path = audited_path(case);
    let committed = committed_as(case, path.as_ref());
    if let Some(known) = volume.audits.get(&committed) {
        return Ok(known.clone());
    }
    let counted = count(case, path.as_ref(), volume)?;
    volume.audits.insert(committed, counted.clone());
    Ok(counted)
}

fn audited_path(case: &Case) -> Arc<dyn PathSpec> {
    case.path.for_audit().unwrap_or_else(|| Arc::clone(&case.path))
}

/// What is committed how, in words.
fn committed_as(case: &Case, path: &dyn PathSpec) -> String {
    let packets = format!("{:?}, {} a packet", case.load.workload, case.load.records_per_packet);
    format!("{path:?}: {packets}, {:?}", case.prefill)
}

/// Commits packets one by one on a scratch of its own, without automatic checkpoints, and counts. The
/// store holds what it holds when the case is timed: a larger table dirties more pages.
///
/// The path is then drained, so that the syncs of a checkpoint are counted apart, closed, and
/// checked for every record.
fn count(
    case: &Case,
    audited: &dyn PathSpec,
    volume: &mut Volume,
) -> Result<SyncAudit, RunnerError> {
    let filled = volume.open_filled(case, |directory| audited.open(directory))?;
    let Filled { directory, mut path, mut source } = filled;
    initial_state::fill_backlog(path.as_mut(), &mut source)?;
    let (warm, counted) = commits(case.load.records_per_packet, volume.prefills.extent);

    commit_all(path.as_mut(), &mut source, warm)?;
    let before = path.counters().total();
    commit_all(path.as_mut(), &mut source, counted)?;
    let done = path.counters().total() - before;
    refuse_acks_without_sync(case.path.facts().promise, counted, done)?;

    let before = path.counters().total();
    path.drain()?;
    let drained = path.counters().total() - before;
    let (made, nothing) = (source.made(), Digest::default());
    close_and_verify(path, audited, directory.path(), made, nothing, Depth::Counts)?;

    let operations_per_packet =
        case.load.records_per_packet.get() * case.load.workload.operations_per_record();
    let records = u64::from(counted) * u64::from(operations_per_packet);
    let per_commit = |count: u64| count as f64 / f64::from(counted);
    Ok(SyncAudit {
        commits_counted: counted.into(),
        syncs_per_commit: per_commit(done.syncs),
        directory_syncs_per_commit: per_commit(done.directory_syncs),
        writes_per_commit: per_commit(done.writes),
        bytes_per_commit: per_commit(done.bytes_written),
        bytes_per_record: done.bytes_written as f64 / records as f64,
        checkpoint_syncs: (drained.writes > 0).then_some(drained.syncs),
    })
}

/// How many commits warm up, and how many are counted.
fn commits(records_per_packet: NonZeroU32, extent: Extent) -> (u32, u32) {
    let (warm, counted) = match extent {
        Extent::Full => COMMITS,
        Extent::Small => COMMITS_SMALL,
    };
    let affordable = RECORDS_MAX / records_per_packet;
    if affordable >= warm + counted { (warm, counted) } else { (1, (affordable / 2).max(2)) }
}

/// Commits so many packets.
fn commit_all(
    path: &mut dyn WritePath,
    source: &mut PacketSource,
    packets: u32,
) -> Result<(), RunnerError> {
    for _ in 0..packets {
        commit(path, &source.next_packet())?;
    }
    Ok(())
}

fn refuse_acks_without_sync(
    promise: Option<SyncCall>,
    commits: u32,
    done: WorkDone,
) -> Result<(), RunnerError> {
    let commits = u64::from(commits);
    if promise.is_none() || done.syncs >= commits {
        return Ok(());
    }
    Err(RunnerError::AckWithoutSync { commits, syncs: done.syncs })
}

#[cfg(test)]
mod tests {
    use write_path::sqlite::{
        CheckpointInterval, CheckpointStrategy, JournalMode, JournalSizeLimit, Pragmas,
        SecondaryIndexes, SqliteSpec, Synchronous, Table, WalAutocheckpoint,
    };
    use write_path::{CheckpointMode, NullSpec};

    use super::*;
    use crate::case::{Load, count};
    use crate::prefill::Prefill;
    use crate::workload::Workload;

    const LOAD: Load = Load::closed_loop(Workload::VOTES, count(400));

    fn sqlite() -> SqliteSpec {
        let pragmas = Pragmas::with_durability(JournalMode::Wal, Synchronous::Full);
        let build = sqlite_builds::find("bundled").expect("a build");
        SqliteSpec::new(build, Table::Votes(SecondaryIndexes::None), pragmas)
    }

    #[test]
    fn cases_share_an_audit_only_if_they_commit_alike() {
        let of_case = |case: &Case| committed_as(case, audited_path(case).as_ref());
        let of = |spec: SqliteSpec, load| of_case(&Case::new(spec, load));
        let known = of(sqlite(), LOAD);
        let every = CheckpointInterval::Records(count(10_000));
        let mode = CheckpointMode::Full;
        let mut after_ack = sqlite();
        after_ack.pragmas.wal_autocheckpoint = WalAutocheckpoint::Off;
        let after_ack = after_ack.with_checkpoints(CheckpointStrategy::AfterAck { every, mode });
        assert_eq!(of(after_ack, LOAD), known);
        assert_eq!(of_case(&Case::new(sqlite(), LOAD).continuously().with_reader()), known);

        let mut limited = sqlite();
        limited.pragmas.journal_size_limit = JournalSizeLimit::Bytes(4 << 20);
        let indexed = SqliteSpec { table: Table::Votes(SecondaryIndexes::Article), ..sqlite() };
        let small = Load::closed_loop(Workload::VOTES, count(40));
        let filled = Case::new(sqlite(), LOAD).prefilled(Prefill::Mebibytes(count(1)));
        for other in [of(limited, LOAD), of(indexed, LOAD), of(sqlite(), small)] {
            assert_ne!(other, known);
        }
        assert_ne!(of_case(&filled), known);
        assert_ne!(of_case(&Case::new(NullSpec, LOAD)), known);
    }
}
