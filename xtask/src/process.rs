//! Running other programs so that a failure names the command and shows what it said.

use crate::project;
use anyhow::{Context, Result, bail, ensure};
use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;

/// A program with its arguments, to be run in the root of the repository unless told otherwise.
pub(crate) struct Process(Command);

/// What a program said (its errors after its output) and, if it ended badly, how.
pub(crate) struct Transcript {
    pub(crate) text: String,
    pub(crate) failure: Option<String>,
}

/// `process("cargo build -p xtask")`: splits at white space; arguments that hold spaces are added with `arg`.
pub(crate) fn process(line: &str) -> Process {
    let mut words = line.split_whitespace();
    program(words.next().unwrap_or_default()).args(words)
}

/// The same with the wasm toolchain and its tools on the path.
pub(crate) fn wasm_process(line: &str) -> Result<Process> {
    let wasm_run = project::wasm_run()?;
    ensure!(wasm_run.exists(), "no {}: run `cargo xtask setup` first", wasm_run.display());
    Ok(program(wasm_run).args(line.split_whitespace()))
}

/// A program by its name or path.
pub(crate) fn program(name: impl AsRef<OsStr>) -> Process {
    let mut command = Command::new(name);
    command.current_dir(project::root()).stdin(Stdio::null());
    Process(command)
}

impl Process {
    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.0.arg(arg);
        self
    }

    pub(crate) fn args(mut self, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.0.args(args);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.0.env(name, value);
        self
    }

    pub(crate) fn without_env(mut self, names: &[&str]) -> Self {
        for name in names {
            self.0.env_remove(name);
        }
        self
    }

    pub(crate) fn dir(mut self, dir: impl AsRef<Path>) -> Self {
        self.0.current_dir(dir);
        self
    }

    /// Runs it in sight of the user.
    pub(crate) fn run(mut self) -> Result<()> {
        let status = self.0.status().with_context(|| self.could_not_start())?;
        match self.failure(status) {
            Some(failure) => bail!(failure),
            None => Ok(()),
        }
    }

    /// Runs it out of sight and returns what it printed; all it said is shown only if it fails.
    pub(crate) fn read(mut self) -> Result<String> {
        let output = self.0.output().with_context(|| self.could_not_start())?;
        let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
        match self.failure(output.status) {
            Some(failure) => bail!("{failure}\n{stdout}{}", String::from_utf8_lossy(&output.stderr)),
            None => Ok(stdout),
        }
    }

    /// Runs it in sight of the user and keeps what it printed, so that its tests can be counted.
    pub(crate) fn transcribe(mut self) -> Result<Transcript> {
        self.0.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.0.spawn().with_context(|| self.could_not_start())?;
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let text = thread::scope(|scope| {
            let errors = scope.spawn(|| stderr.map(|pipe| echo(pipe, io::stderr())));
            let output = stdout.map(|pipe| echo(pipe, io::stdout())).unwrap_or_default();
            output + &errors.join().ok().flatten().unwrap_or_default()
        });
        let status = child.wait().with_context(|| format!("waiting for `{}`", self.line()))?;
        Ok(Transcript { text, failure: self.failure(status) })
    }

    fn could_not_start(&self) -> String {
        let program = self.0.get_program().display();
        format!("`{}` could not be started: is `{program}` installed?", self.line())
    }

    fn failure(&self, status: ExitStatus) -> Option<String> {
        (!status.success()).then(|| format!("`{}` failed ({status})", self.line()))
    }

    /// What a person would type.
    fn line(&self) -> String {
        let args = self.0.get_args().map(|arg| format!(" {}", arg.display()));
        args.fold(self.0.get_program().display().to_string(), |line, arg| line + &arg)
    }
}

/// Copies a pipe to the terminal line by line and returns all of it. A terminal that is gone is no reason to stop.
fn echo(pipe: impl Read, mut terminal: impl Write) -> String {
    let mut text = String::new();
    let mut reader = BufReader::new(pipe);
    let mut line = Vec::new();
    while matches!(reader.read_until(b'\n', &mut line), Ok(read) if read > 0) {
        let _ = terminal.write_all(&line);
        text.push_str(&String::from_utf8_lossy(&line));
        line.clear();
    }
    let _ = terminal.flush();
    text
}
