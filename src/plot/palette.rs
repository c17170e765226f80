//! All colours of the figures, for light and dark ground.
//!
//! Dimensions and classes have fixed colours everywhere, each at a contrast of at least 3 to its ground. The ten classes
//! were searched for: with full colour vision and as simulated without long-, middle- or short-wave cones (Machado,
//! Oliveira, Fernandes 2009) any two keep a distance of at least 0.07 in `OKLab`. Values, test accuracy first of all, have a
//! sequential scale from ochre over magenta to violet: equal steps in `OKLab`, lightness changing one way only, the
//! highest value farthest from the ground. The same values for a style sheet:
//!
//! ```css
//! :root {
//!   --ground: #fbfaf7; --ink: #22262d; --muted: #656c76; --axis: #a9adb3; --grid: #e6e4de;
//!   --h0: #2f6fb7; --h1: #d1500a; --h2: #00664d; --h3: #8a5a9e;
//!   --class0: #2347ac; --class1: #cc6d80; --class2: #8a9737; --class3: #780431; --class4: #2b98b9;
//!   --class5: #625322; --class6: #7f5fb6; --class7: #048622; --class8: #551f78; --class9: #a5406d;
//!   --value0: #c0830e; --value1: #c64424; --value2: #a40f58; --value3: #66056c; --value4: #250759;
//! }
//! [data-theme=dark] {
//!   --ground: #12151c; --ink: #e8e6e1; --muted: #9aa2ae; --axis: #59616d; --grid: #282d37;
//!   --h0: #6faef2; --h1: #f48a52; --h2: #8fe3c0; --h3: #c39ad8;
//!   --class0: #6290fb; --class1: #febfc9; --class2: #d1e081; --class3: #c85872; --class4: #86e2ff;
//!   --class5: #a79766; --class6: #c4a4ff; --class7: #64ce6b; --class8: #9b67c4; --class9: #f285b1;
//!   --value0: #915c08; --value1: #d25c4b; --value2: #eb79a5; --value3: #e7b1ef; --value4: #e7e4ff;
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
    /// Equal steps from the lowest to the highest value.
    pub sequential: [u32; 17],
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
    sequential: [
        0x00C0_830E,
        0x00C3_7402,
        0x00C5_6404,
        0x00C7_540F,
        0x00C6_4424,
        0x00C3_3334,
        0x00BD_2143,
        0x00B1_174F,
        0x00A4_0F58,
        0x0095_0A60,
        0x0086_0666,
        0x0076_046A,
        0x0066_056C,
        0x0055_076B,
        0x0045_0867,
        0x0035_0861,
        0x0025_0759,
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
    sequential: [
        0x0091_5C08,
        0x00A3_5C13,
        0x00B4_5C24,
        0x00C4_5C36,
        0x00D2_5C4B,
        0x00DF_5D60,
        0x00E7_6177,
        0x00EA_6D8F,
        0x00EB_79A5,
        0x00EB_87BB,
        0x00EB_94CE,
        0x00E9_A2E0,
        0x00E7_B1EF,
        0x00E5_C0FB,
        0x00E3_CDFE,
        0x00E3_D9FE,
        0x00E7_E4FF,
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

    /// The colour at a share from 0 (lowest) to 1 (highest) of the sequential scale.
    pub fn sequential(&self, share: f64) -> u32 {
        let last = self.sequential.len() - 1;
        let at = share.clamp(0.0, 1.0) * last as f64;
        let below = (at as usize).min(last - 1);
        let [from, to] = [self.sequential[below], self.sequential[below + 1]].map(u32::to_be_bytes);
        let part = at - below as f64;
        let mixed = |i: usize| (f64::from(from[i]) * (1.0 - part) + f64::from(to[i]) * part).round() as u8;
        u32::from_be_bytes([0, mixed(1), mixed(2), mixed(3)])
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
            for color in palette.dims.iter().chain(&palette.classes).chain(&palette.sequential) {
                assert!(contrast(*color, palette.ground) >= 3.0, "{color:06x}");
            }
            for color in [palette.ink, palette.muted] {
                assert!(contrast(color, palette.ground) >= 4.5, "{color:06x}");
            }
        }
    }

    /// Björn Ottosson's `OKLab`.
    fn oklab(color: u32) -> [f64; 3] {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        let [_, r, g, b] = color.to_be_bytes();
        let [r, g, b] = [r, g, b].map(linear);
        let l = (0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b).cbrt();
        let m = (0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b).cbrt();
        let s = (0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b).cbrt();
        [
            0.210_454_255_3 * l + 0.793_617_785_0 * m - 0.004_072_046_8 * s,
            1.977_998_495_1 * l - 2.428_592_205_0 * m + 0.450_593_709_9 * s,
            0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766_0 * s,
        ]
    }

    #[test]
    fn equal_steps_of_a_value_look_equal() {
        for (palette, sign) in [(LIGHT, -1.0), (DARK, 1.0)] {
            let stops = palette.sequential.map(oklab);
            let steps: Vec<f64> = stops
                .windows(2)
                .map(|pair| (0..3).map(|i| (pair[1][i] - pair[0][i]).powi(2)).sum::<f64>().sqrt())
                .collect();
            let mean = steps.iter().sum::<f64>() / steps.len() as f64;
            assert!(steps.iter().all(|step| (step / mean - 1.0).abs() < 0.2), "{steps:?}");
            assert!(stops.windows(2).all(|pair| sign * (pair[1][0] - pair[0][0]) > 0.01), "lightness goes one way");
            for (i, stop) in palette.sequential.iter().enumerate() {
                let words = if i < 2 { palette.ink } else { palette.ground };
                assert!(contrast(*stop, words) >= 3.8, "words on {stop:06x}");
            }
            assert_eq!(palette.sequential(0.0), palette.sequential[0]);
            assert_eq!(palette.sequential(1.0), palette.sequential[16]);
            assert_eq!(palette.sequential(0.5), palette.sequential[8]);
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
            for (i, at) in [(0, 0), (1, 4), (2, 8), (3, 12), (4, 16)] {
                has(&format!("value{i}"), palette.sequential[at]);
            }
        }
    }
}
