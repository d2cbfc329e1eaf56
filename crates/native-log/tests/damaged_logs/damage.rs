//! What can happen to a log's files.

use super::pool::KnownLog;
use super::{Choices, Image};

const HEADER_BYTES: usize = 4096;

/// Damages the files once; says how.
pub(crate) fn damage_once(log: &KnownLog, image: &mut Image, choices: &mut Choices<'_>) -> String {
    let names: Vec<String> = image.keys().cloned().collect();
    if names.is_empty() {
        return "nothing is left".to_owned();
    }
    let name = choices.one_of(&names).clone();
    let other = choices.one_of(&names).clone();
    match choices.below(10) {
        0 => cut(log, image, choices, &name),
        1 | 2 => zero(log, image, choices, &name),
        3 => {
            image.remove(&name);
            format!("{name} deleted")
        }
        4 => swap(image, choices, &name, &other),
        5 => duplicate(image, choices, &name, &other),
        6 | 7 => flip(log, image, choices, &name),
        8 => copy_within(log, image, choices, &name, &other),
        _ => garbage(log, image, choices, &name),
    }
}

/// A place in a file: any, or one where a frame begins.
fn place(log: &KnownLog, choices: &mut Choices<'_>, name: &str, length: usize) -> usize {
    let starts: Vec<usize> =
        log.places.iter().filter(|place| place.file == name).map(|place| place.offset).collect();
    let at = match choices.below(4) {
        0 if !starts.is_empty() => *choices.one_of(&starts),
        1 if !starts.is_empty() => *choices.one_of(&starts) + choices.below(40),
        2 => choices.below(length.min(HEADER_BYTES) + 1),
        _ => HEADER_BYTES + choices.below(length.saturating_sub(HEADER_BYTES) + 1),
    };
    at.min(length)
}

/// A stretch of a file.
fn stretch(
    log: &KnownLog,
    choices: &mut Choices<'_>,
    name: &str,
    length: usize,
) -> std::ops::Range<usize> {
    let from = place(log, choices, name, length);
    let to = match choices.below(3) {
        0 => length,
        1 => (from / 512 + 1 + choices.below(3)) * 512,
        _ => from + choices.below(length - from + 1),
    };
    from..to.min(length)
}

fn file<'image>(image: &'image mut Image, name: &str) -> &'image mut Vec<u8> {
    image.get_mut(name).expect("a file that was listed")
}

fn cut(log: &KnownLog, image: &mut Image, choices: &mut Choices<'_>, name: &str) -> String {
    let bytes = file(image, name);
    let length = place(log, choices, name, bytes.len());
    bytes.truncate(length);
    format!("{name} cut to {length} bytes")
}

fn zero(log: &KnownLog, image: &mut Image, choices: &mut Choices<'_>, name: &str) -> String {
    let bytes = file(image, name);
    let range = stretch(log, choices, name, bytes.len());
    bytes[range.clone()].fill(0);
    format!("{name} zeroed in {range:?}")
}

fn swap(image: &mut Image, choices: &mut Choices<'_>, name: &str, other: &str) -> String {
    let (mut one, mut two) = (file(image, name).clone(), file(image, other).clone());
    std::mem::swap(&mut one, &mut two);
    let bodies_only = choices.below(2) == 0;
    if bodies_only {
        let head = one.len().min(two.len()).min(HEADER_BYTES);
        one[..head].swap_with_slice(&mut two[..head]);
    }
    image.insert(name.to_owned(), one);
    image.insert(other.to_owned(), two);
    format!("{name} and {other} swapped, bodies only: {bodies_only}")
}

fn duplicate(image: &mut Image, choices: &mut Choices<'_>, name: &str, other: &str) -> String {
    let bytes = file(image, name).clone();
    let number = choices.below(24);
    match choices.below(3) {
        0 => {
            let target = file(image, other);
            let head = target.len().min(HEADER_BYTES).min(bytes.len());
            target.truncate(head);
            target.extend(&bytes[head..]);
            format!("the body of {name} copied to {other}")
        }
        1 => {
            image.insert(other.to_owned(), bytes);
            format!("{name} copied to {other}")
        }
        _ => {
            let target = format!("segment-{number:08x}.log");
            image.insert(target.clone(), bytes);
            format!("{name} copied to {target}")
        }
    }
}

fn flip(log: &KnownLog, image: &mut Image, choices: &mut Choices<'_>, name: &str) -> String {
    let bytes = file(image, name);
    let mut flipped = Vec::new();
    for _ in 0..=choices.below(3) {
        let at = place(log, choices, name, bytes.len());
        if at < bytes.len() {
            bytes[at] ^= 1 << choices.below(8);
            flipped.push(at);
        }
    }
    format!("{name} flipped at {flipped:?}")
}

fn copy_within(
    log: &KnownLog,
    image: &mut Image,
    choices: &mut Choices<'_>,
    name: &str,
    other: &str,
) -> String {
    let bytes = file(image, name);
    let range = stretch(log, choices, name, bytes.len());
    let copied = bytes[range.clone()].to_vec();
    let target = file(image, other);
    let to = place(log, choices, other, target.len());
    let length = copied.len().min(target.len() - to);
    target[to..to + length].copy_from_slice(&copied[..length]);
    format!("{name} {range:?} copied to {other} at {to}")
}

fn garbage(log: &KnownLog, image: &mut Image, choices: &mut Choices<'_>, name: &str) -> String {
    let bytes = file(image, name);
    let range = stretch(log, choices, name, bytes.len());
    let mut value = choices.below(1 << 16) as u32 | 1;
    for byte in &mut bytes[range.clone()] {
        value = value.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *byte = (value >> 24) as u8;
    }
    format!("{name} overwritten in {range:?}")
}
