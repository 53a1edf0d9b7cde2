//! The real Envoy, with HTTP/1.1 where the module would be.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

/// How long Envoy may take to start, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// Envoy's binary, if it is there.
pub(crate) fn binary() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("METAPROTO_ENVOY") {
        return Some(path.into());
    }
    let libraries = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/envoy/python/lib");
    let pythons = fs::read_dir(libraries).into_iter().flatten().flatten();
    let mut binaries = pythons.map(|python| python.path().join("site-packages/envoy/_bin/envoy"));
    let found = binaries.find(|path| path.exists());
    if found.is_none() {
        eprintln!("no Envoy below target/envoy: nothing is tested");
    }
    found
}

/// Whether Envoy takes a configuration, and what it says.
pub(crate) fn validate(binary: &Path, config: &Value) -> (bool, String) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("envoy.json");
    fs::write(&path, config.to_string()).unwrap();
    let output = Command::new(binary)
        .args(["--mode", "validate", "--config-path"])
        .arg(path)
        .output()
        .unwrap();
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.success(), log)
}

/// The same configuration, with HTTP/1.1 on both sides instead of the module's halves.
pub(crate) fn without_module(mut config: Value) -> Value {
    for listener in config["static_resources"]["listeners"]
        .as_array_mut()
        .unwrap()
    {
        let filters = listener["filter_chains"][0]["filters"]
            .as_array_mut()
            .unwrap();
        let module = filters.remove(0);
        assert_eq!(module["typed_config"]["filter_name"], "downstream");
        filters[0]["typed_config"]["codec_type"] = json!("HTTP1");
    }
    for cluster in config["static_resources"]["clusters"]
        .as_array_mut()
        .unwrap()
    {
        let Some(socket) = cluster.as_object_mut().unwrap().remove("transport_socket") else {
            continue;
        };
        assert_eq!(socket["typed_config"]["transport_socket_name"], "upstream");
        let options = &mut cluster["typed_extension_protocol_options"]["envoy.extensions.upstreams.http.v3.HttpProtocolOptions"];
        options["explicit_http_config"] = json!({ "http_protocol_options": {} });
    }
    config
}

/// A running Envoy with one listener; it ends when this is dropped.
pub(crate) struct Envoy {
    process: Child,
    port: u16,
    _directory: TempDir,
}

impl Envoy {
    pub(crate) fn start(binary: &Path, config: &Value) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let (path, admin, log) = (
            directory.path().join("envoy.json"),
            directory.path().join("admin"),
            directory.path().join("log"),
        );
        fs::write(&path, config.to_string()).unwrap();
        let process = Command::new(binary)
            .args([
                "--disable-hot-restart",
                "--concurrency",
                "1",
                "--config-path",
            ])
            .arg(&path)
            .arg("--admin-address-path")
            .arg(&admin)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let mut envoy = Self {
            process,
            port: 0,
            _directory: directory,
        };
        let deadline = Instant::now() + PATIENCE;
        while envoy.port == 0 {
            let has_ended = envoy.process.try_wait().unwrap().is_some();
            if has_ended || Instant::now() > deadline {
                panic!("{}", fs::read_to_string(&log).unwrap_or_default());
            }
            std::thread::sleep(Duration::from_millis(50));
            envoy.port = listening(&admin).unwrap_or(0);
        }
        envoy
    }

    /// Sends a request with these headers, as the module would.
    pub(crate) fn ask(&self, headers: &[(&str, &str)]) -> Reply {
        let headers = headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"));
        let headers: String = headers.collect();
        Reply(exchange(("127.0.0.1", self.port), "/operation?token", &headers).unwrap())
    }
}

impl Drop for Envoy {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The port of the only listener, once there is one.
fn listening(admin: &Path) -> Option<u16> {
    let admin = fs::read_to_string(admin).ok()?;
    let (host, port) = admin.trim().rsplit_once(':')?;
    let text = exchange((host, port.parse().ok()?), "/listeners?format=json", "").ok()?;
    let (_, body) = text.split_once("\r\n\r\n")?;
    let json = body.get(body.find('{')?..=body.rfind('}')?)?;
    let listeners: Value = serde_json::from_str(json).ok()?;
    let port = &listeners["listener_statuses"][0]["local_address"]["socket_address"]["port_value"];
    u16::try_from(port.as_u64()?).ok()
}

/// One request on a connection of its own.
fn exchange(to: (&str, u16), path: &str, headers: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(to)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let request =
        format!("GET {path} HTTP/1.1\r\nhost: echo.example\r\nconnection: close\r\n{headers}\r\n");
    stream.write_all(request.as_bytes())?;
    let mut reply = String::new();
    stream.read_to_string(&mut reply)?;
    Ok(reply)
}

/// What came back.
pub(crate) struct Reply(String);

impl Reply {
    pub(crate) fn status(&self) -> u16 {
        self.0.split(' ').nth(1).unwrap().parse().unwrap()
    }

    /// The value of a header of the response.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let (head, _) = self.0.split_once("\r\n\r\n")?;
        values(head, name).first().copied()
    }

    /// Which server answered; empty where none did.
    pub(crate) fn server(&self) -> &str {
        self.header("server-name").unwrap_or_default()
    }

    /// The values of a header of the request as the server saw it.
    pub(crate) fn seen(&self, name: &str) -> Vec<&str> {
        let (_, body) = self.0.split_once("\r\n\r\n").unwrap();
        values(body, name)
    }
}

fn values<'a>(lines: &'a str, name: &str) -> Vec<&'a str> {
    let pairs = lines.lines().filter_map(|line| line.split_once(':'));
    let found = pairs.filter(|(found, _)| *found == name);
    found.map(|(_, value)| value.trim()).collect()
}
