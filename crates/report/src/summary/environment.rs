//! The machine in a paragraph.

use measure::environment::Environment;
use measure::record::RunRecord;

use super::heading::distinct;
use crate::quantity;

/// A paragraph for each environment that the records name; more than one when a question also ran elsewhere.
pub(super) fn environment(records: &[&RunRecord]) -> String {
    let paragraphs = distinct(records.iter().map(|record| paragraph(&record.environment)));
    if paragraphs.is_empty() {
        return String::new();
    }
    format!(
        "## The machine\n\n{}\n\n{}\n",
        paragraphs.join("\n\n"),
        load(records) + &stolen(records)
    )
}

/// What does not change from case to case, as sentences.
fn paragraph(environment: &Environment) -> String {
    let told =
        [filesystem(environment), device(environment), system(environment), processor(environment)];
    told.into_iter().chain(confinement(environment)).collect::<Vec<_>>().join(" ")
}

/// The container and its limits; nothing where there is no sign of one.
fn confinement(environment: &Environment) -> Option<String> {
    let confinement = &environment.confinement;
    let container = confinement.container.as_ref().map(|kind| format!("container {kind}"));
    let memory = confinement
        .memory_bytes_max
        .map(|bytes| format!("at most {} of memory, page cache included", quantity::bytes(bytes)));
    let processors = confinement.processors_max.map(|most| format!("at most {most} processors"));
    let io = confinement
        .io_max
        .as_ref()
        .map(|limits| format!("device limits {}", limits.replace('\n', "; ")));
    let held: Vec<String> = [container, memory, processors, io].into_iter().flatten().collect();
    (!held.is_empty()).then(|| format!("Held by: {}.", held.join(", ")))
}

fn filesystem(environment: &Environment) -> String {
    let filesystem = &environment.filesystem;
    let journal = match (filesystem.ext4_journal, told(filesystem.ext4_data_mode.as_ref())) {
        (Some(true), mode) => format!(", with a journal (data={mode})"),
        (Some(false), _) => ", without a journal".into(),
        (None, _) => String::new(),
    };
    let barrier = match filesystem.ext4_barrier {
        Some(true) => ", barriers on",
        Some(false) => ", barriers off",
        None => "",
    };
    format!(
        "The scratch lay on {} from {}, mounted {}{journal}{barrier}.",
        told(filesystem.kind.as_ref()),
        told(filesystem.mount_source.as_ref()),
        told(filesystem.mount_options.as_ref()),
    )
}

fn device(environment: &Environment) -> String {
    let Some(device) = &environment.device else {
        return "No block device of its own lies under it.".into();
    };
    let fua = match device.fua {
        Some(true) => "yes",
        Some(false) => "no",
        None => "unknown",
    };
    let blocks = |bytes: Option<u64>| bytes.map_or("unknown".into(), |bytes| bytes.to_string());
    format!(
        "The device is {} (model {}): write cache {}, FUA {fua}, blocks of {} bytes logical and {} physical, \
         scheduler {}.",
        told(device.name.as_ref()),
        told(device.model.as_ref()),
        told(device.write_cache.as_ref()),
        blocks(device.logical_block_bytes),
        blocks(device.physical_block_bytes),
        told(device.scheduler.as_ref()),
    )
}

fn system(environment: &Environment) -> String {
    let hz = environment.kernel.config_hz.map_or("unknown".into(), |hz| hz.to_string());
    let signs = &environment.virtualisation;
    let below = [&signs.hypervisor_type, &signs.vendor, &signs.product];
    let below: Vec<&str> = below.into_iter().flatten().map(String::as_str).collect();
    let virtualisation = match signs.hypervisor_flag {
        Some(true) => format!("under a hypervisor ({})", below.join(", ")),
        Some(false) => "without a sign of a hypervisor".into(),
        None => "on a machine that does not tell whether it is virtual".into(),
    };
    let virtualisation = virtualisation.replace(" ()", "");
    format!(
        "{}, kernel {} with HZ {hz}, {virtualisation}.",
        told(environment.operating_system.name.as_ref()),
        told(environment.kernel.release.as_ref()),
    )
}

fn processor(environment: &Environment) -> String {
    let processor = &environment.processor;
    let number = |number: Option<u64>| number.map_or("unknown".into(), |number| number.to_string());
    format!(
        "{}, {} of {} logical processors usable, governor {}; {} of memory.",
        told(processor.model.as_ref()),
        number(processor.usable),
        number(processor.online),
        told(processor.governor.as_ref()),
        environment.memory.total_bytes.map_or("unknown".into(), quantity::bytes),
    )
}

/// Processor seconds that the hypervisor gave to others between the first and the last case; nothing where it took none.
fn stolen(records: &[&RunRecord]) -> String {
    let seconds = records.iter().filter_map(|record| record.environment.confinement.stolen_seconds);
    let (least, largest) = seconds
        .fold((f64::INFINITY, 0.0_f64), |(least, largest), it| (least.min(it), largest.max(it)));
    let stolen = largest - least;
    if stolen > 0.0 {
        format!(" The hypervisor took {stolen:.1} processor seconds between them.")
    } else {
        String::new()
    }
}

/// The load when the cases ended, which moves from case to case.
fn load(records: &[&RunRecord]) -> String {
    let loads = records.iter().filter_map(|record| record.environment.load_average);
    let mut loads: Vec<f64> = loads.map(|[of_one_minute, ..]| of_one_minute).collect();
    loads.sort_unstable_by(f64::total_cmp);
    match (loads.first(), loads.last()) {
        (Some(least), Some(largest)) => {
            format!("Load average of one minute, over the cases: {least} to {largest}.")
        }
        _ => "The load is unknown.".into(),
    }
}

fn told(fact: Option<&String>) -> &str {
    fact.map_or("unknown", String::as_str)
}
