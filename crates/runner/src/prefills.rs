//! Stores that hold something before they are timed: filled once per shape, then copied.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::path::Path;

use tempfile::TempDir;
use write_path::{PathSpec, WritePath};

use crate::case::Case;
use crate::error::RunnerError;
use crate::files::copy_files;
use crate::interrupt;
use crate::prefill::Extent;
use crate::scratch::ScratchRoot;
use crate::workload::{PacketSource, SEED};

/// Payload of one packet while a store is filled.
const FILLING_PAYLOAD_BYTES: usize = 1 << 20;

/// Filled stores of one volume.
#[derive(Debug)]
pub struct Prefills {
    /// How much is made of what cases ask for.
    pub extent: Extent,
    made: HashMap<String, Filled>,
}

/// Files to copy, and the source that filled them, where it stands now.
#[derive(Debug)]
struct Filled {
    directory: TempDir,
    source: PacketSource,
}

/// When packets that fill a store are waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wait {
    ForEach,
    /// All of them are one commit.
    ForLast,
}

impl Prefills {
    /// No store yet; those that cases ask for are made to this extent.
    pub fn new(extent: Extent) -> Self {
        Self { extent, made: HashMap::new() }
    }

    /// Puts a copy of the filled store into a case's directory, where its files can be copied, and
    /// returns a source that goes on after what is in them. [`Prefills::complete`] does the rest.
    pub fn copy_into(
        &mut self,
        directory: &Path,
        case: &Case,
        scratch: &ScratchRoot,
    ) -> Result<PacketSource, RunnerError> {
        let records_per_packet = case.load.records_per_packet;
        let records = self.records(case);
        let filling = (records > 0).then(|| case.path.filling()).flatten();
        let Some(filling) = filling else {
            return Ok(PacketSource::new(case.load.workload, records_per_packet, SEED));
        };
        let shape = format!("{:?} of {:?}", filling.axes(), case.load.workload);
        let shape = format!("{shape}, {records} records");
        if !self.made.contains_key(&shape) {
            let filled = make(filling.as_ref(), case, records, scratch)?;
            self.made.insert(shape.clone(), filled);
        }
        let filled = &self.made[&shape];
        copy_files(filled.directory.path(), directory)?;
        Ok(filled.source.clone().with_records_per_packet(records_per_packet))
    }

    /// Fills a path that is open with what its files did not hold yet.
    pub fn complete(
        &self,
        path: &mut dyn WritePath,
        source: &mut PacketSource,
        case: &Case,
    ) -> Result<(), RunnerError> {
        fill(path, source, case, self.records(case), Wait::ForEach)
    }

    fn records(&self, case: &Case) -> u64 {
        let payload_bytes = case.prefill.payload_bytes(self.extent);
        payload_bytes / case.load.workload.payload_bytes_mean() as u64
    }
}

/// Fills a fresh store and closes it.
fn make(
    filling: &dyn PathSpec,
    case: &Case,
    records: u64,
    scratch: &ScratchRoot,
) -> Result<Filled, RunnerError> {
    let directory = scratch.case_directory()?;
    let mut path = filling.open(directory.path())?;
    let mut source = PacketSource::new(case.load.workload, NonZeroU32::MIN, SEED);
    fill(path.as_mut(), &mut source, case, records, Wait::ForLast)?;
    path.drain()?;
    path.close()?;
    Ok(Filled { directory, source })
}

