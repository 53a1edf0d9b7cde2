//! Which half a filter or socket is.

use std::fmt;
use std::sync::Arc;

use super::ends::End;
use crate::config::Config;
use crate::downstream::Downstream;
use crate::half::Half;
use crate::registry::MakeCodec;
use crate::upstream::Upstream;

/// Which half.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The client is outside, the connection manager inside.
    Downstream,
    /// The HTTP/2 cluster is outside, the TCP proxy inside. As a transport socket: the server is outside.
    Upstream,
}

impl Role {
    /// What a configuration calls it.
    pub(super) fn named(name: &[u8]) -> Option<Self> {
        [Self::Downstream, Self::Upstream]
            .into_iter()
            .find(|role| role.as_str().as_bytes() == name)
    }

    /// Its name.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Downstream => "downstream",
            Self::Upstream => "upstream",
        }
    }

    /// What a network filter's socket leads to.
    pub(super) const fn outside(self) -> End {
        match self {
            Self::Downstream => End::Peer,
            Self::Upstream => End::Http,
        }
    }

    /// What the filters after a network filter lead to.
    pub(super) const fn inside(self) -> End {
        match self {
            Self::Downstream => End::Http,
            Self::Upstream => End::Peer,
        }
    }

    /// The half of one connection.
    pub(super) fn half(self, config: &Arc<Config>, make: MakeCodec) -> Box<dyn Half> {
        let config = Arc::clone(config);
        match self {
            Self::Downstream => Box::new(Downstream::new(config, make)),
            Self::Upstream => Box::new(Upstream::new(config, make)),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
