//! `durabench builds`: the SQLite builds that are compiled in.

use std::io::Write;

/// Prints each build: what it is for, how it differs from its base, and what it weighs.
pub(crate) fn run(out: &mut dyn Write) -> anyhow::Result<()> {
    for build in sqlite_builds::builds() {
        let active = build.activate()?;
        writeln!(out, "{} (SQLite {})", build.name, active.version())?;
        writeln!(out, "  for      {}", build.why)?;
        if let Some(base) = build.base {
            writeln!(out, "  base     {base}")?;
        }
        writeln!(out, "  threads  {:?}", build.thread_mode)?;
        writeln!(out, "  syncs    {:?}", build.sync_call)?;
        writeln!(out, "  compiler {} -O{}", build.compiler(), build.optimize)?;
        writeln!(out, "  layouts  {} of its code", build.layouts)?;
        writeln!(out, "  size     {} kB of object code and data", build.object_bytes / 1000)?;
        writeln!(out, "  defines  {}", build.defines.join(" "))?;
    }
    Ok(())
}
