//! Where the peers' languages and packages are.

use std::path::{Path, PathBuf};

use tokio::process::Command;

use crate::pair::Pair;

/// Where the scripts are.
const SCRIPTS: &str = env!("CARGO_MANIFEST_DIR");

/// What was installed below one directory.
pub(crate) struct Installed {
    python: PathBuf,
    node_modules: PathBuf,
    stubs: PathBuf,
}

impl Installed {
    /// What `cargo xtask test` has installed below `root`.
    pub(crate) fn new(root: &Path) -> Self {
        Self {
            python: root.join("python/bin/python"),
            node_modules: root.join("node_modules"),
            stubs: root.join("stubs"),
        }
    }

    /// What `pair` needs and is not there.
    pub(crate) fn missing(&self, pair: &Pair) -> Option<&Path> {
        let mut needed = Vec::new();
        for script in [pair.server, pair.client] {
            needed.push(match extension(script) {
                "py" => &self.python,
                _ => &self.node_modules,
            });
        }
        if pair.protocol == "Thrift" {
            needed.push(&self.stubs);
        }
        let missing = needed.into_iter().find(|path| !path.exists());
        missing.map(PathBuf::as_path)
    }

    /// A command that runs `script`.
    pub(crate) fn command(&self, script: &str) -> Command {
        let mut command = match extension(script) {
            "py" => {
                let mut python = Command::new(&self.python);
                python
                    .env("PYTHONPATH", &self.stubs)
                    .env("PYTHONDONTWRITEBYTECODE", "1");
                python
            }
            _ => {
                let mut node = Command::new("node");
                let modules = [&self.node_modules, &self.stubs];
                // No path of a workspace that cargo can build holds the separator.
                let modules = std::env::join_paths(modules).unwrap_or_default();
                node.env("NODE_PATH", modules);
                node
            }
        };
        command.arg(Path::new(SCRIPTS).join(script));
        command
    }
}

fn extension(script: &str) -> &str {
    script.rsplit('.').next().unwrap_or_default()
}
