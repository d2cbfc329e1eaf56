//! Kernel, processor, memory and the signs of a hypervisor.

use procfs::prelude::*;
use procfs::{ConfigSetting, CpuInfo, LoadAverage, Meminfo};
use serde::{Deserialize, Serialize};

use crate::system_roots::{SystemRoots, read_fact};

/// The kernel that a measurement ran on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kernel {
    /// The release, as `uname -r` tells it.
    pub release: Option<String>,
    /// The kernel's own clock ticks a second (`CONFIG_HZ`), from its configuration in
    /// `/proc/config.gz` or `/boot`; null where neither is there. Timers round up to such a tick.
    pub config_hz: Option<u64>,
    /// The unit of times in procfs (`CLK_TCK`): 100 almost everywhere, whatever `config_hz` is.
    pub user_hz: u64,
}

/// The distribution and the host's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperatingSystem {
    /// The distribution's name and version for people, from os-release.
    pub name: Option<String>,
    /// The host's name.
    pub hostname: Option<String>,
}

/// Signs of a hypervisor. No sign is no proof of bare metal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Virtualisation {
    /// Whether the processor says that a hypervisor runs below (x86 only).
    pub hypervisor_flag: Option<bool>,
    /// The hypervisor's type from `/sys/hypervisor/type` (Xen and a few others).
    pub hypervisor_type: Option<String>,
    /// The maker of the machine or of the hypervisor, from DMI.
    pub vendor: Option<String>,
    /// The machine's name from DMI.
    pub product: Option<String>,
}

/// The processor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Processor {
    /// The model's name.
    pub model: Option<String>,
    /// The logical processors that are online.
    pub online: Option<u64>,
    /// How many of them this process may use, by affinity and cgroup.
    pub usable: Option<u64>,
    /// The frequency governor of the first processor; null where the kernel does not set
    /// frequencies.
    pub governor: Option<String>,
}

/// Main memory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// All of it in bytes.
    pub total_bytes: Option<u64>,
    /// What was available without swapping when the environment was captured, in bytes.
    pub available_bytes: Option<u64>,
}

impl Kernel {
    pub(super) fn read(roots: &SystemRoots) -> Self {
        Self {
            release: read_fact(roots.proc.join("sys/kernel/osrelease")),
            config_hz: config_hz(),
            user_hz: procfs::ticks_per_second(),
        }
    }
}

impl OperatingSystem {
    pub(super) fn read(roots: &SystemRoots) -> Self {
        let os_release = read_fact(roots.etc.join("os-release"));
        let name = os_release.as_ref().and_then(|text| {
            let value = text.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="))?;
            Some(value.trim_matches(['"', '\'']).to_owned())
        });
        Self { name, hostname: read_fact(roots.proc.join("sys/kernel/hostname")) }
    }
}

impl Virtualisation {
    pub(super) fn read(roots: &SystemRoots) -> Self {
        let flags = CpuInfo::from_file(roots.proc.join("cpuinfo"))
            .ok()
            .and_then(|processors| processors.get_field(0, "flags").map(str::to_owned));
        Self {
            hypervisor_flag: flags
                .map(|flags| flags.split_whitespace().any(|flag| flag == "hypervisor")),
            hypervisor_type: read_fact(roots.sys.join("hypervisor/type")),
            vendor: read_fact(roots.sys.join("class/dmi/id/sys_vendor")),
            product: read_fact(roots.sys.join("class/dmi/id/product_name")),
        }
    }
}

impl Processor {
    pub(super) fn read(roots: &SystemRoots) -> Self {
        let processors = CpuInfo::from_file(roots.proc.join("cpuinfo")).ok();
        let first_governor = "devices/system/cpu/cpu0/cpufreq/scaling_governor";
        Self {
            model: processors
                .as_ref()
                .and_then(|processors| processors.model_name(0).map(str::to_owned)),
            online: processors.map(|processors| processors.num_cores() as u64),
            usable: std::thread::available_parallelism().ok().map(|count| count.get() as u64),
            governor: read_fact(roots.sys.join(first_governor)),
        }
    }
}

impl Memory {
    pub(super) fn read(roots: &SystemRoots) -> Self {
        let memory = Meminfo::from_file(roots.proc.join("meminfo")).ok();
        Self {
            total_bytes: memory.as_ref().map(|memory| memory.mem_total),
            available_bytes: memory.and_then(|memory| memory.mem_available),
        }
    }
}

pub(super) fn load_average(roots: &SystemRoots) -> Option<[f64; 3]> {
    let load = LoadAverage::from_file(roots.proc.join("loadavg")).ok()?;
    // The kernel prints two decimals; by way of f32 they would grow noise behind them.
    Some([load.one, load.five, load.fifteen].map(|load| (f64::from(load) * 100.0).round() / 100.0))
}

fn config_hz() -> Option<u64> {
    match procfs::kernel_config().ok()?.get("CONFIG_HZ")? {
        ConfigSetting::Value(value) => value.parse().ok(),
        ConfigSetting::Yes | ConfigSetting::Module => None,
    }
}
