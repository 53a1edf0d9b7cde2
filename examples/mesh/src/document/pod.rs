//! Kubernetes' `Pod`: an address, and the labels by which services and subsets choose it.

use std::collections::BTreeMap;

use super::Head;
use crate::problem::Place;
use crate::reader::Fields;

/// A pod that has an address.
#[derive(Debug)]
pub(crate) struct Pod {
    pub(crate) place: Place,
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) address: String,
    pub(crate) ready: bool,
    /// Numbers of its named ports.
    pub(crate) ports: BTreeMap<String, u16>,
}

impl Pod {
    /// `None` for one that has no address yet, or is done.
    pub(crate) fn read(document: &Fields<'_>, head: &Head) -> Option<Self> {
        let status = document.object("status")?;
        status.ignore_rest();
        let is_over = matches!(
            status.text("phase").as_deref(),
            Some("Succeeded" | "Failed")
        );
        let address = status.text("podIP").filter(|_| !is_over)?;
        let mut ready = false;
        for condition in status.objects("conditions") {
            condition.ignore_rest();
            let is_true = condition.text("status").as_deref() == Some("True");
            ready |= is_true && condition.text("type").as_deref() == Some("Ready");
        }
        let mut ports = BTreeMap::new();
        if let Some(spec) = document.object("spec") {
            spec.ignore_rest();
            for container in spec.objects("containers") {
                container.ignore_rest();
                for port in container.objects("ports") {
                    port.ignore_rest();
                    if let (Some(name), Some(number)) =
                        (port.text("name"), port.port("containerPort"))
                    {
                        ports.insert(name, number);
                    }
                }
            }
        }
        Some(Self {
            place: status.at("podIP"),
            namespace: head.namespace.clone(),
            name: head.name.clone(),
            labels: head.labels.clone(),
            address,
            ready,
            ports,
        })
    }
}
