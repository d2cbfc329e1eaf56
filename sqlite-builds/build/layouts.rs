//! The layouts of a build: the same machine code several times, each at another distance from the lines and fetch
//! blocks of the processor's caches.
//!
//! How fast code runs depends on where it happens to lie, by some percent, and that changes with whatever else is linked
//! into a program. So no comparison of two builds may rest on one place for each. A compiled build is linked with
//! a pad before it into one object (`cc -r`), which takes a fraction of a second where compiling takes half a minute.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::object::Object;

/// A pad's sections begin at a page, so that what follows them lies alike in every program.
const PAGE_BYTES: u64 = 4096;

/// What stands before a build's code and before its data, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pad {
    text: u64,
    data: u64,
}

/// The layouts of an optimised build.
const PADS: [Pad; 8] = [
    Pad { text: 64, data: 64 },
    Pad { text: 80, data: 64 },
    Pad { text: 96, data: 64 },
    Pad { text: 112, data: 64 },
    Pad { text: 64, data: 96 },
    Pad { text: 64 + 1024, data: 64 },
    Pad { text: 64, data: 64 + 1024 },
    Pad { text: 64, data: 64 },
];

/// Layouts where nothing is optimised, and so nothing is measured: enough to test that there are several.
const UNOPTIMISED: usize = 2;

/// The pads of every layout as object files, in order.
#[derive(Debug)]
pub(crate) struct Pads(Vec<(Pad, PathBuf)>);

impl Pads {
    /// Assembles as many as the cargo profile's level asks for.
    pub(crate) fn assemble(profile_level: &str, output_directory: &Path) -> Result<Self> {
        let count = if profile_level == "0" { UNOPTIMISED } else { PADS.len() };
        let directory = output_directory.join("pads");
        fs::create_dir_all(&directory)?;
        let mut pads = Vec::new();
        for (layout, pad) in PADS.iter().take(count).enumerate() {
            let source = directory.join(format!("pad_{layout}.s"));
            fs::write(&source, pad.assembly())
                .with_context(|| format!("cannot write {}", source.display()))?;
            let mut assembler = plain_compiler();
            let objects =
                assembler.out_dir(&directory).file(&source).try_compile_intermediates()?;
            let object = objects.into_iter().next().context("a pad made no object")?;
            pads.push((*pad, object));
        }
        Ok(Self(pads))
    }

    /// Links a build's object behind each pad. The objects are given in order, and `symbol` is the name under which each
    /// hands itself out.
    pub(crate) fn link(
        &self,
        object: &Path,
        symbol: impl Fn(usize) -> String,
        directory: &Path,
    ) -> Result<Vec<PathBuf>> {
        let compiled = Object::read(object)?;
        let text = compiled.text()?;
        ensure!(!text.is_empty(), "expected machine code, got none; take -flto away");
        let mut linked = Vec::new();
        for (layout, (pad, pad_object)) in self.0.iter().enumerate() {
            let renamed = directory.join("renamed.o");
            let mut copy = Object::read(object)?;
            copy.rename(&symbol(0), &symbol(layout))?;
            copy.write(&renamed)?;
            let path = directory.join(format!("layout_{layout}.o"));
            link_one(pad_object, &renamed, &path, layout > 0)?;
            fs::remove_file(&renamed)?;
            let found = Object::read(&path)?;
            ensure!(
                found.text()?.ends_with(text) && found.text()?.len() as u64 >= text.len() as u64 + pad.text,
                "expected the code as it was compiled behind a pad, got other code"
            );
            linked.push(path);
        }
        Ok(linked)
    }
}

impl Pad {
    fn assembly(self) -> String {
        let sections = [
            (".text", self.text),
            (".data", self.data),
            (".bss", self.data),
            (".section .rodata,\"a\",%progbits", self.data),
        ];
        let mut assembly = String::new();
        for (section, bytes) in sections {
            writeln!(assembly, "\t{section}\n\t.balign {PAGE_BYTES}\n\t.skip {bytes}")
                .expect("writing to a string does not fail");
        }
        assembly + "\t.section .note.GNU-stack,\"\",%progbits\n"
    }
}

/// Two objects as one. Debug information names the place of each function in the program once; further layouts do without.
fn link_one(pad: &Path, object: &Path, linked: &Path, strips_debug: bool) -> Result<()> {
    let mut command = plain_compiler().try_get_compiler()?.to_command();
    command.args(["-r", "-nostdlib", "-Wl,--build-id=none"]);
    if strips_debug {
        command.arg("-Wl,--strip-debug");
    }
    command.arg("-o").args([linked, pad, object]);
    let output = command.output().with_context(|| format!("cannot start {command:?}"))?;
    ensure!(
        output.status.success(),
        "{command:?} failed: {}",
        String::from_utf8_lossy(&output.stderr).trim()
    );
    Ok(())
}

/// The compiler as it assembles and links, with no flag of a build's.
fn plain_compiler() -> cc::Build {
    let mut compiler = cc::Build::new();
    compiler.warnings(false).extra_warnings(false).debug(false).opt_level(0);
    compiler.inherit_rustflags(false).cargo_metadata(false);
    compiler
}
