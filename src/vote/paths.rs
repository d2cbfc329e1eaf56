//! `durabench vote paths`: the paths by name.

use std::io::Write;

use vote_load::catalogue::PATHS;

/// Prints each path and what it is.
pub(crate) fn run(out: &mut dyn Write) -> anyhow::Result<()> {
    for path in PATHS {
        writeln!(out, "{:<20} {}", path.name, path.about)?;
    }
    Ok(())
}
