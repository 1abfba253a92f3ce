//! What is said of temporary patients' numbers: a station takes a block of them and none of it is ever taken again.

use chart::temporary::Block;

/// The kind's number.
pub(super) const TAKEN: u16 = 23;
/// The item of every block.
pub const BLOCKS_ITEM: &str = "temporary-blocks";

/// The item of the blocks of one life of one station's log: the next block begins where the last of these ends.
pub fn blocks_item(station: &str, life: u32) -> String {
    format!("{BLOCKS_ITEM}:{station}/{life}")
}

/// Reads version 1.
pub(super) fn read(kind: u16, texts: &[&str]) -> Option<Block> {
    let (TAKEN, [authority, station, life, width, first, count]) = (kind, texts) else { return None };
    let [authority, station] = [authority, station].map(|text| (*text).to_owned());
    let [life, width] = [life.parse().ok()?, width.parse().ok()?];
    Some(Block { authority, station, life, width, first: first.parse().ok()?, count: count.parse().ok()? })
}

/// Fields of version 1.
pub(super) fn fields(block: &Block) -> Vec<String> {
    let Block { authority, station, life, width, first, count } = block;
    let numbers = [life, width, first, count].map(u32::to_string);
    [authority.clone(), station.clone()].into_iter().chain(numbers).collect()
}

/// What it is about.
pub(super) fn items(block: &Block) -> Vec<String> {
    vec![BLOCKS_ITEM.to_owned(), blocks_item(&block.station, block.life)]
}

#[cfg(test)]
mod tests {
    use super::super::Event;
    use super::*;

    fn block() -> Block {
        let [authority, station] = ["self", "000102030405060708090a0b0c0d0e0f"].map(str::to_owned);
        Block { authority, station, life: 2, width: 14, first: 21, count: 20 }
    }

    #[test]
    fn golden_payload_of_a_block() {
        let (kind, version, bytes) = Event::Temporary(block()).encode().unwrap();
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let golden = "0400000073656c66200000003030303130323033303430353036303730383039306130623063306430653066\
                      01000000320200000031340200000032310200000032 30";
        assert_eq!((kind, version, hex.as_str()), (23, 1, golden.replace(' ', "").as_str()));
        assert_eq!(Event::read(kind, version, &bytes), Event::Temporary(block()));
        let items = ["temporary-blocks", "temporary-blocks:000102030405060708090a0b0c0d0e0f/2"];
        assert_eq!(Event::Temporary(block()).items(), items);
    }
}
