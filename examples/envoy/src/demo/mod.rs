//! One feature of Envoy at a time, with a configuration to copy from: servers, Envoy, a client, and what happened.
//!
//! The configurations are `examples/envoy-module/demos`, with fixed ports, so that they serve without these programs too. Here
//! other ports take their places, which are free.

mod acts;
mod stage;

use std::path::PathBuf;
use std::pin::Pin;

use anyhow::{Context, Result};

use self::stage::Stage;
use crate::envoy::Programs;
use crate::wire::{AwesomeRpc, Dubbo, Wire};

/// A demo that is running.
type Run<'s> = Pin<Box<dyn Future<Output = Result<()>> + Send + 's>>;

/// One feature.
struct Demo {
    /// The configuration's file, without `.yaml`.
    name: &'static str,
    wire: &'static dyn Wire,
    /// Starts what it needs, tells what happens, and checks it.
    run: fn(&mut Stage) -> Run<'_>,
}

/// All, from the simple to the less simple.
const ALL: [Demo; 11] = [
    demo("routing", acts::routing),
    demo("canary", acts::canary),
    demo("mirror", acts::mirror),
    demo("retry", acts::retry),
    demo("local-rate-limit", acts::local_rate_limit),
    demo("global-rate-limit", acts::global_rate_limit),
    demo("fault", acts::fault),
    demo("access-log", acts::access_log),
    Demo {
        name: "tracing",
        wire: &Dubbo,
        run: acts::tracing,
    },
    demo("rds", acts::rds),
    demo("tls", acts::tls),
];

const fn demo(name: &'static str, run: fn(&mut Stage) -> Run<'_>) -> Demo {
    Demo {
        name,
        wire: &AwesomeRpc,
        run,
    }
}

/// Which demo.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Its name: a file below `examples/envoy-module/demos`, without `.yaml`.
    name: Option<String>,
}

/// Runs one demo, or all. What it tells is checked, so that a demo that fails is an error.
pub(crate) async fn run(options: &Options, programs: &Programs) -> Result<()> {
    let asked = options.name.as_deref();
    let mut found = false;
    for demo in &ALL {
        if asked.is_none_or(|asked| asked == demo.name) {
            found = true;
            let mut stage = Stage::new(demo.name, demo.wire, programs.clone())?;
            let played = (demo.run)(&mut stage).await;
            let finished = match played {
                Ok(()) => stage.ground.finish().await,
                played => played,
            };
            if finished.is_err() {
                eprintln!("{}", stage.ground.log());
            }
            finished.with_context(|| format!("demo {}", demo.name))?;
        }
    }
    let names = || ALL.map(|demo| demo.name).join(", ");
    let asked = asked.unwrap_or_default();
    found
        .then_some(())
        .with_context(|| format!("no demo {asked:?}: there are {}", names()))
}

/// Where the configurations are.
fn directory() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "../envoy-module/demos"]
        .iter()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_configuration_has_its_demo_and_says_what_it_is() {
        let mut names = ALL.map(|demo| demo.name.to_owned());
        names.sort_unstable();
        let files = std::fs::read_dir(directory()).unwrap();
        let files = files.filter_map(|file| {
            let name = file.unwrap().file_name().into_string().unwrap();
            name.strip_suffix(".yaml").map(str::to_owned)
        });
        let mut files: Vec<String> = files.collect();
        files.sort_unstable();
        assert_eq!(files, names);
        for name in names {
            let path = directory().join(format!("{name}.yaml"));
            let text = std::fs::read_to_string(path).unwrap();
            assert!(text.starts_with(&format!("# {name}: ")), "{name}");
        }
    }
}
