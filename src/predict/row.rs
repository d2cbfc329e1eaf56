//! A case's time and rate here, beside what its run measured.

use anyhow::Context;
use measure::record::{CostRecord, RunRecord};
use measure::stats::{Interval, Nominal};
use report::table::{Cell, Field, Heading, Missing, Table};

use super::here::Here;

/// A case; times are those of a packet, query or checkpoint.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) case: String,
    /// The yardsticks here; empty where the case does not wait for the disk.
    pub(super) floor_ns: Option<f64>,
    pub(super) reference_ns: f64,
    /// The case's coefficients.
    pub(super) floors: f64,
    pub(super) references: f64,
    /// Its predicted time, with the interval that those of the coefficients give.
    pub(super) here_ns: f64,
    pub(super) here_low_ns: f64,
    pub(super) here_high_ns: f64,
    /// Operations per second at that time.
    pub(super) here_per_second: f64,
    /// Its time at the run's nominal yardsticks, and the median of the rates that the run measured.
    pub(super) there_ns: f64,
    pub(super) there_per_second: f64,
}

impl Row {
    /// Predicts a case whose record has a cost.
    pub(super) fn of(record: &RunRecord, here: &Here) -> anyhow::Result<Self> {
        let name = format!("{}/{}", record.question, record.case.id);
        let cost = record.cost.as_ref().with_context(|| format!("{name}: expected `cost`"))?;
        let at = here.nominal(cost.floor_payload_bytes).with_context(|| {
            format!("{name}: expected a floor of {:?} bytes", cost.floor_payload_bytes)
        })?;
        let fit = &cost.fit;
        let here_ns = fit.predict_ns(&at);
        let Interval { low, high } = interval(cost, &at);
        let is_time = |ns: f64| ns.is_finite() && ns > 0.0;
        let there_ns = cost.time.geometric_mean_ns();
        anyhow::ensure!(
            is_time(here_ns) && is_time(there_ns) && low <= here_ns && here_ns <= high,
            "{name}: expected coefficients within their intervals that give times above 0, got {here_ns} ns here (from \
             {low} to {high}) and {there_ns} ns there; the record was changed"
        );
        Ok(Self {
            case: name,
            floor_ns: cost.floor_payload_bytes.map(|_| at.floor_ns),
            reference_ns: at.reference_ns,
            floors: fit.floors.estimate,
            references: fit.references.estimate,
            here_ns,
            here_low_ns: low,
            here_high_ns: high,
            here_per_second: 1e9 * operations_per_unit(record) / here_ns,
            there_ns,
            there_per_second: record.records_per_second.median,
        })
    }
}

/// Both coefficients at one end of their intervals at once. They err in opposite directions, so this is wider than 95 %.
fn interval(cost: &CostRecord, at: &Nominal) -> Interval {
    let (floors, references) = (cost.fit.floors.interval, cost.fit.references.interval);
    Interval {
        low: floors.low * at.floor_ns + references.low * at.reference_ns,
        high: floors.high * at.floor_ns + references.high * at.reference_ns,
    }
}

/// Records, rows or deletions of one packet, query or checkpoint: as the run counted them.
fn operations_per_unit(record: &RunRecord) -> f64 {
    let counted = record.blocks.as_ref().and_then(|blocks| {
        let replicates = &blocks.replicates;
        let operations: u64 = replicates.iter().map(|replicate| replicate.operations).sum();
        let pieces: usize = replicates.iter().map(|replicate| replicate.pieces.len()).sum();
        let units = pieces as f64 * blocks.units_per_piece as f64;
        (operations > 0 && units > 0.0).then(|| operations as f64 / units)
    });
    counted.unwrap_or(record.case.records_per_packet as f64)
}

/// The columns; some are in the CSV only.
const FIELDS: [Field<Row>; 12] = [
    Field::ids("case", "case", |row| Cell::id(&row.case)),
    in_csv("floor_ns", |row| Cell::of(row.floor_ns, Cell::Nanoseconds, Missing::DoesNotApply)),
    in_csv("reference_ns", |row| Cell::Nanoseconds(row.reference_ns)),
    in_csv("floors", |row| Cell::Factor(row.floors)),
    in_csv("references", |row| Cell::Factor(row.references)),
    Field::figure("here_ns", "here", |row| Cell::Nanoseconds(row.here_ns)),
    Field::figure("here_low_ns", "from", |row| Cell::Nanoseconds(row.here_low_ns)),
    Field::figure("here_high_ns", "to", |row| Cell::Nanoseconds(row.here_high_ns)),
    Field::figure("here_per_second", "rate here", |row| Cell::Rate(row.here_per_second)),
    Field::figure("there_ns", "there", |row| Cell::Nanoseconds(row.there_ns)),
    Field::figure("there_per_second", "rate", |row| Cell::Rate(row.there_per_second)),
    Field::figure("here_over_there", "here/there", |row| Cell::Factor(row.here_ns / row.there_ns)),
];

const fn in_csv(key: &'static str, cell: fn(&Row) -> Cell) -> Field<Row> {
    Field::new(Heading::figure(key, key).file_only(), cell)
}

/// Every row.
pub(super) fn table(rows: &[Row]) -> Table {
    Table::of(&FIELDS, rows)
}
