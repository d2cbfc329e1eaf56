//! What shares the next commit or call.

use std::time::Instant;

use crate::plan::Batching;

/// Things that wait for each other.
#[derive(Debug)]
pub(crate) struct Batch<T> {
    batching: Batching,
    items: Vec<T>,
    /// When the first of them came.
    since: Option<Instant>,
}

impl<T> Batch<T> {
    pub(crate) fn new(batching: Batching) -> Self {
        Self { batching, items: Vec::new(), since: None }
    }

    pub(crate) fn push(&mut self, item: T) {
        self.since.get_or_insert_with(Instant::now);
        self.items.push(item);
    }

    /// When the batch is to be committed, if there is anything in it.
    pub(crate) fn due(&self) -> Option<Instant> {
        self.since.map(|since| since + self.batching.age_max)
    }

    pub(crate) fn is_due(&self, now: Instant) -> bool {
        self.items.len() >= self.batching.messages_max.get() as usize
            || self.due().is_some_and(|due| due <= now)
    }

    /// Everything, after which the batch is empty.
    pub(crate) fn take(&mut self) -> Vec<T> {
        self.since = None;
        std::mem::take(&mut self.items)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::num::NonZeroU32;
    use std::time::Duration;

    #[test]
    fn a_batch_is_due_by_its_count_or_its_age() {
        let messages_max = NonZeroU32::new(2).expect("not zero");
        let mut batch = Batch::new(Batching { messages_max, age_max: Duration::from_secs(60) });
        assert!(!batch.is_due(Instant::now() + Duration::from_secs(61)));
        batch.push(1);
        assert!(!batch.is_due(Instant::now()));
        assert!(batch.is_due(Instant::now() + Duration::from_secs(61)));
        batch.push(2);
        assert!(batch.is_due(Instant::now()));
        assert_eq!(batch.take(), [1, 2]);
        assert_eq!(batch.due(), None);
    }
}
