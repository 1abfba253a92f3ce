//! `andon serve`: pages on 127.0.0.1, opened by a one-time link; goes on feeding the sources this home knows.

use std::io::{BufRead, IsTerminal};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::alarm::Bell;
use super::args::Serve;
use super::{feed, say};
use crate::custody::restoring::Restoring;
use crate::event::PeopleEvent;
use crate::home::{Exit, Home, Problem};
use crate::role::Role;
use crate::stations::line::background::{self, Background};
use crate::web::{self, Lan, Site};
use crate::writing::Request;
use crate::{routes, world};

/// Serves until the program is told to stop (Ctrl+C, SIGTERM).
///
/// # Errors
/// When the home does not open, another process feeds it, or the port is taken.
pub fn run(home: Home, args: &Serve) -> Result<Exit, Problem> {
    let stop = Arc::new(AtomicBool::new(false));
    let feeding = match args.no_feed {
        true => None,
        false => {
            let bell = Bell::new(args.on_alarm.clone());
            Some(feed::start(&home, &args.roots, args.silence, bell, Arc::clone(&stop))?)
        }
    };
    let quiet = std::time::Duration::from_secs(args.inbox_quiet);
    let watch = |folder: &std::path::PathBuf| super::inbox::start(&home, folder, quiet, Arc::clone(&stop));
    let inbox = args.inbox.as_ref().map(watch).transpose()?;
    let spooler = super::spooler::start(&home, Arc::clone(&stop));
    let sealing = crate::custody::clock::start(&home, super::writer(), Arc::clone(&stop));
    let exchanging = exchange(&home, args, &stop)?;
    let served = pages(home.clone(), args.port, lan(args), |_| ());
    stop.store(true, Ordering::Relaxed);
    if inbox.is_some_and(|inbox| inbox.join().is_err()) {
        tracing::error!("the scanner's folder was no longer watched");
    }
    if spooler.join().is_err() {
        tracing::error!("print plans were no longer looked at");
    }
    if sealing.join().is_err() {
        tracing::error!("the vault was no longer sealed");
    }
    exchanging.join();
    let fed = match feeding {
        Some(feeding) => feeding.join(),
        // Who feeds bears witness to what was looked at here, too; where nobody does, we do.
        None => home.writer_if_free().map(|free| {
            if let Some(mut writer) = free {
                feed::bear_witness(&home, &mut writer);
            }
        }),
    };
    served.and(fed).map(|()| Exit::Ok)
}

/// Exchanges entries with other stations from now on; says where they come in, if they do.
fn exchange(home: &Home, args: &Serve, stop: &Arc<AtomicBool>) -> Result<Background, Problem> {
    let by = args.by.clone().unwrap_or_else(super::os_user);
    let running = background::start(home, super::writer(), (args.exchange, &by), Arc::clone(stop))?;
    if let Some(address) = running.address {
        say(&format!("ほかの端末との記録のやりとり / other stations exchange entries at: {address}"));
    }
    Ok(running)
}

/// The listener for other machines, and who vouches for its switch.
fn lan(args: &Serve) -> Option<(Lan, String)> {
    let by = args.by.clone().unwrap_or_default();
    args.lan.map(|address| (Lan { address, own_switch: args.own_switch }, by))
}

/// The port of an address of this machine alone.
///
/// # Errors
/// It is another's.
pub fn loopback(address: SocketAddr) -> Result<u16, Problem> {
    if address.ip() == Ipv4Addr::LOCALHOST {
        return Ok(address.port());
    }
    Err(Problem::usage("127.0.0.1:ポート を指定してください。 / Give 127.0.0.1:PORT."))
}

/// Shows charts of a home that is being filled, and the ordinary pages once it is whole; until told to stop.
///
/// # Errors
/// As [`pages`].
pub fn while_restoring(home: Home, port: u16, restoring: Arc<Restoring>) -> Result<(), Problem> {
    let folder = home.dir().join("keys");
    let (watch, write) = (Arc::clone(&restoring), super::writer());
    let write: web::Write = Arc::new(move |home, wish| match watch.is_done() {
        true => write(home, wish),
        false => Err(Problem::failed("復元が終わるまで書けません。 / Nothing is written until the restore has ended.")),
    });
    let site = Site::open(home, world::real_clock(), write)?;
    show(site, port, (None, &folder), |site| routes::while_restoring(site, restoring), |_| ())
}

