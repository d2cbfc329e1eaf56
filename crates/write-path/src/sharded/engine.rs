//! Shards as an engine: the axes and the promise of what each of them is.

use std::path::Path;

use sqlite_builds::SqliteBuild;

use super::path::ShardedPath;
use super::spec::ShardedSpec;
use crate::axis::AxisValue;
use crate::checkpoint::Cycle;
use crate::digest::Digest;
use crate::error::WriteError;
use crate::path::WritePath;
use crate::spec::{PathSpec, Standing, SyncPromise};

impl PathSpec for ShardedSpec {
    fn engine(&self) -> AxisValue {
        self.path.engine()
    }

    fn axes(&self) -> Vec<AxisValue> {
        let mut axes = self.path.axes();
        axes.push(AxisValue::labelled(
            "shards",
            self.shards.to_string(),
            format!("{}shard", self.shards),
        ));
        axes.push(self.gather.axis());
        axes
    }

    fn stores_records(&self) -> bool {
        self.path.stores_records()
    }

    fn promise(&self) -> SyncPromise {
        self.path.promise()
    }

    /// Nobody gets shards without asking.
    fn standing(&self) -> Standing {
        match self.path.standing() {
            Standing::Reference => Standing::Reference,
            Standing::Vanilla | Standing::Tuned => Standing::Tuned,
        }
    }

    fn initial_state_bytes(&self) -> u64 {
        self.path.initial_state_bytes().saturating_mul(self.shards.get().into())
    }

    /// Shards take turns at what they put off, so that only commits without any are alike.
    fn cycle(&self) -> Cycle {
        match self.path.cycle() {
            Cycle::Commit => Cycle::Commit,
            Cycle::WalBytes(_) | Cycle::Operations(_) | Cycle::Time(_) | Cycle::Never => {
                Cycle::Never
            }
        }
    }

    fn open(&self, directory: &Path) -> Result<Box<dyn WritePath>, WriteError> {
        self.refuse_builds_of_one_thread()?;
        Ok(Box::new(ShardedPath::open(self, directory, |path, shard| path.open(shard))?))
    }

    fn open_for_audit(&self, directory: &Path) -> Result<Box<dyn WritePath>, WriteError> {
        self.refuse_builds_of_one_thread()?;
        Ok(Box::new(ShardedPath::open(self, directory, |path, shard| path.open_for_audit(shard))?))
    }

    fn recover(&self, directory: &Path) -> Result<Digest, WriteError> {
        let mut found = Digest::default();
        for shard in 0..self.shards.get() {
            let recovered = self.shard(shard).recover(&Self::directory(directory, shard));
            found.merge(&recovered.map_err(|error| WriteError::of_shard(shard, error))?);
        }
        Ok(found)
    }

    fn examine(&self, directory: &Path) -> Result<(), WriteError> {
        (0..self.shards.get()).try_for_each(|shard| {
            let examined = self.shard(shard).examine(&Self::directory(directory, shard));
            examined.map_err(|error| WriteError::of_shard(shard, error))
        })
    }

    fn sqlite_build(&self) -> Option<&'static SqliteBuild> {
        self.path.sqlite_build()
    }
}