/// Hands packets in until a source has made so many records.
fn fill(
    path: &mut dyn WritePath,
    source: &mut PacketSource,
    case: &Case,
    records: u64,
    wait: Wait,
) -> Result<(), RunnerError> {
    let records_max = FILLING_PAYLOAD_BYTES / case.load.workload.payload_bytes_mean();
    let mut last = None;
    loop {
        interrupt::check()?;
        let left = records.saturating_sub(source.inserted());
        let size = u32::try_from(left.min(records_max as u64)).unwrap_or(u32::MAX);
        let Some(size) = NonZeroU32::new(size) else { break };
        let ticket = path.submit(&source.packet_of(size))?;
        match wait {
            Wait::ForEach => path.wait(ticket)?,
            Wait::ForLast => last = Some(ticket),
        }
    }
    if let Some(ticket) = last {
        path.wait(ticket)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use native_log::LogOptions;
    use write_path::LogSpec;
    use write_path::sqlite::{
        JournalMode, Pragmas, SecondaryIndexes, SqliteSpec, Synchronous, Table,
    };

    use super::*;
    use crate::case::{Load, count};
    use crate::prefill::Prefill;
    use crate::scratch::Choice;
    use crate::workload::Workload;

    const ONE_MEBIBYTE_OF_VOTES: u64 = (1 << 20) / 24;

    fn scratch(place: &TempDir) -> ScratchRoot {
        ScratchRoot::create_below(place.path(), Choice::Explicit).expect("a scratch")
    }

    fn case(path: impl PathSpec + 'static, prefill: Prefill) -> Case {
        let load = Load::closed_loop(Workload::VOTES, count(7));
        Case::new(path, load).prefilled(prefill)
    }

    fn sqlite(table: Table) -> SqliteSpec {
        let pragmas = Pragmas::with_durability(JournalMode::Wal, Synchronous::Full);
        let build = sqlite_builds::find("bundled").expect("in builds.toml");
        SqliteSpec::new(build, table, pragmas)
    }

    /// Fills, commits one packet more, and compares what is found with what the source made.
    fn check(prefills: &mut Prefills, case: &Case, scratch: &ScratchRoot, filled_records: u64) {
        let directory = scratch.case_directory().expect("a directory");
        let copied = prefills.copy_into(directory.path(), case, scratch);
        let mut source = copied.expect("copied");
        let mut path = case.path.open(directory.path()).expect("open");
        prefills.complete(path.as_mut(), &mut source, case).expect("filled");
        assert_eq!(source.made().records(), filled_records);
        let ticket = path.submit(&source.next_packet()).expect("submitted");
        path.wait(ticket).expect("acked");
        path.close().expect("closed");
        assert_eq!(source.made().records(), filled_records + 7);
        assert_eq!(case.path.recover(directory.path()).expect("readable"), source.made());
    }

    #[test]
    fn a_filled_store_holds_what_its_source_made_and_takes_more() {
        let place = TempDir::new().expect("temporary directory");
        let scratch = scratch(&place);
        let mut prefills = Prefills::new(Extent::Full);
        let filled = Prefill::Mebibytes(count(1));
        let indexed = Table::Votes(SecondaryIndexes::Article);
        let plain = Table::Votes(SecondaryIndexes::None);
        for table in [indexed, plain, indexed] {
            let case = case(sqlite(table), filled);
            check(&mut prefills, &case, &scratch, ONE_MEBIBYTE_OF_VOTES);
        }
        assert_eq!(prefills.made.len(), 2, "one of each shape");
        let log = LogSpec::new(LogOptions::growing_fdatasync());
        check(&mut prefills, &case(log, filled), &scratch, ONE_MEBIBYTE_OF_VOTES);
        assert_eq!(prefills.made.len(), 2, "a log is filled where it stands");
    }

    #[test]
    fn an_empty_store_is_empty_and_a_test_is_small() {
        let place = TempDir::new().expect("temporary directory");
        let scratch = scratch(&place);
        let spec = || sqlite(Table::Votes(SecondaryIndexes::None));
        let mut prefills = Prefills::new(Extent::Full);
        check(&mut prefills, &case(spec(), Prefill::Empty), &scratch, 0);
        let mut small = Prefills::new(Extent::Small);
        let large = case(spec(), Prefill::Mebibytes(count(4000)));
        check(&mut small, &large, &scratch, ONE_MEBIBYTE_OF_VOTES);
    }
}
