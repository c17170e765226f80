//! Decoding pictures: upright, on white, eight bits per channel, of the size that is wanted.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

use super::{File, Fitting, ImageFit, Picture};
use crate::{Error, Result};

/// The longest side in pixels.
const MAX_SIDE: u32 = 20_000;
/// Bytes that one picture may take when unpacked: 85 megapixels in colour.
const MAX_UNPACKED: u64 = 256 << 20;
/// No picture packs more pixels into a byte: deflate reaches a factor of 1032, on eight pixels of one bit. WebP alone
/// writes pictures of one colour in next to nothing.
const MAX_PIXELS_PER_BYTE: u64 = 1032 * 8;

/// A picture as a viewer shows it, of its own size or of `size` (width and height) after `fit`.
///
/// # Errors
/// [`Error::Damaged`] for broken files, [`Error::Unsupported`] above 20,000 pixels per side or 256 MB unpacked: both are
/// looked at before anything is unpacked. [`Error::InvalidSetting`] for an impossible `size`.
pub fn decode_picture(file: &File<'_>, size: Option<(u32, u32)>, fit: ImageFit) -> Result<Picture> {
    if let Some((width, height)) = size {
        check_wanted(width, height)?;
    }
    let picture = flatten(decode(file)?);
    let pair = |(width, height): (u32, u32)| (width as usize, height as usize);
    let own = (picture.width, picture.height);
    let to = size.unwrap_or(own);
    Ok(match Fitting::new(pair(own), pair(to), fit) {
        None => picture,
        Some(fitting) => Picture {
            width: to.0,
            height: to.1,
            resized: true,
            pixels: fitting.apply(&picture.pixels, if picture.colour { 3 } else { 1 }),
            ..picture
        },
    })
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
fn decode(file: &File<'_>) -> Result<(DynamicImage, bool)> {
    let damaged = |reason: String| Error::Damaged { name: file.name.into(), format: "picture", reason };
    let broken = |error: image::ImageError| damaged(error.to_string());
    if !is_complete(file.bytes) {
        return Err(damaged(format!("it ends after {} bytes, before the picture does", file.bytes.len())));
    }
    let mut reader =
        ImageReader::new(Cursor::new(file.bytes)).with_guessed_format().map_err(|error| damaged(error.to_string()))?;
    let format = reader.format();
    let mut limits = Limits::default();
    limits.max_alloc = Some(2 * MAX_UNPACKED);
    reader.limits(limits);
    let too_large = |size: String| Error::Unsupported {
        name: file.name.into(),
        reason: format!(
            "the picture has {size} pixels; this page reads up to {MAX_SIDE} per side and {} MB unpacked, so make it \
             smaller",
            MAX_UNPACKED >> 20
        ),
    };
    let mut decoder = reader.into_decoder().map_err(|error| match error {
        // More bytes than addresses of 32 bits can tell apart: refused before the size is known.
        image::ImageError::Limits(_) => too_large("too many".into()),
        other => broken(other),
    })?;
    let (width, height) = decoder.dimensions();
    if width.max(height) > MAX_SIDE || decoder.total_bytes() > MAX_UNPACKED {
        return Err(too_large(format!("{width} × {height}")));
    }
    let n_bytes = file.bytes.len();
    let is_dense = format != Some(ImageFormat::WebP);
    if is_dense && u64::from(width) * u64::from(height) > n_bytes as u64 * MAX_PIXELS_PER_BYTE {
        return Err(damaged(format!("{n_bytes} bytes cannot hold its {width} × {height} pixels")));
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(broken)?;
    picture.apply_orientation(orientation);
    let says_colour = matches!(format, Some(ImageFormat::Png | ImageFormat::Jpeg)) && picture.color().has_color();
    Ok((picture, says_colour))
}

/// Whether a JPEG's mark of the end follows its last scan, and a WebP is as long as it says; the decoders would fill up
/// what is missing.
fn is_complete(bytes: &[u8]) -> bool {
    if let (true, Some(size)) = (bytes.starts_with(b"RIFF"), bytes.get(4..8)) {
        let size = size.iter().rev().fold(0, |size, &byte| size << 8 | u64::from(byte));
        return bytes.len() as u64 >= size + 8;
    }
    if !bytes.starts_with(b"\xff\xd8") {
        return true;
    }
    let last = |mark: [u8; 2]| bytes.windows(2).rposition(|pair| pair == mark);
    last([0xff, 0xd9]) > last([0xff, 0xda])
}

/// Eight bits per channel, transparency over white. What comes from a format without grey, which is none of `says_colour`,
/// is grey if all its pixels are.
fn flatten((picture, says_colour): (DynamicImage, bool)) -> Picture {
    let over_white = |value: u8, alpha: u8| {
        let alpha = u32::from(alpha);
        ((u32::from(value) * alpha + 255 * (255 - alpha) + 127) / 255) as u8
    };
    let (width, height) = (picture.width(), picture.height());
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
    if colour && !says_colour && pixels.as_chunks::<3>().0.iter().all(|[r, g, b]| r == g && g == b) {
        return Picture {
            width,
            height,
            colour: false,
            resized: false,
            pixels: pixels.into_iter().step_by(3).collect(),
        };
    }
    Picture { width, height, colour, resized: false, pixels }
}
