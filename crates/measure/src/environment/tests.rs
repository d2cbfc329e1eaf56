use std::fs;
use std::os::unix::fs::symlink;

use super::*;

/// A system of files whose facts a test writes.
struct FakeSystem {
    root: tempfile::TempDir,
    roots: SystemRoots,
}

impl FakeSystem {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let [proc, sys, etc] = ["proc", "sys", "etc"].map(|name| root.path().join(name));
        Self { root, roots: SystemRoots { proc, sys, etc } }
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// The scratch directory, whose canonical path the mount table needs.
    fn scratch(&self) -> PathBuf {
        let scratch = self.root.path().join("scratch dir");
        fs::create_dir_all(&scratch).unwrap();
        scratch.canonicalize().unwrap()
    }

    /// Mounts `kind` at the scratch directory, over a root filesystem of another type.
    fn mount(&self, numbers: &str, kind: &str, source: &str) {
        let mount_point = self.scratch().display().to_string().replace(' ', "\\040");
        let root = "27 1 9:9 / / rw,relatime - xfs /dev/root rw";
        let other = "28 27 9:8 / /elsewhere rw - ext4 /dev/other rw";
        let covered = format!("29 27 9:7 / {mount_point} ro - vfat /dev/covered ro");
        let scratch = format!(
            "30 27 {numbers} / {mount_point} rw,noatime shared:1 - {kind} {source} rw,discard"
        );
        self.write("proc/self/mountinfo", &format!("{root}\n{covered}\n{scratch}\n{other}\n"));
    }

    /// A disk with one partition, 259:2.
    fn partitioned_disk(&self) {
        let disk = "sys/devices/pci/nvme0n1";
        self.write(&format!("{disk}/queue/write_cache"), "write back\n");
        self.write(&format!("{disk}/queue/fua"), "1\n");
        self.write(&format!("{disk}/queue/scheduler"), "none [mq-deadline] kyber\n");
        self.write(&format!("{disk}/queue/rotational"), "0\n");
        self.write(&format!("{disk}/queue/logical_block_size"), "512\n");
        self.write(&format!("{disk}/queue/physical_block_size"), "4096\n");
        self.write(&format!("{disk}/device/model"), "Fine Disk 980   \n");
        self.write(&format!("{disk}/nvme0n1p2/partition"), "2\n");
        fs::create_dir_all(self.roots.sys.join("dev/block")).unwrap();
        symlink("../../devices/pci/nvme0n1/nvme0n1p2", self.roots.sys.join("dev/block/259:2"))
            .unwrap();
    }

    fn capture(&self) -> Environment {
        Environment::capture_from(&self.roots, &self.scratch()).unwrap()
    }
}

#[test]
fn a_partition_has_the_facts_of_its_disk() {
    let system = FakeSystem::new();
    system.partitioned_disk();
    system.mount("259:2", "ext4", "/dev/nvme0n1p2");
    assert_eq!(
        system.capture().device,
        Some(BlockDevice {
            name: Some("nvme0n1p2".into()),
            disk: Some("nvme0n1".into()),
            model: Some("Fine Disk 980".into()),
            write_cache: Some("write back".into()),
            fua: Some(true),
            logical_block_bytes: Some(512),
            physical_block_bytes: Some(4_096),
            scheduler: Some("mq-deadline".into()),
            rotational: Some(false),
        })
    );
}

#[test]
fn the_covering_mount_is_told_and_not_the_covered_one() {
    let system = FakeSystem::new();
    system.mount("259:2", "ext4", "/dev/my\\040disk");
    let filesystem = system.capture().filesystem;
    assert_eq!(filesystem.kind.as_deref(), Some("ext4"));
    assert_eq!(filesystem.mount_source.as_deref(), Some("/dev/my disk"));
    assert_eq!(filesystem.mount_point, Some(system.scratch().display().to_string()));
    assert_eq!(filesystem.mount_options.as_deref(), Some("rw,noatime"));
    assert_eq!(filesystem.filesystem_options.as_deref(), Some("rw,discard"));
    assert!(filesystem.free_bytes.is_some());
}

