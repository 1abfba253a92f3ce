//! Peer: crate hl7-parser. Parses each message of a UTF-8 corpus and takes the patient's number and name.

fn main() -> std::io::Result<()> {
    let (mut good, mut bytes) = (0_usize, 0_usize);
    for message in peers::messages()? {
        let Ok(text) = std::str::from_utf8(&message) else { continue };
        let Ok(parsed) = hl7_parser::Message::parse(text) else { continue };
        let Some(pid) = parsed.segment("PID") else { continue };
        bytes += pid.field(3).map_or(0, |id| id.raw_value().len()) + pid.field(5).map_or(0, |name| name.raw_value().len());
        good += 1;
    }
    println!("{good} {bytes}");
    Ok(())
}
