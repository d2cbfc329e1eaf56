//! Planted costs: executed work that the judgement has to find, and none, which it must not.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::num::NonZeroU32;

use fixture::{Case, Place};
use measure::record::Class;
use measure::stats::median;
use report::judgement::{Direction, Finding, Verdict};
use report::quantity;
use report::table::{Cell, Field};
use report::terminal::Terminal;
use runner::prefill::Extent;
use runner::volumes::Volumes;
use write_path::sqlite::{SqliteSpec, Table};

use super::kinds::{
    INDEXED, PLAIN, TURNS_PREFILL, further_layouts, in_memory, name, votes, without_checkpoints,
};
use super::limits::{Ending, Limit};
use super::plant::{Plant, PlantedIn, PlantedSpec};
use super::plant_size::{self, PlantSize};
use super::rounds::{Rounds, Trial};
use crate::session::say;

/// The tables of `compile_flags`.
const TABLES: [(&str, Table); 2] = [("votes", PLAIN), ("indexed", INDEXED)];

/// A cost at one place and table, or none there.
struct Planted {
    place: PlantedIn,
    table: &'static str,
    /// `None` where nothing is planted.
    size: Option<PlantSize>,
}

/// Plants, measures, and prints how often the cost was found.
pub(super) fn run(
    percent: NonZeroU32,
    places: &BTreeSet<PlantedIn>,
    rounds: &Rounds,
    out: &mut dyn Write,
) -> anyhow::Result<Ending> {
    let (planted, mut trials) = plant_all(percent, places, out)?;
    let finished = rounds.measure(&mut trials)?;
    let (done, Rounds { blocks, seed, .. }) = (finished.rounds, rounds);
    writeln!(out, "{done} runs of {blocks} blocks; seed {seed}")?;
    Ok(finished.ending.max(print(&planted, &trials, percent, out)?))
}

/// Chooses and measures each amount, and tells it.
fn plant_all(
    percent: NonZeroU32,
    places: &BTreeSet<PlantedIn>,
    out: &mut dyn Write,
) -> anyhow::Result<(Vec<Planted>, Vec<Trial>)> {
    let target_directory = fixture::target_directory()?;
    let mut volumes =
        Volumes::prepare(std::iter::once(Place::Memory), &target_directory, Extent::Full)?;
    let (mut planted, mut trials) = (Vec::new(), Vec::new());
    for place in places.iter().copied() {
        let build = place.build()?;
        for (table, shape) in TABLES {
            let spec = without_checkpoints(build, shape);
            say(format_args!("measuring what is planted: {}, {table}", name(&place)));
            let wanted = f64::from(percent.get()) / 100.0;
            let size = plant_size::choose(spec, place, wanted, &mut volumes)?;
            writeln!(
                out,
                "planted in {}, {table}: {} {}, which add {:.2} % (+- {:.2}) to the {} of a packet",
                name(&place),
                size.amount,
                place.unit(),
                100.0 * size.added.median,
                100.0 * plant_size::half_width(size.added),
                quantity::duration_ns(size.packet_ns)
            )?;
            for size in [Some(size), None] {
                let cost = Planted { place, table, size };
                trials.push(cost.trial(spec));
                planted.push(cost);
            }
        }
    }
    Ok((planted, trials))
}

impl Planted {
    /// The case in turns with the same path without a cost, as `compile_flags` has its rows in memory.
    fn trial(&self, spec: SqliteSpec) -> Trial {
        let (what, amount, added) = match self.size {
            Some(size) => ("planted", size.amount, size.added.median),
            None => ("nothing", 0, 0.0),
        };
        let with = |spec, amount| PlantedSpec { spec, plant: Plant::of(self.place, amount) };
        let further = |amount| further_layouts(spec).map(move |spec| with(spec, amount));
        Trial {
            id: format!("{}-{what}-{}/400", name(&self.place), self.table),
            group: self.table.to_owned(),
            case: Case::new(with(spec, amount), in_memory(votes(400)))
                .prefilled(TURNS_PREFILL)
                .beside_in_layouts(with(spec, 0), further(amount), further(0)),
            class: Class::Turns,
            truth: 1.0 + added,
            findings: Vec::new(),
        }
    }
}

/// What the runs of one place, table and amount showed.
struct Row<'run> {
    planted: &'run Planted,
    findings: &'run [Finding],
    percent: u32,
}

