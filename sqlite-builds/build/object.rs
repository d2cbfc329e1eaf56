//! An object file as the compiler made it: what it holds, and under which name it hands that out.

use std::fs;
use std::ops::Range;
use std::path::Path;

use anyhow::{Context, Result, ensure};

/// `SHF_ALLOC` of the ELF specification: the section occupies memory when the program runs.
const SECTION_IS_LOADED: u64 = 2;

/// A 64-bit little-endian ELF object.
#[derive(Debug)]
pub(crate) struct Object {
    bytes: Vec<u8>,
}

impl Object {
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        ensure!(
            bytes.starts_with(b"\x7fELF\x02\x01"),
            "{}: expected a 64-bit little-endian ELF object, got another file",
            path.display()
        );
        Ok(Self { bytes })
    }

    pub(crate) fn write(&self, path: &Path) -> Result<()> {
        fs::write(path, &self.bytes).with_context(|| format!("cannot write {}", path.display()))
    }

    /// Bytes of all sections that are loaded (code, constants, data), without debug information.
    pub(crate) fn loaded_bytes(&self) -> Result<u64> {
        let mut loaded = 0;
        for header in self.headers()? {
            if self.number::<8>(header + 0x08)? & SECTION_IS_LOADED != 0 {
                loaded += self.number::<8>(header + 0x20)?;
            }
        }
        Ok(loaded)
    }

    /// The machine code that is not set apart as unlikely; relocations are not applied.
    pub(crate) fn text(&self) -> Result<&[u8]> {
        let range = self.section(".text")?.context("expected a section .text, got none")?;
        self.bytes.get(range).context("the section .text lies beyond the file's end")
    }

    /// Gives a symbol another name of the same length.
    pub(crate) fn rename(&mut self, symbol: &str, name: &str) -> Result<()> {
        ensure!(
            symbol.len() == name.len(),
            "expected names of one length, got {symbol} and {name}"
        );
        let strings = self.section(".strtab")?.context("expected a section .strtab, got none")?;
        let table = self.bytes.get_mut(strings).context("the names lie beyond the file's end")?;
        let held = [b"\0", symbol.as_bytes(), b"\0"].concat();
        let mut places = (0..table.len()).filter(|place| table[*place..].starts_with(&held));
        let place =
            places.next().with_context(|| format!("expected a symbol {symbol}, got none"))?;
        ensure!(places.next().is_none(), "expected one symbol {symbol}, got several");
        table[place + 1..=place + name.len()].copy_from_slice(name.as_bytes());
        Ok(())
    }

    /// Where the contents of the first section of that name lie in the file.
    fn section(&self, name: &str) -> Result<Option<Range<usize>>> {
        let headers = self.headers()?;
        let of_names = usize::try_from(self.number::<2>(0x3e)?)?;
        let names = *headers.get(of_names).context("the sections have no names")?;
        let names = self.contents(names)?.start;
        for header in headers {
            let begin = names + usize::try_from(self.number::<4>(header)?)?;
            let held = self.bytes.get(begin..=begin + name.len());
            if held.is_some_and(|held| held.strip_prefix(name.as_bytes()) == Some(b"\0")) {
                return self.contents(header).map(Some);
            }
        }
        Ok(None)
    }

    /// Where the header of each section lies in the file.
    fn headers(&self) -> Result<Vec<usize>> {
        let table = usize::try_from(self.number::<8>(0x28)?)?;
        let entry_bytes = usize::try_from(self.number::<2>(0x3a)?)?;
        let sections = usize::try_from(self.number::<2>(0x3c)?)?;
        Ok((0..sections).map(|index| table + index * entry_bytes).collect())
    }

    /// Where the contents of the section with that header lie.
    fn contents(&self, header: usize) -> Result<Range<usize>> {
        let begin = usize::try_from(self.number::<8>(header + 0x18)?)?;
        Ok(begin..begin + usize::try_from(self.number::<8>(header + 0x20)?)?)
    }

    /// The little-endian number of `BYTES` bytes at `offset`.
    fn number<const BYTES: usize>(&self, offset: usize) -> Result<u64> {
        let bytes = self.bytes.get(offset..offset + BYTES).context("the file ends early")?;
        Ok(bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }
}
