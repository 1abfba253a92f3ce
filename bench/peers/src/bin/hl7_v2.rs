//! Peer: crate hl7-v2. Parses each message of a UTF-8 corpus and takes the patient's number and name.

fn main() -> std::io::Result<()> {
    let (mut good, mut bytes) = (0_usize, 0_usize);
    for message in peers::messages()? {
        let Ok(parsed) = hl7_v2::Hl7Message::parse(&message) else { continue };
        let Some(pid) = parsed.segment("PID") else { continue };
        bytes += pid.field(3).map_or(0, |id| id.value().len()) + pid.field(5).map_or(0, |name| name.value().len());
        good += 1;
    }
    println!("{good} {bytes}");
    Ok(())
}
