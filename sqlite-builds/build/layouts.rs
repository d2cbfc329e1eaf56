//! The layouts of a build: the same machine code several times, each at another distance from the lines of the
//! processor's caches.
//!
//! How fast code runs depends on where it happens to lie, by some percent, and that changes with whatever else is linked
//! into a program. So no comparison of two builds may rest on one place for each. A compiled build is linked with
//! a pad before it into one object (`cc -r`), which takes a fraction of a second where compiling takes half a minute.
//!
//! The layouts come in sets of as many as a function has places in a line, so that over a set each function has stood at
//! each place once. The sets stand at other lines of a page: which lines share a set of a cache, and which branches an
//! entry of the predictor's tables, matters as well.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::object::Object;

/// A pad begins at a page, so that a layout lies alike in every program: what is beyond a page makes no difference that was
/// found.
const PAGE_BYTES: usize = 4096;

/// A line of the caches of x86-64 and most ARM processors.
const LINE_BYTES: usize = 64;

/// Compilers begin a function at a multiple of as many bytes when they optimise, and so does each layout.
const FUNCTION_BYTES: usize = 16;

/// Layouts of a set.
const SET: usize = LINE_BYTES / FUNCTION_BYTES;

/// Lines from a set to the next: a third of a page.
const LINES_BETWEEN_SETS: usize = PAGE_BYTES / LINE_BYTES / 3;

/// Layouts of an optimised build: three sets.
const OPTIMISED: usize = 3 * SET;

/// Layouts where nothing is optimised, and so nothing is measured: enough to test that there are several.
const UNOPTIMISED: usize = 2;

/// The pads of every layout as object files, in order.
#[derive(Debug)]
pub(crate) struct Pads(Vec<PathBuf>);

impl Pads {
    /// Assembles as many as the cargo profile's level asks for.
    pub(crate) fn assemble(profile_level: &str, output_directory: &Path) -> Result<Self> {
        let count = if profile_level == "0" { UNOPTIMISED } else { OPTIMISED };
        let directory = output_directory.join("pads");
        fs::create_dir_all(&directory)?;
        let mut pads = Vec::new();
        for layout in 0..count {
            let source = directory.join(format!("pad_{layout}.s"));
            fs::write(&source, assembly(layout))
                .with_context(|| format!("cannot write {}", source.display()))?;
            let mut assembler = plain_compiler();
            let objects =
                assembler.out_dir(&directory).file(&source).try_compile_intermediates()?;
            let object = objects.into_iter().next().context("a pad made no object")?;
            pads.push(object);
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
        for (layout, pad) in self.0.iter().enumerate() {
            let renamed = directory.join("renamed.o");
            let mut copy = Object::read(object)?;
            copy.rename(&symbol(0), &symbol(layout))?;
            copy.write(&renamed)?;
            let path = directory.join(format!("layout_{layout}.o"));
            link_one(pad, &renamed, &path, layout > 0)?;
            fs::remove_file(&renamed)?;
            let linked_text = Object::read(&path)?.text()?.to_vec();
            ensure!(
                linked_text.ends_with(text) && linked_text.len() >= text.len() + pad_bytes(layout),
                "expected the code as it was compiled behind a pad, got other code"
            );
            linked.push(path);
        }
        Ok(linked)
    }
}

/// What stands before the code. Never nothing: a section without contents might not be aligned.
fn pad_bytes(layout: usize) -> usize {
    let line = 1 + layout / SET * LINES_BETWEEN_SETS;
    line * LINE_BYTES + layout % SET * FUNCTION_BYTES
}

fn assembly(layout: usize) -> String {
    format!(
        "\t.text\n\t.balign {PAGE_BYTES}\n\t.skip {}\n\t.section .note.GNU-stack,\"\",%progbits\n",
        pad_bytes(layout)
    )
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
