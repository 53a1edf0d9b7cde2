//! A collector of Zipkin's spans.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use bytes::Bytes;
use http::HeaderMap;
use serde_json::Value;

use super::http2::{Answered, Http2Server};

/// The collector. It ends when it is dropped.
pub(crate) struct Collector {
    server: Http2Server,
    spans: Arc<Mutex<Vec<Value>>>,
}

impl Collector {
    /// A collector on a free port.
    pub(crate) async fn start() -> Result<Self> {
        let spans = Arc::<Mutex<Vec<Value>>>::default();
        let all = Arc::clone(&spans);
        let answer = move |body: Bytes| {
            let spans: Vec<Value> = serde_json::from_slice(&body)?;
            let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
            all.extend(spans);
            Ok(Answered {
                content_type: "text/plain",
                body: Bytes::new(),
                trailers: HeaderMap::new(),
            })
        };
        let server = Http2Server::start(Arc::new(answer)).await?;
        Ok(Self { server, spans })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.server.address
    }

    /// All spans that have come.
    pub(crate) fn spans(&self) -> Vec<Value> {
        let spans = self.spans.lock();
        spans.unwrap_or_else(PoisonError::into_inner).clone()
    }
}
