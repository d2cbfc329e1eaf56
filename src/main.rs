//! The command line of durabench.

fn main() -> anyhow::Result<()> {
    Ok(())
}
