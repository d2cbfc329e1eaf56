//! What holds this process back beside the hardware: a container, its cgroup's limits, and those it shares the machine
//! with.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::system_roots::{SystemRoots, read_fact, read_number};

/// The limits of a process and what it had to wait for. No sign of a container is no proof that there is none.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Confinement {
    /// The kind of container: `docker`, `podman`, `kubernetes`, `lxc`, `wsl`, or what the container says of itself.
    pub container: Option<String>,
    /// Bytes of memory that the cgroup allows at most, page cache included; null without a limit.
    pub memory_bytes_max: Option<u64>,
    /// Processors that the cgroup allows at most: 1.5 is one and a half; null without a limit.
    pub processors_max: Option<f64>,
    /// The cgroup's limits on devices, as `io.max` tells them; null without a limit.
    pub io_max: Option<String>,
    /// The share of the last 10 s in which something waited for a processor, in percent.
    pub processor_pressure_percent: Option<f64>,
    /// The same of memory.
    pub memory_pressure_percent: Option<f64>,
    /// The same of devices.
    pub io_pressure_percent: Option<f64>,
    /// Processor seconds that the hypervisor gave to others since boot, of all processors. The difference between two
    /// records is what was taken between them.
    pub stolen_seconds: Option<f64>,
}

/// A cgroup of version 1 without a limit tells a number of about 2^63.
const UNLIMITED_BYTES: u64 = 1 << 62;

impl Confinement {
    pub(super) fn read(roots: &SystemRoots) -> Self {
        let cgroups = read_fact(roots.proc.join("self/cgroup")).unwrap_or_default();
        let pressure = |what: &str| {
            let text = read_fact(roots.proc.join("pressure").join(what))?;
            text.lines().find_map(some_average)
        };
        Self {
            container: container(roots, &cgroups),
            memory_bytes_max: memory_bytes_max(roots, &cgroups),
            processors_max: processors_max(roots, &cgroups),
            io_max: directories(roots, &cgroups, None)
                .into_iter()
                .find_map(|directory| read_fact(directory.join("io.max"))),
            processor_pressure_percent: pressure("cpu"),
            memory_pressure_percent: pressure("memory"),
            io_pressure_percent: pressure("io"),
            stolen_seconds: stolen_seconds(roots),
        }
    }
}

/// `some avg10=1.25 avg60=...`
fn some_average(line: &str) -> Option<f64> {
    let average = line.strip_prefix("some avg10=")?.split(' ').next()?.parse::<f64>().ok()?;
    average.is_finite().then_some(average)
}

fn stolen_seconds(roots: &SystemRoots) -> Option<f64> {
    let stat = read_fact(roots.proc.join("stat"))?;
    // user, nice, system, idle, iowait, irq, softirq, steal
    let all = stat.lines().find_map(|line| line.strip_prefix("cpu "))?;
    let ticks: u32 = all.split_whitespace().nth(7)?.parse().ok()?;
    Some(f64::from(ticks) / procfs::ticks_per_second() as f64)
}

fn container(roots: &SystemRoots, cgroups: &str) -> Option<String> {
    let root = roots.etc.parent().unwrap_or(Path::new("/"));
    // Systemd and podman set it for the first process of a container.
    let said = std::fs::read(roots.proc.join("1/environ")).ok().and_then(|environment| {
        let mut variables = environment.split(|&byte| byte == 0);
        let value = variables.find_map(|variable| variable.strip_prefix(b"container="))?;
        let value = std::str::from_utf8(value).ok()?;
        (!value.is_empty() && !value.contains(char::is_control)).then(|| value.to_owned())
    });
    let by_sign = [
        (root.join(".dockerenv").exists(), "docker"),
        (root.join("run/.containerenv").exists(), "podman"),
        (cgroups.contains("kubepods"), "kubernetes"),
        (cgroups.contains("/docker"), "docker"),
        (cgroups.contains("/lxc"), "lxc"),
        (
            read_fact(roots.proc.join("sys/kernel/osrelease"))
                .is_some_and(|release| release.to_lowercase().contains("microsoft")),
            "wsl",
        ),
    ];
    let mut signs = by_sign.into_iter().filter_map(|(is_there, name)| is_there.then_some(name));
    said.or_else(|| signs.next().map(str::to_owned))
}

/// The directories of the process's cgroup and of those above it, the innermost first: of version 2, or of a controller
/// of version 1.
fn directories(roots: &SystemRoots, cgroups: &str, controller: Option<&str>) -> Vec<PathBuf> {
    let root = roots.sys.join("fs/cgroup");
    let place = cgroups.lines().find_map(|line| {
        let mut parts = line.splitn(3, ':').skip(1);
        let (controllers, path) = (parts.next()?, parts.next()?);
        let is_it = match controller {
            None => controllers.is_empty(),
            Some(name) => controllers.split(',').any(|controller| controller == name),
        };
        is_it.then_some(path.trim_start_matches('/'))
    });
    let Some(place) = place else { return Vec::new() };
    let root = controller.map_or(root.clone(), |controller| root.join(controller));
    // A container may be told its place on the host, which it does not see.
    let place = if root.join(place).is_dir() { Path::new(place) } else { Path::new("") };
    place.ancestors().map(|place| root.join(place)).collect()
}

/// The tightest of all limits on the way up.
fn memory_bytes_max(roots: &SystemRoots, cgroups: &str) -> Option<u64> {
    let second = directories(roots, cgroups, None);
    let first = directories(roots, cgroups, Some("memory"));
    let limits = second.iter().filter_map(|directory| read_number(directory.join("memory.max")));
    let limits = limits.chain(
        first.iter().filter_map(|directory| read_number(directory.join("memory.limit_in_bytes"))),
    );
    limits.filter(|&bytes| bytes < UNLIMITED_BYTES).min()
}

fn processors_max(roots: &SystemRoots, cgroups: &str) -> Option<f64> {
    let second = directories(roots, cgroups, None);
    let first = directories(roots, cgroups, Some("cpu"));
    let of_second = second.iter().filter_map(|directory| {
        let text = read_fact(directory.join("cpu.max"))?;
        let (quota, period) = text.split_once(' ')?;
        ratio(quota.parse().ok()?, period.parse().ok()?)
    });
    let of_first = first.iter().filter_map(|directory| {
        // A quota of -1 is none, and no number here.
        let quota = read_number(directory.join("cpu.cfs_quota_us"))?;
        ratio(quota, read_number(directory.join("cpu.cfs_period_us"))?)
    });
    of_second.chain(of_first).min_by(f64::total_cmp)
}

fn ratio(quota: u64, period: u64) -> Option<f64> {
    (period > 0).then(|| quota as f64 / period as f64)
}
