//! What a power cut takes under each setting: the matrix, every verdict, and the command that shows its witness.

use maud::{Markup, html};
use report::power_cut::{Campaign, PowerCut, campaign};
use report::quantity;
use report::tables;

use crate::copied::copied;
use crate::subject::slug;
use crate::table::table;

/// Rows of the matrix: SQLite's journal modes.
const JOURNALS: [&str; 6] = ["delete", "truncate", "persist", "memory", "off", "wal"];

/// Its columns: the levels of `synchronous`.
const LEVELS: [&str; 4] = ["off", "normal", "full", "extra"];

/// What a class leaves, from the best on; a class that is not among them is worse.
const DURABLE: &str = "durable";
const LOSES: &str = "loses_acked";
const BREAKS_PREFIX: &str = "breaks_prefix";

/// The id of what is told of a verdict.
pub(crate) fn cut_id(cut: &PowerCut) -> String {
    format!("cut-{}", slug(&cut.case))
}

/// The verdicts of the crash model.
pub(crate) fn durability() -> Markup {
    let campaign = campaign();
    let verdicts = &campaign.verdicts;
    let link = |id: &str| {
        let cut = verdicts.iter().find(|cut| cut.case == id)?;
        Some(format!("#{}", cut_id(cut)))
    };
    html! {
        section id="durability" {
            h2 { "What a power cut takes" }
            p { (summary(campaign)) }
            @for locking in ["normal", "exclusive"] { (matrix(verdicts, locking)) }
            details {
                summary { "All settings that were examined, " (verdicts.len()) }
                (table("cuts", "What a power cut takes, setting by setting", &tables::power_cuts(verdicts), &link))
            }
            details.settings {
                summary { "Each setting: its worst state, and the command that shows it again" }
                @for cut in verdicts { (one(cut)) }
            }
        }
    }
}

fn summary(campaign: &Campaign) -> String {
    let verdicts = &campaign.verdicts;
    let states: u64 = verdicts.iter().map(PowerCut::states).sum();
    let of = |is: fn(&str) -> bool| verdicts.iter().filter(|cut| is(&cut.class)).count();
    format!(
        "A model of disks cuts the power at every moment of a store's life and opens what may be left: {} states under {} \
         settings (SQLite {}, seed {}). {} settings lose nothing that was acknowledged; {} lose acknowledged packets, and the \
         rest is whole; {} may keep a part of a packet, or one without an earlier one; {} may leave a store that is corrupt or cannot be \
         opened. Each is the worst of its states, and more states may \
         show worse; loses 1 is one acknowledged packet.",
        quantity::count(states),
        verdicts.len(),
        campaign.sqlite_version,
        campaign.seed,
        of(|class| class == DURABLE),
        of(|class| class == LOSES),
        of(|class| class == BREAKS_PREFIX),
        of(|class| ![DURABLE, LOSES, BREAKS_PREFIX].contains(&class)),
    )
}

/// Journal modes and levels of `synchronous` under one mode of locks; nothing where none was examined.
fn matrix(verdicts: &[PowerCut], locking: &str) -> Markup {
    let cell = |journal: &str, level: &str| {
        let begin = format!("sqlite/{locking}/{journal}/{level}/fsync");
        // With a WAL the verdicts beside the rollback journals' are those of a life with checkpoints by call.
        let with_calls = format!("{begin}/called");
        verdicts.iter().find(|cut| cut.case == begin || cut.case == with_calls)
    };
    if !JOURNALS.iter().any(|journal| LEVELS.iter().any(|level| cell(journal, level).is_some())) {
        return html! {};
    }
    let caption = format!("SQLite with locking_mode={locking}: journal_mode by synchronous");
    html! {
        h3 { (caption) }
        div.scroll tabindex="0" role="region" aria-label=(caption) {
            table.matrix {
                caption { (caption) }
                thead { tr { td {} @for level in LEVELS { th scope="col" { (level.to_uppercase()) } } } }
                tbody {
                    @for journal in JOURNALS {
                        tr {
                            th scope="row" { (journal.to_uppercase()) }
                            @for level in LEVELS { (of_cell(cell(journal, level))) }
                        }
                    }
                }
            }
        }
    }
}

fn of_cell(cut: Option<&PowerCut>) -> Markup {
    let Some(cut) = cut else { return html! { td { "not examined" } } };
    let class = match cut.class.as_str() {
        DURABLE => "holds",
        LOSES => "loses",
        _ => "breaks",
    };
    html! { td class=(class) { a href={ "#" (cut_id(cut)) } { (cut.words()) } } }
}

fn one(cut: &PowerCut) -> Markup {
    html! {
        details id=(cut_id(cut)) {
            summary { code { (cut.case) } " " (cut.words()) }
            @if !cut.why.is_empty() { p { "In the worst state: " (cut.why) "." } }
            p.facts { (quantity::count(cut.states())) " states." }
            @match cut.replay() {
                Some(command) => (copied("show the worst state again", &command)),
                None => (copied("examine it again", &cut.examine())),
            }
        }
    }
}
