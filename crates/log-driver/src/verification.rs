//! The check at the end: the store is opened again, and compared with what the threads know.

use std::num::NonZeroU32;
use std::path::Path;

use crate::database::Kept;
use crate::error::DriverError;
use crate::number_set::NumberSet;
use crate::outcome::Verified;
use crate::plan::Plan;
use crate::store::StoreSpec;

/// Messages that are read at once.
const PAGE: NonZeroU32 = NonZeroU32::new(1_000).expect("not zero");

/// What waits in a store, read page by page; every message is compared with its ray id meanwhile.
pub(crate) fn waiting_in(spec: &StoreSpec, directory: &Path) -> Result<NumberSet, DriverError> {
    let mut store = spec.open(directory)?;
    let mut waiting = NumberSet::default();
    let mut behind = 0;
    loop {
        let page = store.waiting_behind(behind, PAGE)?;
        let Some(last) = page.last() else { break };
        behind = last.key.place;
        for stored in page {
            if !waiting.insert(stored.key.number) {
                let number = stored.key.number;
                return Err(DriverError::Unfaithful(format!("message {number} is there twice")));
            }
        }
    }
    store.close()?;
    Ok(waiting)
}

/// Compares: what was acked is delivered or waits, what was deleted was delivered and stays deleted, and nothing else
/// is there.
pub(crate) fn verify(
    plan: &Plan,
    directory: &Path,
    kept: &Kept,
    delivered: &NumberSet,
) -> Result<Verified, DriverError> {
    let waiting = waiting_in(&plan.store, directory)?;
    let mut acked = kept.found.clone();
    kept.inserted.without(&NumberSet::default()).for_each(|number| {
        acked.insert(number);
    });
    let mut expected = NumberSet::default();
    acked.without(&kept.deleted).for_each(|number| {
        expected.insert(number);
    });
    refuse_any("messages", "were deleted and not delivered", kept.deleted.without(delivered))?;
    refuse_any("messages", "were acked and are gone", expected.without(&waiting))?;
    refuse_any("messages", "were deleted and came back", waiting.without(&expected))?;
    let lost = acked.without(delivered).filter(|number| !waiting.contains(*number));
    refuse_any("messages", "were acked and are neither delivered nor there", lost)?;
    if acked.len() != kept.deleted.len() + waiting.len() {
        return Err(DriverError::Unfaithful(format!(
            "{} messages were acked, {} deleted and {} wait, which is not the same number",
            acked.len(),
            kept.deleted.len(),
            waiting.len(),
        )));
    }
    let undelivered = acked.without(delivered).count() as u64;
    Ok(Verified {
        acked: acked.len(),
        delivered: acked.len() - undelivered,
        waiting: waiting.len(),
    })
}

/// An error if there is any such number.
pub(crate) fn refuse_any(
    what: &str,
    happened: &str,
    mut numbers: impl Iterator<Item = u64>,
) -> Result<(), DriverError> {
    match numbers.next() {
        None => Ok(()),
        Some(first) => {
            let count = 1 + numbers.count();
            Err(DriverError::Unfaithful(format!("{count} {what} {happened}, number {first} first")))
        }
    }
}
