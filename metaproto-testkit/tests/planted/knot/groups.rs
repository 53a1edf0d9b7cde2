//! Groups within groups.

use metaproto_codec::Fault;

use super::super::bug::{Bug, Bugs};

/// How deep groups may nest.
const MAX_DEPTH: usize = 16;

/// The number of groups in `body`.
pub(super) fn count(body: &[u8], bugs: Bugs) -> Result<u32, Fault> {
    walk(body, 0, 0, bugs).map(|(_, groups)| groups)
}

/// Walks one level from `at`: where it ends, and how many groups are in it.
fn walk(body: &[u8], mut at: usize, depth: usize, bugs: Bugs) -> Result<(usize, u32), Fault> {
    let mut groups = 0;
    while let Some(byte) = body.get(at) {
        at += 1;
        match byte {
            b'(' if depth == MAX_DEPTH && !bugs.has(Bug::DepthUnbounded) => {
                return Err(broken("groups nest more than 16 deep"));
            }
            b'(' => {
                let (end, inner) = walk(body, at, depth + 1, bugs)?;
                at = end;
                groups += 1 + inner;
            }
            b')' if depth == 0 => return Err(broken("a group ends that did not begin")),
            b')' => return Ok((at, groups)),
            _ => {}
        }
    }
    if depth > 0 {
        return Err(broken("a group does not end"));
    }
    Ok((at, groups))
}

fn broken(rule: &'static str) -> Fault {
    Fault::Protocol { rule }
}
