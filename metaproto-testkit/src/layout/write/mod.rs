//! A tree to bytes, with every length right, but for those that a test wants wrong.

mod field;
mod runs;
mod slots;

use metaproto_codec::schema::{Item, Shape};

use super::path::{Path, Step};
use super::scope::{self, Scope};
use super::tree::{Message, Node, Value};
use super::{bits, models};
pub(crate) use slots::{Slot, SlotKind};

/// Bits to write in place of what belongs there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// A number field, or a length prefix such as `headers.len`.
    pub path: String,
    /// Its wire bits; the low ones, where it has fewer. One of varying length has as many bytes as these need.
    pub bits: u128,
}

/// The bytes of `message`.
///
/// Lengths, counts, checksums and constants are computed, whatever the tree says; then the `overrides` have the last
/// word. What depends on a number follows the number of the tree: a field whose condition does not hold is left out, one
/// whose condition holds is there with as little in it as can be if the tree has none, and so is the alternative that a
/// tag asks for.
///
/// Nothing is refused: a value that is too large is cut to its width, and maxima are not looked at, since bad messages
/// are written on purpose. A value of another shape than its field's is written as zero or empty.
#[must_use]
pub fn write(message: &Message, overrides: &[Override]) -> Vec<u8> {
    settled(message, overrides, false).out
}

/// As [`write`], with the places of what a test may want wrong.
pub(crate) fn write_with_slots(message: &Message) -> (Vec<u8>, Vec<Slot>) {
    let writer = settled(message, &[], true);
    (writer.out, writer.slots.unwrap_or_default())
}

/// How many bytes an item takes.
pub(super) fn item_size(item: &Item, value: &Value) -> usize {
    let mut writer = Writer::new(&[], Sizes::default());
    writer.item(item, value);
    writer.out.len()
}

/// How often a message is written until its lengths, which can take more bytes the larger they are, agree with it.
const ROUNDS: usize = 64;

fn settled<'m>(message: &Message, overrides: &'m [Override], slots: bool) -> Writer<'m> {
    let mut writer = Writer::new(overrides, Sizes::default());
    for _ in 0..ROUNDS {
        writer.slots = slots.then(Vec::new);
        writer.message(message);
        if writer.found == writer.sizes {
            break;
        }
        writer = Writer::new(overrides, writer.found);
    }
    writer
}

/// The sizes of a message and its parts, bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Sizes {
    header: usize,
    body: usize,
    frame: usize,
    /// Where the fields end that tell the length of what follows them.
    ends: Vec<(&'static str, usize)>,
}

struct Writer<'m> {
    out: Vec<u8>,
    path: Path,
    overrides: &'m [Override],
    /// What lengths say.
    sizes: Sizes,
    /// What is right.
    found: Sizes,
    slots: Option<Vec<Slot>>,
}

impl<'m> Writer<'m> {
    fn new(overrides: &'m [Override], sizes: Sizes) -> Self {
        Self {
            out: Vec::new(),
            path: Path::default(),
            overrides,
            sizes,
            found: Sizes::default(),
            slots: None,
        }
    }

    fn message(&mut self, message: &Message) {
        let mut scope = Scope::default();
        let nodes = &message.fields;
        self.nodes(nodes, &mut scope, |node| !node.field.trailer);
        self.out.extend(&message.extension);
        self.found.header = self.out.len();
        self.found.body = message.body.len();
        self.out.extend(&message.body);
        self.nodes(nodes, &mut scope, |node| node.field.trailer);
        self.found.frame = self.out.len();
        self.checksums(nodes, &scope, self.found.header);
    }

    fn part(&mut self, nodes: &[Node]) {
        let mut scope = Scope::at(self.out.len());
        self.nodes(nodes, &mut scope, |_| true);
        self.checksums(nodes, &scope, self.out.len());
    }

    fn nodes(&mut self, nodes: &[Node], scope: &mut Scope, choose: impl Fn(&Node) -> bool) {
        for node in nodes.iter().filter(|node| choose(node)) {
            self.path.push(Step::Name(node.field.name));
            self.node(node, nodes, scope);
            self.path.pop();
        }
    }

    /// Computes the checksums of a struct that ends here. One can be part of what another one sums up.
    fn checksums(&mut self, nodes: &[Node], scope: &Scope, body: usize) {
        let summed = || nodes.iter().filter(|node| node.field.checksum.is_some());
        let rounds = summed().count();
        for round in 1..=rounds {
            for node in summed() {
                let field = node.field;
                let (Shape::Number(number), Some(sum), Some(place)) =
                    (field.shape, &field.checksum, scope.place_of(field.name))
                else {
                    continue;
                };
                let own = place.own.clone();
                let covered = scope.covered(sum, body, self.out.len());
                let bits = 8 * number.bytes;
                let right = scope::sum(sum, &self.out, covered, own.clone()) & bits::mask(bits);
                self.path.push(Step::Name(field.name));
                if round == rounds && !own.is_empty() {
                    self.slot_at(own.start, SlotKind::Checksum { bits, right });
                }
                let raw = self.overridden(right);
                self.patch(own, number.order, raw);
                self.path.pop();
            }
        }
    }

    /// The bytes that `write` writes here, elsewhere.
    fn aside(&self, write: impl FnOnce(&mut Self)) -> Vec<u8> {
        let mut aside = Writer {
            path: self.path.clone(),
            ..Writer::new(self.overrides, self.sizes.clone())
        };
        write(&mut aside);
        aside.out
    }

    fn overridden(&self, right: u128) -> u128 {
        let found = self.overrides.iter().find(|it| self.path.is(&it.path));
        found.map_or(right, |it| it.bits)
    }

    fn is_overridden(&self) -> bool {
        self.overrides.iter().any(|it| self.path.is(&it.path))
    }
}

/// Nodes of a part that is there with as little in it as can be.
fn lean(part: &metaproto_codec::Schema) -> Vec<Node> {
    models::lean_fields(part, metaproto_codec::Direction::ClientToServer)
}
