use std::cell::RefCell;
use std::os::unix::fs::MetadataExt;

use super::*;

fn storage() -> (tempfile::TempDir, FileStorage) {
    let scratch = tempfile::tempdir().unwrap();
    let storage = FileStorage::open(scratch.path()).unwrap();
    (scratch, storage)
}

#[test]
fn a_file_of_synced_data_has_that_flag_and_no_other() {
    let (_scratch, storage) = storage();
    storage.create("one").unwrap();
    let flags = |flags| fcntl_getfl(storage.open_file("one", flags).unwrap()).unwrap().bits();
    let asked = libc::O_DSYNC.cast_unsigned();
    assert_eq!(flags(DATA_SYNC) & SYNC_FLAGS.bits(), asked);
    assert_eq!(flags(OFlags::empty()) & SYNC_FLAGS.bits(), 0);
    if cfg!(any(target_arch = "x86_64", target_arch = "aarch64")) {
        assert_eq!((asked, SYNC_FLAGS.bits()), (0x1000, 0x10_1000));
    }
}

#[test]
fn other_sync_flags_than_asked_for_are_told() {
    let (_scratch, storage) = storage();
    storage.create("one").unwrap();
    let file = storage.open_file("one", SYNC_FLAGS).unwrap();
    for expected in [OFlags::empty(), DATA_SYNC] {
        let error = check_sync_flags(&file, expected).unwrap_err().to_string();
        let flags = format!("sync flags are {:#x} (O_DSYNC is ", expected.bits());
        assert!(error.contains(&flags), "{error}");
        assert!(error.contains(&format!("got {:#x}; use another", SYNC_FLAGS.bits())), "{error}");
    }
}

type Rename = fn(&FileStorage, &str, &str) -> io::Result<()>;

#[test]
fn neither_way_to_rename_replaces_a_file() {
    let ways: [Rename; 2] = [
        |storage, from, to| storage.change(DirectoryChange::Rename { from, to }),
        |storage, from, to| rename_in_two_steps(&storage.directory, from, to),
    ];
    for rename in ways {
        let (_scratch, storage) = storage();
        let first = storage.create("first").unwrap();
        let (bytes, mode) = (b"first".as_slice(), WriteMode::Buffered);
        first.change(FileChange::Write { bytes, offset: 0, mode }).unwrap();
        storage.create("second").unwrap();
        let error = rename(&storage, "first", "second").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        rename(&storage, "first", "third").unwrap();
        let mut names = storage.list().unwrap();
        names.retain(|name| !name.starts_with('.'));
        names.sort();
        assert_eq!(names, ["second", "third"]);
        assert_eq!(storage.open("third", OpenMode::Plain).unwrap().length().unwrap(), 5);
    }
}

/// Opens a log's directory and returns the inodes of the directories that were synced meanwhile.
fn synced_while_opening(path: &Path) -> Vec<u64> {
    let synced = RefCell::new(Vec::new());
    let sync = |directory: &File| {
        synced.borrow_mut().push(directory.metadata()?.ino());
        directory.sync_all()
    };
    FileStorage::open_with(path, &sync).unwrap();
    synced.into_inner()
}

#[test]
fn the_directory_that_the_log_lies_in_is_synced_at_every_open() {
    let scratch = tempfile::tempdir().unwrap();
    let inode = |path: &Path| fs::metadata(path).unwrap().ino();
    let made_by_the_caller = scratch.path().join("log");
    fs::create_dir(&made_by_the_caller).unwrap();
    for _again in 0..2 {
        assert!(synced_while_opening(&made_by_the_caller).contains(&inode(scratch.path())));
    }
    let nested = scratch.path().join("one/two/log");
    let synced = synced_while_opening(&nested);
    for parent in [scratch.path(), &scratch.path().join("one"), &scratch.path().join("one/two")] {
        assert!(synced.contains(&inode(parent)), "{}", parent.display());
    }
    // Of a link it is the directory that it leads to.
    let link = made_by_the_caller.join("link");
    std::os::unix::fs::symlink(&nested, &link).unwrap();
    assert!(synced_while_opening(&link).contains(&inode(&scratch.path().join("one/two"))));
}
