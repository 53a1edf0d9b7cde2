/// A part.
#[derive(metaproto_codec::Header, Clone, Debug)]
#[header(part)]
pub struct Login {
    pub user: u8,
}

/// Parts to choose from.
#[derive(metaproto_codec::Header, Clone, Debug)]
#[header(part)]
pub enum Command {
    /// With a part.
    #[header(tag = 1)]
    Login(Login),
    /// Without.
    #[header(tag = 2)]
    Quit,
    /// All others.
    #[header(other)]
    Other(u8, Login),
}

/// Its owner.
#[derive(metaproto_codec::Header, Clone, Debug)]
#[header(part)]
pub struct Chosen {
    pub kind: u8,
    #[header(tag = kind)]
    pub command: Command,
}
