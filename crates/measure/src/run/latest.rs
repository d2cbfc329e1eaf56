//! The link `latest`, which points to the run that a record was added to last.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Once;

use tempfile::Builder;

use super::exclusive_rename::rename_exclusively;
use crate::atomic_file::UNFINISHED;

/// The link's name, beside the directory of all runs.
const LATEST: &str = "latest";

/// The name of the directory of all runs. What lies elsewhere is kept, and is nobody's latest run.
pub(super) const RUNS: &str = "runs";

/// The link to the run that a record was added to last.
#[must_use]
pub fn latest_link(target_dir: &Path) -> PathBuf {
    target_dir.join("durabench").join(LATEST)
}

/// Lets `latest` point to a run that holds a record. What went wrong is told once, as a warning: the run is
/// whole without the link.
pub(super) fn point_latest_to(run: &Path) {
    static WARNED: Once = Once::new();
    let (Some(runs), Some(name)) = (run.parent(), run.file_name()) else { return };
    let (Some(durabench), Some(runs_name)) = (runs.parent(), runs.file_name()) else { return };
    if runs_name != RUNS {
        return;
    }
    let latest = durabench.join(LATEST);
    let place = Path::new(runs_name).join(name);
    if fs::read_link(&latest).is_ok_and(|known| known == place) {
        return;
    }
    if let Err(error) = replace_link(&latest, &place) {
        WARNED.call_once(|| {
            tell(&format!(
                "warning: {} cannot be made to show this run, which is {}: {error}",
                latest.display(),
                run.display()
            ));
        });
    }
}

/// Renames a new link over the old one: it is never missing.
fn replace_link(latest: &Path, place: &Path) -> io::Result<()> {
    move_away_unless_link(latest)?;
    let directory = latest.parent().unwrap_or(Path::new("."));
    let link = |new_link: &Path| std::os::unix::fs::symlink(place, new_link);
    Builder::new().prefix(UNFINISHED).make_in(directory, link)?.persist(latest)?;
    Ok(())
}

/// A file or a directory in the place of the link is somebody's: a cache that restores links as what they
/// point to, a copy. It gets another name.
fn move_away_unless_link(latest: &Path) -> io::Result<()> {
    match fs::symlink_metadata(latest) {
        Ok(metadata) if metadata.is_symlink() => return Ok(()),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    }
    let mut number = 1;
    loop {
        let moved = latest.with_file_name(format!("{LATEST}.old-{number}"));
        match rename_exclusively(latest, &moved) {
            Ok(()) => {
                tell(&format!(
                    "note: {} was no link to a run; it is {} now",
                    latest.display(),
                    moved.display()
                ));
                return Ok(());
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(error),
        }
    }
}

/// Nobody may be listening, which is no reason to stop.
fn tell(line: &str) {
    drop(writeln!(io::stderr(), "{line}"));
}
