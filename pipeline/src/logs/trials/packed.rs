//! Packed inputs, made as the usual programs make them.

use std::io::Write;

pub(in crate::logs) const PACKINGS: [&str; 6] = ["gz", "bz2", "zst", "xz", "zip", "zip stored"];

/// Some bytes packed one way.
pub(in crate::logs) fn packed(packing: &str, bytes: &[u8]) -> Vec<u8> {
    let done = "memory takes all";
    match packing {
        "gz" => {
            let mut packer =
                flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            packer.write_all(bytes).expect(done);
            packer.finish().expect(done)
        }
        "bz2" => {
            let mut packer = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
            packer.write_all(bytes).expect(done);
            packer.finish().expect(done)
        }
        "zst" => {
            let mut packer = zstd::Encoder::new(Vec::new(), 1).expect(done);
            packer.include_checksum(true).expect(done);
            packer.write_all(bytes).expect(done);
            packer.finish().expect(done)
        }
        "xz" => {
            let mut packer = liblzma::write::XzEncoder::new(Vec::new(), 1);
            packer.write_all(bytes).expect(done);
            packer.finish().expect(done)
        }
        _ => zipped(&[("logs/", b""), ("logs/a.log", bytes)], packing == "zip"),
    }
}

/// An archive as most programs write it; with a descriptor behind each file when it is deflated.
pub(in crate::logs) fn zipped(files: &[(&str, &[u8])], is_deflated: bool) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, bytes) in files {
        let mut crc = flate2::Crc::new();
        crc.update(bytes);
        let (flags, method, content) = if is_deflated {
            let mut packer =
                flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
            packer.write_all(bytes).expect("memory takes all");
            (8_u16, 8_u16, packer.finish().expect("memory takes all"))
        } else {
            (0, 0, bytes.to_vec())
        };
        let sums = [crc.sum(), content.len() as u32, bytes.len() as u32];
        let told = if is_deflated { [0; 3] } else { sums };
        out.extend(b"PK\x03\x04\x14\0");
        out.extend(flags.to_le_bytes());
        out.extend(method.to_le_bytes());
        out.extend([0; 4]);
        out.extend(told.into_iter().flat_map(u32::to_le_bytes));
        out.extend((name.len() as u16).to_le_bytes());
        out.extend([0; 2]);
        out.extend(name.as_bytes());
        out.extend(content);
        if is_deflated {
            out.extend(b"PK\x07\x08");
            out.extend(sums.into_iter().flat_map(u32::to_le_bytes));
        }
    }
    out.extend(b"PK\x01\x02 the directory is not read");
    out
}
