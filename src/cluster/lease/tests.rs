//! Writes whose answers are lost, with a server that breaks the connection at the worst moment.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use super::super::kubeconfig::Surroundings;
use super::super::{Connection, ConnectionFlags};
use super::Holding;

/// What the server does with the first write; later ones are carried out and answered.
#[derive(Clone, Copy, PartialEq)]
enum First {
    CarriedOut,
    Dropped,
}

/// A server with one Lease, which does not answer the first write.
struct Server {
    first: First,
    lease: Option<Value>,
    /// The methods of all requests.
    asked: Vec<String>,
}

impl Server {
    fn start(first: First) -> (Arc<Mutex<Self>>, String) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let server = Arc::new(Mutex::new(Self { first, lease: None, asked: Vec::new() }));
        let shared = Arc::clone(&server);
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let server = Arc::clone(&shared);
                std::thread::spawn(move || serve(connection, &server));
            }
        });
        (server, url)
    }

    /// The answer; none breaks the connection.
    fn answer(&mut self, method: &str, body: &[u8]) -> Option<(u16, Value)> {
        self.asked.push(method.to_owned());
        let is_first_write = self.asked.iter().filter(|method| *method != "GET").count() == 1;
        if method == "POST" && !(is_first_write && self.first == First::Dropped) {
            let mut lease: Value = serde_json::from_slice(body).expect("a Lease");
            lease["metadata"]["resourceVersion"] = json!("7");
            self.lease = Some(lease);
        }
        match (&self.lease, method) {
            (_, "POST") if is_first_write => None,
            (Some(lease), _) => Some((200, lease.clone())),
            (None, _) => Some((404, json!({"kind": "Status", "reason": "NotFound", "code": 404}))),
        }
    }
}

fn serve(connection: TcpStream, server: &Mutex<Server>) {
    let mut reader = BufReader::new(connection.try_clone().expect("the same connection"));
    let mut writer = connection;
    while let Some((method, body)) = request(&mut reader) {
        let answer = server.lock().expect("no panic").answer(&method, &body);
        let Some((code, answer)) = answer else { return };
        let answer = answer.to_string();
        let head = format!(
            "HTTP/1.1 {code} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            answer.len()
        );
        writer.write_all(format!("{head}{answer}").as_bytes()).expect("a client that listens");
    }
}

fn request(reader: &mut BufReader<TcpStream>) -> Option<(String, Vec<u8>)> {
    let mut lines = reader.by_ref().lines().map_while(Result::ok);
    let method = lines.next()?.split(' ').next()?.to_owned();
    let headers: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    let length = headers.iter().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("content-length").then(|| value.parse().ok())?
    });
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    Some((method, body))
}

/// What a server was asked while `me` took the Lease.
fn asked(first: First) -> Vec<String> {
    let (server, url) = Server::start(first);
    let flags = ConnectionFlags { server: Some(url), ..ConnectionFlags::default() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let connection = Connection::open(&flags, &Surroundings::default()).await.expect("a connection");
        let holding = Holding::acquire(&connection, "db", "web", "me", Duration::from_secs(60)).await;
        let holding = holding.unwrap_or_else(|refusal| panic!("{refusal:?}"));
        assert!(holding.is_valid());
        assert_eq!(holding.state().version.as_deref(), Some("7"));
    });
    let server = server.lock().expect("no panic");
    server.asked.clone()
}

#[test]
fn a_lease_that_was_taken_without_an_answer_is_not_taken_again() {
    assert_eq!(asked(First::CarriedOut), ["GET", "POST", "GET"]);
}

#[test]
fn a_write_that_never_arrived_is_made_again_after_a_look() {
    assert_eq!(asked(First::Dropped), ["GET", "POST", "GET", "POST"]);
}
