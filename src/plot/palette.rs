//! All colours of the figures, for light and dark ground.
//!
//! Dimensions and classes have fixed colours everywhere, each at a contrast of at least 3 to its ground. The ten classes
//! were searched for: with full colour vision and as simulated without long-, middle- or short-wave cones (Machado,
//! Oliveira, Fernandes 2009) any two keep a distance of at least 0.07 in `OKLab`. The same values for a style sheet:
//!
//! ```css
//! :root {
//!   --ground: #fbfaf7; --ink: #22262d; --muted: #656c76; --axis: #a9adb3; --grid: #e6e4de;
//!   --h0: #2f6fb7; --h1: #d1500a; --h2: #00664d; --h3: #8a5a9e;
//!   --class0: #2347ac; --class1: #cc6d80; --class2: #8a9737; --class3: #780431; --class4: #2b98b9;
//!   --class5: #625322; --class6: #7f5fb6; --class7: #048622; --class8: #551f78; --class9: #a5406d;
//! }
//! [data-theme=dark] {
//!   --ground: #12151c; --ink: #e8e6e1; --muted: #9aa2ae; --axis: #59616d; --grid: #282d37;
//!   --h0: #6faef2; --h1: #f48a52; --h2: #8fe3c0; --h3: #c39ad8;
//!   --class0: #6290fb; --class1: #febfc9; --class2: #d1e081; --class3: #c85872; --class4: #86e2ff;
//!   --class5: #a79766; --class6: #c4a4ff; --class7: #64ce6b; --class8: #9b67c4; --class9: #f285b1;
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
    dims: [0x002F_6FB7, 0x00D1_500A, 0x0000_664D, 0x008A_5A9E],
    classes: [
        0x0023_47AC,
        0x00CC_6D80,
        0x008A_9737,
        0x0078_0431,
        0x002B_98B9,
        0x0062_5322,
        0x007F_5FB6,
        0x0004_8622,
        0x0055_1F78,
        0x00A5_406D,
    ],
};

/// Colours on deep night.
pub const DARK: Palette = Palette {
    ground: 0x0012_151C,
    ink: 0x00E8_E6E1,
    muted: 0x009A_A2AE,
    axis: 0x0059_616D,
    grid: 0x0028_2D37,
    dims: [0x006F_AEF2, 0x00F4_8A52, 0x008F_E3C0, 0x00C3_9AD8],
    classes: [
        0x0062_90FB,
        0x00FE_BFC9,
        0x00D1_E081,
        0x00C8_5872,
        0x0086_E2FF,
        0x00A7_9766,
        0x00C4_A4FF,
        0x0064_CE6B,
        0x009B_67C4,
        0x00F2_85B1,
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Contrast as defined by WCAG 2.
    fn contrast(a: u32, b: u32) -> f64 {
        let luminance = |color: u32| {
            let linear = |part: u8| {
                let part = f64::from(part) / 255.0;
                if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
            };
            let [_, r, g, b] = color.to_be_bytes();
            0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
        };
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn marks_and_words_stand_out_from_their_ground() {
        for palette in [LIGHT, DARK] {
            for color in palette.dims.iter().chain(&palette.classes) {
                assert!(contrast(*color, palette.ground) >= 3.0, "{color:06x}");
            }
            for color in [palette.ink, palette.muted] {
                assert!(contrast(color, palette.ground) >= 4.5, "{color:06x}");
            }
        }
    }

    #[test]
    fn the_style_sheet_above_has_the_same_values() {
        let documented = include_str!("palette.rs").split("```").nth(1).expect("a style sheet");
        let mut sheets = documented.split("[data-theme=dark]");
        for palette in [LIGHT, DARK] {
            let sheet = sheets.next().expect("a sheet per theme");
            let has = |name: &str, color: u32| {
                let value = format!("--{name}: #{color:06x};");
                assert!(sheet.contains(&value), "{value}");
            };
            has("ground", palette.ground);
            has("ink", palette.ink);
            has("muted", palette.muted);
            has("axis", palette.axis);
            has("grid", palette.grid);
            palette.dims.iter().enumerate().for_each(|(i, color)| has(&format!("h{i}"), *color));
            palette.classes.iter().enumerate().for_each(|(i, color)| has(&format!("class{i}"), *color));
        }
    }
}
