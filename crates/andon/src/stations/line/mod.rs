//! Lines between stations on the network: `wire` how frames look and end, `exchange` what two members say to each other, `charts` what a
//! follower asks for behind that, `background` the listener and the calls while pages are served, `pair` how two stations come to know each other by a short code
//! (`docs/decisions/0025-lines-between-stations.md`).

pub mod background;
pub mod charts;
pub mod exchange;
pub mod pair;
pub mod wire;

use std::net::{SocketAddr, TcpListener};

use crate::home::Problem;

/// Listens at one address of this machine.
///
/// # Errors
/// It is everybody's (`0.0.0.0`), or cannot be listened on.
pub fn listen(address: SocketAddr) -> Result<TcpListener, Problem> {
    if address.ip().is_unspecified() || address.ip().is_multicast() {
        return Err(Problem::usage(
            "この端末がそのネットワークで持つアドレスを一つ書いてください（例 192.168.10.5:8445）。\n\
             Give one address of this machine on that network, e.g. 192.168.10.5:8445.",
        ));
    }
    let listener = TcpListener::bind(address).map_err(|error| {
        Problem::failed(format!(
            "{address} で待ち受けられません。この端末のアドレスか確かめてください。\n\
             Cannot listen on {address}: is it an address of this machine? ({error})"
        ))
    })?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}
