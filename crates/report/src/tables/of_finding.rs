//! What a judged contrast shows in a table, or that it was not judged.

use crate::judged::cells;
use crate::judgement::Finding;
use crate::table::{Cell, Missing};

pub(super) fn ratio(finding: Option<&Finding>, of: fn(&Finding) -> f64) -> Cell {
    Cell::of(finding.map(of), Cell::Ratio, Missing::NotJudged)
}

pub(super) fn interval(finding: Option<&Finding>) -> Cell {
    let Some(finding) = finding else { return Cell::Missing(Missing::NotJudged) };
    let interval = finding.interval_95;
    Cell::range(Cell::Ratio(interval.low), Cell::Ratio(interval.high))
}

pub(super) fn verdict(finding: Option<&Finding>) -> Cell {
    finding.map_or(Cell::Missing(Missing::NotJudged), |finding| Cell::text(cells::verdict(finding)))
}
