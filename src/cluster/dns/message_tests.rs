//! Questions and answers as bytes.

use proptest::prelude::*;

use super::answer::{Data, ResponseCode};
use super::message::{read, write};
use super::question::{CacheEntry, Own, Question, RecordKind};
use super::testing::{address_of, reply, written};

fn question() -> Vec<u8> {
    write(7, &address_of("web-0.web.db.svc.cluster.local")).expect("a question")
}

#[test]
fn a_member_s_question_has_neither_bit_and_no_extension() {
    let expected = b"\x00\x07\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03web\x00\x00\x21\x00\x01";
    let question = Question::as_member("web.", RecordKind::Srv);
    assert_eq!(write(7, &question).expect("a question"), expected);
}

#[test]
fn own_questions_differ_in_the_bits_that_tell_cache_entries_apart() {
    let bits = |own| {
        let entry = CacheEntry::Own(own);
        let bytes =
            write(1, &Question { entry, ..Question::as_member("web", RecordKind::A) }).expect("a question");
        let extension = b"\x00\x00\x29\x04\xd0\x00\x00\x80\x00\x00\x00";
        assert_eq!(bytes.ends_with(extension), bytes[11] == 1, "as many extensions as the header says");
        (bytes[3] & 0x10 != 0, bytes[11] == 1)
    };
    assert_eq!([bits(Own::Cd), bits(Own::Do), bits(Own::Both)], [(true, false), (false, true), (true, true)]);
}

#[test]
fn records_of_all_kinds_are_read() {
    let srv = [&[0, 1, 0, 50, 31, 144][..], &written("web-0.web.db.svc.cluster.local")].concat();
    let v6 = [0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    let text = b"\x02hi".to_vec();
    let records = [
        ("Web.", 1, 5, vec![10, 0, 0, 1]),
        ("web.", 28, 30, v6.to_vec()),
        ("web.", 33, 5, srv),
        ("web.", 12, 5, written("a.b")),
        ("web.", 5, 5, written("c.d")),
        ("web.", 16, 5, text),
        ("web.", 1, u32::MAX, vec![10, 0, 0, 2]),
    ];
    let read = read(&reply(&question(), 0, &records, &[])).expect("an answer");
    assert_eq!(
        (read.id, read.code, read.truncated, read.negative_ttl),
        (7, ResponseCode::NoError, false, None)
    );
    assert_eq!(read.question, Some(("web-0.web.db.svc.cluster.local".to_owned(), 1)));
    assert!(read.records.iter().all(|record| record.name == "web"));
    let data: Vec<_> = read.records.iter().map(|record| (record.ttl, &record.data)).collect();
    let target = "web-0.web.db.svc.cluster.local".to_owned();
    let expected = [
        (5, Data::Address("10.0.0.1".parse().expect("an address"))),
        (30, Data::Address("fd00::1".parse().expect("an address"))),
        (5, Data::Srv { priority: 1, weight: 50, port: 8080, target }),
        (5, Data::Ptr("a.b".to_owned())),
        (5, Data::Cname("c.d".to_owned())),
        // A TTL with the highest bit is none.
        (0, Data::Address("10.0.0.2".parse().expect("an address"))),
    ];
    assert_eq!(data, expected.iter().map(|(ttl, data)| (*ttl, data)).collect::<Vec<_>>());
}

#[test]
fn a_missing_name_says_for_how_long_it_may_be_missing() {
    let soa = |minimum: u32| {
        let numbers = [1, 7200, 1800, 86400, minimum].map(u32::to_be_bytes).concat();
        [written("ns.dns.cluster.local"), written("hostmaster.cluster.local"), numbers].concat()
    };
    let ttl = |ttl, minimum| {
        let bytes = reply(&question(), 3, &[], &[("cluster.local", 6, ttl, soa(minimum))]);
        let read = read(&bytes).expect("an answer");
        assert_eq!(read.code, ResponseCode::NxDomain);
        read.negative_ttl
    };
    assert_eq!([ttl(30, 5), ttl(5, 30)], [Some(5), Some(5)]);
}

#[test]
fn what_is_no_answer_is_refused() {
    let good = reply(&question(), 0, &[("web", 1, 5, vec![10, 0, 0, 1])], &[]);
    assert!(read(&good).is_ok());
    assert_eq!(read(&question()), Err("it is no answer to a question"));
    for length in 0..good.len() {
        assert!(read(&good[..length]).is_err(), "cut after {length} bytes");
    }
    let short_address = reply(&question(), 0, &[("web", 1, 5, vec![10, 0, 0])], &[]);
    let long_address = reply(&question(), 0, &[("web", 1, 5, vec![10, 0, 0, 1, 1])], &[]);
    assert!(read(&short_address).is_err());
    assert_eq!(read(&long_address), Err("a record in it has a wrong length"));
}

proptest! {
    #[test]
    fn any_bytes_are_an_answer_or_none(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&bytes);
    }

    #[test]
    fn any_change_to_an_answer_leaves_an_answer_or_none(at in 0_usize..200, byte: u8, pointer: u8) {
        let records = [("web", 33, 5, [&[0, 0, 0, 0, 0, 80][..], &written("a.b.c")].concat())];
        let mut bytes = reply(&question(), 0, &records, &[]);
        let at = at % bytes.len();
        bytes[at] = byte;
        let _ = read(&bytes);
        // The most dangerous change: a pointer.
        bytes.splice(at..at, [0xc0, pointer]);
        if let Ok(reply) = read(&bytes) {
            let names = reply.records.iter().map(|record| record.name.len());
            prop_assert!(names.max().unwrap_or_default() <= 4 * 255);
        }
    }
}
