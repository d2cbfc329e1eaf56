//! How large a compiled build is in memory, without its debug information.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

/// `SHF_ALLOC` of the ELF specification: the section occupies memory when the program runs.
const SECTION_IS_LOADED: u64 = 2;

/// Bytes of all sections that are loaded (code, constants, data), in a 64-bit little-endian ELF
/// object.
pub(crate) fn loaded_bytes(path: &Path) -> Result<u64> {
    let object = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    loaded_bytes_of(&object)
        .with_context(|| format!("{} is no object file that can be measured", path.display()))
}

fn loaded_bytes_of(object: &[u8]) -> Result<u64> {
    ensure!(object.starts_with(b"\x7fELF\x02\x01"), "found no 64-bit little-endian ELF header");
    let table = usize::try_from(number::<8>(object, 0x28)?)?;
    let entry_bytes = usize::try_from(number::<2>(object, 0x3a)?)?;
    let sections = usize::try_from(number::<2>(object, 0x3c)?)?;
    let mut loaded = 0;
    for index in 0..sections {
        let header = table + index * entry_bytes;
        if number::<8>(object, header + 0x08)? & SECTION_IS_LOADED != 0 {
            loaded += number::<8>(object, header + 0x20)?;
        }
    }
    Ok(loaded)
}

/// The little-endian number of `BYTES` bytes at `offset`.
fn number<const BYTES: usize>(object: &[u8], offset: usize) -> Result<u64> {
    let bytes = object.get(offset..offset + BYTES).context("the file ends early")?;
    Ok(bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}