#[test]
fn the_journal_of_an_ext4_is_known_or_unknown_but_never_guessed() {
    let system = FakeSystem::new();
    system.partitioned_disk();
    system.mount("259:2", "ext4", "/dev/nvme0n1p2");
    let journal = || {
        let filesystem = system.capture().filesystem;
        (filesystem.ext4_journal, filesystem.ext4_data_mode, filesystem.ext4_barrier)
    };
    assert_eq!(journal(), (None, None, None));
    let options = "proc/fs/ext4/nvme0n1p2/options";
    system.write(options, "rw\nnobarrier\ncommit=5\n");
    assert_eq!(journal(), (Some(false), None, Some(false)));
    system.write(options, "rw\nbarrier\ndata=ordered\n");
    assert_eq!(journal(), (Some(true), Some("ordered".into()), Some(true)));
    system.mount("259:2", "xfs", "/dev/nvme0n1p2");
    assert_eq!(journal(), (None, None, None));
}

#[test]
fn a_mount_point_that_is_no_text_hides_nothing() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    let system = FakeSystem::new();
    let scratch = system.root.path().join(OsStr::from_bytes(b"disk \xff\n"));
    fs::create_dir(&scratch).unwrap();
    let scratch = scratch.canonicalize().unwrap();
    let escaped = scratch.as_os_str().as_bytes().to_vec();
    let escaped = String::from_utf8_lossy(&escaped).replace(' ', "\\040").replace('\n', "\\012");
    let escaped = escaped.replace('\u{fffd}', "\\377");
    system.write("proc/self/mountinfo", "27 1 9:9 / / rw - xfs /dev/root rw\n");
    let table = system.roots.proc.join("self/mountinfo");
    let mut bytes = fs::read(&table).unwrap();
    bytes.extend(b"28 27 9:6 / /\xfe rw - vfat /dev/odd rw\n");
    bytes.extend(format!("30 27 9:5 / {escaped} rw shared:1 - ext4 /dev/fine rw\n").bytes());
    fs::write(&table, bytes).unwrap();
    let environment = Environment::capture_from(&system.roots, &scratch).unwrap();
    assert_eq!(environment.filesystem.kind.as_deref(), Some("ext4"));
    let mount_point = environment.filesystem.mount_point.unwrap();
    assert!(mount_point.ends_with("disk \\xff\n"), "{mount_point:?}");
}

#[test]
fn limits_are_the_tightest_on_the_way_up() {
    let system = FakeSystem::new();
    system.write("proc/self/cgroup", "0::/kubepods/pod1/c2\n");
    let cgroup = "sys/fs/cgroup";
    system.write(&format!("{cgroup}/kubepods/pod1/c2/memory.max"), "max\n");
    system.write(&format!("{cgroup}/kubepods/pod1/memory.max"), "268435456\n");
    system.write(&format!("{cgroup}/kubepods/pod1/cpu.max"), "150000 100000\n");
    system.write(&format!("{cgroup}/kubepods/cpu.max"), "max 100000\n");
    system.write(&format!("{cgroup}/kubepods/pod1/c2/io.max"), "8:0 wbps=1048576\n");
    system.write("proc/pressure/io", "some avg10=12.50 avg60=1.00 total=7\nfull avg10=1.00\n");
    system.write("proc/pressure/cpu", "nonsense\n");
    let confinement = system.capture().confinement;
    assert_eq!(confinement.container.as_deref(), Some("kubernetes"));
    assert_eq!(confinement.memory_bytes_max, Some(256 << 20));
    assert_eq!(confinement.processors_max, Some(1.5));
    assert_eq!(confinement.io_max.as_deref(), Some("8:0 wbps=1048576"));
    assert_eq!(confinement.io_pressure_percent, Some(12.5));
    assert_eq!(confinement.processor_pressure_percent, None);
}

