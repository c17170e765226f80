//! Pictures: PNG and JPEG, upright, on white, all of one size.

use std::io::Cursor;

use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits};

use super::{File, Labels, ReadOptions, Samples, Values, listed, too_large};
use crate::{Error, Result};

/// The longest side in pixels.
const MAX_SIDE: u32 = 20_000;
/// Bytes that one picture may take when unpacked: 85 megapixels in colour.
const MAX_UNPACKED: u64 = 256 << 20;
/// No picture packs more pixels into a byte: deflate reaches a factor of 1032, on eight pixels of one bit.
const MAX_PIXELS_PER_BYTE: u64 = 1032 * 8;

/// One picture of the common size: one byte per pixel, or three.
struct Picture {
    colour: bool,
    pixels: Vec<u8>,
}

/// Reads pictures; damaged ones are left out as long as one is good.
pub(super) fn read(files: &[File<'_>], options: &ReadOptions, notes: &mut Vec<String>) -> Result<Samples> {
    let mut size = options.image_size;
    if let Some((width, height)) = size {
        check_wanted(width, height)?;
    }
    let mut pictures = Vec::new();
    let mut good = Vec::new();
    let mut bad: Vec<(&str, Error)> = Vec::new();
    let mut n_resized = 0;
    let mut n_bytes = 0;
    for file in files {
        let picture = match decode(file) {
            Ok(picture) => picture,
            Err(error) => {
                bad.push((file.name, error));
                continue;
            }
        };
        let (width, height) = *size.get_or_insert((picture.width(), picture.height()));
        n_bytes += width as usize * height as usize * 3;
        if n_bytes > options.max_bytes {
            let total = (n_bytes / (pictures.len() + 1)).saturating_mul(files.len());
            let what = format!("the set of {} pictures of {width} × {height} pixels", files.len());
            return Err(too_large(&what, total, options.max_bytes));
        }
        let resized = (picture.width(), picture.height()) != (width, height);
        n_resized += usize::from(resized);
        let picture = if resized { picture.resize_exact(width, height, FilterType::Triangle) } else { picture };
        pictures.push(flatten(picture));
        good.push(file.name);
    }
    let (width, height) = match (size, bad.is_empty()) {
        _ if good.is_empty() => return Err(bad.into_iter().next().map_or(nothing(), |(_, error)| error)),
        (Some(size), _) => size,
        (None, _) => return Err(nothing()),
    };
    if let Some((_, error)) = bad.first() {
        let names: Vec<&str> = bad.iter().map(|(name, _)| *name).collect();
        notes.push(format!("left out {}: {error}", listed(&names)));
    }
    if n_resized > 0 {
        notes.push(format!("resized {n_resized} of {} pictures to {width} × {height} pixels", good.len()));
    }
    let labels = by_folder(&good)?;
    let colour = pictures.iter().any(|picture| picture.colour);
    let mut shape = vec![height as usize, width as usize];
    if colour {
        shape.push(3);
    }
    let mut pixels = Vec::with_capacity(pictures.len() * shape.iter().product::<usize>());
    for picture in pictures {
        if colour && !picture.colour {
            pixels.extend(picture.pixels.iter().flat_map(|&grey| [grey; 3]));
        } else {
            pixels.extend_from_slice(&picture.pixels);
        }
    }
    Samples::new(Values::U8(pixels), shape, labels, "the pictures")
}

fn nothing() -> Error {
    Error::Empty { what: "the set of pictures".into() }
}

fn check_wanted(width: u32, height: u32) -> Result<()> {
    if width == 0 || height == 0 || width.max(height) > MAX_SIDE {
        return Err(Error::InvalidSetting {
            setting: "image size",
            value: format!("{width} × {height}"),
            reason: format!("sides must have 1 to {MAX_SIDE} pixels"),
        });
    }
    Ok(())
}

/// The picture as a viewer shows it; its size is looked at before it is unpacked.
fn decode(file: &File<'_>) -> Result<DynamicImage> {
    let damaged = |reason: String| Error::Damaged { name: file.name.into(), format: "picture", reason };
    let broken = |error: image::ImageError| damaged(error.to_string());
    if file.bytes.starts_with(b"\xff\xd8") && !is_complete_jpeg(file.bytes) {
        return Err(damaged(format!("it ends after {} bytes, before the picture does", file.bytes.len())));
    }
    let mut reader =
        ImageReader::new(Cursor::new(file.bytes)).with_guessed_format().map_err(|error| damaged(error.to_string()))?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(2 * MAX_UNPACKED);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(broken)?;
    let (width, height) = decoder.dimensions();
    if width.max(height) > MAX_SIDE || decoder.total_bytes() > MAX_UNPACKED {
        return Err(Error::Unsupported {
            name: file.name.into(),
            reason: format!(
                "the picture has {width} × {height} pixels; this page reads up to {MAX_SIDE} per side and {} MB \
                 unpacked, so make it smaller",
                MAX_UNPACKED >> 20
            ),
        });
    }
    let n_bytes = file.bytes.len();
    if u64::from(width) * u64::from(height) > n_bytes as u64 * MAX_PIXELS_PER_BYTE {
        return Err(damaged(format!("{n_bytes} bytes cannot hold its {width} × {height} pixels")));
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(broken)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// Whether the mark of the end follows the last scan; the decoder would fill up what is missing with grey.
fn is_complete_jpeg(bytes: &[u8]) -> bool {
    let last = |mark: [u8; 2]| bytes.windows(2).rposition(|pair| pair == mark);
    last([0xff, 0xd9]) > last([0xff, 0xda])
}

/// Eight bits per channel, transparency over white.
fn flatten(picture: DynamicImage) -> Picture {
    let over_white = |value: u8, alpha: u8| {
        let alpha = u32::from(alpha);
        ((u32::from(value) * alpha + 255 * (255 - alpha) + 127) / 255) as u8
    };
    let colour = picture.color().has_color();
    let alpha = picture.color().has_alpha();
    let pixels = match (colour, alpha) {
        (true, false) => picture.into_rgb8().into_raw(),
        (false, false) => picture.into_luma8().into_raw(),
        (true, true) => {
            let pixels = picture.into_rgba8();
            pixels.pixels().flat_map(|p| [0, 1, 2].map(|channel| over_white(p.0[channel], p.0[3]))).collect()
        }
        (false, true) => picture.into_luma_alpha8().pixels().map(|p| over_white(p.0[0], p.0[1])).collect(),
    };
    Picture { colour, pixels }
}

/// The folder of each picture as its class, if every one is in a folder.
fn by_folder(names: &[&str]) -> Result<Option<Labels>> {
    let folder = |name: &&str| {
        let (folders, _) = name.rsplit_once(['/', '\\'])?;
        folders.rsplit(['/', '\\']).next().filter(|folder| !folder.is_empty()).map(String::from)
    };
    let folders: Option<Vec<String>> = names.iter().map(folder).collect();
    folders.map(|folders| Labels::from_words(&folders, "the set of pictures")).transpose()
}
