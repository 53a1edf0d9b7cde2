//! The crates that are built.

use std::fmt::Write as _;

use crate::machine::{self, Rival};

/// Structs in a crate.
const STRUCTS: usize = 50;

/// The fields of each, by type. The fifth is a length and the third an id where the contender has a use for them.
const FIELDS: [&str; 10] = [
    "u8", "i8", "u32", "u16", "u32", "u64", "i16", "i32", "i64", "u16",
];

/// A contender's crate.
pub(super) struct Crate {
    pub(super) name: &'static str,
    /// What it depends on: a rival, or ours.
    depends: Option<Depends>,
    /// Lines before the structs.
    head: &'static str,
    /// Attributes of a struct.
    attributes: &'static str,
    /// The type of a field, attributes included, by its index and its type.
    field: fn(usize, &str) -> String,
    /// Functions that read and write the struct `S`, so that all code is generated.
    functions: &'static str,
}

enum Depends {
    Rival(&'static str, &'static str),
    Ours,
}
use Depends::{Ours, Rival as On};

/// All of them.
pub(super) const CRATES: &[Crate] = &[
    Crate {
        name: "hand",
        depends: None,
        head: "",
        attributes: "",
        field: plain,
        functions: "",
    },
    Crate {
        name: "ours headers",
        depends: Some(Ours),
        head: "use metaproto_codec::Header;\n",
        attributes: "#[derive(Header)]\n#[header(big_endian)]\n",
        field: |index, ty| match index {
            2 => format!("#[header(request_id)] pub f{index}: {ty}"),
            4 => format!("#[header(frame_len, max = 4096)] pub f{index}: {ty}"),
            _ => plain(index, ty),
        },
        functions: "
            impl S {
                pub fn decode(bytes: &[u8]) -> Option<Self> { Self::read_frame(bytes).ok() }
                pub fn encode(&self) -> Option<Vec<u8>> { self.to_frame(&[]).ok() }
            }",
    },
    Crate {
        name: "ours parts",
        depends: Some(Ours),
        head: "use metaproto_codec::wire::{Cursor, Payload, Sizes, Writer};\nuse metaproto_codec::{Header, Part, Read};\n",
        attributes: "#[derive(Header)]\n#[header(big_endian, part)]\n",
        field: plain,
        functions: "
            impl S {
                pub fn decode(bytes: &[u8]) -> Option<Self> {
                    Self::read(&mut Cursor::new(bytes, Self::MIN_LEN)).ok()
                }
                pub fn encode(&self, out: &mut Vec<u8>) -> bool {
                    let sizes = Sizes::new(Self::MIN_LEN, 0, 0);
                    self.write(&mut Writer::new(out, Payload::default(), sizes)).is_ok()
                }
            }",
    },
    Crate {
        name: "zerocopy",
        depends: Some(On("zerocopy", "features = [\"derive\"]")),
        head: "use zerocopy::big_endian::*;\n\
               use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};\n",
        attributes: "#[derive(FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]\n#[repr(C)]\n",
        field: |index, ty| {
            let ty = match ty {
                "u8" | "i8" => ty.to_owned(),
                wide => wide.to_uppercase(),
            };
            plain(index, &ty)
        },
        functions: "
            impl S {
                pub fn decode(bytes: &[u8]) -> Option<Self> {
                    Self::read_from_prefix(bytes).ok().map(|(read, _)| read)
                }
                pub fn encode(&self, out: &mut Vec<u8>) { out.extend_from_slice(self.as_bytes()) }
            }",
    },
    Crate {
        name: "scroll",
        depends: Some(On("scroll", "features = [\"derive\"]")),
        head: "use scroll::{BE, Pread, Pwrite};\n",
        attributes: "#[derive(Pread, Pwrite)]\n",
        field: plain,
        functions: "
            impl S {
                pub fn decode(bytes: &[u8]) -> Option<Self> { bytes.pread_with(0, BE).ok() }
                pub fn encode(&self, out: &mut [u8]) -> bool { out.pwrite_with(self, 0, BE).is_ok() }
            }",
    },
    Crate {
        name: "speedy",
        depends: Some(On("speedy", "")),
        head: "use speedy::{Endianness, Readable, Writable};\n",
        attributes: "#[derive(Readable, Writable)]\n",
        field: plain,
        functions: "
            impl S {
                pub fn decode(bytes: &[u8]) -> Option<Self> {
                    Self::read_from_buffer_with_ctx(Endianness::BigEndian, bytes).ok()
                }
                pub fn encode(&self, out: &mut [u8]) -> bool {
                    self.write_to_buffer_with_ctx(Endianness::BigEndian, out).is_ok()
                }
            }",
    },
    Crate {
        name: "packed_struct",
        depends: Some(On("packed_struct", "")),
        head: "use packed_struct::prelude::*;\n",
        attributes: "#[derive(PackedStruct)]\n#[packed_struct(endian = \"msb\")]\n",
        field: plain,
        functions: "
            impl S {
                pub fn decode(bytes: &[u8]) -> Option<Self> { Self::unpack_from_slice(bytes).ok() }
                pub fn encode(&self, out: &mut Vec<u8>) -> bool {
                    self.pack().map(|bytes| out.extend_from_slice(&bytes)).is_ok()
                }
            }",
    },
    Crate {
        name: "binrw",
        depends: Some(On("binrw", "")),
        head: "use binrw::{BinRead, BinWrite};\nuse std::io::Cursor;\n",
        attributes: "#[derive(BinRead, BinWrite)]\n#[brw(big)]\n",
        field: plain,
        functions: "
            impl S {
                pub fn decode(bytes: &[u8]) -> Option<Self> { Self::read(&mut Cursor::new(bytes)).ok() }
                pub fn encode(&self, out: &mut Vec<u8>) -> bool { self.write(&mut Cursor::new(out)).is_ok() }
            }",
    },
    Crate {
        name: "deku",
        depends: Some(On("deku", "")),
        head: "use deku::prelude::*;\n",
        attributes: "#[derive(DekuRead, DekuWrite)]\n#[deku(endian = \"big\")]\n",
        field: plain,
        functions: "
            impl S {
                pub fn decode(bytes: &[u8]) -> Option<Self> {
                    Self::from_bytes((bytes, 0)).ok().map(|(_, read)| read)
                }
                pub fn encode(&self) -> Option<Vec<u8>> { self.to_bytes().ok() }
            }",
    },
];

