//! Checks the names of ports.

use crate::document::Documents;
use crate::hosts::Hosts;
use crate::problem::{Problem, Problems};
use crate::protocols::Protocols;

/// A port of a host and what its name says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedPort {
    /// The full name of the host.
    pub host: String,
    /// The number of the port.
    pub number: u16,
    /// The name of the port.
    pub name: String,
    /// The protocol and the name of its codec in the module; `None` for a port of something else.
    pub protocol: Option<(String, String)>,
}

/// What the names of all ports say; full names of services end in `cluster_domain`.
///
/// # Errors
///
/// All that is wrong with names of ports and protocols, and with the documents that are read for them.
pub fn check(
    documents: &Documents,
    cluster_domain: &str,
) -> Result<Vec<CheckedPort>, Vec<Problem>> {
    let problems = Problems::from(documents.problems.clone());
    let hosts = Hosts::of(documents, cluster_domain, &problems);
    let protocols = Protocols::of(documents, &problems);
    let mut checked = Vec::new();
    for host in hosts.iter() {
        for port in host.ports {
            let protocol = protocols.of_port(port, &problems);
            checked.push(CheckedPort {
                host: host.name.clone(),
                number: port.number,
                name: port.name.clone(),
                protocol: protocol.map(|(protocol, codec)| (protocol.to_owned(), codec.to_owned())),
            });
        }
    }
    match problems.into_vec() {
        problems if problems.is_empty() => Ok(checked),
        problems => Err(problems),
    }
}
