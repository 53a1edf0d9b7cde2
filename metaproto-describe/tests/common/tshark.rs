//! Runs tshark and reads what it dissected.

use std::collections::HashMap;
use std::path::Path;
use std::process::{Command, Stdio};

use metaproto_codec::FieldValue;
use roxmltree::{Document, Node};

use super::capture::Capture;

/// Whether tshark is there; without it tests pass as skipped, but not in CI.
pub fn is_there() -> bool {
    let found = Command::new("tshark")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !found {
        assert!(
            std::env::var("CI").as_deref() != Ok("true"),
            "tshark is missing"
        );
        eprintln!("skipped: tshark is missing");
    }
    found
}

/// One message as tshark shows it.
#[derive(Debug)]
pub struct Message {
    /// The port from which it came.
    pub port: u16,
    /// Names (their last parts) and values of all fields in order, but for those that only hold others.
    pub fields: Vec<(String, String)>,
    /// The kind, as the dissector derives it.
    pub kind: String,
    /// The body in hex.
    pub body: String,
    /// What experts remark.
    pub remarks: Vec<String>,
    /// The packet's info column; empty where packets are looked at once.
    pub info: String,
}

/// How often tshark looks at each packet; Wireshark does so again whenever one is selected.
#[derive(Clone, Copy, Debug)]
pub enum Passes {
    One,
    Two,
}

impl Passes {
    const fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::One => &[],
            Self::Two => &["-2"],
        }
    }
}

/// The messages that a dissector called `name` finds in a capture.
pub fn dissect(script: &str, name: &str, capture: &Capture) -> Vec<Message> {
    dissect_in(Passes::Two, script, name, capture)
}

/// As [`dissect`], in so many passes.
pub fn dissect_in(passes: Passes, script: &str, name: &str, capture: &Capture) -> Vec<Message> {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    std::fs::write(path("dissector.lua"), script).unwrap();
    std::fs::write(path("capture.pcap"), capture.to_pcap()).unwrap();
    let output = Command::new("tshark")
        .env("HOME", directory.path())
        .env("XDG_CONFIG_HOME", directory.path())
        .arg("-r")
        .arg(path("capture.pcap"))
        .arg("-X")
        .arg(format!("lua_script:{}", path("dissector.lua").display()))
        .args(passes.arguments())
        .args(["-Y", name, "-T", "pdml", "-J"])
        .arg(format!("tcp {name}"))
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    assert!(!errors.to_lowercase().contains("lua"), "{errors}");
    let pdml = String::from_utf8(output.stdout).unwrap();
    assert!(!pdml.contains("Lua Error"), "{}", lua_error(&pdml));
    let document = Document::parse(&pdml).unwrap();
    let kinds = kinds(script);
    let infos = match passes {
        Passes::One => Vec::new(),
        Passes::Two => infos(&path("capture.pcap"), &path("dissector.lua"), name),
    };
    let infos = infos.into_iter().map(Some).chain(std::iter::repeat(None));
    let packets = document
        .root_element()
        .children()
        .filter(|node| node.has_tag_name("packet"));
    packets
        .zip(infos)
        .flat_map(|(packet, info)| messages(packet, name, &kinds, info.as_deref()))
        .collect()
}

/// The info column of each packet, which PDML lacks.
fn infos(capture: &Path, script: &Path, name: &str) -> Vec<String> {
    let output = Command::new("tshark")
        .env("HOME", script.parent().unwrap())
        .arg("-r")
        .arg(capture)
        .arg("-X")
        .arg(format!("lua_script:{}", script.display()))
        .args(["-2", "-Y", name, "-T", "fields", "-e", "_ws.col.Info"])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(str::to_owned).collect()
}

fn lua_error(pdml: &str) -> &str {
    let start = pdml.find("Lua Error").unwrap_or(0);
    pdml.get(start..pdml.len().min(start + 400)).unwrap_or(pdml)
}

