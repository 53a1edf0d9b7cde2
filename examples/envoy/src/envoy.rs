//! A running Envoy.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::config::Config;
use crate::peer::PATIENCE;

/// How often something is looked at that takes its time.
const GLANCE: Duration = Duration::from_millis(20);

/// Where the programs are.
#[derive(Clone, Debug)]
pub(crate) struct Programs {
    /// Envoy.
    pub(crate) envoy: PathBuf,
    /// The directory in which the modules are.
    pub(crate) modules: PathBuf,
}

/// The Envoy that `cargo xtask envoy --install` has installed.
pub(crate) fn installed() -> Result<PathBuf> {
    let libraries = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/envoy/python/lib");
    let libraries = std::fs::read_dir(libraries).into_iter().flatten().flatten();
    let envoy = "site-packages/envoy/_bin/envoy";
    let mut paths = libraries.map(|version| version.path().join(envoy));
    let path = paths.find(|path| path.exists());
    let path = path.context("no Envoy is installed: cargo xtask envoy --install")?;
    Ok(path.canonicalize()?)
}

/// A running Envoy. It is killed when it is dropped.
pub(crate) struct Envoy {
    child: Child,
    admin: SocketAddr,
    directory: TempDir,
}

impl Envoy {
    /// Starts Envoy and waits until it serves.
    pub(crate) async fn start(programs: &Programs, config: &Config) -> Result<Self> {
        Self::start_with(programs, config, &["--disable-hot-restart"]).await
    }

    /// As [`start`](Self::start), with more arguments.
    pub(crate) async fn start_with(
        programs: &Programs,
        config: &Config,
        arguments: &[&str],
    ) -> Result<Self> {
        let directory = Self::directory()?;
        let path = directory.path().join("envoy.json");
        tokio::fs::write(path, config.render()).await?;
        Self::start_in(
            programs,
            directory,
            "envoy.json",
            config.concurrency,
            arguments,
        )
        .await
    }

    /// A directory for an Envoy.
    pub(crate) fn directory() -> Result<TempDir> {
        Ok(tempfile::Builder::new().prefix("envoy-").tempdir()?)
    }

    /// Starts Envoy in a directory in which there is its configuration, a file of this name.
    pub(crate) async fn start_in(
        programs: &Programs,
        directory: TempDir,
        config: &str,
        concurrency: u32,
        arguments: &[&str],
    ) -> Result<Self> {
        let path = |name: &str| directory.path().join(name);
        let log = std::fs::File::create(path("log"))?;
        let mut command = Command::new(&programs.envoy);
        command
            .env("ENVOY_DYNAMIC_MODULES_SEARCH_PATH", &programs.modules)
            .current_dir(&directory)
            .args(["--config-path", config])
            .args(["--concurrency", &concurrency.to_string()])
            .args([
                "--log-level",
                "warning",
                "--component-log-level",
                "dynamic_modules:info",
            ])
            .args([
                "--admin-address-path",
                "admin",
                "--file-flush-interval-msec",
                "20",
            ])
            .args(["--drain-time-s", "2", "--parent-shutdown-time-s", "3"])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .kill_on_drop(true);
        let child = command.spawn();
        let child = child.with_context(|| format!("cannot start {}", programs.envoy.display()))?;
        let mut envoy = Self {
            child,
            admin: ([127, 0, 0, 1], 0).into(),
            directory,
        };
        match envoy.wait_until_live().await {
            Ok(()) => Ok(envoy),
            Err(error) => Err(error.context(envoy.log())),
        }
    }

