//! Builds, tests and checks the project. Needs nothing but cargo; what else is needed, `setup` brings.

mod bench;
mod build;
mod corpus;
mod counts;
mod demo;
mod process;
mod project;
mod setup;
mod size;
mod test;
mod tidy;
mod types;
mod www;

use anyhow::{Result, bail};
use lexopt::prelude::*;
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask <command>

  setup [--browsers]   install what building the wasm needs, and the npm dependencies of the package, examples and www/;
                       with --browsers also what testing in browsers needs
  build                build the npm package: wasm, glue, TypeScript, and a check of what would be packed; with set-up
  size                 print the sizes of what users download, and fail over budget
  test [--quick]       everything that CI checks; with --quick only what needs no wasm, no npm and no browser
  tidy                 the rules of the repository that no compiler knows
  bench                measure the core natively
  bench --instructions [--record]
                       count the instructions of evaluating and loading with valgrind, and fail where they are more
                       than 3 % above those recorded in benches/instructions.json; with --record write them there
  bench --peers [--quick] [--only=ENGINE,...] [--rows=ROW,...] [--rounds=N]
                       measure the npm package beside the engines that people use (benches/peers/README.md); with
                       set-up and builds
  bench --rollouts     simulate rollouts by the ten thousand: how often verdicts are wrong, beside what else is used
  corpus               rewrite the list of fixtures that crates/vexil-corpus embeds
  types                rewrite the types of `vexil/control` that pkg/src/control/types.ts has from those of the core
  demo                 one shop, 100 000 visitors, three hosts, one digest; with set-up and builds
  www                  serve the playground on this machine until it is interrupted; with set-up and builds
";

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode> {
    let mut parser = lexopt::Parser::from_env();
    let Some(command) = command(&mut parser)? else {
        print!("{HELP}");
        return Ok(ExitCode::SUCCESS);
    };
    match command.as_str() {
        "setup" => setup::run(flag(&mut parser, "browsers")?)?,
        "bench" => bench::run(&mut parser)?,
        "test" => return Ok(test::run(flag(&mut parser, "quick")?)),
        name => {
            nothing_more(&mut parser)?;
            match name {
                "build" => {
                    setup::run(false)?;
                    build::run()?;
                }
                "size" => size::run()?,
                "tidy" => tidy::run()?,
                "corpus" => corpus::run()?,
                "types" => types::run()?,
                "demo" => demo::run()?,
                "www" => www::run()?,
                _ => bail!("unknown command `{name}`\n\n{HELP}"),
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The first argument, or `None` where only help is wanted.
fn command(parser: &mut lexopt::Parser) -> Result<Option<String>> {
    match parser.next()? {
        None | Some(Long("help") | Short('h')) => Ok(None),
        Some(Value(name)) => Ok(Some(name.string()?)),
        Some(other) => Err(other.unexpected().into()),
    }
}

/// The rest of the arguments, where the one option `--name` is all that a command takes.
fn flag(parser: &mut lexopt::Parser, name: &str) -> Result<bool> {
    let mut given = false;
    while let Some(argument) = parser.next()? {
        match argument {
            Long(option) if option == name => given = true,
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(given)
}

fn nothing_more(parser: &mut lexopt::Parser) -> Result<()> {
    match parser.next()? {
        None => Ok(()),
        Some(other) => Err(other.unexpected().into()),
    }
}
