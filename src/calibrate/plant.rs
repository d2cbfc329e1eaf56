//! A cost that is planted into SQLite, as work that is executed with each packet.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use clap::ValueEnum;
use sqlite_builds::{CpuReference, SqliteBuild, set_planted_rounds};
use write_path::sqlite::SqliteSpec;
use write_path::{
    Admission, AxisValue, Counters, Digest, Inspect, Packet, PathSpec, ReadPath, ReaderBeside,
    SyncPromise, Ticket, WriteError, WritePath,
};

/// Where the cost is planted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(super) enum PlantedIn {
    /// In the path around SQLite: further inserts, into a table in memory that nobody sees.
    Path,
    /// In SQLite's C code: rounds of work before each copy of memory, which every insert makes.
    Sqlite,
}

impl PlantedIn {
    pub(super) const ALL: [Self; 2] = [Self::Path, Self::Sqlite];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Sqlite => "sqlite",
        }
    }

    /// The build that it is planted in or around.
    pub(super) fn build(self) -> Result<&'static SqliteBuild, sqlite_builds::Error> {
        sqlite_builds::find(match self {
            Self::Path => "bundled",
            Self::Sqlite => "planted",
        })
    }

    /// What an amount counts.
    pub(super) fn unit(self) -> &'static str {
        match self {
            Self::Path => "thousandths of an insert per packet",
            Self::Sqlite => "rounds per copy",
        }
    }
}

/// A cost. Clones share the amount, so that it can be changed while a path is open.
#[derive(Debug, Clone)]
pub(super) struct Plant {
    place: PlantedIn,
    amount: Arc<AtomicU32>,
}

impl Plant {
    /// In the path thousandths of an insert with each packet, in SQLite rounds before each copy.
    pub(super) fn of(place: PlantedIn, amount: u32) -> Self {
        Self { place, amount: Arc::new(AtomicU32::new(amount)) }
    }

    pub(super) fn set(&self, amount: u32) {
        self.amount.store(amount, Ordering::Relaxed);
    }

    fn amount(&self) -> u32 {
        self.amount.load(Ordering::Relaxed)
    }
}

/// A path with a cost planted.
#[derive(Debug, Clone)]
pub(super) struct PlantedSpec {
    pub(super) spec: SqliteSpec,
    pub(super) plant: Plant,
}

impl PathSpec for PlantedSpec {
    fn engine(&self) -> AxisValue {
        self.spec.engine()
    }

    fn axes(&self) -> Vec<AxisValue> {
        let mut axes = self.spec.axes();
        let planted = format!("{}{}", self.plant.place.name(), self.plant.amount());
        axes.push(AxisValue::plain("planted", planted));
        axes
    }

    fn promise(&self) -> SyncPromise {
        self.spec.promise()
    }

    fn initial_state_bytes(&self) -> u64 {
        self.spec.initial_state_bytes()
    }

    fn has_even_commits(&self) -> bool {
        self.spec.has_even_commits()
    }

    fn dirties_random_pages(&self) -> bool {
        self.spec.dirties_random_pages()
    }

    fn open(&self, directory: &Path) -> Result<Box<dyn WritePath>, WriteError> {
        let work = Work::of(&self.plant, self.spec.build)?;
        let path = self.spec.open(directory)?;
        Ok(Box::new(PlantedPath { path, plant: self.plant.clone(), work }))
    }

    fn open_for_audit(&self, directory: &Path) -> Result<Box<dyn WritePath>, WriteError> {
        self.spec.open_for_audit(directory)
    }

    fn audited_as(&self) -> Option<String> {
        self.spec.audited_as()
    }

    fn filling(&self) -> Option<Box<dyn PathSpec>> {
        self.spec.filling()
    }

    fn recover(&self, directory: &Path) -> Result<Digest, WriteError> {
        self.spec.recover(directory)
    }

