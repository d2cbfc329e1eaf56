//! A cost that is planted into SQLite, as work that is executed with each packet.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use clap::ValueEnum;
use sqlite_builds::{CpuReference, SqliteBuild, set_planted_rounds};
use write_path::sqlite::SqliteSpec;
use write_path::{
    Admission, AxisValue, Counters, Digest, Inspect, Packet, PathFacts, PathSpec, Ticket,
    WriteError, WritePath,
};

use super::kinds::name;

/// Where the cost is planted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(super) enum PlantedIn {
    /// In the path around SQLite: further inserts, into a table in memory that nobody sees.
    Path,
    /// In SQLite's C code: rounds of work before each copy of memory, which every insert makes.
    Sqlite,
}

impl PlantedIn {
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
    /// In the path thousandths of an insert with each packet, in SQLite rounds before each copy.
    pub(super) amount: Arc<AtomicU32>,
}

impl Plant {
    pub(super) fn of(place: PlantedIn, amount: u32) -> Self {
        Self { place, amount: Arc::new(AtomicU32::new(amount)) }
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
        let amount = self.plant.amount.load(Ordering::Relaxed);
        let planted = format!("{}{amount}", name(&self.plant.place));
        axes.push(AxisValue::plain("planted", planted));
        axes
    }

    fn facts(&self) -> PathFacts {
        let PathFacts { promise, initial_state_bytes, .. } = self.spec.facts();
        PathFacts { initial_state_bytes, ..PathFacts::of(promise) }
    }

    fn open(&self, directory: &Path) -> Result<Box<dyn WritePath>, WriteError> {
        let table = match self.plant.place {
            PlantedIn::Path => Some(Box::new(CpuReference::open()?)),
            PlantedIn::Sqlite => None,
        };
        let path = self.spec.open(directory)?;
        let amount = Arc::clone(&self.plant.amount);
        Ok(Box::new(PlantedPath { path, amount, build: self.spec.build, table, inserts_left: 0 }))
    }

    fn for_audit(&self) -> Option<Arc<dyn PathSpec>> {
        self.spec.for_audit()
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
}

struct PlantedPath {
    path: Box<dyn WritePath>,
    amount: Arc<AtomicU32>,
    build: &'static SqliteBuild,
    /// What takes the inserts of a cost in the path; without it SQLite itself executes the cost.
    table: Option<Box<CpuReference>>,
    /// Of the last insert, in thousandths.
    inserts_left: u32,
}

impl PlantedPath {
    /// Executes the cost of one packet, or has it executed from now on: paths of one build take turns, and each begins
    /// with a packet. An amount of 0 plants nothing until the next packet.
    fn plant(&mut self, amount: u32) -> Result<(), WriteError> {
        match &mut self.table {
            Some(table) => table.insert_rows(inserts_due(&mut self.inserts_left, amount))?,
            None => set_planted_rounds(self.build, amount)?,
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

impl WritePath for PlantedPath {
    fn submit(&mut self, packet: &Packet) -> Result<Ticket, WriteError> {
        self.plant(self.amount.load(Ordering::Relaxed))?;
        self.path.submit(packet)
    }

    fn wait(&mut self, ticket: Ticket) -> Result<(), WriteError> {
        self.path.wait(ticket)
    }

    fn after_ack(&mut self) -> Result<(), WriteError> {
        self.path.after_ack()
    }

    fn drain(&mut self) -> Result<(), WriteError> {
        self.plant(0)?;
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

    fn close(mut self: Box<Self>) -> Result<(), WriteError> {
        self.plant(0)?;
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
