//! What is installed below `target`, in the versions that files of the repository state, and stays there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

/// A place for installed things.
pub(crate) struct Place {
    /// What states the versions.
    pub(crate) from: PathBuf,
    /// Where they are installed.
    pub(crate) to: PathBuf,
}

impl Place {
    /// Packages of PyPI that `requirements.txt` states, in an environment of their own; answers its interpreter.
    pub(crate) fn python(&self) -> Result<PathBuf> {
        let environment = self.to.join("python");
        let interpreter = environment.join("bin/python");
        self.once("requirements.txt", &environment, || {
            quietly(
                Command::new("python3")
                    .args(["-m", "venv"])
                    .arg(&environment),
            )?;
            let mut pip = Command::new(&interpreter);
            pip.args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
            ]);
            let requirements = self.from.join("requirements.txt");
            quietly(pip.arg("--requirement").arg(requirements)).map(drop)
        })?;
        Ok(interpreter)
    }

    /// Runs `install`, which makes `made`, unless it was made of the very `source` that is there now.
    pub(crate) fn once(
        &self,
        source: &str,
        made: &Path,
        install: impl FnOnce() -> Result<()>,
    ) -> Result<()> {
        let file = self.from.join(source);
        let wanted = fs::read(&file).with_context(|| file.display().to_string())?;
        let stamp = self.to.join(source.replace('/', "-") + ".installed");
        if made.exists() && fs::read(&stamp).is_ok_and(|there| there == wanted) {
            return Ok(());
        }
        let owner = self.from.file_name().unwrap_or_default();
        println!(
            "==> install what {source} of {} states",
            owner.to_string_lossy()
        );
        if made.exists() {
            fs::remove_dir_all(made)?;
        }
        fs::create_dir_all(&self.to)?;
        let installed = install();
        if installed.is_err() {
            // Half of it is worse than nothing.
            let _ = fs::remove_dir_all(made);
        }
        installed?;
        Ok(fs::write(stamp, wanted)?)
    }
}

/// Runs a command whose output matters only where it fails; answers what it wrote.
pub(crate) fn quietly(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output();
    let name = command.get_program().to_string_lossy().into_owned();
    let output = output.with_context(|| format!("{name} does not start"))?;
    let errors = String::from_utf8_lossy(&output.stderr);
    let last = errors.trim().lines().last().unwrap_or_default();
    ensure!(output.status.success(), "{name}: {}: {last}", output.status);
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
