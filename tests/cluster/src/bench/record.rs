//! Which requests the plugin sends, and which of them together: asked of the plugin itself, by a server between it
//! and the API server.

use super::Bench;
use super::plan::{Ask, Waves};
use anyhow::{Context, Result, bail};
use kube::Client;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;
use test_cluster::boot::kubeconfig;
use test_cluster::client::block_on;

/// No answer goes out before all requests that are sent together have come in.
const TOGETHER: Duration = Duration::from_millis(100);

/// Runs the plugin once and returns what it asked for.
pub(super) fn requests(bench: &Bench, args: &[&str]) -> Result<Waves> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let file = bench.dir.path().join("recorded");
    std::fs::write(&file, kubeconfig(&format!("http://{address}"), "", "recorded", "none", "default"))?;
    let recorder = Arc::new(Recorder {
        client: bench.cluster.client(),
        log: Mutex::default(),
        over: AtomicBool::new(false),
    });
    let serving = thread::spawn({
        let recorder = Arc::clone(&recorder);
        move || recorder.serve(&listener)
    });
    let run = bench
        .command(&bench.programs.plugin)
        .args(args)
        .env("KUBECONFIG", &file)
        .stdin(Stdio::null())
        .output()
        .context("failed to start the plugin");
    recorder.over.store(true, Ordering::SeqCst);
    // Only a new connection wakes a listener.
    drop(TcpStream::connect(address));
    let _ = serving.join();
    let run = run?;
    if !run.status.success() {
        bail!("`{}`: {}", args.join(" "), String::from_utf8_lossy(&run.stderr));
    }
    let mut log = recorder.log.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(std::mem::take(&mut log.waves))
}

struct Recorder {
    client: Client,
    log: Mutex<Log>,
    over: AtomicBool,
}

#[derive(Default)]
struct Log {
    waves: Waves,
    open: usize,
}

impl Recorder {
    fn serve(self: &Arc<Self>, listener: &TcpListener) {
        for stream in listener.incoming().map_while(Result::ok) {
            if self.over.load(Ordering::SeqCst) {
                return;
            }
            let recorder = Arc::clone(self);
            // A connection that fails fails the plugin, which then says so.
            thread::spawn(move || recorder.answer(stream));
        }
    }

    fn answer(&self, mut stream: TcpStream) -> Result<()> {
        let Some(ask) = read(&stream)? else { return Ok(()) };
        self.begin(&ask);
        let answer = block_on(self.forward(&ask));
        thread::sleep(TOGETHER);
        self.log.lock().unwrap_or_else(PoisonError::into_inner).open -= 1;
        stream.write_all(&answer?)?;
        Ok(())
    }

    fn begin(&self, ask: &Ask) {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        if log.open == 0 {
            log.waves.0.push(Vec::new());
        }
        log.open += 1;
        if let Some(wave) = log.waves.0.last_mut() {
            wave.push(ask.clone());
        }
    }

    async fn forward(&self, ask: &Ask) -> Result<Vec<u8>> {
        let request = http::Request::get(&ask.path).header("accept", &ask.accept);
        let response = self.client.send(request.body(kube::client::Body::empty())?).await?;
        let kind = response.headers().get("content-type").and_then(|kind| kind.to_str().ok());
        let (kind, code) = (kind.unwrap_or("application/json").to_owned(), response.status());
        let body = response.into_body().collect_bytes().await?;
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {code}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
        );
        Ok([head.as_bytes(), &body].concat())
    }
}

/// The request on a connection; none where it was closed without one.
fn read(stream: &TcpStream) -> Result<Option<Ask>> {
    let mut lines = BufReader::new(stream).lines();
    let Some(first) = lines.next().transpose()? else { return Ok(None) };
    let path = first.split(' ').nth(1).context("not HTTP")?.to_owned();
    let mut accept = "application/json".to_owned();
    for line in lines {
        let line = line?;
        if line.is_empty() {
            break;
        }
        let Some((name, value)) = line.split_once(':') else { continue };
        if name.eq_ignore_ascii_case("accept") {
            value.trim().clone_into(&mut accept);
        }
    }
    Ok(Some(Ask { path, accept, all_pages: false }))
}
