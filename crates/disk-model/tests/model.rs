//! What a cut may and may not leave, by the smallest examples.

use disk_model::{
    Dice, Disk, Event, Fate, Hazards, InodeId, Metadata, SectorBytes, Tail, TornSector, UnitKind,
};
use proptest::prelude::*;

const ORDERED: Hazards = Hazards { metadata: Metadata::Ext4Ordered, ..Hazards::STRICT };

fn created(disk: &mut Disk, name: &str) -> InodeId {
    let inode = disk.next_inode();
    disk.apply(&Event::Create { name: name.into(), inode });
    inode
}

fn write(disk: &mut Disk, inode: InodeId, offset: usize, bytes: &[u8]) {
    disk.apply(&Event::Write { inode, offset, bytes: bytes.into() });
}

fn existing(bytes: &[u8]) -> (Disk, InodeId) {
    let mut disk = Disk::default();
    let inode = disk.put_file("a", bytes.to_vec());
    (disk, inode)
}

fn all(disk: &Disk, hazards: &Hazards, fate: Fate) -> Disk {
    disk.after_cut(hazards, |_| fate)
}

#[test]
fn a_sync_of_one_file_says_nothing_of_another() {
    let (mut disk, a) = existing(b"old");
    let b = disk.put_file("b", b"old".to_vec());
    write(&mut disk, a, 0, b"new");
    write(&mut disk, b, 0, b"new");
    disk.apply(&Event::Sync { inode: b });
    let left = all(&disk, &Hazards::STRICT, Fate::Dropped);
    assert_eq!(left.file("a"), Some(b"old".as_slice()));
    assert_eq!(left.file("b"), Some(b"new".as_slice()));
}

#[test]
fn a_write_tears_at_sectors_and_each_has_a_fate_of_its_own() {
    let (mut disk, a) = existing(&[1; 1536]);
    write(&mut disk, a, 100, &[2; 1000]);
    let units = disk.units(&Hazards::STRICT);
    let bounds = [(100, 512), (512, 1024), (1024, 1100)];
    let expected = bounds.map(|(from, to)| UnitKind::Sector { inode: a, from, to });
    assert_eq!(units.iter().map(|unit| unit.kind.clone()).collect::<Vec<_>>(), expected);
    let middle = disk.after_cut(&Hazards::STRICT, |unit| match unit.kind {
        UnitKind::Sector { from: 512, .. } => Fate::Kept,
        _ => Fate::Dropped,
    });
    let expected = [[1; 512], [2; 512], [1; 512]].concat();
    assert_eq!(middle.file("a"), Some(expected.as_slice()));
    let large = Hazards { sector: SectorBytes::B4096, ..Hazards::STRICT };
    assert_eq!(disk.units(&large).len(), 1);
}

#[test]
fn a_length_can_be_durable_without_its_data_and_the_tail_is_zeros_or_garbage() {
    let (mut disk, a) = existing(b"");
    write(&mut disk, a, 0, &[7; 16]);
    let length_only =
        |hazards: &Hazards| {
            let left = disk.after_cut(hazards, |unit| {
                if unit.kind.is_data() { Fate::Dropped } else { Fate::Kept }
            });
            left.file("a").unwrap().to_vec()
        };
    assert_eq!(length_only(&Hazards::STRICT), [0; 16]);
    let garbage = length_only(&Hazards { tail: Tail::Garbage, ..Hazards::STRICT });
    assert!(garbage.len() == 16 && garbage != [0; 16] && garbage != [7; 16], "{garbage:?}");
    // Ordered: no length without its data.
    assert_eq!(length_only(&ORDERED), [7; 16]);
    assert_eq!(all(&disk, &ORDERED, Fate::Dropped).file("a"), Some(b"".as_slice()));
}

#[test]
fn names_are_pending_one_by_one_until_the_directory_is_synced() {
    let (mut disk, _) = existing(b"old");
    disk.apply(&Event::Unlink { name: "a".into() });
    let new = created(&mut disk, "a");
    write(&mut disk, new, 0, b"new");
    disk.apply(&Event::Sync { inode: new });
    let left = |hazards: &Hazards, unlinked, appeared| {
        let state = disk.after_cut(hazards, |unit| match unit.kind {
            UnitKind::Unlinked { .. } => unlinked,
            _ => appeared,
        });
        state.file("a").map(<[u8]>::to_vec)
    };
    let strict = &Hazards::STRICT;
    assert_eq!(left(strict, Fate::Dropped, Fate::Dropped), Some(b"old".to_vec()));
    assert_eq!(left(strict, Fate::Kept, Fate::Dropped), None);
    assert_eq!(left(strict, Fate::Dropped, Fate::Kept), Some(b"new".to_vec()));
    // Ordered: the sync of the new file has taken everything before it along.
    assert_eq!(left(&ORDERED, Fate::Dropped, Fate::Dropped), Some(b"new".to_vec()));
}

#[test]
fn what_follows_a_lost_truncation_overwrites_what_was_there_or_on_an_ordered_file_system_is_gone() {
    let (mut disk, a) = existing(&[1; 600]);
    disk.apply(&Event::SetLen { inode: a, length: 0 });
    write(&mut disk, a, 0, &[2; 512]);
    let without_cut = |hazards: &Hazards| {
        let left = disk.after_cut(hazards, |unit| match unit.kind {
            UnitKind::Length { length: 0, .. } => Fate::Dropped,
            _ => Fate::Kept,
        });
        left.file("a").unwrap().to_vec()
    };
    assert_eq!(without_cut(&Hazards::STRICT), [vec![2; 512], vec![1; 88]].concat());
    assert_eq!(without_cut(&ORDERED), [1; 600]);
}

