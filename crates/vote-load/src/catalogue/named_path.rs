//! A write path with a name of its own.

use std::num::NonZeroU32;
use std::sync::Arc;

use write_path::{Gather, PathSpec, ShardCount, ShardedSpec};

use crate::error::LoadError;

/// A write path with a name of its own.
#[derive(Debug, Clone, Copy)]
pub struct NamedPath {
    /// The name, as options and ids write it.
    pub name: &'static str,
    /// What it is, and where it comes from.
    pub about: &'static str,
    /// Whether a process that was killed leaves something to recover.
    pub outlives_its_process: bool,
    pub(super) specify: fn() -> Result<Arc<dyn PathSpec>, LoadError>,
}

impl NamedPath {
    pub(super) const fn new(
        name: &'static str,
        about: &'static str,
        specify: fn() -> Result<Arc<dyn PathSpec>, LoadError>,
    ) -> Self {
        Self { name, about, outlives_its_process: true, specify }
    }

    /// The path's specification, with so many shards: more than one stand behind Soup's queue, each
    /// with a thread.
    ///
    /// # Errors
    /// [`LoadError::Build`] if its SQLite build is not compiled in, [`LoadError::Shards`] of too many
    /// shards.
    pub fn specify(&self, shards: NonZeroU32) -> Result<Arc<dyn PathSpec>, LoadError> {
        sharded((self.specify)()?, shards)
    }

    /// The same files under settings that fill them fast; `None` where there are none.
    pub(crate) fn filling(
        &self,
        shards: NonZeroU32,
    ) -> Result<Option<Arc<dyn PathSpec>>, LoadError> {
        let filling = (self.specify)()?.filling();
        filling.map(|filling| sharded(Arc::from(filling), shards)).transpose()
    }
}

/// More than one shard stand behind Soup's queue.
fn sharded(path: Arc<dyn PathSpec>, shards: NonZeroU32) -> Result<Arc<dyn PathSpec>, LoadError> {
    if shards == NonZeroU32::MIN {
        return Ok(path);
    }
    let shards = ShardCount::new(shards.get()).ok_or(LoadError::Shards { found: shards })?;
    Ok(Arc::new(ShardedSpec { path, shards, gather: Gather::SOUP }))
}
