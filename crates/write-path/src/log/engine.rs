//! The native log as an engine: its axes, its promise, and how it is opened and read back.

use std::path::Path;

use native_log::{Flusher, GroupWait, LogOptions, Prepare, Space, SyncMethod};

use super::path::{LogPath, digest_log};
use super::spec::{LogSpec, Packets};
use crate::axis::AxisValue;
use crate::checkpoint::Cycle;
use crate::digest::Digest;
use crate::error::WriteError;
use crate::path::WritePath;
use crate::spec::{PathSpec, Standing, SyncPromise};

impl PathSpec for LogSpec {
    fn engine(&self) -> AxisValue {
        AxisValue::labelled("engine", "native-log", "log")
    }

    fn axes(&self) -> Vec<AxisValue> {
        let options = &self.options;
        let segment_mebibytes = options.segment_bytes >> 20;
        vec![
            AxisValue::plain("space", space_name(options.space)),
            sync_method_axis(options.sync_method),
            group_wait_axis(options.group_wait),
            match options.flusher {
                Flusher::Waiters => AxisValue::labelled("flusher", "waiters", "waiters"),
                Flusher::OwnThread => AxisValue::labelled("flusher", "own_thread", "flusher"),
            },
            AxisValue::labelled(
                "segment_bytes",
                options.segment_bytes.to_string(),
                format!("seg{segment_mebibytes}m"),
            ),
            match options.prepare {
                Prepare::Ahead => AxisValue::labelled("prepare", "ahead", "ahead"),
                Prepare::WhenNeeded => AxisValue::labelled("prepare", "when_needed", "late"),
            },
            match self.packets {
                Packets::Encoded => AxisValue::labelled("packets", "encoded", "encode"),
                Packets::Ready => AxisValue::labelled("packets", "ready", "ready"),
            },
        ]
    }

    fn promise(&self) -> SyncPromise {
        match self.options.sync_method {
            SyncMethod::Fsync => SyncPromise::Fsync,
            SyncMethod::Fdatasync | SyncMethod::DataSyncOpen | SyncMethod::DataSyncWrite => {
                SyncPromise::Fdatasync
            }
            SyncMethod::Never => SyncPromise::NoSync,
        }
    }

    /// The log waits at opening until its next segment is ready.
    fn initial_state_bytes(&self) -> u64 {
        0
    }

    /// Segments are prepared beside the commits.
    fn cycle(&self) -> Cycle {
        Cycle::Commit
    }

    fn has_even_commits(&self) -> bool {
        true
    }

    /// SQLite is compared with it.
    fn standing(&self) -> Standing {
        Standing::Reference
    }

    fn open(&self, directory: &Path) -> Result<Box<dyn WritePath>, WriteError> {
        let path = LogPath::open(self.options, directory)?;
        Ok(Box::new(match self.packets {
            Packets::Encoded => path,
            Packets::Ready => path.with_ready_packets(),
        }))
    }

    /// A log never checkpoints, so the audit sees the same log; its few commits need no segments to
    /// recycle, and nothing may be prepared beside them.
    fn open_for_audit(&self, directory: &Path) -> Result<Box<dyn WritePath>, WriteError> {
        let options = LogOptions { prepare: Prepare::WhenNeeded, ..self.options };
        Ok(Box::new(LogPath::open(options, directory)?))
    }

    fn recover(&self, directory: &Path) -> Result<Digest, WriteError> {
        digest_log(self.options, directory)
    }
}

fn space_name(space: Space) -> &'static str {
    match space {
        Space::Growing => "growing",
        Space::SetLen => "setlen",
        Space::Fallocate => "fallocate",
        Space::ZeroFilled => "zeroed",
        Space::Recycled { .. } => "recycled",
    }
}

fn sync_method_axis(method: SyncMethod) -> AxisValue {
    let (value, label) = match method {
        SyncMethod::Fdatasync => ("fdatasync", "fdatasync"),
        SyncMethod::Fsync => ("fsync", "fsync"),
        SyncMethod::DataSyncOpen => ("O_DSYNC", "odsync"),
        SyncMethod::DataSyncWrite => ("RWF_DSYNC", "rwfdsync"),
        SyncMethod::Never => ("never", "nosync"),
    };
    AxisValue::labelled("sync_method", value, label)
}

fn group_wait_axis(wait: GroupWait) -> AxisValue {
    match wait {
        GroupWait::None => AxisValue::labelled("group_wait", "none", "nowait"),
        GroupWait::Bounded { wait_max, packets_enough } => AxisValue::labelled(
            "group_wait",
            format!("us={}:packets={packets_enough}", wait_max.as_micros()),
            format!("wait{}us", wait_max.as_micros()),
        ),
    }
}
