//! An object file as the compiler made it: what it holds, and under which name it hands that out.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use object::elf::SHF_ALLOC;
use object::read::elf::ElfFile64;
use object::{LittleEndian, Object as _, ObjectSection as _, SectionFlags};

/// A 64-bit little-endian ELF object.
#[derive(Debug)]
pub(crate) struct Object {
    bytes: Vec<u8>,
}

impl Object {
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let object = Self { bytes };
        object.elf().with_context(|| {
            let path = path.display();
            format!("{path}: expected a 64-bit little-endian ELF object, got another file")
        })?;
        Ok(object)
    }

    pub(crate) fn write(&self, path: &Path) -> Result<()> {
        fs::write(path, &self.bytes).with_context(|| format!("cannot write {}", path.display()))
    }

    fn elf(&self) -> Result<ElfFile64<'_, LittleEndian>> {
        Ok(ElfFile64::parse(&*self.bytes)?)
    }

    /// Bytes of all sections that are loaded (code, constants, data), without debug information.
    pub(crate) fn loaded_bytes(&self) -> Result<u64> {
        let is_loaded = |flags| matches!(flags, SectionFlags::Elf { sh_flags, .. } if sh_flags.contains(SHF_ALLOC));
        let elf = self.elf()?;
        Ok(elf.sections().filter(|it| is_loaded(it.flags())).map(|it| it.size()).sum())
    }

    /// The machine code that is not set apart as unlikely; relocations are not applied.
    pub(crate) fn text(&self) -> Result<&[u8]> {
        let elf = self.elf()?;
        let text = elf.section_by_name(".text").context("expected a section .text, got none")?;
        Ok(text.data()?)
    }

    /// Gives a symbol another name of the same length.
    pub(crate) fn rename(&mut self, symbol: &str, name: &str) -> Result<()> {
        ensure!(
            symbol.len() == name.len(),
            "expected names of one length, got {symbol} and {name}"
        );
        let strings = self.elf()?.section_by_name(".strtab").and_then(|it| it.file_range());
        let (begin, bytes) = strings.context("expected a section .strtab, got none")?;
        let table = &mut self.bytes[begin as usize..][..bytes as usize];
        let held = [b"\0", symbol.as_bytes(), b"\0"].concat();
        let mut places = (0..table.len()).filter(|place| table[*place..].starts_with(&held));
        let place =
            places.next().with_context(|| format!("expected a symbol {symbol}, got none"))?;
        ensure!(places.next().is_none(), "expected one symbol {symbol}, got several");
        table[place + 1..=place + name.len()].copy_from_slice(name.as_bytes());
        Ok(())
    }
}
