//! What a client must have seen, and the proxy counted.

use metaproto_codec::ErrorType;

use crate::pair::{Pair, Seen};

/// One sentence for each thing that is not as it should be.
pub(crate) fn faults(pair: &Pair, seen: &Seen) -> Vec<String> {
    let mut faults = Vec::new();
    for (what, expected) in pair.expected.as_object().into_iter().flatten() {
        if !passed(pair, seen, what) {
            let found = &seen.client[what];
            faults.push(format!("{what} is {found}, expected {expected}"));
        }
    }
    let Some(stats) = &seen.stats else {
        return faults;
    };
    let unwanted = [
        ("streams that are not the protocol", stats.decode_errors),
        ("changes that the codec refuses", stats.refused_mutations),
        ("one-way requests that are lost", stats.one_ways_lost),
    ];
    for (what, count) in unwanted.into_iter().filter(|(_, count)| *count > 0) {
        faults.push(format!("{count} {what}: {:?}", stats.recent_errors));
    }
    // What a client sees may come from elsewhere.
    let wanted = [
        ("one_way", stats.one_ways),
        ("heartbeat", stats.heartbeats),
        ("no_route", stats.local_replies(ErrorType::RouteNotFound)),
        (
            "no_endpoint",
            stats.local_replies(ErrorType::NoHealthyUpstream),
        ),
    ];
    for (what, count) in wanted {
        if count == 0 && !pair.expected[what].is_null() {
            faults.push(format!("{what}: the proxy has counted none"));
        }
    }
    faults
}

/// Whether the client has seen of `what` the very thing that it must have seen.
pub(crate) fn passed(pair: &Pair, seen: &Seen, what: &str) -> bool {
    let (found, expected) = (&seen.client[what], &pair.expected[what]);
    match expected.as_str() {
        // Each host has its own words for what it reports.
        Some(_) if seen.stats.is_none() && matches!(what, "no_route" | "no_endpoint") => {
            found.as_str().is_some_and(|text| !text.is_empty())
        }
        _ => found == expected,
    }
}
