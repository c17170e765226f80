//! What a study asks of each layer, as it stands in study documents.

use serde::{Deserialize, Serialize};

use super::Clouds;
use super::descriptor::Descriptor;
use crate::descriptors::{PhDimensionSettings, SubsetSizes};
use crate::geometry::{Metric, Scaling};
use crate::homology::RipsParams;
use crate::{Error, Result};

/// How a layer is described. Every field left out has its default; sets of conventions are those of `www/bettiscope/study.js`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DescribeSettings {
    /// Names, see [`super::catalog`].
    pub descriptors: Vec<String>,
    /// Before barcodes, fitted on all points of the layer.
    pub scaling: Scaling,
    /// Of barcodes and PHdim.
    pub metric: Metric,
    /// Of the barcodes' clouds.
    pub clouds: Clouds,
    /// Points of each class (of the whole cloud without labels) that barcodes are made of; fewer if there are not as many.
    pub per_class: usize,
    /// Only the first classes count for barcodes; `None`: all.
    pub first_classes: Option<usize>,
    /// Of all draws.
    pub seed: u32,
    /// Batches of `per_class` points, disjoint as far as the points reach.
    pub repetitions: usize,
    /// Exponent of lifespans and of PHdim.
    pub alpha: f64,
    /// Factor of lifespan sums: 1 measures diameters, ½ radii.
    pub factor: f64,
    /// Dimension up to which barcodes are computed even if no descriptor needs it.
    pub max_dim: usize,
    /// Prime of the coefficients.
    pub modulus: u32,
    /// Of PHdim.
    pub phdim: PhdimSettings,
    /// Scale of the descriptors `betti-…`.
    pub betti_scale: Option<f32>,
    /// Of the descriptors `hop-betti-…`.
    pub hops: HopSettings,
}

/// How PHdim₀ is estimated, see [`PhDimensionSettings`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PhdimSettings {
    /// Numbers of points.
    pub sizes: PhdimSizes,
    /// Subsets per size.
    pub draws: usize,
    /// Repetitions whose slopes are averaged.
    pub repeats: usize,
    /// Of the points, before anything else; the papers have none.
    pub scaling: Scaling,
}

/// Sizes by the name of who used them, or as a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum PhdimSizes {
    /// `"magai"`, `"birdal"` or `"gptid"`.
    Named(NamedSizes),
    /// Numbers of points.
    Given(Vec<usize>),
}

/// See [`SubsetSizes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "named after the papers in SubsetSizes")]
pub enum NamedSizes {
    Magai,
    Birdal,
    Gptid,
}

/// The graph of nearest neighbours and the scale at which its hop-count complex is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct HopSettings {
    /// Neighbours per point, the point itself counted in as Naitzat et al. do.
    pub k: usize,
    /// Scale in hops.
    pub threshold: f32,
}

impl Default for HopSettings {
    /// k = 14, scale 2.5: Naitzat's choice for the data set D-I.
    fn default() -> Self {
        Self { k: 14, threshold: 2.5 }
    }
}

impl Default for PhdimSettings {
    fn default() -> Self {
        Self { sizes: PhdimSizes::Named(NamedSizes::Magai), draws: 7, repeats: 1, scaling: Scaling::None }
    }
}

impl Default for DescribeSettings {
    /// The measurement of Magai 2023: 300 points per class, min-max over all classes, diameters; PHdim with the median of
    /// 7 draws.
    fn default() -> Self {
        Self {
            descriptors: ["lifespans-0", "lifespans-1", "phdim-0"].map(Into::into).into(),
            scaling: Scaling::MinMax,
            metric: Metric::Euclidean,
            clouds: Clouds::PerClass,
            per_class: 300,
            first_classes: None,
            seed: 1,
            repetitions: 1,
            alpha: 1.0,
            factor: 1.0,
            max_dim: 1,
            modulus: 2,
            phdim: PhdimSettings::default(),
            betti_scale: None,
            hops: HopSettings::default(),
        }
    }
}

/// Settings whose values are known to be possible.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Checked {
    pub(super) descriptors: Vec<Descriptor>,
    pub(super) rips: RipsParams,
    pub(super) ph_dimension: PhDimensionSettings,
}

impl DescribeSettings {
    /// Checks what types cannot.
    ///
    /// # Errors
    /// [`Error::InvalidSetting`] that names the setting.
    pub(super) fn check(&self) -> Result<Checked> {
        let refuse = |setting, value: &dyn ToString, reason: &str| {
            Err(Error::InvalidSetting { setting, value: value.to_string(), reason: reason.into() })
        };
        let descriptors = self.descriptors.iter().map(|name| Descriptor::named(name)).collect::<Result<Vec<_>>>()?;
        if descriptors.is_empty() {
            return refuse("descriptors", &"none", "choose at least one");
        }
        if self.per_class < 2 {
            return refuse("perClass", &self.per_class, "a cloud needs at least 2 points");
        }
        if self.first_classes == Some(0) {
            return refuse("firstClasses", &0, "at least one class must count; leave it out for all");
        }
        if !(1..=1000).contains(&self.repetitions) {
            return refuse("repetitions", &self.repetitions, "it must be a number from 1 to 1000");
        }
        if !(self.alpha > 0.0 && self.alpha.is_finite()) {
            return refuse("α", &self.alpha, "it must be a positive number");
        }
        if !(self.factor > 0.0 && self.factor.is_finite()) {
            return refuse("factor", &self.factor, "it must be a positive number");
        }
        let asks_betti = descriptors.iter().any(|d| matches!(d, Descriptor::Betti(_)));
        let good_scale = self.betti_scale.is_some_and(|scale| scale >= 0.0 && scale.is_finite());
        if (asks_betti || self.betti_scale.is_some()) && !good_scale {
            let value = self.betti_scale.map_or("none".to_string(), |scale| scale.to_string());
            return refuse("bettiScale", &value, "Betti numbers need a scale, a length of at least 0");
        }
        if self.hops.k < 2 || self.hops.k > 1000 {
            return refuse("hops.k", &self.hops.k, "it must be a number from 2 to 1000");
        }
        if !(1.0..=10.0).contains(&self.hops.threshold) {
            return refuse("hops.threshold", &self.hops.threshold, "it must be a number of hops from 1 to 10");
        }
        let needed = descriptors.iter().filter_map(|d| d.barcode_dim()).max().unwrap_or(0);
        let rips = RipsParams::new(self.max_dim.max(needed))?.with_modulus(self.modulus)?;
        let ph_dimension = PhDimensionSettings {
            sizes: match &self.phdim.sizes {
                PhdimSizes::Named(NamedSizes::Magai) => SubsetSizes::Magai,
                PhdimSizes::Named(NamedSizes::Birdal) => SubsetSizes::Birdal,
                PhdimSizes::Named(NamedSizes::Gptid) => SubsetSizes::Gptid,
                PhdimSizes::Given(sizes) => SubsetSizes::Given(sizes.clone()),
            },
            draws: self.phdim.draws,
            repeats: self.phdim.repeats,
            alpha: self.alpha,
            metric: self.metric,
            seed: u64::from(self.seed),
        };
        Ok(Checked { descriptors, rips, ph_dimension })
    }
}