/// Opens the pages, prints the link, tells `opened` the address, and serves until told to stop.
///
/// # Errors
/// When the home does not open or the port is taken.
pub fn pages(home: Home, port: u16, lan: Option<(Lan, String)>, opened: impl FnOnce(&str)) -> Result<(), Problem> {
    let folder = home.dir().join("keys");
    let site = Site::open(home, world::real_clock(), super::writer())?;
    show(site, port, (lan, &folder), routes::router, opened)
}

fn show(
    site: Site,
    port: u16,
    (lan, folder): (Option<(Lan, String)>, &std::path::Path),
    router: impl FnOnce(Site) -> axum::Router,
    opened: impl FnOnce(&str),
) -> Result<(), Problem> {
    let (about, program) = (site.about(), env!("CARGO_PKG_VERSION"));
    tracing::info!(station = about.station, training = about.training, program, "pages begin");
    // What a chart takes of memory is small and comes and goes: with huge pages the program holds nearly twice as much.
    if let Err(error) = rustix::thread::disable_transparent_huge_pages(true) {
        tracing::debug!(%error, "this kernel decides itself about huge pages");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let door = web::listen(port).await?;
        let base = format!("http://{}", door.listener.local_addr()?);
        let link = new_link(&site, &base)?;
        say(&format!("開くリンク（一度だけ使えます） / open this link (it works once):\n\n    {link}\n"));
        opened(&link);
        if std::io::stdin().is_terminal() {
            say("Enter キーで新しいリンク、Ctrl+C で終了 / Enter: a new link; Ctrl+C: stop");
            let site = site.clone();
            std::thread::spawn(move || links_on_enter(&site, &base));
        }
        let mut doors = vec![door];
        if let Some((lan, by)) = lan {
            doors.push(open_lan(&site, &lan, by, folder).await?);
        }
        let auditor = site.auditor().clone();
        web::serve(doors, router(site), stop_signal()).await;
        // Whoever waits for Enter on the terminal still holds the site: what was seen is written before the process ends.
        auditor.flush();
        tracing::info!("pages ended");
        Ok(())
    })
}

/// Opens the listener for other machines and says what they need. A switch that a person vouched for is an event.
async fn open_lan(site: &Site, lan: &Lan, by: String, folder: &std::path::Path) -> Result<web::Door, Problem> {
    let opened = lan.open(folder).await?;
    let address = opened.door.listener.local_addr()?.to_string();
    match opened.authority {
        Some((file, print)) => {
            let file = file.display();
            say(&format!("ほかのPCから / from other PCs: https://{address}"));
            say(&format!("  証明書 / certificate to import: {file}\n  SHA-256 {print}"));
        }
        None => {
            let event = PeopleEvent::OwnSwitch { address: address.clone() };
            site.write(Request::People { event, by, role: Role::Operator.code().to_owned() }).await?;
            site.set_own_switch(address.clone());
            say(&format!("ほかのPCから（暗号化なし） / from other PCs, no encryption: http://{address}"));
        }
    }
    Ok(opened.door)
}

fn new_link(site: &Site, base: &str) -> Result<String, Problem> {
    let path = site.gate().link().map_err(|error| Problem::failed(error.to_string()))?;
    Ok(format!("{base}{path}"))
}

fn links_on_enter(site: &Site, base: &str) {
    for line in std::io::stdin().lock().lines() {
        match (line, new_link(site, base)) {
            (Ok(_), Ok(link)) => say(&format!("    {link}")),
            _ => return,
        }
    }
}

/// Resolves on Ctrl+C or SIGTERM.
pub async fn stop_signal() {
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => signal.recv().await.unwrap_or_default(),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => (),
        () = terminate => (),
    }
}
