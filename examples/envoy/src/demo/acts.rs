//! What the client of each demo does, and what must come of it.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use metaproto_codec::ErrorType;

use super::stage::{Stage, tell};
use super::{Run, directory};
use crate::ground::{same, within};
use crate::helper::{Certificate, Collector, Limiter};
use crate::peer::{Behaviour, PATIENCE, Server};

pub(super) fn routing(stage: &mut Stage) -> Run<'_> {
    Box::pin(async move {
        let _servers = stage.servers().await?;
        let mut client = stage.client().await?;
        for (command, expected) in [(1, "blue"), (2, "green")] {
            let replies = client.calls(command, 20, 4).await?;
            tell(&format!("command {command}"), &replies);
            same(expected, replies.from(expected), 20)?;
        }
        let replies = client.calls(3, 20, 4).await?;
        tell("command 3, which has no route", &replies);
        let code = stage.ground.wire.code_of(ErrorType::RouteNotFound);
        same("without a route", replies.code(code), 20)
    })
}

pub(super) fn canary(stage: &mut Stage) -> Run<'_> {
    Box::pin(async move {
        let _servers = stage.servers().await?;
        let mut client = stage.client().await?;
        let replies = client.calls(1, 1000, 8).await?;
        tell("command 1", &replies);
        // Five deviations from 100.
        within("of the new version", replies.from("green"), 50..=150)?;
        let replies = client.calls(9, 20, 4).await?;
        tell("command 9, that of the testers", &replies);
        same("of the new version", replies.from("green"), 20)
    })
}

pub(super) fn mirror(stage: &mut Stage) -> Run<'_> {
    Box::pin(async move {
        let (blue, green) = stage.servers().await?;
        let mut client = stage.client().await?;
        let replies = client.calls(1, 100, 8).await?;
        tell("command 1", &replies);
        let envoy = stage.ground.envoy()?;
        let copies = envoy.stat_becomes("cluster.green.upstream_rq_200", |count| count == 100);
        copies.await?;
        let (at_blue, at_green) = (blue.requests(), green.requests());
        println!("    messages received: {at_blue} by blue, {at_green} by green");
        same("replies of blue", replies.from("blue"), 100)?;
        same("copies", at_green, 100)
    })
}

pub(super) fn retry(stage: &mut Stage) -> Run<'_> {
    Box::pin(async move {
        let (blue, green) = stage.servers().await?;
        green.behave(Behaviour::Fail);
        let mut client = stage.client().await?;
        let replies = client.calls(1, 100, 8).await?;
        tell("command 1", &replies);
        let retried = "cluster.both.upstream_rq_retry_success";
        let retried = stage.ground.envoy()?.stat(retried).await?;
        let (at_blue, at_green) = (blue.requests(), green.requests());
        println!(
            "    messages received: {at_blue} by blue, {at_green} by green, which fails all; {retried} retries"
        );
        same("replies of blue", replies.from("blue"), 100)?;
        ensure!(at_green > 0, "green was not asked");
        same("retries", retried, u64::try_from(at_green)?)
    })
}

pub(super) fn local_rate_limit(stage: &mut Stage) -> Run<'_> {
    Box::pin(async move {
        let _servers = stage.servers().await?;
        let mut client = stage.client().await?;
        let replies = client.calls(1, 50, 4).await?;
        tell("command 1, which may come ten times a minute", &replies);
        same("let pass", replies.from("blue"), 10)?;
        let code = stage.ground.wire.code_of(ErrorType::OverLimit);
        same("refused", replies.code(code), 40)?;
        let replies = client.calls(2, 50, 4).await?;
        tell("command 2, which has no limit", &replies);
        same("without a limit", replies.from("blue"), 50)
    })
}

pub(super) fn global_rate_limit(stage: &mut Stage) -> Run<'_> {
    Box::pin(async move {
        let _servers = stage.servers().await?;
        let limiter = Limiter::start(10).await?;
        stage.is_beside(limiter.address());
        let mut client = stage.client().await?;
        for command in [1, 2] {
            let replies = client.calls(command, 25, 4).await?;
            tell(&format!("command {command}"), &replies);
            same("let pass", replies.from("blue"), 10)?;
        }
        let asked = limiter.asked();
        for (name, count) in &asked {
            println!("    the service was asked {count} times for {name}");
        }
        same("descriptors", asked.len(), 2)
    })
}

