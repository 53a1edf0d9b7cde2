//! Which protocol a port has, by its name, and which codec a protocol has.

use std::collections::BTreeMap;

use crate::document::Documents;
use crate::document::application_protocol::contains_hyphen;
use crate::document::service::Port;
use crate::problem::Problems;

/// Protocols that need no `ApplicationProtocol`, and their codecs.
const BUILT_IN: [(&str, &str); 2] = [("dubbo", "dubbo"), ("thrift", "thrift")];

/// All protocols, by name.
#[derive(Debug)]
pub(crate) struct Protocols<'a> {
    codecs: BTreeMap<&'a str, &'a str>,
}

impl<'a> Protocols<'a> {
    /// Those of the documents and those built in.
    pub(crate) fn of(documents: &'a Documents, problems: &Problems) -> Self {
        let mut stated: BTreeMap<&str, &str> = BTreeMap::new();
        for each in &documents.protocols {
            if let Some(codec) = stated.insert(&each.protocol, &each.codec)
                && codec != each.codec
            {
                let (protocol, other) = (&each.protocol, &each.codec);
                let message = format!(
                    "{protocol:?} has the codec {codec} elsewhere and {other} here: keep one"
                );
                problems.report(&each.place, message);
            }
        }
        let mut codecs = BTreeMap::from(BUILT_IN);
        codecs.extend(stated);
        Self { codecs }
    }

    /// The protocol and codec of a port; `None` for one that is none of ours, and for one whose name is wrong, which is
    /// noted.
    pub(crate) fn of_port(
        &self,
        port: &'a Port,
        problems: &Problems,
    ) -> Option<(&'a str, &'a str)> {
        let protocol = match protocol(&port.name) {
            Ok(protocol) => protocol?,
            Err(fault) => {
                problems.report(&port.place, fault);
                return None;
            }
        };
        if let Some(codec) = self.codecs.get(protocol) {
            return Some((protocol, codec));
        }
        problems.report(&port.place, self.unknown(&port.name, protocol));
        None
    }

    fn unknown(&self, port: &str, protocol: &str) -> String {
        let rest = port.splitn(3, '-').nth(2).unwrap_or_default();
        let is_meant = |name: &&&str| {
            name.contains('-')
                && rest
                    .strip_prefix(**name)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        if let Some(name) = self.codecs.keys().find(is_meant) {
            return contains_hyphen(name);
        }
        if let Some(name) = self
            .codecs
            .keys()
            .find(|name| name.eq_ignore_ascii_case(protocol))
        {
            return format!("protocol {protocol:?} is unknown, for case matters: write {name:?}");
        }
        let names: Vec<&str> = self.codecs.keys().copied().collect();
        format!(
            "protocol {protocol:?} is unknown, there are {}: write one of them, or add an ApplicationProtocol whose \
             spec.protocol is {protocol:?}",
            names.join(", ")
        )
    }
}

/// The protocol in the name of a port, `tcp-metaprotocol-PROTOCOL` and perhaps more after another hyphen; `None` where it
/// is no such name.
///
/// # Errors
///
/// What is wrong with a name that seems to be meant as one.
fn protocol(name: &str) -> Result<Option<&str>, String> {
    let mut parts = name.split('-');
    let mut next_is = |wanted: &str| {
        parts
            .next()
            .is_some_and(|part| part.eq_ignore_ascii_case(wanted))
    };
    if next_is("tcp") && next_is("metaprotocol") {
        return match parts.next() {
            None | Some("") => Err(format!(
                "{name:?} names no protocol: write tcp-metaprotocol-PROTOCOL"
            )),
            protocol => Ok(protocol),
        };
    }
    if seems_ours(name) {
        return Err(format!(
            "{name:?} is not the name of a port of any protocol here: write tcp-metaprotocol-PROTOCOL"
        ));
    }
    Ok(None)
}

/// Whether a port is one of ours, or is meant as one.
pub(crate) fn is_ours(port: &Port) -> bool {
    seems_ours(&port.name)
}

fn seems_ours(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.contains("metaprotocol") || lower.contains("meta-protocol")
}

#[cfg(test)]
mod tests {
    use super::protocol;

    #[test]
    fn the_third_part_is_the_protocol() {
        for (name, found) in [
            ("tcp-metaprotocol-dubbo", Some("dubbo")),
            ("tcp-metaprotocol-dubbo-orders-v1", Some("dubbo")),
            ("tcp-MetaProtocol-awesomeRPC", Some("awesomeRPC")),
            ("http-web", None),
            ("tcp", None),
            ("", None),
        ] {
            assert_eq!(protocol(name), Ok(found), "{name}");
        }
    }

    #[test]
    fn what_looks_like_a_port_of_ours_is_wrong() {
        for name in [
            "tcp-metaprotocol",
            "tcp-metaprotocol-",
            "http-metaprotocol-dubbo",
            "metaprotocol-dubbo",
            "tcp-meta-protocol-dubbo",
            "tcpmetaprotocoldubbo",
        ] {
            assert!(protocol(name).is_err(), "{name}");
        }
    }
}
