//! One layer, from points to barcodes.

use serde::Deserialize;

use super::MEMORY_LIMIT_MB;
use crate::Result;
use crate::data::Labels;
use crate::descriptors::lifespan_sum;
use crate::geometry::{DistanceMatrix, Metric, PointCloud, PrincipalComponents, Scaling, principal_components};
use crate::homology::{Barcode, RipsParams, check_memory, rips_barcode};
use crate::parallel;
use crate::progress::Observer;

/// Which points of a layer belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
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
    let groups = groups(scaled.n_points(), labels, settings.clouds);
    let largest = groups.iter().map(|(_, index)| index.len()).max().unwrap_or(0);
    check_memory(largest, settings.rips.max_dim(), MEMORY_LIMIT_MB)?;
    let clouds = parallel::each(
        &groups,
        |(_, index)| index.len(),
        observer,
        |(class, index), observer| {
            let cloud = if index.len() == scaled.n_points() { scaled.clone() } else { scaled.select(index) };
            let distances = DistanceMatrix::from_points(&cloud, settings.metric, observer)?;
            let barcode = rips_barcode(&distances, &settings.rips, observer)?;
            let lifespans = (0..=settings.rips.max_dim()).map(|dim| lifespan_sum(barcode.dim(dim), 1.0)).collect();
            Ok(MeasuredCloud { class: *class, index: index.clone(), barcode, lifespans })
        },
    )?;
    Ok(LayerMeasure { projection, clouds })
}

type Group = (Option<u16>, Vec<usize>);

fn groups(n_points: usize, labels: Option<&Labels>, clouds: Clouds) -> Vec<Group> {
    match (clouds, labels) {
        (Clouds::PerClass, Some(labels)) => {
            let mut groups: Vec<Group> =
                (0..labels.classes().len()).map(|class| (Some(class as u16), Vec::new())).collect();
            for (point, &class) in labels.of_sample().iter().enumerate() {
                groups[usize::from(class)].1.push(point);
            }
            groups.retain(|(_, index)| !index.is_empty());
            groups
        }
        _ => vec![(None, (0..n_points).collect())],
    }
}
