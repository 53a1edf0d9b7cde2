//! A request on its way, and what comes of it.

use std::sync::Arc;
use std::time::Duration;

use metaproto_codec::{ErrorType, MessageType, Metadata, Mutation, Output};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

use super::turn::Turn;
use crate::proxy::route::Route;

/// What the writer is given.
pub(super) enum Outbound {
    /// Bytes.
    Ready(Output),
    /// A request that is to be answered with its outcome.
    Call(Box<Call>),
}

/// A request, forwarded or about to be.
pub(super) struct Call {
    pub(super) request: Metadata,
    pub(super) route: Option<Arc<Route>>,
    pub(super) outcome: Outcome,
    pub(super) deadline: Option<Instant>,
    /// Whether the request was given another id.
    pub(super) id_changed: bool,
    /// Among the client's requests with the same id.
    pub(super) turn: Turn,
    /// Held until the answer is written.
    _permit: OwnedSemaphorePermit,
}

/// What comes of a request.
pub(super) enum Outcome {
    /// It was forwarded, and that is all.
    Sent,
    /// The upstream's response.
    Response(Metadata),
    /// The proxy answers.
    Fault(Fault),
}

/// Why the proxy answers itself.
pub(super) struct Fault {
    pub(super) reason: ErrorType,
    pub(super) text: String,
}

impl Fault {
    pub(super) fn new(reason: ErrorType, text: impl Into<String>) -> Self {
        Self {
            reason,
            text: text.into(),
        }
    }
}

impl Call {
    pub(super) fn new(
        request: Metadata,
        route: Option<Arc<Route>>,
        turn: Turn,
        permit: OwnedSemaphorePermit,
    ) -> Self {
        let timeout: Option<Duration> = route.as_ref().and_then(|route| route.timeout);
        // A moment too far away to be named never comes.
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let outcome = Outcome::Sent;
        Self {
            request,
            route,
            outcome,
            deadline,
            id_changed: false,
            turn,
            _permit: permit,
        }
    }

    pub(super) fn is_one_way(&self) -> bool {
        self.request.kind() == MessageType::OneWay
    }

    pub(super) fn fail(&mut self, fault: Fault) {
        self.outcome = Outcome::Fault(fault);
    }

    pub(super) fn request_mutation(&self) -> Mutation {
        match &self.route {
            // A heartbeat has nothing to be changed.
            Some(route) if self.request.kind() != MessageType::Ping => route.request.clone(),
            _ => Mutation::new(),
        }
    }

    /// The changes to the response, the way back to the request's own id among them.
    pub(super) fn response_mutation(&self) -> Mutation {
        let mut mutation = match &self.route {
            Some(route) if self.request.kind() != MessageType::Ping => route.response.clone(),
            _ => Mutation::new(),
        };
        if let Some(id) = self.request.request_id().filter(|_| self.id_changed) {
            mutation.set_request_id(id);
        }
        mutation
    }

    /// Takes what an upstream sent for this request's response, if it can be that.
    pub(super) fn respond(&mut self, result: Result<Metadata, String>) {
        self.outcome = match result {
            Ok(response) if !self.is_answered_by(&response) => {
                let text = format!(
                    "a {} is no answer to a {}",
                    response.kind(),
                    self.request.kind()
                );
                Outcome::Fault(Fault::new(ErrorType::BadResponse, text))
            }
            Ok(response)
                if !self.id_changed && response.request_id() != self.request.request_id() =>
            {
                let text = "the response is that of another request";
                Outcome::Fault(Fault::new(ErrorType::BadResponse, text))
            }
            Ok(response) => Outcome::Response(response),
            Err(text) => Outcome::Fault(Fault::new(ErrorType::BadResponse, text)),
        };
    }

    fn is_answered_by(&self, response: &Metadata) -> bool {
        match response.kind() {
            MessageType::Pong => self.request.kind() == MessageType::Ping,
            MessageType::Response | MessageType::Error => {
                self.request.kind() == MessageType::Request
            }
            _ => false,
        }
    }
}
