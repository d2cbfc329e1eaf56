//! What null pairs showed, counted by kind.

use std::collections::BTreeMap;
use std::io::{self, Write};

use measure::stats::median;
use report::judgement::{Finding, Verdict};
use report::quantity;

use super::Ending;
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
        writeln!(
            out,
            "{:<10}{:>7}{:>8}{:>10}{:>9}{:>12}",
            "kind", "pairs", "misses", "expected", "differs", "half-width"
        )?;
        let mut all = Counts::default();
        for (kind, counts) in &self.kinds {
            counts.row(kind.name(), out)?;
            all.join(counts);
        }
        all.row("all", out)?;
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

    fn row(&self, name: &str, out: &mut dyn Write) -> io::Result<()> {
        writeln!(
            out,
            "{name:<10}{:>7}{:>8}{:>10.1}{:>9}{:>12}",
            self.pairs,
            self.misses,
            0.05 * f64::from(self.pairs),
            self.differs,
            median(&self.half_widths).map_or_else(|| "-".into(), quantity::percent),
        )
    }
}
