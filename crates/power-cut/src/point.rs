//! The moments at which a life may be cut, and what must be found then.

use std::collections::BTreeMap;
use std::sync::Arc;

use disk_model::Disk;

use crate::oracle::Expected;
use crate::recording::{Happening, Phase, Recording, Told};

/// A moment between two events.
#[derive(Clone, Debug)]
pub struct Point {
    /// How many moments of the recording have happened.
    pub at: usize,
    /// What was going on.
    pub phase: Phase,
    /// The storage, and what of it is durable.
    pub disk: Disk,
    /// What must be found, and what may.
    pub expected: Expected,
    /// What was in files that no crash keeps.
    pub volatile: BTreeMap<Arc<str>, Arc<[u8]>>,
}

impl Recording {
    /// Every moment at which something has changed, from the start on.
    #[must_use]
    pub fn points(&self, before: &Expected) -> Vec<Point> {
        let first = self.moments.first().map_or(Phase::Opening, |moment| moment.phase);
        let mut now = Point {
            at: 0,
            phase: first,
            disk: self.start.clone(),
            expected: before.clone(),
            volatile: BTreeMap::new(),
        };
        let mut points = vec![now.clone()];
        for moment in &self.moments {
            now.at += 1;
            now.phase = moment.phase;
            match &moment.what {
                Happening::Storage(event) => now.disk.apply(event),
                Happening::Told(told) => now.expected.hear(*told),
                Happening::Volatile { name, bytes } => {
                    now.volatile.insert(Arc::clone(name), Arc::clone(bytes));
                }
            }
            if matches!(moment.what, Happening::Storage(_) | Happening::Told(Told::Acked(_))) {
                points.push(now.clone());
            }
        }
        points
    }
}
