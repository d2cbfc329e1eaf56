//! Cases whose store grew: the first tenth of the steps, and the last.

use crate::model::Grown;
use crate::table::{Cell, Field, Missing, Table};

const FIELDS: [Field<Grown>; 8] = [
    Field::ids("case", "case", |it| Cell::id(&it.case)),
    Field::figure("database_bytes", "database", |it| both(it.database_bytes, Cell::Bytes)),
    Field::figure("operations_per_second", "records/s", |it| both(it.per_second, Cell::Rate)),
    Field::figure("insert_ns_p50", "insert", |it| times(it.insert_ns)),
    Field::figure("commit_ns_p50", "commit", |it| times(it.commit_ns)),
    Field::figure("ack_ns_longest", "longest ack", |it| times(it.ack_ns_longest)),
    Field::figure("checkpoint_ns_p50", "checkpoint", |it| times(it.checkpoint_ns)),
    Field::figure("checkpoint_ns_longest", "longest checkpoint", |it| {
        times(it.checkpoint_ns_longest)
    }),
];

/// A row for each case; empty without any.
#[must_use]
pub fn growth(grown: &[Grown]) -> Table {
    Table::of(&FIELDS, grown).with_note(
        "the first tenth of the steps, and the last; insert, commit, checkpoint: medians, a packet's",
    )
}

fn times(ends_ns: Option<[u64; 2]>) -> Cell {
    let range = |ends_ns: [u64; 2]| both(ends_ns.map(|ns| ns as f64), Cell::Nanoseconds);
    Cell::of(ends_ns, range, Missing::TooFew)
}

fn both<T>([first, last]: [T; 2], cell: fn(T) -> Cell) -> Cell {
    Cell::range(cell(first), cell(last))
}
