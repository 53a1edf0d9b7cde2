//! The layouts that rustdoc shows are those of the schema.

use std::fs;
use std::path::Path;

use metaproto_codec::Part;
use metaproto_codec::schema::Schema;
use syn::{Attribute, DeriveInput, Expr, ExprLit, File, Item, Lit, Meta, parse_quote};

use crate::derive;

/// The declarations of this folder, as a user has them.
#[allow(
    dead_code,
    unreachable_pub,
    reason = "as users have them; they are looked at, not used"
)]
mod declared {
    pub(super) mod alignment {
        include!("alignment.rs");
    }
    pub(super) mod bits {
        include!("bits.rs");
    }
    pub(super) mod checksum {
        include!("checksum.rs");
    }
    pub(super) mod choice {
        include!("choice.rs");
    }
    pub(super) mod conditions {
        include!("conditions.rs");
    }
    pub(super) mod fixed {
        include!("fixed.rs");
    }
    pub(super) mod map {
        include!("map.rs");
    }
    pub(super) mod strings {
        include!("strings.rs");
    }
    pub(super) mod varint {
        include!("varint.rs");
    }
}

/// Headers of the real world, compiled from their files: this crate stands below the protocols and cannot depend on them.
macro_rules! gauntlet {
    ($($path:literal $module:ident),* $(,)?) => {$(
        #[allow(dead_code, unreachable_pub, reason = "they are looked at, not used")]
        #[path = $path]
        mod $module;
    )*};
}
gauntlet!(
    "../../../examples/gauntlet/src/amqp.rs" amqp,
    "../../../examples/gauntlet/src/awesomerpc.rs" awesomerpc,
    "../../../examples/gauntlet/src/bolt.rs" bolt,
    "../../../examples/gauntlet/src/brpc.rs" brpc,
    "../../../examples/gauntlet/src/cassandra.rs" cassandra,
    "../../../examples/gauntlet/src/dubbo.rs" dubbo,
    "../../../examples/gauntlet/src/kafka.rs" kafka,
    "../../../examples/gauntlet/src/memcached.rs" memcached,
    "../../../examples/gauntlet/src/mongodb.rs" mongodb,
    "../../../examples/gauntlet/src/mqtt.rs" mqtt,
    "../../../examples/gauntlet/src/mysql.rs" mysql,
    "../../../examples/gauntlet/src/postgres.rs" postgres,
    "../../../examples/gauntlet/src/theader.rs" theader,
    "../../../examples/gauntlet/src/thrift.rs" thrift,
    "../../../examples/gauntlet/src/trpc.rs" trpc,
);

/// Those of which the declaration alone tells all: no part that the diagram of a schema draws in place.
#[test]
fn diagrams_and_tables_are_those_of_the_schema() {
    macro_rules! agree {
        ($($module:ident :: $ty:ident),* $(,)?) => {{
            use declared::*;
            $(agrees(concat!("tests/expansions/", stringify!($module), ".rs"), stringify!($ty), &<$module::$ty as Part>::SCHEMA);)*
        }};
        (gauntlet: $($module:ident :: $ty:ident),* $(,)?) => {
            $(agrees(
                concat!("../examples/gauntlet/src/", stringify!($module), ".rs"),
                stringify!($ty),
                &<$module::$ty as Part>::SCHEMA,
            );)*
        };
    }
    agree!(
        alignment::Aligned,
        bits::Bits,
        checksum::Sealed,
        choice::Chosen,
        conditions::Conditions,
        fixed::Fixed,
        map::Maps,
        strings::Strings,
        varint::Varints,
    );
    agree!(gauntlet:
        amqp::AmqpFrame,
        awesomerpc::AwesomeHeader,
        bolt::BoltHeader,
        brpc::BrpcHeader,
        cassandra::CassandraHeader,
        dubbo::DubboHeader,
        kafka::KafkaRequest,
        kafka::KafkaResponse,
        memcached::MemcachedHeader,
        mongodb::Document,
        mongodb::Documents,
        mongodb::OpMsg,
        mongodb::Section,
        mongodb::Sequence,
        mqtt::ConnectPacket,
        mqtt::MqttPacket,
        mysql::MysqlPacket,
        postgres::PostgresMessage,
        postgres::StartupMessage,
        theader::KeyValues,
        theader::THeaderMessage,
        thrift::ThriftMessage,
        trpc::TrpcHeader,
    );
}

#[track_caller]
fn agrees(file: &str, name: &str, schema: &Schema) {
    let layout = layout(file, name);
    let (diagram, table) = layout.split_once("```\n\n").unwrap();
    assert_eq!(diagram, metaproto_describe::diagram(schema), "{name}");
    // Of what a field means the table has the author's words, and constants by name.
    let columns = |table: &str| -> Vec<String> {
        let first = |line: &str| line.split(" | ").take(3).collect::<Vec<_>>().join(" | ");
        table.lines().map(first).collect()
    };
    assert_eq!(
        columns(table),
        columns(&metaproto_describe::table(schema)),
        "{name}"
    );
}

/// What rustdoc shows of the type `name` that `file` declares.
fn layout(file: &str, name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let declared: File = syn::parse_str(&fs::read_to_string(path).unwrap()).unwrap();
    let declared: DeriveInput = declared
        .items
        .iter()
        .find_map(|item| match item {
            Item::Struct(found) if found.ident == name => Some(parse_quote!(#found)),
            Item::Enum(found) if found.ident == name => Some(parse_quote!(#found)),
            _ => None,
        })
        .unwrap();
    let expansion: File = syn::parse2(derive::derive(&declared)).unwrap();
    let constants = expansion.items.iter().filter_map(|item| match item {
        Item::Const(constant) => Some(&*constant.expr),
        _ => None,
    });
    let blocks = constants.flat_map(|expr| match expr {
        Expr::Block(block) => block.block.stmts.as_slice(),
        _ => &[],
    });
    let mut docs = blocks.flat_map(|statement| match statement {
        syn::Stmt::Item(Item::Impl(block)) => block.attrs.as_slice(),
        _ => &[],
    });
    let text = docs.find_map(doc).unwrap();
    let (_, layout) = text.split_once("```text\n").unwrap();
    layout.to_owned()
}

fn doc(attr: &Attribute) -> Option<String> {
    match &attr.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}
