//! Responses of Envoy's own, and of this half, as errors of the protocol.

use metaproto_codec::ErrorType;

/// Bytes of a response's body that become the text of an error.
const MAX_TEXT: usize = 512;

/// What a client is told instead of a response.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct LocalReply {
    pub(super) reason: ErrorType,
    pub(super) text: String,
}

impl LocalReply {
    pub(super) fn new(reason: ErrorType, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { reason, text }
    }
}

/// A response of Envoy's own, as far as it has come.
#[derive(Debug, Default)]
pub(super) struct Heard {
    status: u16,
    text: Vec<u8>,
}

impl Heard {
    pub(super) fn new(status: u16) -> Self {
        let text = Vec::new();
        Self { status, text }
    }

    /// Takes in a part of the body.
    pub(super) fn receive(&mut self, bytes: &[u8]) {
        let room = MAX_TEXT.saturating_sub(self.text.len());
        self.text
            .extend_from_slice(bytes.get(..room).unwrap_or(bytes));
    }

    /// What the client is told: by the status; where one status has several meanings, by the texts that Envoy gives them.
    pub(super) fn reply(&self) -> LocalReply {
        let text = String::from_utf8_lossy(&self.text);
        let reason = match self.status {
            404 => ErrorType::RouteNotFound,
            413 | 429 => ErrorType::OverLimit,
            502 | 504 => ErrorType::BadResponse,
            503 if text.is_empty() => ErrorType::ClusterNotFound,
            // What a circuit breaker says.
            503 if text.contains("overflow") => ErrorType::OverLimit,
            503 => ErrorType::NoHealthyUpstream,
            _ => ErrorType::Unspecified,
        };
        if text.is_empty() {
            return LocalReply::new(reason, format!("Envoy answered {}", self.status));
        }
        LocalReply::new(reason, text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::{quoted, rows};

    #[test]
    fn the_reference_says_what_becomes_of_a_status() {
        for row in rows("statuses") {
            let mut heard = Heard::new(row[0].parse().unwrap());
            let text = match &row[1][..] {
                "" => vec!["", "a text"],
                "none" => vec![""],
                text => quoted(text),
            };
            for text in text {
                heard.receive(text.as_bytes());
                assert_eq!([heard.reply().reason.as_str()], *quoted(&row[2]), "{row:?}");
            }
        }
    }

    #[test]
    fn a_status_tells_the_reason_and_the_body_the_text() {
        let overflow =
            "upstream connect error or disconnect/reset before headers. reset reason: overflow";
        for (status, text, reason) in [
            (404, "", ErrorType::RouteNotFound),
            (429, "local_rate_limited", ErrorType::OverLimit),
            (503, "no healthy upstream", ErrorType::NoHealthyUpstream),
            (503, "", ErrorType::ClusterNotFound),
            (503, overflow, ErrorType::OverLimit),
            (504, "upstream request timeout", ErrorType::BadResponse),
            (403, "RBAC: access denied", ErrorType::Unspecified),
        ] {
            let mut heard = Heard::new(status);
            heard.receive(text.as_bytes());
            let reply = heard.reply();
            assert_eq!(reply.reason, reason, "{status} {text}");
            assert!(reply.text.contains(text) && !reply.text.is_empty());
        }
        let mut heard = Heard::new(500);
        heard.receive(&[b'x'; 2 * MAX_TEXT]);
        assert_eq!(heard.reply().text.len(), MAX_TEXT);
    }
}