#[test]
fn ordered_metadata_is_lost_from_some_moment_on() {
    let (mut disk, _) = existing(b"old");
    disk.apply(&Event::Rename { from: "a".into(), to: "b".into() });
    created(&mut disk, "c");
    let later_only = |unit: &disk_model::Unit| match unit.kind {
        UnitKind::Renamed { .. } => Fate::Dropped,
        _ => Fate::Kept,
    };
    let names =
        |disk: &Disk| disk.files().map(|(name, _)| name.to_owned()).collect::<Vec<_>>().join(" ");
    assert_eq!(names(&disk.after_cut(&Hazards::STRICT, later_only)), "a c");
    assert_eq!(names(&disk.after_cut(&ORDERED, later_only)), "a");
}

#[test]
fn an_interrupted_sector_may_be_garbage_but_beside_the_write_only_without_powersafe_overwrite() {
    let (mut disk, a) = existing(&[1; 1024]);
    write(&mut disk, a, 100, &[2; 100]);
    let left = |torn| all(&disk, &Hazards { torn, ..Hazards::STRICT }, Fate::Garbage);
    let bytes = |disk: &Disk| disk.file("a").unwrap().to_vec();
    assert_eq!(bytes(&left(TornSector::OldOrNew)), [1; 1024]);
    let within = bytes(&left(TornSector::Garbage));
    assert!(within[100..200] != [1; 100] && within[100..200] != [2; 100]);
    assert!(within[..100] == [1; 100] && within[200..] == [1; 824]);
    let beyond = bytes(&left(TornSector::GarbageBeyond));
    assert!(beyond[..100] != [1; 100] && beyond[200..512] != [1; 312]);
    assert_eq!(beyond[512..], [1; 512]);
}

#[test]
fn a_sync_of_one_directory_says_nothing_of_another() {
    let mut disk = Disk::default();
    for name in ["log/a", "database/b", "c"] {
        created(&mut disk, name);
    }
    disk.apply(&Event::SyncDirectory { directory: "log".into() });
    let left = all(&disk, &Hazards::STRICT, Fate::Dropped);
    assert_eq!(left.files().map(|(name, _)| name).collect::<Vec<_>>(), ["log/a"]);
}

#[test]
fn a_file_without_a_name_has_no_units() {
    let (mut disk, a) = existing(b"old");
    write(&mut disk, a, 0, b"new");
    disk.apply(&Event::Unlink { name: "a".into() });
    assert_eq!(disk.units(&Hazards::STRICT).len(), 2);
    disk.apply(&Event::sync_directory());
    assert_eq!(disk.units(&Hazards::STRICT), []);
}

#[test]
fn what_a_failed_sync_took_for_clean_is_lost_until_its_page_is_written_again() {
    let mut disk = Disk::default();
    let a = disk.put_file("a", vec![0; 16]);
    write(&mut disk, a, 0, &[1; 8]);
    disk.apply(&Event::SyncLost { inode: a });
    disk.apply(&Event::Sync { inode: a });
    assert_eq!(all(&disk, &Hazards::STRICT, Fate::Kept).file("a"), Some([0; 16].as_slice()));
    write(&mut disk, a, 8, &[2; 8]);
    disk.apply(&Event::Sync { inode: a });
    let expected = [[1; 8], [2; 8]].concat();
    assert_eq!(all(&disk, &Hazards::STRICT, Fate::Dropped).file("a"), Some(expected.as_slice()));
}

proptest! {
    /// Whatever happened: a cut that takes nothing leaves what the program saw, one that takes everything leaves
    /// what a sync of all would find again, and each state is a fixed point of further cuts.
    #[test]
    fn keeping_everything_is_no_cut(seed: u64, steps in 1_u32..60) {
        let mut dice = Dice::new(seed);
        let mut disk = Disk::default();
        for _ in 0..steps {
            step(&mut disk, &mut dice);
        }
        for hazards in [Hazards::STRICT, ORDERED] {
            let kept = all(&disk, &hazards, Fate::Kept);
            prop_assert!(kept.files().eq(disk.files()));
            let some = disk.after_cut(&hazards, |_| if dice.coin() { Fate::Kept } else { Fate::Dropped });
            prop_assert!(some.units(&hazards).is_empty());
            prop_assert!(all(&some, &hazards, Fate::Dropped).files().eq(some.files()));
        }
    }
}

fn step(disk: &mut Disk, dice: &mut Dice) {
    let name = ["a", "b", "c"][dice.below(3) as usize];
    let Some(inode) = disk.inode_of(name) else {
        created(disk, name);
        return;
    };
    let at = dice.below(3000) as usize;
    match dice.below(12) {
        0 => disk.apply(&Event::Unlink { name: name.into() }),
        1 => disk.apply(&Event::Rename { from: name.into(), to: "d".into() }),
        2 => disk.apply(&Event::sync_directory()),
        3 => disk.apply(&Event::SetLen { inode, length: at }),
        4 | 5 => disk.apply(&Event::Sync { inode }),
        _ => {
            let length = 1 + dice.below(1200) as usize;
            write(disk, inode, at, &vec![dice.throw() as u8; length]);
        }
    }
}
