//! What null pairs showed, counted by kind.

use std::collections::BTreeMap;
use std::io::{self, Write};

use measure::stats::median;
use report::judgement::{Finding, Verdict};
use report::table::{Cell, Field, Table};
use report::terminal::Terminal;

use super::ending::Ending;
use super::kinds::Kind;
use super::limits::{Limit, worse};

/// What one kind's pairs showed.
#[derive(Debug, Clone, Default)]
pub(super) struct Counts {
    pairs: u32,
    /// 95 % intervals that leave 1 out.
    misses: u32,
    /// Pairs that are called different.
    differs: u32,
    /// Half of each 95 % interval, relative.
    half_widths: Vec<f64>,
}

/// What all pairs showed.
#[derive(Debug, Default)]
pub(super) struct Tally {
    kinds: BTreeMap<Kind, Counts>,
}

impl Tally {
    /// Counts a judged pair.
    pub(super) fn add(&mut self, kind: Kind, finding: &Finding) {
        self.kinds.entry(kind).or_default().add(finding);
    }

    /// Prints a row for each kind, the total and the limits, and says how it ends.
    pub(super) fn print(&self, out: &mut dyn Write) -> io::Result<Ending> {
        let mut all = Counts::default();
        self.kinds.values().for_each(|counts| all.join(counts));
        let kinds = self.kinds.iter().map(|(kind, counts)| Row { kind: kind.name(), counts });
        let rows: Vec<Row<'_>> = kinds.chain([Row { kind: "all", counts: &all }]).collect();
        write!(out, "{}", Table::of(&fields(), &rows).text(Terminal::of_stdout()))?;
        let (misses, differs) =
            (Limit::MISSES.most_of(all.pairs), Limit::FALSE_DIFFERS.most_of(all.pairs));
        writeln!(
            out,
            "limits    at most {misses} misses of 95 % intervals and {differs} times \"differs\" in {} pairs of equal \
             cases",
            all.pairs
        )?;
        Ok(worse(
            Limit::MISSES.judge(all.misses, all.pairs),
            Limit::FALSE_DIFFERS.judge(all.differs, all.pairs),
        ))
    }
}

/// What the pairs of one kind, or of all, showed.
struct Row<'tally> {
    kind: &'static str,
    counts: &'tally Counts,
}

fn fields<'tally>() -> [Field<Row<'tally>>; 6] {
    [
        Field::words("kind", "kind", |row| Cell::text(row.kind)),
        Field::figure("pairs", "pairs", |row| Cell::Count(row.counts.pairs.into())),
        Field::figure("misses", "misses", |row| Cell::Count(row.counts.misses.into())),
        Field::figure("misses_expected", "expected", |row| Cell::Number {
            value: 0.05 * f64::from(row.counts.pairs),
            decimals: 1,
        }),
        Field::figure("differs", "differs", |row| Cell::Count(row.counts.differs.into())),
        Field::figure("half_width", "half-width", |row| {
            Cell::known(median(&row.counts.half_widths), Cell::Share)
        }),
    ]
}

impl Counts {
    fn add(&mut self, finding: &Finding) {
        self.pairs += 1;
        self.misses += u32::from(!finding.interval_95.contains(1.0));
        self.differs += u32::from(matches!(finding.verdict, Verdict::Differs { .. }));
        let width = (finding.interval_95.high / finding.interval_95.low).ln();
        self.half_widths.push((width / 2.0).exp_m1());
    }

    fn join(&mut self, other: &Self) {
        self.pairs += other.pairs;
        self.misses += other.misses;
        self.differs += other.differs;
        self.half_widths.extend(&other.half_widths);
    }
}
