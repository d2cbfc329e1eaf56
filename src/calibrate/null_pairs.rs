//! Null pairs: one case under two names in the same blocks. What is said of them is true only if it is "no difference".

use std::collections::BTreeSet;
use std::io::Write;

use measure::stats::median;
use report::judgement::{Finding, Verdict};
use report::table::{Cell, Field, Table};
use report::terminal::Terminal;

use super::kinds::{Kind, name};
use super::limits::{Ending, Limit};
use super::rounds::{Finished, Rounds, Trial};

/// Measures rounds, and prints what the judgement said of their pairs.
pub(super) fn run(
    kinds: &BTreeSet<Kind>,
    rounds: &Rounds,
    out: &mut dyn Write,
) -> anyhow::Result<Ending> {
    let mut pairs = Vec::new();
    for kind in kinds {
        pairs.extend(kind.null_pairs()?);
    }
    let Finished { rounds: done, seconds, ending } = rounds.measure(&mut pairs)?;
    let (of, Rounds { blocks, seed, .. }) = (pairs.len(), rounds);
    writeln!(
        out,
        "{done} rounds of {of} pairs in {blocks} blocks, {seconds:.1} s each; seed {seed}"
    )?;
    Ok(ending.max(print(kinds, &pairs, out)?))
}

/// Prints a row for each kind, the total and the limits, and says how it ends.
fn print(kinds: &BTreeSet<Kind>, pairs: &[Trial], out: &mut dyn Write) -> anyhow::Result<Ending> {
    let row = |kind: String, is_of: &dyn Fn(&Trial) -> bool| {
        let findings = pairs.iter().filter(|pair| is_of(pair)).flat_map(|pair| &pair.findings);
        Row { kind, findings: findings.collect() }
    };
    let mut rows: Vec<Row<'_>> =
        kinds.iter().map(|kind| row(name(kind), &|pair| pair.class == kind.class())).collect();
    rows.retain(|row| !row.findings.is_empty());
    let all = row("all".to_owned(), &|_| true);
    let (judged, misses, differs) = (all.pairs(), all.misses(), all.differs());
    rows.push(all);
    write!(out, "{}", Table::of(&fields(), &rows).text(Terminal::of_stdout()))?;
    let (misses_max, differs_max) =
        (Limit::MISSES.most_of(judged), Limit::FALSE_DIFFERS.most_of(judged));
    writeln!(
        out,
        "limits    at most {misses_max} misses of 95 % intervals and {differs_max} times \"differs\" in {judged} pairs of \
         equal cases"
    )?;
    Ok(Limit::MISSES.judge(misses, judged).max(Limit::FALSE_DIFFERS.judge(differs, judged)))
}

/// What was said of the pairs of one kind, or of all.
struct Row<'pairs> {
    kind: String,
    findings: Vec<&'pairs Finding>,
}

impl Row<'_> {
    fn pairs(&self) -> u32 {
        self.count(|_| true)
    }

    /// 95 % intervals that leave 1 out.
    fn misses(&self) -> u32 {
        self.count(|finding| !finding.interval_95.contains(1.0))
    }

    /// Pairs that are called different.
    fn differs(&self) -> u32 {
        self.count(|finding| matches!(finding.verdict, Verdict::Differs { .. }))
    }

    fn count(&self, is_one: fn(&Finding) -> bool) -> u32 {
        self.findings.iter().map(|finding| u32::from(is_one(finding))).sum()
    }

    /// Half of the 95 % interval, relative, in the middle of all.
    fn half_width(&self) -> Option<f64> {
        let half_width = |finding: &&Finding| {
            let width = (finding.interval_95.high / finding.interval_95.low).ln();
            (width / 2.0).exp_m1()
        };
        median(&self.findings.iter().map(half_width).collect::<Vec<f64>>())
    }
}

fn fields<'pairs>() -> [Field<Row<'pairs>>; 6] {
    [
        Field::words("kind", "kind", |row| Cell::text(&row.kind)),
        Field::figure("pairs", "pairs", |row| Cell::Count(row.pairs().into())),
        Field::figure("misses", "misses", |row| Cell::Count(row.misses().into())),
        Field::figure("misses_expected", "expected", |row| Cell::Number {
            value: 0.05 * f64::from(row.pairs()),
            decimals: 1,
        }),
        Field::figure("differs", "differs", |row| Cell::Count(row.differs().into())),
        Field::figure("half_width", "half-width", |row| Cell::known(row.half_width(), Cell::Share)),
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use clap::ValueEnum as _;
    use runner::blocks::SUB_BLOCK_CASES_MAX;

    use super::*;
    use crate::calibrate::rounds::names;

    #[test]
    fn both_halves_stand_in_one_sub_block() {
        let pairs: Vec<Trial> =
            Kind::value_variants().iter().flat_map(|kind| kind.null_pairs().unwrap()).collect();
        let mut groups: BTreeMap<&str, Vec<(String, usize)>> = BTreeMap::new();
        for (id, pair) in names(&pairs) {
            groups.entry(&pairs[pair].group).or_default().push((id, pair));
        }
        for (group, members) in &groups {
            assert!(members.len() <= SUB_BLOCK_CASES_MAX, "{group}");
            for (id, pair) in members {
                let halves = members.iter().filter(|(_, other)| other == pair).count();
                let expected = if pairs[*pair].case.beside.is_some() { 1 } else { 2 };
                assert_eq!(halves, expected, "{id}");
            }
        }
    }
}