#[test]
fn limits_of_the_first_version_are_read_too() {
    let system = FakeSystem::new();
    // As a container is told that does not see its place on the host.
    system.write("proc/self/cgroup", "4:memory:/docker/1a\n3:cpu,cpuacct:/docker/1a\n");
    system.write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    system.write("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "50000\n");
    system.write("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
    let confinement = system.capture().confinement;
    assert_eq!(confinement.container.as_deref(), Some("docker"));
    assert_eq!((confinement.memory_bytes_max, confinement.processors_max), (None, Some(0.5)));
}

#[test]
fn the_host_is_told() {
    let system = FakeSystem::new();
    let cpu = "model name\t: Fine CPU\nflags\t\t: fpu hypervisor avx\n";
    system.write("proc/cpuinfo", &format!("processor\t: 0\n{cpu}\nprocessor\t: 1\n{cpu}\n"));
    system.write("proc/loadavg", "0.52 1.25 3.10 2/345 6789\n");
    system.write("proc/sys/kernel/osrelease", "6.1.0-fine\n");
    system.write("proc/sys/kernel/hostname", "bench\n");
    system.write("etc/os-release", "ID=fine\nPRETTY_NAME=\"Fine Linux 12\"\n");
    system.write("sys/class/dmi/id/sys_vendor", "QEMU\n");
    system.write("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance\n");
    let environment = system.capture();
    assert_eq!(environment.kernel.release.as_deref(), Some("6.1.0-fine"));
    assert_eq!(environment.operating_system.name.as_deref(), Some("Fine Linux 12"));
    assert_eq!(environment.operating_system.hostname.as_deref(), Some("bench"));
    assert_eq!(environment.processor.model.as_deref(), Some("Fine CPU"));
    assert_eq!(environment.processor.online, Some(2));
    assert_eq!(environment.processor.governor.as_deref(), Some("performance"));
    assert_eq!(environment.virtualisation.hypervisor_flag, Some(true));
    assert_eq!(environment.virtualisation.vendor.as_deref(), Some("QEMU"));
    assert_eq!(environment.virtualisation.product, None);
    assert_eq!(environment.load_average, Some([0.52, 1.25, 3.1]));
}

#[test]
fn a_missing_fact_is_null() {
    let environment = FakeSystem::new().capture();
    assert_eq!(environment.device, None);
    assert_eq!(environment.load_average, None);
    let json = serde_json::to_value(&environment).unwrap();
    assert!(json["device"].is_null() && json["load_average"].is_null());
    for (group, fact) in [
        ("filesystem", "kind"),
        ("filesystem", "ext4_journal"),
        ("kernel", "release"),
        ("operating_system", "name"),
        ("virtualisation", "hypervisor_flag"),
        ("processor", "model"),
        ("memory", "total_bytes"),
        ("confinement", "memory_bytes_max"),
        ("confinement", "stolen_seconds"),
    ] {
        assert_eq!(json[group].get(fact), Some(&serde_json::Value::Null), "{group}.{fact}");
    }
}

#[test]
fn this_machine_can_be_captured() {
    let dir = tempfile::tempdir().unwrap();
    let environment = Environment::capture(dir.path()).unwrap();
    assert!(environment.filesystem.kind.is_some());
    assert!(environment.memory.total_bytes > environment.memory.available_bytes);
    assert_eq!(environment.filesystem.free_bytes.is_some(), free_bytes(dir.path()).is_ok());
    let in_memory = matches!(environment.filesystem.kind.as_deref(), Some("tmpfs" | "ramfs"));
    assert_eq!(is_tmpfs(dir.path()).unwrap(), in_memory);
    assert!(!is_tmpfs(Path::new("/proc")).unwrap());
    if Path::new("/dev/shm").exists() {
        let shared = Environment::capture(Path::new("/dev/shm")).unwrap().filesystem.kind;
        assert_eq!(is_tmpfs(Path::new("/dev/shm")).unwrap(), shared.as_deref() == Some("tmpfs"));
    }
}

#[test]
fn a_missing_directory_is_named() {
    let gone = tempfile::tempdir().unwrap().path().join("gone");
    let error = Environment::capture(&gone).unwrap_err().to_string();
    assert!(error.contains("gone"), "{error}");
}
