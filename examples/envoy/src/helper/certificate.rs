//! A certificate for one run.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio_rustls::{TlsAcceptor, TlsConnector};

/// A certificate of the name [`NAME`](Self::NAME), and its key.
pub(crate) struct Certificate {
    directory: TempDir,
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
}

impl Certificate {
    /// Whose certificate it is.
    pub(crate) const NAME: &'static str = "matrix.test";

    /// Makes one, and writes it to files.
    pub(crate) fn new() -> Result<Self> {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed([Self::NAME.to_owned()])?;
        let directory = tempfile::tempdir()?;
        std::fs::write(directory.path().join("certificate.pem"), cert.pem())?;
        std::fs::write(
            directory.path().join("key.pem"),
            signing_key.serialize_pem(),
        )?;
        Ok(Self {
            directory,
            certificate: cert.der().clone(),
            key: PrivateKeyDer::Pkcs8(signing_key.serialize_der().into()),
        })
    }

    /// The file of the certificate.
    pub(crate) fn path(&self) -> PathBuf {
        self.directory.path().join("certificate.pem")
    }

    /// The file of its key.
    pub(crate) fn key_path(&self) -> PathBuf {
        self.directory.path().join("key.pem")
    }

    /// What a server with this certificate does first.
    pub(crate) fn acceptor(&self) -> Result<TlsAcceptor> {
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![self.certificate.clone()], self.key.clone_key())?;
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    /// Speaks TLS with a server that has this certificate.
    pub(crate) async fn connect(&self, stream: TcpStream) -> Result<TlsStream<TcpStream>> {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone())?;
        let config = ClientConfig::builder()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from(Self::NAME)?;
        Ok(TlsConnector::from(Arc::new(config))
            .connect(name, stream)
            .await?)
    }
}
