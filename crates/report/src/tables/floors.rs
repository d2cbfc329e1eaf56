//! What the disk takes for one write and one sync.

use crate::listing::{most_important, rest};
use crate::model::FloorLine;
use crate::table::{Cell, Field, Table};

const FIELDS: [Field<FloorLine>; 6] = [
    Field::figure("payload_bytes", "payload", |line| Cell::Bytes(line.payload_bytes)),
    Field::words("sync_call", "call", |line| Cell::text(line.sync_call.name())),
    Field::figure("floor_ns_p50", "p50", |line| Cell::Nanoseconds(line.p50_ns.median)),
    Field::figure("floor_ns_p50_range", "p50 beside the cases", |line| {
        Cell::range(Cell::Nanoseconds(line.p50_ns.low), Cell::Nanoseconds(line.p50_ns.high))
    }),
    Field::figure("floor_ns_longest", "longest", |line| Cell::Nanoseconds(line.longest_ns as f64)),
    Field::figure("cases", "cases", |line| Cell::Count(line.p50_ns.samples.len() as u64)),
];

/// The floors; of more than `rows_max` those that stood beside most cases.
#[must_use]
pub fn floors(lines: &[FloorLine], rows_max: usize) -> Table {
    let cases = |line: &FloorLine| line.p50_ns.samples.len();
    let shown = most_important(lines, rows_max, |a, b| cases(b).cmp(&cases(a)));
    let rest = rest(shown.len(), lines.len(), "payloads and calls, the rest beside the questions");
    Table::of(&FIELDS, shown).with_note(rest)
}
