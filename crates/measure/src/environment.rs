//! Where a measurement ran: everything about the machine that can move a figure.
//!
//! A fact that the system does not tell is `None`, null in JSON: nothing is guessed.

mod block;
mod confinement;
mod filesystem;
mod host;
mod syncing;

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use block::BlockDevice;
pub(crate) use block::BlockDirectories;
pub use confinement::Confinement;
pub use filesystem::{Filesystem, free_bytes, is_tmpfs};
pub use host::{Kernel, Memory, OperatingSystem, Processor, Virtualisation};
pub use syncing::{disk_name, sync_warnings};

use crate::system_roots::SystemRoots;

/// What a measurement ran on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Environment {
    /// The filesystem that holds the scratch directory.
    pub filesystem: Filesystem,
    /// The block device under it; null for a filesystem in memory, over the network or of several
    /// layers.
    pub device: Option<BlockDevice>,
    /// The kernel.
    pub kernel: Kernel,
    /// The distribution and the host's name.
    pub operating_system: OperatingSystem,
    /// Signs of a hypervisor.
    pub virtualisation: Virtualisation,
    /// The processor.
    pub processor: Processor,
    /// Main memory.
    pub memory: Memory,
    /// The load averages of 1, 5 and 15 minutes when the environment was captured.
    pub load_average: Option<[f64; 3]>,
    /// What else holds the process back; empty in records from before it was kept.
    #[serde(default)]
    pub confinement: Confinement,
}

/// The scratch directory could not be looked at.
#[derive(Debug, thiserror::Error)]
#[error("{}: the scratch directory cannot be looked at: {source}", dir.display())]
pub struct EnvironmentError {
    dir: PathBuf,
    source: io::Error,
}

impl Environment {
    /// The environment of a scratch directory that exists.
    ///
    /// # Errors
    /// [`EnvironmentError`] when `dir` is missing or unreadable: every other fact may be missing.
    pub fn capture(dir: &Path) -> Result<Self, EnvironmentError> {
        Self::capture_from(&SystemRoots::of_this_system(), dir)
    }

    fn capture_from(roots: &SystemRoots, dir: &Path) -> Result<Self, EnvironmentError> {
        let error = |source| EnvironmentError { dir: dir.to_owned(), source };
        let canonical = dir.canonicalize().map_err(error)?;
        let place = filesystem::Place::of(roots, &canonical).map_err(error)?;
        Ok(Self {
            filesystem: Filesystem::read(roots, &place),
            device: place.directories.as_ref().map(BlockDevice::read),
            kernel: Kernel::read(roots),
            operating_system: OperatingSystem::read(roots),
            virtualisation: Virtualisation::read(roots),
            processor: Processor::read(roots),
            memory: Memory::read(roots),
            load_average: host::load_average(roots),
            confinement: Confinement::read(roots),
        })
    }
}

#[cfg(test)]
mod tests;
