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
    /// Kind `multiples`: a sheet of profiles with common axes.
    Multiples(MultiplesFigure),
    /// Kind `heatmap`: a table of values as colours.
    Heatmap(HeatmapFigure),
    /// Kind `relation`: one quantity against another, a point per network.
    Relation(RelationFigure),
    /// Kind `fit`: straight lines through points on logarithmic scales.
    Fit(FitFigure),
    /// Kind `landscape`: persistence landscapes.
    Landscape(LandscapeFigure),
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
    /// What colours by value mean.
    pub color_scale: ColorScale,
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
    /// "h0", "h1", "h2", "class0" … "class9", "ink" or "muted"; not needed with a value.
    #[serde(default)]
    pub color: String,
    /// Colours the line on the sequential scale, as test accuracy does.
    #[serde(default)]
    pub value: Option<f64>,
    /// Whether the line is dashed, as for a control.
    #[serde(default)]
    pub dashed: bool,
    /// Places, usually relative depths.
    pub x: Vec<f64>,
    /// Values; `None` where they are undefined: the line breaks and a cross on the base line says so.
    pub y: Vec<Option<f64>>,
    /// Lower ends of a band.
    #[serde(default)]
    pub low: Option<Vec<Option<f64>>>,
    /// Upper ends of a band.
    #[serde(default)]
    pub high: Option<Vec<Option<f64>>>,
}

/// What the colours of values mean.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ColorScale {
    /// The quantity, as in "test accuracy".
    pub label: String,
    /// Value of the first colour; by default the lowest value.
    pub low: Option<f64>,
    /// Value of the last colour; by default the highest value.
    pub high: Option<f64>,
    /// How values between them are spread.
    pub spread: Spread,
    /// Whether values are shares, to be written in per cent.
    pub percent: bool,
}

/// How values are spread over the colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Spread {
    /// Evenly.
    #[default]
    Linear,
    /// Evenly in the logarithm of one minus the value: accuracies by their errors, so that 90 % and 95 % are as far
    /// apart as 60 % and 80 %.
    Error,
}

/// A sheet of profiles: each row shares its vertical axis, all share the horizontal one.
#[derive(Debug, Clone, PartialEq)]
pub struct MultiplesFigure {
    /// Size, theme and title.
    pub frame: Frame,
    /// The rows from top to bottom.
    pub rows: Vec<MultiplesRow>,
    /// Panels side by side; a row with more flows into lines of so many.
    pub columns: usize,
    /// What colours by value mean.
    pub color_scale: ColorScale,
    /// Words along the horizontal axis.
    pub x_label: String,
}

/// One row of the sheet, usually a descriptor.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MultiplesRow {
    /// Heading.
    pub title: String,
    /// Words along the vertical axis, after the heading.
    #[serde(default)]
    pub y_label: String,
    /// The panels.
    pub cells: Vec<MultiplesCell>,
}

/// One panel of the sheet, usually a family of networks.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MultiplesCell {
    /// Above the panel.
    #[serde(default)]
    pub title: String,
    /// The lines.
    pub series: Vec<Series>,
}

/// A table of values as colours.
#[derive(Debug, Clone, PartialEq)]
pub struct HeatmapFigure {
    /// Size, theme and title.
    pub frame: Frame,
    /// Names of the rows from top to bottom.
    pub row_names: Vec<String>,
    /// Names of the columns from left to right.
    pub column_names: Vec<String>,
    /// Row by row; `None` is hatched.
    pub values: Vec<Option<f64>>,
    /// What the colours mean.
    pub color_scale: ColorScale,
    /// Whether values are written where there is room.
    pub numbers: bool,
    /// Words along the horizontal axis.
    pub x_label: String,
    /// Words along the vertical axis.
    pub y_label: String,
}

/// One quantity against another.
#[derive(Debug, Clone, PartialEq)]
pub struct RelationFigure {
    /// Size, theme and title.
    pub frame: Frame,
    /// The points.
    pub points: Vec<RelationPoint>,
    /// Names of the groups: each has its colour and its mark.
    pub groups: Vec<String>,
    /// Whether the least-squares line is drawn.
    pub line: bool,
    /// What the relation amounts to, as in "Pearson 0.87"; in the picture and in its text alternative.
    pub note: String,
    /// What colours by value mean.
    pub color_scale: ColorScale,
    /// Words along the horizontal axis.
    pub x_label: String,
    /// Words along the vertical axis.
    pub y_label: String,
}

/// One point of a relation.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RelationPoint {
    /// Written beside the point where there is room.
    #[serde(default)]
    pub name: String,
    /// Index into the groups.
    #[serde(default)]
    pub group: usize,
    /// Colours the point on the sequential scale.
    #[serde(default)]
    pub value: Option<f64>,
    /// Along the horizontal axis.
    pub x: f64,
    /// Along the vertical axis.
    pub y: f64,
}

