//! How pictures of another shape shall fill a size.

use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// How a picture of another shape fills a given size. As text `stretch`, `crop`, `crop-0.875`, `letterbox`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ImageFit {
    /// Both sides are resized, whatever becomes of the proportions: torchvision's `Resize((h, w))`.
    #[default]
    Stretch,
    /// Resized until the cut covers the size, then cut out around the centre: `Resize(side)` and `CenterCrop(side)`.
    Crop(CropRatio),
    /// Resized until it fits into the size, on black: Pillow's `ImageOps.pad`.
    Letterbox,
}

impl ImageFit {
    /// The whole shorter side, cut around the centre.
    pub const CROP: Self = Self::Crop(CropRatio::WHOLE);
}

/// The share of the shorter side that is cut out, in thousandths: 875 for `Resize(256)` and `CenterCrop(224)`. What timm
/// calls `crop_pct`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CropRatio(u16);

impl CropRatio {
    /// All of it.
    pub const WHOLE: Self = Self(1000);

    /// From a number above 0 and up to 1, rounded to thousandths.
    ///
    /// # Errors
    /// [`Error::InvalidSetting`] for any other.
    pub fn new(ratio: f64) -> Result<Self> {
        let thousandths = (ratio * 1000.0).round();
        if (1.0..=1000.0).contains(&thousandths) {
            return Ok(Self(thousandths as u16));
        }
        let reason = "the share that is cut out lies above 0 and is at most 1".into();
        Err(Error::InvalidSetting { setting: "crop ratio", value: ratio.to_string(), reason })
    }

    /// The side before the cut, rounded down as torchvision and timm do.
    #[cfg(feature = "images")]
    pub(super) fn whole_of(self, side: usize) -> usize {
        (side * 1000 / usize::from(self.0)).max(side)
    }
}

impl TryFrom<String> for ImageFit {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        let ratio = |text: &str| text.parse().ok().and_then(|ratio| CropRatio::new(ratio).ok());
        match text.as_str() {
            "stretch" => Some(Self::Stretch),
            "crop" => Some(Self::CROP),
            "letterbox" => Some(Self::Letterbox),
            _ => text.strip_prefix("crop-").and_then(ratio).map(Self::Crop),
        }
        .ok_or_else(|| {
            let reason = "it may be stretch, crop, crop-0.875 (or another share), or letterbox".into();
            Error::InvalidSetting { setting: "fit", value: text, reason }
        })
    }
}

impl From<ImageFit> for String {
    fn from(fit: ImageFit) -> Self {
        match fit {
            ImageFit::Stretch => "stretch".into(),
            ImageFit::CROP => "crop".into(),
            ImageFit::Crop(CropRatio(thousandths)) => format!("crop-{}", f64::from(thousandths) / 1000.0),
            ImageFit::Letterbox => "letterbox".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fit_and_its_text_are_each_others_reverse() {
        for text in ["stretch", "crop", "letterbox", "crop-0.875", "crop-0.9", "crop-0.95", "crop-0.001"] {
            assert_eq!(String::from(ImageFit::try_from(text.to_string()).unwrap()), text);
        }
        for text in ["", "crop-", "crop-0", "crop-1.1", "crop-nan", "crop--1", "Crop", "pad"] {
            assert_eq!(ImageFit::try_from(text.to_string()).unwrap_err().kind(), "invalid-setting", "{text}");
        }
        assert_eq!(ImageFit::try_from("crop-1".to_string()), Ok(ImageFit::CROP));
    }
}
