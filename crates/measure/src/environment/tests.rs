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
