//! What cargo says of this process: who started it, and where the results belong.
//!
//! Cargo is asked once in a process. A program that no cargo started finds its target directory by the marks
//! that cargo leaves there.

mod place;
mod process;

use std::path::Path;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

pub use place::{FoundBy, NoTargetDirectory, PACKAGE_VARIABLE, Place};
pub use process::{CARGO_VARIABLE, CargoProcess};

/// The nearest cargo that this process descends from; `None` for a program that was started by hand.
pub fn process() -> Option<&'static CargoProcess> {
    static PROCESS: OnceLock<Option<CargoProcess>> = OnceLock::new();
    PROCESS.get_or_init(CargoProcess::above_this_one).as_ref()
}

/// Where cargo builds, and puts what it has built.
///
/// # Errors
/// [`NoTargetDirectory`] where neither cargo nor a mark of cargo's tells.
pub fn place() -> Result<&'static Place, NoTargetDirectory> {
    static PLACE: OnceLock<Result<Place, NoTargetDirectory>> = OnceLock::new();
    PLACE.get_or_init(|| Place::of_this_process(process())).as_ref().map_err(Clone::clone)
}

/// How this process was built and started, as a run keeps it. It names no directory outside of the workspace:
/// records are shared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CargoRecord {
    /// The target directory, from the workspace's root; null where it lies elsewhere, and where cargo was not
    /// asked.
    pub target_directory: Option<String>,
    /// The build directory, likewise. It is the target directory unless `build.build-dir` says otherwise.
    pub build_directory: Option<String>,
    /// What told where they are.
    pub found_by: FoundBy,
    /// The profile's directory: `release`, `debug`.
    pub profile: Option<String>,
    /// The target triple's directory; null where none was chosen.
    pub target_triple: Option<String>,
    /// The programs between cargo and this process, the outermost first: `timeout`, `perf`.
    pub wrappers: Vec<String>,
}

impl CargoRecord {
    /// Of this process; `None` where nothing tells of a target directory.
    #[must_use]
    pub fn of_this_process() -> Option<Self> {
        let place = place().ok()?;
        let in_workspace = |directory: &Path| {
            let below = directory.strip_prefix(place.workspace.as_ref()?).ok()?;
            Some(below.to_str()?.to_owned())
        };
        Some(Self {
            target_directory: in_workspace(&place.target_directory),
            build_directory: in_workspace(&place.build_directory),
            found_by: place.found_by,
            profile: place.profile.clone(),
            target_triple: place.target_triple.clone(),
            wrappers: process().map_or_else(Vec::new, |process| process.wrappers.clone()),
        })
    }
}
