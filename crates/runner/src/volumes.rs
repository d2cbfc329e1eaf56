//! The volumes on which cases run: the scratch directory, and a tmpfs where a question needs one.

use std::collections::HashMap;
use std::path::Path;

use measure::record::SyncAudit;
use tempfile::TempDir;
use write_path::{WriteError, WritePath};

use crate::case::Case;
use crate::conditions::Place;
use crate::error::RunnerError;
use crate::floors::Floors;
use crate::prefill::Extent;
use crate::prefills::Prefills;
use crate::scratch::ScratchRoot;
use crate::workload::PacketSource;

/// A place to write, with the floors measured and the stores filled there.
#[derive(Debug)]
pub struct Volume {
    /// Before the scratch that its directories lie in, so that they are removed first.
    pub prefills: Prefills,
    /// The directory that everything is written in.
    pub scratch: ScratchRoot,
    /// What the device takes for a write and a sync.
    pub floors: Floors,
    /// What was counted there, by what was committed how: cases that commit alike share it.
    pub(crate) audits: HashMap<String, SyncAudit>,
}

/// Every volume of a session.
#[derive(Debug)]
pub struct Volumes {
    disk: Volume,
    memory: Result<Volume, String>,
}

impl Volumes {
    /// Prepares the scratch directory, and a tmpfs if one of the places is in memory. Stores are
    /// filled there when a case asks for one, to this extent. To the full one it is for measuring, and the disk is
    /// claimed.
    pub fn prepare(
        mut places: impl Iterator<Item = Place>,
        target_directory: &Path,
        extent: Extent,
    ) -> Result<Self, RunnerError> {
        let mut scratch = ScratchRoot::create(target_directory)?;
        if extent == Extent::Full {
            scratch.claim_disk()?;
        }
        let disk = Volume::on(scratch, extent)?;
        let needs_memory = places.any(|place| place == Place::Memory);
        let memory = if needs_memory {
            match ScratchRoot::create_in_memory() {
                Ok(scratch) => Ok(Volume::on(scratch, extent)?),
                Err(reason) => Err(reason.to_string()),
            }
        } else {
            Err("no case asked for a tmpfs".to_string())
        };
        Ok(Self { disk, memory })
    }

    /// The scratch directory.
    pub fn disk(&self) -> &Volume {
        &self.disk
    }

    /// The volume of a place, or why there is none.
    pub fn at(&mut self, place: Place) -> Result<&mut Volume, &str> {
        match place {
            Place::Disk => Ok(&mut self.disk),
            Place::Memory => self.memory.as_mut().map_err(|reason| reason.as_str()),
        }
    }
}

/// A path that was opened on a directory of its own and holds what its case asks for.
pub struct Filled {
    /// Removed once it is dropped.
    pub directory: TempDir,
    /// The open path.
    pub path: Box<dyn WritePath>,
    /// What makes its packets, and has made those that are in it.
    pub source: PacketSource,
}

impl Volume {
    /// Opens a case's path, by `open`, on a copy of a filled store, and fills it with what was not in the copy.
    ///
    /// # Errors
    /// What the path or the disk answers.
    pub fn open_filled(
        &mut self,
        case: &Case,
        open: impl FnOnce(&Path) -> Result<Box<dyn WritePath>, WriteError>,
    ) -> Result<Filled, RunnerError> {
        let directory = self.scratch.case_directory()?;
        let mut source = self.prefills.copy_into(directory.path(), case, &self.scratch)?;
        let mut path = open(directory.path())?;
        self.prefills.complete(path.as_mut(), &mut source, case)?;
        Ok(Filled { directory, path, source })
    }

    fn on(scratch: ScratchRoot, extent: Extent) -> Result<Self, RunnerError> {
        let floors = Floors::new(scratch.path())?;
        Ok(Self { scratch, floors, prefills: Prefills::new(extent), audits: HashMap::new() })
    }
}
