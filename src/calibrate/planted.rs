//! Planted costs: executed work that the judgement has to find, and none, which it must not.

use std::io::{self, Write};
use std::num::NonZeroU32;
use std::time::Instant;

use fixture::{Case, Place};
use measure::record::Class;
use measure::stats::median;
use report::judgement::{Direction, Finding, Verdict};
use report::quantity;
use report::table::{Cell, Field};
use report::terminal::Terminal;
use runner::blocks::{Blocks, Effort, Subject, Timing, measure};
use runner::prefill::Extent;
use runner::volumes::Volumes;
use write_path::sqlite::{SecondaryIndexes, SqliteSpec, Table};

use super::ending::Ending;
use super::judged::{Beside, judge, times_in_turns};
use super::kinds::{TURNS_PREFILL, further_layouts, in_memory, votes, without_checkpoints};
use super::limits::{Limit, worse};
use super::plant::{Plant, PlantedIn, PlantedSpec};
use super::plant_size::{self, PlantSize};
use super::progress::Lines;
use crate::saying::say;

/// What is measured.
pub(super) struct Plan {
    pub(super) percent: NonZeroU32,
    pub(super) places: Vec<PlantedIn>,
    pub(super) runs: NonZeroU32,
    pub(super) blocks: NonZeroU32,
    pub(super) seed: u64,
}

/// The tables of `compile_flags`.
const TABLES: [(&str, Table); 2] = [
    ("votes", Table::Votes(SecondaryIndexes::None)),
    ("indexed", Table::Votes(SecondaryIndexes::Article)),
];

/// A cost at one place and table, or none there.
struct Planted {
    place: PlantedIn,
    table: &'static str,
    spec: SqliteSpec,
    /// `None` where nothing is planted.
    size: Option<PlantSize>,
    /// How often the runs found it.
    found: u32,
    /// What the runs said that it adds.
    shares: Vec<f64>,
}

/// Plants, measures, and prints how often the cost was found.
pub(super) fn run(plan: &Plan, out: &mut dyn Write) -> anyhow::Result<Ending> {
    let mut volumes = Volumes::prepare(
        std::iter::once(Place::Memory),
        &fixture::target_directory()?,
        Extent::Full,
    )?;
    let mut planted = plant_all(plan, &mut volumes, out)?;
    if fixture::check_interrupt().is_err() {
        writeln!(out, "{}", Ending::Interrupted.sentence())?;
        return Ok(Ending::Interrupted);
    }
    let (mut done, mut ending) = (0, Ending::Within);
    let begun = Instant::now();
    for run in 1..=plan.runs.get() {
        let what = format!("run {run} of {}", plan.runs);
        match one_run(plan, run, what, &mut planted, &mut volumes)? {
            Ending::Interrupted => {
                ending = Ending::Interrupted;
                break;
            }
            ended => ending = worse(ending, ended),
        }
        done = run;
        let mean = begun.elapsed().as_secs_f64() / f64::from(done);
        let left = f64::from(plan.runs.get() - done);
        say(format_args!("a run takes {mean:.0} s; {:.0} s to go", mean * left));
    }
    writeln!(out, "{done} runs of {} blocks; seed {}", plan.blocks, plan.seed)?;
    let ending = worse(ending, print(&planted, plan.percent, out)?);
    writeln!(out, "{}", ending.sentence())?;
    Ok(ending)
}

/// Chooses and measures each amount, and tells it; stops early after Ctrl-C.
fn plant_all(
    plan: &Plan,
    volumes: &mut Volumes,
    out: &mut dyn Write,
) -> anyhow::Result<Vec<Planted>> {
    let mut planted = Vec::new();
    for place in &plan.places {
        let build = place.build()?;
        for (table, shape) in TABLES {
            let spec = without_checkpoints(build, shape);
            say(format_args!("measuring what is planted: {}, {table}", place.name()));
            let wanted = f64::from(plan.percent.get()) / 100.0;
            let size = match plant_size::choose(spec, *place, wanted, volumes) {
                Ok(size) => size,
                Err(_) if fixture::check_interrupt().is_err() => return Ok(planted),
                Err(error) => return Err(error),
            };
            writeln!(
                out,
                "planted in {}, {table}: {} {}, which add {:.2} % (+- {:.2}) to the {} of a packet",
                place.name(),
                size.amount,
                place.unit(),
                100.0 * size.share,
                100.0 * size.half_width,
                quantity::duration_ns(size.packet_ns)
            )?;
            for size in [Some(size), None] {
                let (found, shares) = (0, Vec::new());
                planted.push(Planted { place: *place, table, spec, size, found, shares });
            }
        }
    }
    Ok(planted)
}

impl Planted {
    fn id(&self) -> String {
        let amount = if self.size.is_some() { "planted" } else { "nothing" };
        format!("{}-{amount}-{}/400", self.place.name(), self.table)
    }

    /// The case in turns with the same path without a cost, as `compile_flags` has its rows in memory.
    fn case(&self) -> Case {
        let amount = self.size.map_or(0, |size| size.amount);
        let with = |spec, amount| PlantedSpec { spec, plant: Plant::of(self.place, amount) };
        let further = |amount| further_layouts(self.spec).map(move |spec| with(spec, amount));
        Case::new(with(self.spec, amount), in_memory(votes(400)))
            .prefilled(TURNS_PREFILL)
            .beside_in_layouts(with(self.spec, 0), further(amount), further(0))
    }

