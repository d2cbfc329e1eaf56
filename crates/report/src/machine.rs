//! The machine, fact by fact.

use measure::environment::Environment;

use crate::quantity;

/// What does not change from case to case, each fact with its name; what is not known says so.
#[must_use]
pub fn facts(environment: &Environment) -> Vec<(&'static str, String)> {
    let known = FACTS
        .iter()
        .map(|(name, fact)| (*name, fact(environment).unwrap_or_else(|| "unknown".to_owned())));
    let limits = LIMITS.iter().filter_map(|(name, fact)| Some((*name, fact(environment)?)));
    known.chain(limits).collect()
}

/// Its name, and what it is; `None` where that is not known.
type Fact = (&'static str, fn(&Environment) -> Option<String>);

/// What does not change from case to case.
const FACTS: [Fact; 23] = [
    ("host", |it| it.operating_system.hostname.clone()),
    ("filesystem", |it| it.filesystem.kind.clone()),
    ("mounted from", |it| it.filesystem.mount_source.clone()),
    ("mount options", |it| it.filesystem.mount_options.clone()),
    ("ext4 journal", |it| yes_or_no(it.filesystem.ext4_journal)),
    ("ext4 data mode", |it| it.filesystem.ext4_data_mode.clone()),
    ("ext4 barriers", |it| yes_or_no(it.filesystem.ext4_barrier)),
    ("device", |it| {
        it.device.as_ref().map_or(Some("none of its own".into()), |it| it.name.clone())
    }),
    ("device model", |it| it.device.as_ref()?.model.clone()),
    ("write cache", |it| it.device.as_ref()?.write_cache.clone()),
    ("FUA", |it| yes_or_no(it.device.as_ref()?.fua)),
    ("logical block", |it| it.device.as_ref()?.logical_block_bytes.map(|it| format!("{it} B"))),
    ("physical block", |it| it.device.as_ref()?.physical_block_bytes.map(|it| format!("{it} B"))),
    ("scheduler", |it| it.device.as_ref()?.scheduler.clone()),
    ("system", |it| it.operating_system.name.clone()),
    ("kernel", |it| it.kernel.release.clone()),
    ("HZ", |it| it.kernel.config_hz.map(|hz| hz.to_string())),
    ("hypervisor", |it| yes_or_no(it.virtualisation.hypervisor_flag)),
    ("processor", |it| it.processor.model.clone()),
    ("logical processors", |it| it.processor.online.map(|it| it.to_string())),
    ("of them usable", |it| it.processor.usable.map(|it| it.to_string())),
    ("governor", |it| it.processor.governor.clone()),
    ("memory", |it| it.memory.total_bytes.map(quantity::bytes)),
];

/// What is told only where it is.
const LIMITS: [Fact; 7] = [
    ("hypervisor type", |it| it.virtualisation.hypervisor_type.clone()),
    ("vendor", |it| it.virtualisation.vendor.clone()),
    ("product", |it| it.virtualisation.product.clone()),
    ("held by container", |it| it.confinement.container.clone()),
    ("memory, page cache included, at most", |it| {
        it.confinement.memory_bytes_max.map(quantity::bytes)
    }),
    ("processors at most", |it| it.confinement.processors_max.map(|most| most.to_string())),
    ("device limits", |it| it.confinement.io_max.as_ref().map(|it| it.replace('\n', ", "))),
];

fn yes_or_no(flag: Option<bool>) -> Option<String> {
    flag.map(|is_so| if is_so { "yes".into() } else { "no".into() })
}
