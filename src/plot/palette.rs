//! All colours of the figures, for light and dark ground.
//!
//! Dimensions and classes have fixed colours everywhere. The same values for a style sheet:
//!
//! ```css
//! :root {
//!   --ground: #fbfaf7; --ink: #22262d; --muted: #656c76; --axis: #a9adb3; --grid: #e6e4de;
//!   --h0: #2f6fb7; --h1: #d1500a; --h2: #0a8a66; --h3: #8a5a9e;
//!   --class0: #2f6fb7; --class1: #d1500a; --class2: #0a8a66; --class3: #b0437f; --class4: #a37a00;
//!   --class5: #2c98c4; --class6: #6b3fa0; --class7: #7a4a2b; --class8: #e0607e; --class9: #5f6b7a;
//! }
//! ```

use plotters::style::RGBColor;
use serde::Deserialize;

/// The ground a figure is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// Light paper.
    #[default]
    Light,
    /// Deep night.
    Dark,
}

/// The colours of one theme as 0xRRGGBB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Palette {
    /// Behind the figure.
    pub ground: u32,
    /// Titles and data without a colour of their own.
    pub ink: u32,
    /// Labels of axes and ticks.
    pub muted: u32,
    /// Base lines.
    pub axis: u32,
    /// Lines of the grid.
    pub grid: u32,
    /// Homology dimensions 0 to 3; higher ones share the last.
    pub dims: [u32; 4],
    /// Classes; the eleventh is like the first.
    pub classes: [u32; 10],
}

/// Colours on light paper.
pub const LIGHT: Palette = Palette {
    ground: 0x00FB_FAF7,
    ink: 0x0022_262D,
    muted: 0x0065_6C76,
    axis: 0x00A9_ADB3,
    grid: 0x00E6_E4DE,
    dims: [0x002F_6FB7, 0x00D1_500A, 0x000A_8A66, 0x008A_5A9E],
    classes: [
        0x002F_6FB7, 0x00D1_500A, 0x000A_8A66, 0x00B0_437F, 0x00A3_7A00, 0x002C_98C4, 0x006B_3FA0, 0x007A_4A2B,
        0x00E0_607E, 0x005F_6B7A,
    ],
};

/// Colours on deep night.
pub const DARK: Palette = Palette {
    ground: 0x0012_151C,
    ink: 0x00E8_E6E1,
    muted: 0x009A_A2AE,
    axis: 0x0059_616D,
    grid: 0x0028_2D37,
    dims: [0x006F_AEF2, 0x00F4_8A52, 0x0045_C49A, 0x00C3_9AD8],
    classes: [
        0x006F_AEF2, 0x00F4_8A52, 0x0045_C49A, 0x00E0_7DB4, 0x00E3_C04A, 0x0078_D3F2, 0x00A9_86E8, 0x00BF_8C66,
        0x00FF_9FB2, 0x00A8_B3C2,
    ],
};

impl Theme {
    /// The colours for this ground.
    pub const fn palette(self) -> &'static Palette {
        match self {
            Self::Light => &LIGHT,
            Self::Dark => &DARK,
        }
    }
}

impl Palette {
    /// The colour of a homology dimension.
    pub fn dim(&self, dim: usize) -> u32 {
        self.dims[dim.min(self.dims.len() - 1)]
    }

    /// The colour of a class.
    pub fn class(&self, class: usize) -> u32 {
        self.classes[class % self.classes.len()]
    }

    /// A colour by its name: `h0` …, `class0` …, `ink` or `muted`.
    pub fn named(&self, name: &str) -> Option<u32> {
        match name {
            "ink" => return Some(self.ink),
            "muted" => return Some(self.muted),
            _ => {}
        }
        if let Some(class) = name.strip_prefix("class") {
            return class.parse().ok().map(|class: usize| self.class(class));
        }
        name.strip_prefix('h')?.parse().ok().map(|dim: usize| self.dim(dim))
    }
}

/// A colour for plotters.
pub(super) fn rgb(color: u32) -> RGBColor {
    let [_, r, g, b] = color.to_be_bytes();
    RGBColor(r, g, b)
}
