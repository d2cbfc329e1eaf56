//! A case's time and rate here, beside what its run measured.

use anyhow::Context;
use measure::record::{CostRecord, RunRecord};
use measure::stats::{Interval, Nominal};
use report::table::{Cell, Field, Heading, Missing, Table};

use super::here::Here;

/// A case; times are those of a packet, query or checkpoint.
pub(super) struct Row<'run> {
    name: String,
    record: &'run RunRecord,
    cost: &'run CostRecord,
    /// The yardsticks here.
    at: Nominal,
    /// The predicted time, with both coefficients at one end of their intervals at once. They err in opposite directions, so
    /// this is wider than 95 %.
    here_ns: f64,
    interval_ns: Interval,
    /// The time at the run's nominal yardsticks.
    there_ns: f64,
}

impl<'run> Row<'run> {
    /// Predicts a case whose record has a cost.
    pub(super) fn of(record: &'run RunRecord, here: &Here) -> anyhow::Result<Self> {
        let name = format!("{}/{}", record.question, record.case.id);
        let cost = record.cost.as_ref().with_context(|| format!("{name}: expected `cost`"))?;
        let at = *here.get(&cost.floor_payload_bytes).with_context(|| {
            format!("{name}: expected a floor of {:?} bytes", cost.floor_payload_bytes)
        })?;
        let (floors, references) = (cost.fit.floors.interval, cost.fit.references.interval);
        let interval_ns = Interval {
            low: floors.low * at.floor_ns + references.low * at.reference_ns,
            high: floors.high * at.floor_ns + references.high * at.reference_ns,
        };
        let (here_ns, there_ns) = (cost.fit.predict_ns(&at), cost.time.geometric_mean_ns());
        let is_time = |ns: f64| ns.is_finite() && ns > 0.0;
        anyhow::ensure!(
            is_time(here_ns) && is_time(there_ns) && interval_ns.contains(here_ns),
            "{name}: expected coefficients within their intervals that give times above 0, got {here_ns} ns here (from \
             {} to {}) and {there_ns} ns there; the record was changed",
            interval_ns.low,
            interval_ns.high
        );
        Ok(Self { name, record, cost, at, here_ns, interval_ns, there_ns })
    }

    /// Records, rows or deletions per second at the predicted time, as the run counted them.
    fn here_per_second(&self) -> f64 {
        let counted = self.record.blocks.as_ref().and_then(|blocks| {
            let replicates = &blocks.replicates;
            let operations: u64 = replicates.iter().map(|replicate| replicate.operations).sum();
            let pieces: usize = replicates.iter().map(|replicate| replicate.pieces.len()).sum();
            let units = pieces as f64 * blocks.units_per_piece as f64;
            (operations > 0 && units > 0.0).then(|| operations as f64 / units)
        });
        1e9 * counted.unwrap_or(self.record.case.records_per_packet as f64) / self.here_ns
    }
}

/// The columns; some are in the CSV only.
fn fields<'run>() -> [Field<Row<'run>>; 12] {
    [
        Field::ids("case", "case", |row| Cell::id(&row.name)),
        in_csv("floor_ns", |row| {
            let payload = row.cost.floor_payload_bytes;
            let floor_ns = payload.map(|_| row.at.floor_ns);
            Cell::of(floor_ns, Cell::Nanoseconds, Missing::DoesNotApply)
        }),
        in_csv("reference_ns", |row| Cell::Nanoseconds(row.at.reference_ns)),
        in_csv("floors", |row| Cell::Factor(row.cost.fit.floors.estimate)),
        in_csv("references", |row| Cell::Factor(row.cost.fit.references.estimate)),
        Field::figure("here_ns", "here", |row| Cell::Nanoseconds(row.here_ns)),
        Field::figure("here_low_ns", "from", |row| Cell::Nanoseconds(row.interval_ns.low)),
        Field::figure("here_high_ns", "to", |row| Cell::Nanoseconds(row.interval_ns.high)),
        Field::figure("here_per_second", "rate here", |row| Cell::Rate(row.here_per_second())),
        Field::figure("there_ns", "there", |row| Cell::Nanoseconds(row.there_ns)),
        Field::figure("there_per_second", "rate", |row| {
            Cell::Rate(row.record.records_per_second.median)
        }),
        Field::figure("here_over_there", "here/there", |row| {
            Cell::Factor(row.here_ns / row.there_ns)
        }),
    ]
}

const fn in_csv<'run>(key: &'static str, cell: fn(&Row<'run>) -> Cell) -> Field<Row<'run>> {
    Field::new(Heading::figure(key, key).file_only(), cell)
}

/// Every row.
pub(super) fn table(rows: &[Row<'_>]) -> Table {
    Table::of(&fields(), rows)
}
