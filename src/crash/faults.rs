//! `durabench crash --faults`: one write or sync goes wrong, and then the power fails.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::anyhow;
use fixture::INTERRUPTED_EXIT_CODE;
use power_cut::{Error, FaultKind, Subject, examine_faults, expected_of_fault};

use super::campaign::go_on;
use super::options::Options;

/// Has each write and sync of each case go wrong in each way, and prints what power cuts afterwards leave.
pub(super) fn run(
    options: &Options,
    cases: &[&dyn Subject],
    directory: &Path,
    out: &mut dyn Write,
) -> anyhow::Result<ExitCode> {
    let mut unexpected = 0;
    writeln!(
        out,
        "| case | what goes wrong | lives | states | verdict | packets lost | witness |\n\
         |---|---|---|---|---|---|---|"
    )?;
    let each = cases.iter().flat_map(|case| FaultKind::ALL.iter().map(|kind| (*case, *kind)));
    for (case, kind) in each {
        let key = case.key();
        let examined = examine_faults(case, kind, &options.plan(), directory, &go_on);
        let (lives, verdict) = match examined {
            Ok(examined) => examined,
            Err(Error::Stopped) => return Ok(ExitCode::from(INTERRUPTED_EXIT_CODE)),
            Err(error) => return Err(anyhow!("{key}, {}: {error}", kind.name())),
        };
        let is_expected = expected_of_fault(&key, kind).is_none_or(|worst| verdict.class <= worst);
        unexpected += usize::from(!is_expected);
        writeln!(
            out,
            "| {key} | {} | {} | {} | {}{} | {} | {} |",
            kind.name(),
            lives,
            verdict.states(),
            if lives == 0 { "not examined" } else { verdict.class.words() },
            if is_expected { "" } else { ", **not as expected**" },
            verdict.lost_packets_max,
            verdict.witness.as_deref().unwrap_or("-"),
        )?;
        out.flush()?;
    }
    Ok(if unexpected == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