    fn examine(&self, directory: &Path) -> Result<(), WriteError> {
        self.spec.examine(directory)
    }

    fn sqlite_build(&self) -> Option<&'static SqliteBuild> {
        self.spec.sqlite_build()
    }
}

/// How the cost is executed.
enum Work {
    /// By inserts of its own, with what is left of the last one in thousandths.
    Inserts { table: Box<CpuReference>, left: u32 },
    /// By SQLite itself.
    Rounds { build: &'static SqliteBuild },
}

impl Work {
    fn of(plant: &Plant, build: &'static SqliteBuild) -> Result<Self, WriteError> {
        Ok(match plant.place {
            PlantedIn::Path => Self::Inserts { table: Box::new(CpuReference::open()?), left: 0 },
            PlantedIn::Sqlite => Self::Rounds { build },
        })
    }

    /// Executes the cost of one packet, or has it executed from now on: paths of one build take turns, and each begins
    /// with a packet.
    fn begin_packet(&mut self, amount: u32) -> Result<(), WriteError> {
        match self {
            Self::Inserts { table, left } => {
                table.insert_rows(inserts_due(left, amount))?;
            }
            Self::Rounds { build } => set_planted_rounds(build, amount)?,
        }
        Ok(())
    }

    /// Nothing is planted any more, until the next packet.
    fn pause(&self) -> Result<(), WriteError> {
        match self {
            Self::Inserts { .. } => {}
            Self::Rounds { build } => set_planted_rounds(build, 0)?,
        }
        Ok(())
    }
}

/// Whole inserts of so many thousandths and what was left before; the rest is left for the next packet.
fn inserts_due(left: &mut u32, thousandths: u32) -> u32 {
    let due = left.saturating_add(thousandths);
    *left = due % 1000;
    due / 1000
}

struct PlantedPath {
    path: Box<dyn WritePath>,
    plant: Plant,
    work: Work,
}

impl WritePath for PlantedPath {
    fn reach_steady_state(&mut self) -> Result<(), WriteError> {
        self.path.reach_steady_state()
    }

    fn recycle(&mut self) -> Result<Digest, WriteError> {
        self.path.recycle()
    }

    fn make_ready(&mut self, packets: &[Packet]) {
        self.path.make_ready(packets);
    }

    fn submit(&mut self, packet: &Packet) -> Result<Ticket, WriteError> {
        self.work.begin_packet(self.plant.amount())?;
        self.path.submit(packet)
    }

    fn wait(&mut self, ticket: Ticket) -> Result<(), WriteError> {
        self.path.wait(ticket)
    }

    fn after_ack(&mut self) -> Result<(), WriteError> {
        self.path.after_ack()
    }

    fn drain(&mut self) -> Result<(), WriteError> {
        self.work.pause()?;
        self.path.drain()
    }

    fn counters(&self) -> Counters {
        self.path.counters()
    }

    fn inspect(&self) -> &dyn Inspect {
        self.path.inspect()
    }

    fn admission(&self) -> Admission<'_> {
        self.path.admission()
    }

    fn suspend(&mut self) {
        self.path.suspend();
    }

    fn resume(&mut self) -> Result<(), WriteError> {
        self.path.resume()
    }

    fn reader(&mut self) -> Result<Option<Box<dyn ReadPath + '_>>, WriteError> {
        self.path.reader()
    }

    fn reader_beside(&self) -> Option<Box<dyn ReaderBeside>> {
        self.path.reader_beside()
    }

    fn close(self: Box<Self>) -> Result<(), WriteError> {
        self.work.pause()?;
        self.path.close()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_an_insert_comes_with_a_later_packet() {
        for thousandths in [0, 1, 999, 1_500, 12_345] {
            let mut left = 0;
            let inserts: u32 = (0..1_000).map(|_| inserts_due(&mut left, thousandths)).sum();
            assert_eq!((inserts, left), (thousandths, 0));
        }
    }
}