impl Crate {
    /// The name of the package.
    pub(super) fn package(&self) -> String {
        format!("w6-{}", self.name.replace([' ', '_'], "-"))
    }
}

/// The manifest, with the rival's version as it is known.
pub(super) fn manifest(it: &Crate, rivals: &[Rival]) -> String {
    let dependency = match it.depends {
        None => String::new(),
        Some(Ours) => {
            let path = machine::home().join("../metaproto-codec");
            format!("metaproto-codec = {{ path = {path:?} }}")
        }
        Some(On(name, features)) => {
            let known = rivals.iter().find(|rival| rival.name == name);
            let version = known.map_or("*".into(), |rival| format!("={}", rival.version));
            format!("{name} = {{ version = \"{version}\", {features} }}")
        }
    };
    format!(
        "[package]\nname = \"{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{dependency}\n",
        it.package()
    )
}

/// The source of the library.
pub(super) fn library(it: &Crate) -> String {
    let mut source = it.head.to_owned();
    for number in 0..STRUCTS {
        let name = format!("Header{number}");
        let _ = write!(source, "\n{}pub struct {name} {{\n", it.attributes);
        for (index, ty) in FIELDS.iter().enumerate() {
            let _ = writeln!(source, "    {},", (it.field)(index, ty));
        }
        let functions = match it.depends {
            None => by_hand(),
            Some(_) => it.functions.to_owned(),
        };
        let _ = writeln!(
            source,
            "}}\n{}",
            functions.replace("impl S ", &format!("impl {name} "))
        );
    }
    source
}

fn plain(index: usize, ty: &str) -> String {
    format!("pub f{index}: {ty}")
}

/// What one writes without a derive: one check, then a field after the other.
fn by_hand() -> String {
    let width = |ty: &str| ty[1..].parse::<usize>().unwrap_or_default() / 8;
    let total: usize = FIELDS.iter().map(|ty| width(ty)).sum();
    let (mut reads, mut writes, mut at) = (String::new(), String::new(), 0);
    for (index, ty) in FIELDS.iter().enumerate() {
        let bytes: Vec<String> = (at..at + width(ty))
            .map(|byte| format!("bytes[{byte}]"))
            .collect();
        let _ = writeln!(
            reads,
            "f{index}: {ty}::from_be_bytes([{}]),",
            bytes.join(", ")
        );
        let _ = writeln!(
            writes,
            "out.extend_from_slice(&self.f{index}.to_be_bytes());"
        );
        at += width(ty);
    }
    format!(
        "impl S {{
            pub fn decode(bytes: &[u8]) -> Option<Self> {{
                let bytes = bytes.first_chunk::<{total}>()?;
                Some(Self {{ {reads} }})
            }}
            pub fn encode(&self, out: &mut Vec<u8>) {{
                out.reserve({total});
                {writes}
            }}
        }}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_crate_has_all_structs_and_functions() {
        for it in CRATES {
            let library = library(it);
            assert_eq!(library.matches("pub struct Header").count(), STRUCTS);
            assert_eq!(
                library.matches("pub fn decode").count(),
                STRUCTS,
                "{}",
                it.name
            );
            assert_eq!(
                library.matches("pub fn encode").count(),
                STRUCTS,
                "{}",
                it.name
            );
            assert_eq!(library.matches("pub f9: ").count(), STRUCTS, "{}", it.name);
        }
    }
}
