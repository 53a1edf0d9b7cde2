//! Sends a thousand requests at once to the server at the address that is given, and checks each answer.

use std::env;

use anyhow::{Context, Result, ensure};
use echo::{Client, EchoHeader, EchoRpc, kind};
use futures_util::future::try_join_all;
use metaproto_codec::{Header, MessageType};
use tokio::net::TcpStream;

#[tokio::main]
async fn main() -> Result<()> {
    let address = env::args().nth(1);
    let address = address.context("which address does the server listen on?")?;
    let client = Client::new(TcpStream::connect(address).await?, EchoRpc::new(), 64);

    let answers = (0..1000).map(|number| call(&client, "upper", format!("hello {number}")));
    let answers = try_join_all(answers).await?;
    for (number, answer) in answers.iter().enumerate() {
        ensure!(*answer == format!("HELLO {number}"), "{answer}");
    }
    println!("{} answers, the last is {:?}", answers.len(), answers[999]);

    let error = call(&client, "sing", String::new()).await.unwrap_err();
    println!("{error}");
    Ok(())
}

async fn call(client: &Client<EchoRpc>, operation: &str, body: String) -> Result<String> {
    let request = EchoHeader::new(kind::REQUEST, operation).to_frame(body.as_bytes())?;
    let answer = client.call(request).await?;
    let status = EchoHeader::view(answer.frame())?.status();
    ensure!(
        answer.kind() == MessageType::Response,
        "{operation}: status {status}"
    );
    Ok(String::from_utf8(answer.body().to_vec())?)
}