impl Row<'_> {
    fn runs(&self) -> u32 {
        u32::try_from(self.findings.len()).unwrap_or(u32::MAX)
    }

    /// How often a cost was found.
    fn found(&self) -> u32 {
        let longer = Verdict::Differs { direction: Direction::Longer };
        self.findings.iter().map(|finding| u32::from(finding.verdict == longer)).sum()
    }

    /// How often the runs erred, and how often they may.
    fn errors(&self) -> (u32, Limit) {
        match self.planted.size {
            Some(_) => (self.runs() - self.found(), Limit::NOT_FOUND),
            None => (self.found(), Limit::NOTHING_FOUND),
        }
    }

    fn limit(&self) -> String {
        let most = self.errors().1.most_of(self.runs());
        match self.planted.size {
            Some(_) => format!("{} or more", self.runs() - most),
            None => format!("{most} or less"),
        }
    }
}

fn fields<'run>() -> [Field<Row<'run>>; 8] {
    [
        Field::words("in", "in", |row| Cell::text(name(&row.planted.place))),
        Field::words("table", "table", |row| Cell::text(row.planted.table)),
        Field::figure("planted", "planted", |row| {
            Cell::text(format!("{} %", if row.planted.size.is_some() { row.percent } else { 0 }))
        }),
        Field::figure("in_truth", "in truth", |row| {
            percent(row.planted.size.map_or(0.0, |size| size.added.median))
        }),
        Field::figure("measured", "measured", |row| {
            let shares: Vec<f64> = row.findings.iter().map(|it| it.factor - 1.0).collect();
            median(&shares).map_or(Cell::text("-"), percent)
        }),
        Field::figure("runs", "runs", |row| Cell::Count(row.runs().into())),
        Field::figure("differs_longer", "differs, longer", |row| Cell::Count(row.found().into())),
        Field::figure("limit", "limit", |row| Cell::text(row.limit())),
    ]
}

fn percent(share: f64) -> Cell {
    Cell::text(format!("{:.2} %", 100.0 * share))
}

/// A row for each place, table and amount, with its limit.
fn print(
    planted: &[Planted],
    trials: &[Trial],
    percent: NonZeroU32,
    out: &mut dyn Write,
) -> io::Result<Ending> {
    let mut rows = Vec::new();
    for (planted, trial) in planted.iter().zip(trials) {
        rows.push(Row { planted, findings: &trial.findings, percent: percent.get() });
    }
    write!(out, "{}", report::table::Table::of(&fields(), &rows).text(Terminal::of_stdout()))?;
    let ending = |row: &Row<'_>| {
        let (errors, limit) = row.errors();
        limit.judge(errors, row.runs())
    };
    Ok(rows.iter().map(ending).max().unwrap_or(Ending::Within))
}

#[cfg(test)]
mod tests {
    use measure::pairs::PairedRatio;
    use runner::blocks::{Blocks, Effort, Subject, measure};
    use sqlite_builds::planted_rounds_executed;

    use super::*;
    use crate::calibrate::rounds::Lines;

    /// Packets in turns, closed, reopened and verified.
    fn try_out(place: PlantedIn, amount: u32) {
        let spec = without_checkpoints(place.build().unwrap(), TABLES[1].1);
        let added = PairedRatio { median: 0.0, low: 0.0, high: 0.0, kept: 1, of: 1 };
        let size = Some(PlantSize { amount, added, packet_ns: 0.0 });
        let Trial { id, case, .. } = Planted { place, table: "indexed", size }.trial(spec);
        let target = tempfile::tempdir().unwrap();
        let places = std::iter::once(Place::Memory);
        let mut volumes = Volumes::prepare(places, target.path(), Extent::Small).unwrap();
        let subjects = [Subject { id: &id, case: &case, group: "", base: &case }];
        let blocks = Blocks { count: NonZeroU32::MIN, seed: 1, effort: Effort::Try };
        let mut lines = Lines { what: id.clone(), blocks: 1 };
        let run = measure(&subjects, blocks, &mut volumes, &mut lines).unwrap();
        let measured = run.cases[0].as_ref().unwrap();
        let end = &measured.replicates[0].end;
        assert_eq!(end.acked, end.found);
        assert!(end.acked.records() > 0);
    }

    #[test]
    fn a_planted_cost_is_executed_and_changes_no_result() {
        try_out(PlantedIn::Path, 0);
        try_out(PlantedIn::Path, 1_500);
        let build = match PlantedIn::Sqlite.build() {
            Ok(build) => build,
            Err(error) => {
                assert!(error.to_string().contains("DURABENCH_BUILDS=calibrate"), "{error}");
                return;
            }
        };
        let executed = || {
            let layouts = std::iter::once(build).chain(build.further_layouts());
            layouts.map(|layout| planted_rounds_executed(layout).unwrap()).sum::<u64>()
        };
        try_out(PlantedIn::Sqlite, 0);
        assert_eq!(executed(), 0);
        try_out(PlantedIn::Sqlite, 7);
        // A packet is 400 inserts, each of which makes a copy or more.
        assert!(executed() >= 400 * 7 && executed().is_multiple_of(7), "{}", executed());
    }
}
