//! Whether a sync does here what its name says.

use std::fs::File;
use std::path::Path;

use super::block::BlockDirectories;
use super::filesystem::{Filesystem, Place};
use crate::system_roots::SystemRoots;

/// Preloaded, it makes every sync do nothing.
const SYNC_EATER: &str = "libeatmydata";

/// Filesystems whose syncs another machine, or another program, answers for.
const REMOTE: [&str; 12] = [
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "ceph",
    "glusterfs",
    "lustre",
    "afs",
    "9p",
    "virtiofs",
    "vboxsf",
];

/// What a reader must know of syncs in a directory before the first figure, in sentences; none where nothing speaks
/// against them. (A tmpfs is told apart: see `is_tmpfs`.)
#[must_use]
pub fn sync_warnings(dir: &Path) -> Vec<String> {
    let mut warnings = Vec::new();
    let roots = SystemRoots::of_this_system();
    if let Ok(place) = dir.canonicalize().and_then(|canonical| Place::of(&roots, &canonical)) {
        warnings.extend(doubts_about(&Filesystem::read(&roots, &place)));
    }
    let maps = std::fs::read("/proc/self/maps").unwrap_or_default();
    if String::from_utf8_lossy(&maps).contains(SYNC_EATER) {
        warnings.push(format!(
            "{SYNC_EATER} is preloaded: syncs do nothing here, so this run says nothing about durability's price"
        ));
    }
    if let Err(error) = File::open(dir).and_then(|directory| directory.sync_all()) {
        warnings.push(format!(
            "directories cannot be synced here ({error}): a new file's name may be lost in a power cut, whatever a path \
             promises"
        ));
    }
    warnings
}

/// The name of the whole disk under a directory; of a filesystem without one, its numbers.
///
/// # Errors
/// When the directory cannot be looked at.
pub fn disk_name(dir: &Path) -> std::io::Result<String> {
    use std::os::unix::fs::MetadataExt as _;
    let disk = BlockDirectories::of(dir)?
        .and_then(|directories| Some(directories.disk.file_name()?.to_string_lossy().into_owned()));
    let device = std::fs::metadata(dir)?.dev();
    Ok(disk
        .unwrap_or_else(|| format!("{}:{}", rustix::fs::major(device), rustix::fs::minor(device))))
}

fn doubts_about(filesystem: &Filesystem) -> Vec<String> {
    let kind = filesystem.kind.as_deref().unwrap_or_default();
    let options = [&filesystem.mount_options, &filesystem.filesystem_options];
    let has = |names: &[&str]| {
        let mut options = options.into_iter().flatten().flat_map(|options| options.split(','));
        options.any(|option| names.contains(&option))
    };
    let mut doubts = Vec::new();
    // Since Linux 6.13 `volatile` may be told as `fsync=volatile`.
    if kind == "overlay" && has(&["volatile", "fsync=volatile"]) {
        doubts.push(
            "the scratch directory is on an overlay that is mounted volatile: syncs do nothing here, so this run \
             says nothing about durability's price"
                .to_owned(),
        );
    }
    if filesystem.ext4_barrier == Some(false) || has(&["nobarrier", "barrier=0"]) {
        doubts.push(format!(
            "{kind} is mounted without barriers: a sync does not flush the device's cache, so a power cut may take \
             what was acknowledged"
        ));
    }
    if REMOTE.contains(&kind) || kind.starts_with("fuse") {
        doubts.push(format!(
            "the scratch directory is on {kind}: another machine or program answers its syncs, and how durable they \
             are cannot be seen from here"
        ));
    }
    doubts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn doubts(kind: &str, options: &str, ext4_barrier: Option<bool>) -> Vec<String> {
        let text = |text: &str| Some(text.to_owned());
        doubts_about(&Filesystem {
            kind: text(kind),
            mount_source: None,
            mount_point: None,
            mount_options: text("rw,noatime"),
            filesystem_options: text(options),
            ext4_journal: None,
            ext4_data_mode: None,
            ext4_barrier,
            free_bytes: None,
        })
    }

    #[test]
    fn filesystems_where_a_sync_is_less_are_named() {
        let upper = "rw,lowerdir=/a,upperdir=/b,workdir=/c";
        assert_eq!(doubts("overlay", upper, None), [""; 0]);
        for volatile in ["volatile", "fsync=volatile"] {
            let [doubt] = &doubts("overlay", &format!("{upper},{volatile}"), None)[..] else {
                panic!("{volatile}")
            };
            assert!(doubt.contains("syncs do nothing here"), "{doubt}");
        }
        assert_eq!(doubts("ext4", "rw", Some(true)), [""; 0]);
        assert!(doubts("ext4", "rw", Some(false))[0].contains("without barriers"));
        assert!(doubts("xfs", "rw,nobarrier", None)[0].starts_with("xfs is mounted without"));
        for remote in ["nfs4", "9p", "fuse.sshfs"] {
            assert!(doubts(remote, "rw", None)[0].contains(remote), "{remote}");
        }
    }

    #[test]
    fn the_disk_of_a_directory_has_a_name() {
        let place = tempfile::tempdir().unwrap();
        let name = disk_name(place.path()).unwrap();
        assert_eq!(disk_name(place.path()).unwrap(), name);
        assert!(!name.is_empty() && disk_name(&place.path().join("gone")).is_err());
    }
}