pub(super) fn fault(stage: &mut Stage) -> Run<'_> {
    Box::pin(async move {
        let (blue, _green) = stage.servers().await?;
        let mut client = stage.client().await?;
        let aborted = client.calls(1, 10, 4).await?;
        tell("command 1, which is aborted", &aborted);
        same("good replies", aborted.good(), 0)?;
        same("at the server", blue.requests(), 0)?;
        for (command, least) in [(2, 190), (3, 0)] {
            let replies = client.calls(command, 10, 10).await?;
            let fastest = replies.0.iter().map(|reply| reply.took).min();
            let fastest = fastest.unwrap_or_default().as_millis();
            let what = format!("command {command}, the fastest after {fastest} ms");
            tell(&what, &replies);
            same("good replies", replies.from("blue"), 10)?;
            ensure!(fastest >= least, "{fastest} ms is no delay");
        }
        Ok(())
    })
}

pub(super) fn access_log(stage: &mut Stage) -> Run<'_> {
    Box::pin(async move {
        let (blue, _green) = stage.servers().await?;
        let mut client = stage.client().await?;
        client.call(1).await?;
        blue.behave(Behaviour::Fail);
        client.call(2).await?;
        client.call(3).await?;
        let path = stage.file("access.log")?;
        let text = soon("lines of the log", || {
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            (text.lines().count() == 3).then_some(text)
        });
        let text = text.await?;
        println!("    good, failed by the server, without a route; the log says:");
        for (line, code) in text.lines().zip(["200 - blue", "500 - blue", "404 NR"]) {
            println!("    {line}");
            ensure!(line.contains(code), "{line:?} does not say {code:?}");
        }
        Ok(())
    })
}

pub(super) fn tracing(stage: &mut Stage) -> Run<'_> {
    Box::pin(async move {
        let (blue, _green) = stage.servers().await?;
        let collector = Collector::start().await?;
        stage.is_beside(collector.address());
        let mut client = stage.client().await?;
        let replies = client.calls(1, 3, 1).await?;
        tell("one method", &replies);
        let spans = soon("spans", || {
            let spans = collector.spans();
            (spans.len() == 3).then_some(spans)
        });
        let received = blue.received();
        for span in spans.await? {
            let (id, method) = (&span["traceId"], &span["tags"]["method"]);
            println!("    the collector got a span of {id}, method {method}");
            let is_it = |zone: &String| id.as_str() == Some(zone);
            let mut zones = received.iter().filter_map(|it| it.properties.get("zone"));
            ensure!(zones.any(is_it), "no message has the id {id}");
        }
        println!("    the server found each id in the attachment `zone` of its message");
        Ok(())
    })
}

pub(super) fn rds(stage: &mut Stage) -> Run<'_> {
    Box::pin(async move {
        let _servers = stage.servers().await?;
        let file = stage.file("routes.yaml")?;
        replace(stage, "blue")?;
        let mut client = stage.client().await?;
        let replies = client.calls(1, 20, 4).await?;
        tell("command 1", &replies);
        same("of blue", replies.from("blue"), 20)?;
        replace(stage, "green")?;
        println!("    {} is replaced", file.display());
        let envoy = stage.ground.envoy()?;
        envoy
            .stat_becomes("*.rds.routes.update_success", |count| count == 2)
            .await?;
        let replies = client.calls(1, 20, 4).await?;
        tell("command 1", &replies);
        same("of green", replies.from("green"), 20)
    })
}

pub(super) fn tls(stage: &mut Stage) -> Run<'_> {
    Box::pin(async move {
        let certificate = Certificate::new()?;
        let (wire, acceptor) = (stage.ground.wire, certificate.acceptor()?);
        let blue = Server::start_tls(wire, "blue", acceptor.clone()).await?;
        let green = Server::start_tls(wire, "green", acceptor).await?;
        stage.are_at(blue.address(), green.address());
        std::fs::copy(certificate.path(), stage.file("certificate.pem")?)?;
        let mut client = stage.client().await?;
        let replies = client.calls(1, 100, 8).await?;
        tell("command 1", &replies);
        println!(
            "    connections with TLS: {} to blue, {} to green",
            blue.connections(),
            green.connections()
        );
        same("replies", replies.good(), 100)?;
        within("of blue", replies.from("blue"), 40..=60)?;
        let faults = [blue.faults(), green.faults()].concat();
        same("faults", faults, Vec::new())
    })
}

/// Puts one of the tables of routes into the place of the one that Envoy reads, in one step.
fn replace(stage: &Stage, name: &str) -> Result<()> {
    let beside = stage.file("routes.new")?;
    std::fs::copy(directory().join(format!("routes/{name}.yaml")), &beside)?;
    Ok(std::fs::rename(beside, stage.file("routes.yaml")?)?)
}

/// Looks again and again, until there is something.
async fn soon<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> Result<T> {
    let until = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return Ok(found);
        }
        ensure!(Instant::now() < until, "the {what} do not come");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
