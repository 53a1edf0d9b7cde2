//! Kubernetes' `Endpoints` and `EndpointSlice`: the addresses behind a service.

use super::Head;
use crate::problem::Place;
use crate::reader::Fields;

/// What holds the name of a slice's service.
const SERVICE_LABEL: &str = "kubernetes.io/service-name";

/// Addresses behind a service that are ready.
#[derive(Debug)]
pub(crate) struct EndpointList {
    pub(crate) namespace: String,
    /// The service's name.
    pub(crate) service: String,
    pub(crate) groups: Vec<Group>,
}

/// Addresses with the same ports.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) addresses: Vec<Address>,
    /// Names, empty for the only port of a service, and numbers.
    pub(crate) ports: Vec<(String, u16)>,
}

#[derive(Debug)]
pub(crate) struct Address {
    pub(crate) place: Place,
    pub(crate) address: String,
    /// The pod, which has the labels.
    pub(crate) pod: Option<String>,
}

impl EndpointList {
    pub(crate) fn read(document: &Fields<'_>, head: &Head) -> Self {
        document.ignore_rest();
        let mut groups = Vec::new();
        for subset in document.objects("subsets") {
            subset.ignore_rest();
            let mut addresses = Vec::new();
            for address in subset.objects("addresses") {
                address.ignore_rest();
                addresses.extend(address.needed("ip").map(|ip| Address {
                    place: address.at("ip"),
                    address: ip,
                    pod: pod(&address),
                }));
            }
            let ports = ports(&subset);
            groups.push(Group { addresses, ports });
        }
        Self {
            namespace: head.namespace.clone(),
            service: head.name.clone(),
            groups,
        }
    }

    pub(crate) fn read_slice(document: &Fields<'_>, head: &Head) -> Option<Self> {
        document.ignore_rest();
        let service = head.labels.get(SERVICE_LABEL).cloned();
        if service.is_none() {
            let message = format!("no label {SERVICE_LABEL}, which names the service");
            document.report("metadata.labels", message);
        }
        let mut addresses = Vec::new();
        for endpoint in document.objects("endpoints") {
            endpoint.ignore_rest();
            let conditions = endpoint.object("conditions");
            let ready = conditions.and_then(|it| {
                it.ignore_rest();
                it.flag("ready")
            });
            if ready == Some(false) {
                continue;
            }
            // Of several addresses of one endpoint, the first counts (Kubernetes' reference).
            let address = endpoint.texts("addresses").into_iter().next();
            addresses.extend(address.map(|address| Address {
                place: endpoint.at("addresses"),
                address,
                pod: pod(&endpoint),
            }));
        }
        let ports = ports(document);
        Some(Self {
            namespace: head.namespace.clone(),
            service: service?,
            groups: vec![Group { addresses, ports }],
        })
    }
}

/// The pod behind an address.
fn pod(address: &Fields<'_>) -> Option<String> {
    let target = address.object("targetRef")?;
    target.ignore_rest();
    let is_pod = target.text("kind").as_deref() == Some("Pod");
    target.text("name").filter(|_| is_pod)
}

fn ports(fields: &Fields<'_>) -> Vec<(String, u16)> {
    let mut ports = Vec::new();
    for port in fields.objects("ports") {
        port.ignore_rest();
        let name = port.text("name").unwrap_or_default();
        ports.extend(port.port("port").map(|number| (name, number)));
    }
    ports
}
