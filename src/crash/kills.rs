//! `durabench crash --kills`: what survives the death of a process.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::anyhow;
use disk_model::Dice;
use fixture::INTERRUPTED_EXIT_CODE;
use power_cut::Subject;
use power_cut::kill::{KILLED, expected_of_kill, killed, live_until_killed};
use power_cut::oracle::{Class, Judgement};

use crate::child::this_program;

/// What the process does that is to be killed.
pub(super) fn live(id: &str, cases: &[Box<dyn Subject>], directory: &Path) -> anyhow::Result<()> {
    let case = cases.iter().find(|case| case.key().to_string() == id);
    let case = case.ok_or_else(|| anyhow!("expected a case's id, got {id:?}"))?;
    Ok(live_until_killed(case.as_ref(), directory)?)
}

/// Kills so many processes, spread over the cases, and prints what was found of each case.
pub(super) fn run(
    trials: u64,
    seed: u64,
    cases: &[&dyn Subject],
    directory: &Path,
    out: &mut dyn Write,
) -> anyhow::Result<ExitCode> {
    let each = trials.div_ceil(cases.len() as u64);
    let mut unexpected = 0;
    writeln!(out, "| case | kills | found | packets lost |\n|---|---|---|---|")?;
    for (case, number) in cases.iter().zip(0..) {
        let mut dice = Dice::new(seed << 20 | number);
        let id = case.key().to_string();
        let (mut worst, mut lost) = (Class::Durable, 0);
        for _ in 0..each {
            if fixture::check_interrupt().is_err() {
                return Ok(ExitCode::from(INTERRUPTED_EXIT_CODE));
            }
            let mut child = this_program();
            child.args(["crash", &id, "--live-in"]).arg(directory.join(KILLED));
            let Judgement { class, lost: of_this, why, .. } =
                killed(*case, &mut child, directory, &mut dice)
                    .map_err(|error| anyhow!("{id}: {error}"))?;
            if class > expected_of_kill(&case.key()) {
                unexpected += 1;
                eprintln!("{id}: {why}");
            }
            (worst, lost) = (worst.max(class), lost.max(of_this));
        }
        writeln!(out, "| {id} | {each} | {} | {lost} |", worst.words())?;
    }
    Ok(if unexpected == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
