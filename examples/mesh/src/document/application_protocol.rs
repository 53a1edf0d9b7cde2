//! `ApplicationProtocol`: which codec a protocol has.

use crate::problem::Place;
use crate::reader::Fields;

/// What begins the names of codecs in the reference system.
const PREFIX: &str = "aeraki.meta_protocol.codec.";

/// A protocol and its codec.
#[derive(Debug)]
pub(crate) struct ApplicationProtocol {
    pub(crate) place: Place,
    pub(crate) protocol: String,
    /// The codec's name in the module.
    pub(crate) codec: String,
}

impl ApplicationProtocol {
    pub(crate) fn read(document: &Fields<'_>) -> Option<Self> {
        document.require("spec", "an object with protocol and codec");
        let spec = document.object("spec")?;
        let protocol = spec.needed("protocol");
        let codec = spec.needed("codec");
        // Without a codec, the protocol is nevertheless known.
        let (protocol, codec) = (protocol?, codec.unwrap_or_default());
        if protocol.contains('-') {
            spec.report("protocol", contains_hyphen(&protocol));
        }
        let name = codec.strip_prefix(PREFIX).filter(|name| !name.is_empty());
        if name.is_none() && !codec.is_empty() {
            let message = format!(
                "{codec:?} is no name of a codec: write {PREFIX}NAME, where NAME is the codec's name in the module"
            );
            spec.report("codec", message);
        }
        Some(Self {
            place: spec.at("protocol"),
            protocol,
            codec: name.unwrap_or(&codec).to_owned(),
        })
    }
}

/// Why a protocol with such a name never matches a port, and what to do.
pub(crate) fn contains_hyphen(protocol: &str) -> String {
    let found = protocol.split('-').next().unwrap_or_default();
    let better = protocol.replace('-', "");
    format!(
        "{protocol:?} contains a hyphen, and names of ports are split at hyphens: a port of this protocol would be taken \
         for one of {found:?}; call the protocol {better:?}, here and in the names of ports"
    )
}
