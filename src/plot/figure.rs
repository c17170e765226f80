//! What can be drawn, as it arrives from a script: one object with a `kind`.

use super::palette::Theme;
use serde::{Deserialize, Deserializer};

/// A figure to draw; `kind` selects the variant in serialised form.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "Fields")]
pub enum Figure {
    /// Kind `barcode`: bars per dimension over the scale.
    Barcode(BarcodeFigure),
    /// Kind `diagram`: death over birth.
    Diagram(DiagramFigure),
    /// Kind `betti`: Betti numbers over the scale.
    Betti(BettiFigure),
    /// Kind `scatter`: points in the plane.
    Scatter(ScatterFigure),
    /// Kind `profile`: values over relative depth.
    Profile(ProfileFigure),
}

/// What all figures have in common.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// Width in CSS pixels, 20 to 8000; rounded to whole pixels.
    pub width: f64,
    /// Height in CSS pixels, 20 to 8000; rounded to whole pixels.
    pub height: f64,
    /// For light or dark ground.
    pub theme: Theme,
    /// Heading in the picture and start of its text alternative.
    pub title: Option<String>,
    /// Whether the ground is painted; transparent otherwise.
    pub background: bool,
}

/// A barcode as plain numbers: one entry per interval in each list.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Bars {
    /// Homology dimension.
    pub dims: Vec<u8>,
    /// Finite births.
    #[serde(deserialize_with = "numbers")]
    pub births: Vec<f32>,
    /// Deaths, not before the births; infinite for essential intervals (also read from `null`, as JSON has no infinity).
    #[serde(deserialize_with = "numbers")]
    pub deaths: Vec<f32>,
    /// Highest dimension that was computed, if it is more than the intervals show.
    #[serde(default)]
    pub max_dim: Option<u8>,
    /// Scale at which the computation ended, if finite.
    #[serde(default)]
    pub threshold: Option<f64>,
}

/// Bars per dimension over a common scale.
#[derive(Debug, Clone, PartialEq)]
pub struct BarcodeFigure {
    /// Size, theme and title.
    pub frame: Frame,
    /// The intervals.
    pub barcode: Bars,
    /// At most this many bars per dimension: the longest; the rest is counted in words.
    pub max_bars: Option<usize>,
    /// Right end of the scale, for figures that must agree.
    pub x_max: Option<f64>,
    /// A miniature without axes and words.
    pub compact: bool,
}

/// A persistence diagram.
#[derive(Debug, Clone, PartialEq)]
pub struct DiagramFigure {
    /// Size, theme and title.
    pub frame: Frame,
    /// The intervals.
    pub barcode: Bars,
    /// Right and upper end of the scales.
    pub x_max: Option<f64>,
}

/// Betti curves.
#[derive(Debug, Clone, PartialEq)]
pub struct BettiFigure {
    /// Size, theme and title.
    pub frame: Frame,
    /// The intervals.
    pub barcode: Bars,
    /// Right end of the scale.
    pub x_max: Option<f64>,
}

/// Points in the plane at equal scales.
#[derive(Debug, Clone, PartialEq)]
pub struct ScatterFigure {
    /// Size, theme and title.
    pub frame: Frame,
    /// x, y of each point.
    pub positions: Vec<f32>,
    /// Class of each point.
    pub labels: Option<Vec<u16>>,
    /// Names of the classes.
    pub classes: Vec<String>,
    /// Whether to draw a legend of the classes.
    pub legend: bool,
    /// Pairs of points to join, flattened.
    pub edges: Vec<u32>,
    /// Words along the horizontal axis.
    pub x_label: String,
    /// Words along the vertical axis.
    pub y_label: String,
}

/// Lines over relative depth.
#[derive(Debug, Clone, PartialEq)]
pub struct ProfileFigure {
    /// Size, theme and title.
    pub frame: Frame,
    /// The lines.
    pub series: Vec<Series>,
    /// Words along the horizontal axis.
    pub x_label: String,
    /// Words along the vertical axis.
    pub y_label: String,
}

/// One line of a profile.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Series {
    /// Written at the line's end.
    #[serde(default)]
    pub name: String,
    /// "h0", "h1", "h2", "class0" … "class9" or "ink".
    pub color: String,
    /// Whether the line is dashed, as for a control.
    #[serde(default)]
    pub dashed: bool,
    /// Places, usually relative depths.
    pub x: Vec<f64>,
    /// Values.
    pub y: Vec<f64>,
    /// Lower ends of a band.
    #[serde(default)]
    pub low: Option<Vec<f64>>,
    /// Upper ends of a band.
    #[serde(default)]
    pub high: Option<Vec<f64>>,
}

/// All fields of all kinds. A tagged enum would buffer its fields first, and typed arrays do not survive that.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fields {
    kind: String,
    width: f64,
    height: f64,
    #[serde(default)]
    theme: Theme,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    background: Option<bool>,
    #[serde(default)]
    barcode: Option<Bars>,
    #[serde(default)]
    max_bars: Option<usize>,
    #[serde(default)]
    x_max: Option<f64>,
    #[serde(default)]
    compact: Option<bool>,
    #[serde(default)]
    positions: Option<Vec<f32>>,
    #[serde(default)]
    labels: Option<Vec<u16>>,
    #[serde(default)]
    classes: Option<Vec<String>>,
    #[serde(default)]
    legend: Option<bool>,
    #[serde(default)]
    edges: Option<Vec<u32>>,
    #[serde(default)]
    x_label: Option<String>,
    #[serde(default)]
    y_label: Option<String>,
    #[serde(default)]
    series: Option<Vec<Series>>,
}

impl TryFrom<Fields> for Figure {
    type Error = String;

    fn try_from(fields: Fields) -> Result<Self, String> {
        let kind = fields.kind;
        let missing = |field: &str| format!("a figure of kind {kind:?} needs the field {field:?}");
        let frame = Frame {
            width: fields.width,
            height: fields.height,
            theme: fields.theme,
            title: fields.title,
            background: fields.background.unwrap_or(false),
        };
        let x_label = fields.x_label.unwrap_or_default();
        let y_label = fields.y_label.unwrap_or_default();
        let (barcode, x_max) = (fields.barcode.ok_or_else(|| missing("barcode")), fields.x_max);
        Ok(match kind.as_str() {
            "barcode" => Self::Barcode(BarcodeFigure {
                frame,
                barcode: barcode?,
                max_bars: fields.max_bars,
                x_max,
                compact: fields.compact.unwrap_or(false),
            }),
            "diagram" => Self::Diagram(DiagramFigure { frame, barcode: barcode?, x_max }),
            "betti" => Self::Betti(BettiFigure { frame, barcode: barcode?, x_max }),
            "scatter" => Self::Scatter(ScatterFigure {
                frame,
                positions: fields.positions.ok_or_else(|| missing("positions"))?,
                labels: fields.labels,
                classes: fields.classes.unwrap_or_default(),
                legend: fields.legend.unwrap_or(false),
                edges: fields.edges.unwrap_or_default(),
                x_label,
                y_label,
            }),
            "profile" => Self::Profile(ProfileFigure {
                frame,
                series: fields.series.ok_or_else(|| missing("series"))?,
                x_label,
                y_label,
            }),
            _ => {
                return Err(format!(
                    "there is no figure of kind {kind:?}; use barcode, diagram, betti, scatter or profile"
                ));
            }
        })
    }
}

fn numbers<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f32>, D::Error> {
    let values = Vec::<Option<f32>>::deserialize(deserializer)?;
    Ok(values.into_iter().map(|value| value.unwrap_or(f32::INFINITY)).collect())
}