/// Straight lines through points on logarithmic scales, as for the persistent homology dimension.
#[derive(Debug, Clone, PartialEq)]
pub struct FitFigure {
    /// Size, theme and title.
    pub frame: Frame,
    /// The fits.
    pub fits: Vec<FitLine>,
    /// Words along the horizontal axis.
    pub x_label: String,
    /// Words along the vertical axis.
    pub y_label: String,
}

/// One line and its points.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FitLine {
    /// In the legend.
    #[serde(default)]
    pub name: String,
    /// As for [`Series::color`].
    #[serde(default)]
    pub color: String,
    /// Positive places, usually sizes of samples.
    pub sizes: Vec<f64>,
    /// Positive values at these places.
    pub sums: Vec<f64>,
    /// Of ln(sum) against ln(size); without it no line is drawn.
    #[serde(default)]
    pub slope: Option<f64>,
    /// Of ln(sum) at ln(size) = 0.
    #[serde(default)]
    pub intercept: Option<f64>,
    /// Share of the variance of ln(sum) that the line explains.
    #[serde(default)]
    pub r2: Option<f64>,
}

/// Persistence landscapes, the first function on top.
#[derive(Debug, Clone, PartialEq)]
pub struct LandscapeFigure {
    /// Size, theme and title.
    pub frame: Frame,
    /// The functions by their level, each as a polygon line.
    pub curves: Vec<Curve>,
    /// As for [`Series::color`].
    pub color: String,
    /// Words along the horizontal axis.
    pub x_label: String,
    /// Words along the vertical axis.
    pub y_label: String,
}

/// A polygon line.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
pub struct Curve {
    /// Increasing places.
    pub x: Vec<f64>,
    /// Values at these places.
    pub y: Vec<f64>,
}

/// The kinds there are.
const KINDS: [&str; 10] =
    ["barcode", "diagram", "betti", "scatter", "profile", "multiples", "heatmap", "relation", "fit", "landscape"];

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
    #[serde(default)]
    color_scale: ColorScale,
    #[serde(default)]
    rows: Option<Vec<MultiplesRow>>,
    #[serde(default)]
    columns: Option<usize>,
    #[serde(default)]
    row_names: Option<Vec<String>>,
    #[serde(default)]
    column_names: Option<Vec<String>>,
    #[serde(default)]
    values: Option<Vec<Option<f64>>>,
    #[serde(default)]
    numbers: Option<bool>,
    #[serde(default)]
    points: Option<Vec<RelationPoint>>,
    #[serde(default)]
    groups: Option<Vec<String>>,
    #[serde(default)]
    line: Option<bool>,
    #[serde(default)]
    note: Option<String>,
    #[serde(default)]
    fits: Option<Vec<FitLine>>,
    #[serde(default)]
    curves: Option<Vec<Curve>>,
    #[serde(default)]
    color: Option<String>,
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
                color_scale: fields.color_scale,
                x_label,
                y_label,
            }),
            "multiples" => Self::Multiples(MultiplesFigure {
                frame,
                rows: fields.rows.ok_or_else(|| missing("rows"))?,
                columns: fields.columns.ok_or_else(|| missing("columns"))?,
                color_scale: fields.color_scale,
                x_label,
            }),
            "heatmap" => Self::Heatmap(HeatmapFigure {
                frame,
                row_names: fields.row_names.ok_or_else(|| missing("rowNames"))?,
                column_names: fields.column_names.ok_or_else(|| missing("columnNames"))?,
                values: fields.values.ok_or_else(|| missing("values"))?,
                color_scale: fields.color_scale,
                numbers: fields.numbers.unwrap_or(false),
                x_label,
                y_label,
            }),
            "relation" => Self::Relation(RelationFigure {
                frame,
                points: fields.points.ok_or_else(|| missing("points"))?,
                groups: fields.groups.unwrap_or_default(),
                line: fields.line.unwrap_or(false),
                note: fields.note.unwrap_or_default(),
                color_scale: fields.color_scale,
                x_label,
                y_label,
            }),
            "fit" => {
                Self::Fit(FitFigure { frame, fits: fields.fits.ok_or_else(|| missing("fits"))?, x_label, y_label })
            }
            "landscape" => Self::Landscape(LandscapeFigure {
                frame,
                curves: fields.curves.ok_or_else(|| missing("curves"))?,
                color: fields.color.unwrap_or_else(|| "h1".to_owned()),
                x_label,
                y_label,
            }),
            _ => return Err(format!("there is no figure of kind {kind:?}; use one of {}", KINDS.join(", "))),
        })
    }
}

fn numbers<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f32>, D::Error> {
    let values = Vec::<Option<f32>>::deserialize(deserializer)?;
    Ok(values.into_iter().map(|value| value.unwrap_or(f32::INFINITY)).collect())
}
