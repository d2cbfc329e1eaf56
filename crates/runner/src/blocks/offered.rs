//! One offered rate for all cases that are compared under a share of the saturation.

use std::borrow::Cow;
use std::collections::HashMap;
use std::num::NonZeroU32;

use super::subject::{Subject, volume_of};
use crate::case::{Case, Load};
use crate::driver::{Driver, OfferedRate};
use crate::error::RunnerError;
use crate::interrupt;
use crate::saturation;
use crate::store::{Start, Store};
use crate::volumes::{Volume, Volumes};

/// Each subject's case, with the share of a saturation in the place of which its rate stands. The saturation is that
/// of the group's base, measured once: a share of its own would offer less to a case that is slow.
pub(super) fn resolved<'question>(
    subjects: &[Subject<'question>],
    volumes: &mut Volumes,
) -> Vec<(Cow<'question, Case>, Result<(), RunnerError>)> {
    let mut saturations: HashMap<&str, f64> = HashMap::new();
    subjects
        .iter()
        .map(|subject| {
            let Driver::OpenLoop { rate: OfferedRate::PercentOfSaturation(percent), arrivals } =
                subject.case.load.driver
            else {
                return (Cow::Borrowed(subject.case), Ok(()));
            };
            let saturation = match saturations.get(subject.group) {
                Some(known) => Ok(*known),
                None => interrupt::check()
                    .and_then(|()| volume_of(subject.base, volumes))
                    .and_then(|volume| saturation_of(subject.base, volume)),
            };
            match saturation {
                Ok(per_second) => {
                    saturations.insert(subject.group, per_second);
                    let share = per_second * f64::from(percent.get()) / 100.0;
                    let packets = NonZeroU32::new(share.round() as u32).unwrap_or(NonZeroU32::MIN);
                    let rate = OfferedRate::PacketsPerSecond(packets);
                    let driver = Driver::OpenLoop { rate, arrivals };
                    let load = Load { driver, ..subject.case.load };
                    (Cow::Owned(Case { load, ..subject.case.clone() }), Ok(()))
                }
                Err(error) => (Cow::Borrowed(subject.case), Err(error)),
            }
        })
        .collect()
}

/// Packets per second that a case commits in a closed loop, the final checkpoint included.
fn saturation_of(case: &Case, volume: &mut Volume) -> Result<f64, RunnerError> {
    let load = Load { driver: Driver::ClosedLoop, ..case.load };
    let closed = Case { load, ..case.clone() };
    let mut store = Store::open(&closed, volume, Start::SteadyState)?;
    let meter = store.device_meter()?;
    let source = &mut store.supplies.source;
    let rate = saturation::measure(store.path.as_mut(), source, meter, volume.prefills.extent)?;
    store.path.close()?;
    Ok(rate.as_per_second())
}
