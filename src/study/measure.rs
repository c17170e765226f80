//! One layer, from points to barcodes.

use serde::{Deserialize, Serialize};

use super::MEMORY_LIMIT_MB;
use crate::Result;
use crate::data::Labels;
use crate::descriptors::lifespan_sum;
use crate::geometry::{Metric, PointCloud, PrincipalComponents, Scaling, principal_components};
use crate::homology::{Barcode, Forecast, RipsParams, rips_barcode_of_points};
use crate::parallel;
use crate::progress::Observer;

/// Which points of a layer belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Clouds {
    /// All points are one cloud.
    #[default]
    Pooled,
    /// Each class is a cloud.
    PerClass,
}

/// How a layer is measured.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasureSettings {
    /// Applied to all points of the layer before anything else.
    pub scaling: Scaling,
    /// Between points.
    pub metric: Metric,
    /// The split.
    pub clouds: Clouds,
    /// Dimension, threshold, modulus.
    pub rips: RipsParams,
}

/// One cloud of a layer.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasuredCloud {
    /// Class index, or `None` for all points.
    pub class: Option<u16>,
    /// Rows of the layer's points, increasing.
    pub index: Vec<usize>,
    /// Intervals as Rips diameters; vertices count within the cloud.
    pub barcode: Barcode,
    /// Sum of the finite lengths per dimension (α = 1, factor 1), see [`lifespan_sum`].
    pub lifespans: Vec<f64>,
}

/// What one layer shows.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerMeasure {
    /// First two principal components of the scaled points.
    pub projection: PrincipalComponents,
    /// The clouds in class order; classes without points are left out.
    pub clouds: Vec<MeasuredCloud>,
}

/// Measures the points of one layer; `labels` holds one class per point.
///
/// # Errors
/// Those of the distances and of the reduction; [`crate::Error::Stopped`] if the observer asks.
pub fn measure(
    points: &PointCloud,
    labels: Option<&Labels>,
    settings: &MeasureSettings,
    observer: &mut Observer<'_>,
) -> Result<LayerMeasure> {
    let scaled = settings.scaling.apply(points);
    let projection = principal_components(&scaled);
    let groups = match (settings.clouds, labels) {
        (Clouds::PerClass, Some(labels)) => classes(labels),
        _ => vec![Group { class: None, index: (0..scaled.n_points()).collect() }],
    };
    let clouds = measure_groups(&scaled, &groups, settings.metric, &settings.rips, observer)?;
    Ok(LayerMeasure { projection, clouds })
}

/// Rows of a layer's points that are one cloud.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Group {
    /// Class index, or `None` for points of all classes.
    pub(super) class: Option<u16>,
    /// Rows, increasing.
    pub(super) index: Vec<usize>,
}

impl Group {
    pub(super) fn len(&self) -> usize {
        self.index.len()
    }
}

/// One group per class that has points.
pub(super) fn classes(labels: &Labels) -> Vec<Group> {
    let mut groups: Vec<Group> =
        (0..labels.classes().len()).map(|class| Group { class: Some(class as u16), index: Vec::new() }).collect();
    for (point, &class) in labels.of_sample().iter().enumerate() {
        groups[usize::from(class)].index.push(point);
    }
    groups.retain(|group| !group.index.is_empty());
    groups
}

/// Distances, barcode and lifespan sums of each group of points that are scaled already.
pub(super) fn measure_groups(
    scaled: &PointCloud,
    groups: &[Group],
    metric: Metric,
    rips: &RipsParams,
    observer: &mut Observer<'_>,
) -> Result<Vec<MeasuredCloud>> {
    let largest = groups.iter().map(|group| group.index.len()).max().unwrap_or(0);
    let rips = rips.clone().with_memory_limit(Some(MEMORY_LIMIT_MB));
    Forecast::floor(largest, scaled.n_coords(), &rips).check(MEMORY_LIMIT_MB)?;
    parallel::each(groups, Group::len, observer, |group, observer| {
        let cloud = if group.index.len() == scaled.n_points() { scaled.clone() } else { scaled.select(&group.index) };
        let barcode = rips_barcode_of_points(&cloud, metric, &rips, observer)?;
        let lifespans = (0..=rips.max_dim()).map(|dim| lifespan_sum(barcode.dim(dim), 1.0)).collect();
        Ok(MeasuredCloud { class: group.class, index: group.index.clone(), barcode, lifespans })
    })
}