    fn count(&mut self, finding: &Finding) {
        let longer = Verdict::Differs { direction: Direction::Longer };
        self.found += u32::from(finding.verdict == longer);
        self.shares.push(finding.factor - 1.0);
    }
}

fn one_run(
    plan: &Plan,
    run: u32,
    what: String,
    planted: &mut [Planted],
    volumes: &mut Volumes,
) -> anyhow::Result<Ending> {
    let cases: Vec<(String, Case)> = planted.iter().map(|it| (it.id(), it.case())).collect();
    let subjects: Vec<Subject<'_>> = cases
        .iter()
        .zip(&*planted)
        .map(|((id, case), planted)| Subject { id, case, group: planted.table, base: case })
        .collect();
    let blocks = Blocks {
        count: plan.blocks,
        seed: plan.seed.wrapping_add(u64::from(run)),
        effort: Effort::Measure(Timing::default()),
    };
    let mut lines = Lines { what, blocks: plan.blocks.get(), has_failed: false };
    let measured = measure(&subjects, blocks, volumes, &mut lines)?;
    if measured.interrupted || fixture::check_interrupt().is_err() {
        return Ok(Ending::Interrupted);
    }
    let (mut contrasts, mut of) = (Vec::new(), Vec::new());
    for (number, outcome) in measured.cases.iter().enumerate() {
        let Some(times) = outcome.as_ref().ok().and_then(times_in_turns) else { continue };
        let case = cases[number].0.clone();
        let baseline = format!("{case}-baseline");
        contrasts.push(Beside { case, baseline, class: Class::Turns, times });
        of.push(number);
    }
    let mut ending = if of.len() < cases.len() { Ending::Failed } else { Ending::Within };
    for (number, judged) in of.into_iter().zip(judge(contrasts)) {
        match judged {
            Ok(finding) => planted[number].count(&finding),
            Err(reason) => {
                say(format_args!("{}: {reason}", lines.what));
                ending = Ending::Failed;
            }
        }
    }
    Ok(ending)
}

/// What the runs of one place, table and amount showed.
struct Row<'planted> {
    planted: &'planted Planted,
    percent: u32,
    /// How many runs.
    runs: u32,
    /// How many of them may err.
    errors_max: u32,
}

fn fields<'planted>() -> [Field<Row<'planted>>; 8] {
    [
        Field::words("in", "in", |row| Cell::text(row.planted.place.name())),
        Field::words("table", "table", |row| Cell::text(row.planted.table)),
        Field::figure("planted", "planted", |row| {
            Cell::text(format!("{} %", if row.planted.size.is_some() { row.percent } else { 0 }))
        }),
        Field::figure("in_truth", "in truth", |row| {
            let share = row.planted.size.map_or(0.0, |size| size.share);
            Cell::text(format!("{:.2} %", 100.0 * share))
        }),
        Field::figure("measured", "measured", |row| {
            let share = median(&row.planted.shares);
            Cell::text(share.map_or("-".to_owned(), |share| format!("{:.2} %", 100.0 * share)))
        }),
        Field::figure("runs", "runs", |row| Cell::Count(row.runs.into())),
        Field::figure("differs_longer", "differs, longer", |row| {
            Cell::Count(row.planted.found.into())
        }),
        Field::figure("limit", "limit", |row| {
            Cell::text(match row.planted.size {
                Some(_) => format!("{} or more", row.runs - row.errors_max),
                None => format!("{} or less", row.errors_max),
            })
        }),
    ]
}

/// A row for each place, table and amount, with its limit.
fn print(planted: &[Planted], percent: NonZeroU32, out: &mut dyn Write) -> io::Result<Ending> {
    let mut ending = Ending::Within;
    let mut rows = Vec::new();
    for planted in planted {
        let runs = u32::try_from(planted.shares.len()).unwrap_or(u32::MAX);
        let (errors, limit) = match planted.size {
            Some(_) => (runs - planted.found, Limit::NOT_FOUND),
            None => (planted.found, Limit::NOTHING_FOUND),
        };
        ending = worse(ending, limit.judge(errors, runs));
        let errors_max = limit.most_of(runs);
        rows.push(Row { planted, percent: percent.get(), runs, errors_max });
    }
    write!(out, "{}", report::table::Table::of(&fields(), &rows).text(Terminal::of_stdout()))?;
    Ok(ending)
}

#[cfg(test)]
mod tests {
    use sqlite_builds::planted_rounds_executed;

    use super::*;
    use crate::calibrate::plant_size::PlantSize;

    /// Packets in turns, closed, reopened and verified.
    fn try_out(place: PlantedIn, amount: u32) {
        let spec = without_checkpoints(place.build().unwrap(), TABLES[1].1);
        let size = Some(PlantSize { amount, share: 0.0, half_width: 0.0, packet_ns: 0.0 });
        let planted = Planted { place, table: "indexed", spec, size, found: 0, shares: Vec::new() };
        let (id, case) = (planted.id(), planted.case());
        let target = tempfile::tempdir().unwrap();
        let places = std::iter::once(Place::Memory);
        let mut volumes = Volumes::prepare(places, target.path(), Extent::Small).unwrap();
        let subjects = [Subject { id: &id, case: &case, group: "", base: &case }];
        let blocks = Blocks { count: NonZeroU32::MIN, seed: 1, effort: Effort::Try };
        let mut lines = Lines { what: id.clone(), blocks: 1, has_failed: false };
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
