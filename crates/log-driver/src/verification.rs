//! The check at the end: the store is opened again, and compared with what the threads know.

use std::num::NonZeroU32;
use std::path::Path;

use crate::database::Kept;
use crate::error::unfaithful;
use crate::number_set::NumberSet;
use crate::outcome::Verified;
use crate::plan::Plan;
use crate::store::{Sizes, StoreSpec};

/// Messages that are read at once.
const PAGE: NonZeroU32 = NonZeroU32::new(1_000).expect("not zero");

/// What waits in a store, read page by page, and what the store takes on the disk after it was closed in order, which
/// checkpoints a WAL. Every message is compared with its ray id meanwhile.
pub(crate) fn waiting_in(spec: &StoreSpec, directory: &Path) -> anyhow::Result<(NumberSet, Sizes)> {
    let mut store = spec.open(directory)?;
    let sizes = store.sizes()?;
    let mut waiting = NumberSet::default();
    let mut behind = 0;
    loop {
        let page = store.waiting_behind(behind, PAGE)?;
        let Some(last) = page.last() else { break };
        behind = last.key.place;
        for stored in page {
            if !waiting.insert(stored.key.number) {
                let number = stored.key.number;
                return Err(unfaithful(format!("message {number} is there twice")));
            }
        }
    }
    store.close()?;
    Ok((waiting, sizes))
}

/// Compares: what was acked is delivered or waits, what was deleted was delivered and stays deleted, and nothing else
/// is there.
pub(crate) fn verify(
    plan: &Plan,
    directory: &Path,
    kept: &Kept,
    delivered: &NumberSet,
) -> anyhow::Result<(Verified, Sizes)> {
    let (waiting, sizes) = waiting_in(&plan.store, directory)?;
    let acked = kept.found.with(&kept.inserted);
    let expected = acked.without(&kept.deleted);
    refuse_any("were deleted and not delivered", &kept.deleted.without(delivered))?;
    refuse_any("were acked and are gone", &expected.without(&waiting))?;
    refuse_any("were deleted and came back", &waiting.without(&expected))?;
    let undelivered = acked.without(delivered);
    refuse_any("were acked and are neither delivered nor there", &undelivered.without(&waiting))?;
    if acked.len() != kept.deleted.len() + waiting.len() {
        return Err(unfaithful(format!(
            "{} messages were acked, {} deleted and {} wait, which is not the same number",
            acked.len(),
            kept.deleted.len(),
            waiting.len(),
        )));
    }
    let verified = Verified {
        acked: acked.len(),
        delivered: acked.len() - undelivered.len(),
        waiting: waiting.len(),
    };
    Ok((verified, sizes))
}

/// An error if there is any such message.
pub(crate) fn refuse_any(happened: &str, messages: &NumberSet) -> anyhow::Result<()> {
    let Some(first) = messages.first() else { return Ok(()) };
    let count = messages.len();
    Err(unfaithful(format!("{count} messages {happened}, number {first} first")))
}
