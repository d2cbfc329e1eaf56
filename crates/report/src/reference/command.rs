//! The command that measures a question again.

use measure::record::QuestionRecord;

/// The program that measures what no bench does.
const PROGRAM: &str = "durabench";

/// `cargo bench --bench vote`, or `cargo run --release -- growth --seconds 60`. Of a question that stands beside another
/// one, that one's bench. Somebody may paste it: what a record holds beside plain words does not stand in it.
pub(crate) fn command(question: &QuestionRecord) -> String {
    match question.command_line.split_first() {
        Some((program, arguments))
            if program == PROGRAM && arguments.iter().all(|it| is_plain(it)) =>
        {
            format!("cargo run --release -- {}", arguments.join(" "))
        }
        program => {
            let bench = bench(program.map(|(program, _)| program)).unwrap_or(&question.name);
            format!("cargo bench --bench {bench}")
        }
    }
}

fn is_plain(argument: &str) -> bool {
    argument.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_=.,".contains(letter))
}

/// The bench that a program is, whose name cargo ends with a hash: what stands beside a question has a name of
/// its own, but no bench.
fn bench(program: Option<&String>) -> Option<&str> {
    let (name, hash) = program?.rsplit_once('-')?;
    let is_hash = hash.len() == 16 && hash.bytes().all(|letter| letter.is_ascii_hexdigit());
    let is_name =
        name.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-".contains(letter));
    (is_hash && is_name && !name.starts_with('-')).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::bench;

    #[test]
    fn a_bench_is_told_by_its_program() {
        let of = |program: &str| bench(Some(&program.to_owned())).map(str::to_owned);
        assert_eq!(of("vote-3213b608d5a45702"), Some("vote".to_owned()));
        assert_eq!(of("why_45k-54876b2e52e35359"), Some("why_45k".to_owned()));
        assert_eq!(of("small-question"), None);
        assert_eq!(of("x; touch planted-3213b608d5a45702"), None);
        assert_eq!(bench(None), None);
    }
}
