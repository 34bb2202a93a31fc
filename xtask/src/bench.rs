//! `bench`: how fast the core is. Times tell what users will feel; counted instructions tell of a regression.

mod instructions;
mod native;
mod peers;
mod rollouts;

use anyhow::{Result, ensure};
use lexopt::prelude::*;

/// What is measured.
enum What {
    Times,
    Instructions {
        is_recording: bool,
    },
    /// With the options for the run.
    Peers(Vec<String>),
    Rollouts,
}

pub(crate) fn run(parser: &mut lexopt::Parser) -> Result<()> {
    match asked(parser)? {
        What::Times => native::run(),
        What::Instructions { is_recording } => instructions::run(is_recording),
        What::Peers(options) => peers::run(&options),
        What::Rollouts => rollouts::run(),
    }
}

fn asked(parser: &mut lexopt::Parser) -> Result<What> {
    let (mut is_counting, mut is_recording, mut has_peers, mut is_simulating) = (false, false, false, false);
    let mut options = Vec::new();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("instructions") => is_counting = true,
            Long("record") => is_recording = true,
            Long("peers") => has_peers = true,
            Long("rollouts") => is_simulating = true,
            Long("quick") => options.push("--quick".to_owned()),
            Long(name @ ("only" | "rows" | "rounds")) => {
                let option = format!("--{name}=");
                options.push(option + &parser.value()?.string()?);
            }
            other => return Err(other.unexpected().into()),
        }
    }
    ensure!(is_counting || !is_recording, "only counted instructions are recorded: `bench --instructions --record`");
    ensure!(has_peers || options.is_empty(), "`{}` is for `bench --peers`", options.join(" "));
    ensure!(!(has_peers && is_counting), "instructions are counted natively, without peers");
    ensure!(!(is_simulating && (has_peers || is_counting)), "rollouts are simulated by themselves");
    Ok(match (has_peers, is_counting) {
        _ if is_simulating => What::Rollouts,
        (true, _) => What::Peers(options),
        (false, true) => What::Instructions { is_recording },
        (false, false) => What::Times,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_instructions_are_recorded() {
        let of = |args: &[&str]| asked(&mut lexopt::Parser::from_args(args));
        assert!(matches!(of(&[]), Ok(What::Times)));
        assert!(matches!(of(&["--instructions"]), Ok(What::Instructions { is_recording: false })));
        assert!(matches!(of(&["--record", "--instructions"]), Ok(What::Instructions { is_recording: true })));
        assert!(of(&["--record"]).is_err() && of(&["--peer"]).is_err());
    }

    #[test]
    fn rollouts_are_simulated_alone() {
        let of = |args: &[&str]| asked(&mut lexopt::Parser::from_args(args));
        assert!(matches!(of(&["--rollouts"]), Ok(What::Rollouts)));
        assert!(of(&["--rollouts", "--peers"]).is_err() && of(&["--instructions", "--rollouts"]).is_err());
    }

    #[test]
    fn options_of_a_run_with_peers_are_passed_on() {
        let of = |args: &[&str]| asked(&mut lexopt::Parser::from_args(args));
        let passed = ["--rows=W1,cold", "--quick", "--only=vexil"];
        assert!(matches!(of(&["--rows", "W1,cold", "--peers", "--quick", "--only=vexil"]),
            Ok(What::Peers(options)) if options == passed));
        assert!(of(&["--quick"]).is_err() && of(&["--peers", "--instructions"]).is_err());
    }
}
