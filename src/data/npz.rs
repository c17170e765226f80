//! `NumPy` archives: a zip file of `.npy` files.

use super::bundle::{self, Items, Member};
use super::zip::Archive;
use super::{Data, ReadOptions, npy};
use crate::{Error, Result};

/// More than any header of an array takes.
const START: u64 = 1 << 16;

/// Reads an archive of arrays, one at a time.
pub(super) fn read(name: &str, archive: &Archive<'_>, options: &ReadOptions, notes: &mut Vec<String>) -> Result<Data> {
    let mut places = Vec::new();
    let mut members: Vec<Member> = Vec::new();
    for (place, entry) in archive.entries.iter().enumerate() {
        let Some(array) = entry.array() else { continue };
        if members.iter().any(|member| member.name == array) {
            let reason = format!("holds two arrays with the name {array}; give each one its own");
            return Err(Error::Unsupported { name: name.into(), reason });
        }
        places.push(place);
        let start = archive.start(entry, START)?;
        members.push(match npy::Header::read(&archive.path(entry), &start) {
            Ok((header, _)) => {
                let items = match header.items {
                    npy::Items::Numbers(scalar) if scalar.is_integer() => Items::Integers,
                    npy::Items::Numbers(_) | npy::Items::Raw => Items::Floats,
                    npy::Items::Bytes(_) | npy::Items::Words(_) => Items::Words,
                };
                Member { name: array.into(), dims: header.dims, items }
            }
            Err(error @ Error::Unsupported { .. }) => {
                Member { name: array.into(), dims: Vec::new(), items: Items::Unreadable(error) }
            }
            Err(error) => return Err(error),
        });
    }
    let load = |i: usize, notes: &mut Vec<String>| {
        let entry = &archive.entries[places[i]];
        npy::read(&archive.path(entry), &archive.unpack(entry, options.max_unpacked)?, notes)
    };
    bundle::read(name, members, &load, options, notes)
}
