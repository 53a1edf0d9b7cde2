//! The page beside the module, `examples/envoy-module/README.md`: it has the codecs and headers that there are, and Envoy
//! accepts its configuration.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use tokio::process::Command;

use crate::envoy::{Envoy, Programs};
use crate::guide::{listings, text};
use crate::wire::WIRES;

/// Checks the page.
pub(crate) async fn run(programs: &Programs) -> Result<()> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../envoy-module/README.md");
    let page = std::fs::read_to_string(path)?;
    check_codecs(&page)?;
    validate(text(&listings(&page)?, "envoy.yaml")?, programs).await?;
    println!("passed examples/envoy-module/README.md");
    Ok(())
}

/// Each codec of the module has a row, with the headers by which calls are told apart.
fn check_codecs(page: &str) -> Result<()> {
    for wire in WIRES.iter().filter(|wire| wire.module() == "metaproto") {
        let begin = format!("| `{}` |", wire.codec_name());
        let row = page.lines().find(|line| line.starts_with(&begin));
        let row = row.with_context(|| format!("no row that begins with {begin:?}"))?;
        let service = wire.service().map(|(service, _)| service);
        for key in service.into_iter().chain([wire.key()]) {
            let header = format!("`mp-{key}`");
            ensure!(row.contains(&header), "no {header} in {row:?}");
        }
    }
    Ok(())
}

/// Envoy and the module accept the configuration.
async fn validate(config: &str, programs: &Programs) -> Result<()> {
    let directory = Envoy::directory()?;
    let path = directory.path().join("envoy.yaml");
    tokio::fs::write(&path, config).await?;
    let output = Command::new(&programs.envoy)
        .args(["--mode", "validate", "--config-path"])
        .arg(&path)
        .env("ENVOY_DYNAMIC_MODULES_SEARCH_PATH", &programs.modules)
        .output()
        .await?;
    let log = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "envoy.yaml is refused:\n{log}");
    Ok(())
}
