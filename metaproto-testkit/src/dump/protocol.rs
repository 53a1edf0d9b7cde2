//! Protocols that can be told apart.

use metaproto_codec::{Codec, DecodeStatus, Metadata};

use super::Subject;

/// A protocol by name, and how its streams are known.
pub struct Protocol {
    name: &'static str,
    subject: fn() -> Subject,
    starts: Option<fn(&[u8]) -> bool>,
    ports: &'static [u16],
}

impl Protocol {
    /// A protocol whose streams are known by that the codec can make a message of their first bytes.
    #[must_use]
    pub const fn new(name: &'static str, subject: fn() -> Subject) -> Self {
        Self {
            name,
            subject,
            starts: None,
            ports: &[],
        }
    }

    /// As [`new`](Self::new), known instead by a magic number or the like: `starts` says whether a stream that begins with
    /// these bytes, at least one, can be of the protocol.
    #[must_use]
    pub const fn known_by(mut self, starts: fn(&[u8]) -> bool) -> Self {
        self.starts = Some(starts);
        self
    }

    /// With ports on which its servers commonly listen. A connection to one is first tried as this protocol.
    #[must_use]
    pub const fn on_ports(mut self, ports: &'static [u16]) -> Self {
        self.ports = ports;
        self
    }

    /// The name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// A new codec.
    #[must_use]
    pub fn subject(&self) -> Subject {
        (self.subject)()
    }

    /// Which of `protocols`, in their order, a stream is of that starts with `bytes`; the first, if there are none. Those
    /// on `port` go before all others. Where the bytes `are_all`, a codec must find a message in them, and not only wait for
    /// the rest of one.
    #[must_use]
    pub fn tell<'a>(
        protocols: &'a [Self],
        bytes: &[u8],
        are_all: bool,
        port: Option<u16>,
    ) -> Option<&'a Self> {
        let on_port = |it: &&Self| port.is_some_and(|port| it.ports.contains(&port));
        let near = protocols.iter().filter(on_port);
        let mut all = near.chain(protocols.iter().filter(|it| !on_port(it)));
        all.find(|it| bytes.is_empty() || it.starts(bytes, are_all))
    }

    fn starts(&self, bytes: &[u8], are_all: bool) -> bool {
        if let Some(starts) = self.starts {
            return starts(bytes);
        }
        let mut codec = self.subject().codec;
        match codec.decode(bytes, &mut Metadata::default()) {
            Ok(DecodeStatus::WaitForData { .. }) => !are_all,
            Ok(_) => true,
            Err(_) => false,
        }
    }
}
