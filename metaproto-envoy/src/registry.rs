//! The codecs of a module, by name.

use metaproto_codec::Codec;

/// Makes one codec, for one direction of one connection.
pub type MakeCodec = fn() -> Box<dyn Codec>;

/// The codecs of a module, by the names under which configurations ask for them.
#[derive(Clone, Copy, Debug)]
pub struct Registry(&'static [(&'static str, MakeCodec)]);

impl Registry {
    /// These codecs.
    #[must_use]
    pub const fn new(codecs: &'static [(&'static str, MakeCodec)]) -> Self {
        Self(codecs)
    }

    /// What makes the codec `name`.
    ///
    /// # Errors
    ///
    /// A sentence that says which codecs there are.
    pub fn get(self, name: &str) -> Result<MakeCodec, String> {
        let Self(codecs) = self;
        let found = codecs.iter().find(|(codec, _)| *codec == name);
        found.map(|(_, make)| *make).ok_or_else(|| {
            let names: Vec<&str> = codecs.iter().map(|(codec, _)| *codec).collect();
            format!(
                "codec {name:?} is not in this module, which has {}",
                names.join(", ")
            )
        })
    }
}

/// Makes a codec that needs to be told nothing.
#[must_use]
pub fn default_codec<C: Codec + Default + 'static>() -> Box<dyn Codec> {
    Box::new(C::default())
}
