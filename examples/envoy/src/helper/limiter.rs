//! A service of rate limits, as Envoy asks it: gRPC, `envoy.service.ratelimit.v3.RateLimitService`.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use bytes::{BufMut, Bytes, BytesMut};
use http::{HeaderMap, HeaderValue};
use prost::Message;

use super::http2::{Answered, Http2Server};

/// Bytes before a message of gRPC.
const PREFIX: usize = 5;

#[derive(Clone, PartialEq, Message)]
struct RateLimitRequest {
    #[prost(string, tag = "1")]
    domain: String,
    #[prost(message, repeated, tag = "2")]
    descriptors: Vec<Descriptor>,
}

#[derive(Clone, PartialEq, Message)]
struct Descriptor {
    #[prost(message, repeated, tag = "1")]
    entries: Vec<Entry>,
}

#[derive(Clone, PartialEq, Message)]
struct Entry {
    #[prost(string, tag = "1")]
    key: String,
    #[prost(string, tag = "2")]
    value: String,
}

#[derive(Clone, PartialEq, Message)]
struct RateLimitResponse {
    #[prost(enumeration = "Code", tag = "1")]
    overall_code: i32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, prost::Enumeration)]
enum Code {
    Unknown = 0,
    Ok = 1,
    OverLimit = 2,
}

/// The service. It lets so many requests of each descriptor pass, and ends when it is dropped.
pub(crate) struct Limiter {
    server: Http2Server,
    asked: Arc<Mutex<BTreeMap<String, usize>>>,
}

impl Limiter {
    /// A service that lets `allowed` requests of each descriptor pass.
    pub(crate) async fn start(allowed: usize) -> Result<Self> {
        let asked = Arc::<Mutex<BTreeMap<String, usize>>>::default();
        let counts = Arc::clone(&asked);
        let answer = move |body: Bytes| {
            let message = body.get(PREFIX..).context("no message")?;
            let request = RateLimitRequest::decode(message)?;
            let entries = request.descriptors.iter().flat_map(|it| &it.entries);
            let entries: Vec<_> = entries
                .map(|it| format!("{}={}", it.key, it.value))
                .collect();
            let name = format!("{} {}", request.domain, entries.join(" "));
            let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
            let count = counts.entry(name).or_default();
            *count += 1;
            let code = if *count <= allowed {
                Code::Ok
            } else {
                Code::OverLimit
            };
            let overall_code = code.into();
            Ok(answered(&RateLimitResponse { overall_code }))
        };
        let server = Http2Server::start(Arc::new(answer)).await?;
        Ok(Self { server, asked })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.server.address
    }

    /// How often it was asked, by `DOMAIN KEY=VALUE`.
    pub(crate) fn asked(&self) -> BTreeMap<String, usize> {
        let asked = self.asked.lock();
        asked.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn answered(response: &RateLimitResponse) -> Answered {
    let message = response.encode_to_vec();
    let mut body = BytesMut::new();
    body.put_u8(0);
    body.put_u32(message.len().try_into().unwrap_or_default());
    body.put_slice(&message);
    let mut trailers = HeaderMap::new();
    trailers.insert("grpc-status", HeaderValue::from_static("0"));
    Answered {
        content_type: "application/grpc",
        body: body.freeze(),
        trailers,
    }
}