fn messages(packet: Node<'_, '_>, name: &str, kinds: &Kinds, info: Option<&str>) -> Vec<Message> {
    let port = packet
        .descendants()
        .find(|node| node.attribute("name") == Some("tcp.srcport"))
        .and_then(|node| node.attribute("show")?.parse().ok())
        .unwrap_or(0);
    let protocols = packet
        .children()
        .filter(|node| node.has_tag_name("proto") && node.attribute("name") == Some(name));
    protocols
        .map(|protocol| {
            let mut message = Message {
                port,
                fields: Vec::new(),
                kind: String::new(),
                body: String::new(),
                remarks: Vec::new(),
                info: info.unwrap_or_default().to_owned(),
            };
            for node in protocol.children().filter(Node::is_element) {
                collect(node, name, kinds, &mut message);
            }
            message
        })
        .collect()
}

fn collect(node: Node<'_, '_>, protocol: &str, kinds: &Kinds, message: &mut Message) {
    let attribute = |name| node.attribute(name).unwrap_or_default();
    let name = attribute("name");
    if name == "_ws.expert" {
        let text = node
            .children()
            .find(|child| child.attribute("name") == Some("_ws.expert.message"));
        let text = text.and_then(|text| text.attribute("show"));
        message.remarks.push(text.unwrap_or_default().to_owned());
        return;
    }
    if let Some(name) = name
        .strip_prefix(protocol)
        .and_then(|name| name.strip_prefix('.'))
    {
        let last = name.rsplit('.').next().unwrap_or(name);
        let kind = kinds.get(attribute("name")).map_or("", String::as_str);
        match (name, kind) {
            ("message.kind", _) => attribute("show").clone_into(&mut message.kind),
            ("message.body", _) => attribute("value").clone_into(&mut message.body),
            (_, "none") => {}
            _ => message.fields.push((last.to_owned(), value(&node, kind))),
        }
    }
    for child in node.children().filter(Node::is_element) {
        collect(child, protocol, kinds, message);
    }
}

/// What each name in filters is: `uint8`, `string`.
type Kinds = HashMap<String, String>;

/// The declarations of a script.
fn kinds(script: &str) -> Kinds {
    let declarations = script.split("ProtoField.").skip(1);
    declarations
        .filter_map(|text| {
            let (kind, rest) = text.split_once("(\"")?;
            let (name, _) = rest.split_once('"')?;
            Some((name.to_owned(), kind.to_owned()))
        })
        .collect()
}

/// A value as it is compared: numbers in decimal, flags as 0 and 1, bytes in hex, texts as they are.
fn value(node: &Node<'_, '_>, kind: &str) -> String {
    let show = node.attribute("show").unwrap_or_default();
    match (kind, show) {
        ("bytes", _) => node.attribute("value").unwrap_or_default().to_owned(),
        ("bool", "True") => "1".to_owned(),
        ("bool", "False") => "0".to_owned(),
        // Not as shown: XML makes spaces of control characters.
        ("string", _) => {
            let hex = node.attribute("value").unwrap_or_default().as_bytes();
            let byte = |digits: &[u8]| u8::from_str_radix(str::from_utf8(digits).ok()?, 16).ok();
            let bytes: Option<Vec<u8>> = hex.chunks(2).map(byte).collect();
            String::from_utf8_lossy(&bytes.unwrap()).into_owned()
        }
        _ => show
            .strip_prefix("0x")
            .and_then(|hex| u64::from_str_radix(hex, 16).ok())
            .map_or_else(|| show.to_owned(), |number| number.to_string()),
    }
}

/// The fields of a derived header as [`Message::fields`] has them, without the lengths that no field of the struct holds.
pub fn flattened(fields: &[(&'static str, FieldValue)]) -> Vec<(String, String)> {
    let mut flat = Vec::new();
    for (name, value) in fields {
        flatten(name, value, &mut flat);
    }
    flat
}

fn flatten(name: &str, value: &FieldValue, flat: &mut Vec<(String, String)>) {
    let shown = match value {
        FieldValue::Bool(flag) => u8::from(*flag).to_string(),
        FieldValue::Text(text) => text.clone(),
        FieldValue::List(items) => {
            for item in items {
                flatten("item", item, flat);
            }
            return;
        }
        FieldValue::Map(pairs) => {
            for (key, value) in pairs {
                flatten("key", key, flat);
                flatten("value", value, flat);
            }
            return;
        }
        FieldValue::Header(fields) => {
            flat.extend(flattened(fields));
            return;
        }
        FieldValue::Absent => return,
        other => other.to_string(),
    };
    flat.push((name.to_owned(), shown));
}