    async fn wait_until_live(&mut self) -> Result<()> {
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            if let Some(status) = self.child.try_wait()? {
                bail!("Envoy does not start: {status}");
            }
            let admin = std::fs::read_to_string(self.path("admin")).unwrap_or_default();
            if let Ok(admin) = admin.parse() {
                self.admin = admin;
                if self
                    .get("/ready")
                    .await
                    .is_ok_and(|text| text.trim() == "LIVE")
                {
                    return Ok(());
                }
            }
            tokio::time::sleep(GLANCE).await;
        }
        bail!("Envoy does not become live")
    }

    /// A file in Envoy's own directory.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Where the administration listens.
    pub(crate) fn admin(&self) -> SocketAddr {
        self.admin
    }

    /// Its process.
    pub(crate) fn process(&self) -> Result<u32> {
        self.child.id().context("Envoy ended")
    }

    /// All that Envoy logged.
    pub(crate) fn log(&self) -> String {
        log_in(self.directory.path())
    }

    /// An error if Envoy ended.
    pub(crate) fn check_alive(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => bail!("Envoy ended: {status}"),
        }
    }

    /// Bytes of Envoy's memory that are resident now, as Linux tells.
    pub(crate) fn resident(&self) -> Result<u64> {
        let id = self.child.id().context("Envoy has ended")?;
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let text = line.context("no VmRSS")?.trim().trim_end_matches(" kB");
        Ok(text.parse::<u64>()? << 10)
    }

    /// Bytes that Envoy's own allocator has handed out and not got back.
    pub(crate) async fn allocated(&self) -> Result<u64> {
        let memory: Value = serde_json::from_str(&self.get("/memory").await?)?;
        let allocated = memory["allocated"].as_str().context("nothing allocated")?;
        Ok(allocated.parse()?)
    }

    /// Waits until Envoy has ended by itself.
    pub(crate) async fn ended(&mut self) -> Result<()> {
        let ended = tokio::time::timeout(PATIENCE, self.child.wait()).await;
        ended.context("Envoy does not end")??;
        Ok(())
    }

    /// The address of a listener.
    pub(crate) async fn listener(&self, name: &str) -> Result<SocketAddr> {
        let text = self.get("/listeners?format=json").await?;
        let all: Value = serde_json::from_str(&text)?;
        let all = all["listener_statuses"].as_array();
        let found = all.and_then(|all| all.iter().find(|one| one["name"] == name));
        let found = found.with_context(|| format!("no listener {name}: {text}"))?;
        let port = found["local_address"]["socket_address"]["port_value"].as_u64();
        let port = port.with_context(|| format!("no port of {name}: {text}"))?;
        Ok(([127, 0, 0, 1], u16::try_from(port)?).into())
    }

    /// The counter or gauge `name`, or, of `*NAME`, the sum of all whose names end so; 0 where there is none yet.
    pub(crate) async fn stat(&self, name: &str) -> Result<u64> {
        let stats = self.stats().await?;
        let is_it = |stat: &&(String, u64)| match name.strip_prefix('*') {
            Some(end) => stat.0.ends_with(end),
            None => stat.0 == name,
        };
        Ok(stats.iter().filter(is_it).map(|(_, value)| value).sum())
    }

    /// All counters and gauges.
    pub(crate) async fn stats(&self) -> Result<Vec<(String, u64)>> {
        let text = self.get("/stats?format=json").await?;
        let all: Value = serde_json::from_str(&text)?;
        let all = all["stats"].as_array().context("no stats")?.iter();
        let stat =
            |stat: &Value| Some((stat["name"].as_str()?.to_owned(), stat["value"].as_u64()?));
        Ok(all.filter_map(stat).collect())
    }

    /// Waits until [`stat`](Self::stat) gives what `is_it` accepts.
    pub(crate) async fn stat_becomes(
        &self,
        name: &str,
        is_it: impl Fn(u64) -> bool,
    ) -> Result<u64> {
        let until = Instant::now() + PATIENCE;
        loop {
            let value = self.stat(name).await?;
            if is_it(value) {
                return Ok(value);
            }
            if Instant::now() > until {
                bail!("{name} stays {value}");
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// What the administration answers.
    pub(crate) async fn get(&self, path: &str) -> Result<String> {
        let url = format!("http://{}{path}", self.admin);
        let get = move || Ok(ureq::get(&url).call()?.body_mut().read_to_string()?);
        tokio::task::spawn_blocking(get).await?
    }

    /// Tells the administration to do something.
    pub(crate) async fn post(&self, path: &str) -> Result<String> {
        let url = format!("http://{}{path}", self.admin);
        let post = move || Ok(ureq::post(&url).send_empty()?.body_mut().read_to_string()?);
        tokio::task::spawn_blocking(post).await?
    }
}

fn log_in(directory: &Path) -> String {
    let log = std::fs::read(directory.join("log")).unwrap_or_default();
    String::from_utf8_lossy(&log).into_owned()
}
