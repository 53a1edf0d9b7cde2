//! Answers each request with its own body, until Ctrl-C.

use std::{env, io};

use echo::{EchoHeader, EchoRpc, Failure, Server, Settings, kind};
use metaproto_codec::tokio::Outgoing;
use metaproto_codec::{ErrorType, Header, Metadata};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> io::Result<()> {
    let address = env::args().nth(1);
    let address = address.unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let listener = TcpListener::bind(address).await?;
    println!("{}", listener.local_addr()?);
    let settings = Settings {
        report: |peer, error| eprintln!("{peer}: {error}"),
        ..Settings::default()
    };
    let stop = async { drop(tokio::signal::ctrl_c().await) };
    let server = Server::new(EchoRpc::new(), answer, settings);
    server.run(listener, stop).await;
    Ok(())
}

async fn answer(request: Metadata) -> Result<Outgoing, Failure> {
    let mut header = EchoHeader::read_frame(request.frame())?;
    header.kind = kind::RESPONSE;
    let body = match &*header.operation {
        "echo" => request.body().to_vec(),
        "upper" => request.body().to_ascii_uppercase(),
        other => {
            let text = format!("there is no operation {other:?}");
            return Err(Failure::new(ErrorType::RouteNotFound, text));
        }
    };
    Ok(header.to_frame(&body)?.into())
}
