//! The numbers that can be asked for, by name.

use serde::Serialize;

use crate::{Error, Result};

/// One number of a layer; `0`, `1`, … are homology dimensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Descriptor {
    /// Σ lifespan^α.
    Lifespans(usize),
    /// Number of finite intervals.
    Count(usize),
    /// Mean lifespan.
    MeanLifespan(usize),
    /// Longest lifespan.
    Longest(usize),
    /// Persistence entropy.
    Entropy(usize),
    /// Betti number at a scale.
    Betti(usize),
    /// Betti number of the hop-count complex.
    HopBetti(usize),
    /// PHdim₀ of all classes together.
    PhDimension,
    /// R² of its fit.
    PhDimensionR2,
    /// PHdim₀ of each class.
    PhDimensionPerClass,
    /// TwoNN, fitted.
    TwoNn,
    /// TwoNN, fitted, of each class.
    TwoNnPerClass,
    /// TwoNN, maximum likelihood.
    TwoNnLikelihood,
    /// TwoNN, fitted, against the number of points.
    TwoNnPlateau,
    /// Levina and Bickel's estimate.
    Mle,
    /// Levina and Bickel's estimate of each class.
    MlePerClass,
    /// Correlation dimension.
    CorrelationDimension,
    /// Participation ratio.
    ParticipationRatio,
}

/// What the page shows beside a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CatalogEntry {
    /// As in settings and reports.
    pub name: String,
    /// For axes and tables.
    pub label: String,
    /// The definition in plain text.
    pub formula: &'static str,
    /// Where it comes from.
    pub source: &'static str,
    /// `"per class"` or `"pooled"`.
    pub cloud: &'static str,
    /// Of the values.
    pub unit: &'static str,
}

/// Highest dimension for which the catalogue lists descriptors of barcodes.
const MAX_LISTED_DIM: usize = 2;

impl Descriptor {
    /// All of them, in the order of the catalogue.
    pub fn all() -> Vec<Self> {
        let of_barcodes: [fn(usize) -> Self; 7] = [
            Self::Lifespans,
            Self::Count,
            Self::MeanLifespan,
            Self::Longest,
            Self::Entropy,
            Self::Betti,
            Self::HopBetti,
        ];
        let of_clouds = [
            Self::PhDimension,
            Self::PhDimensionR2,
            Self::PhDimensionPerClass,
            Self::TwoNn,
            Self::TwoNnPerClass,
            Self::TwoNnLikelihood,
            Self::TwoNnPlateau,
            Self::Mle,
            Self::MlePerClass,
            Self::CorrelationDimension,
            Self::ParticipationRatio,
        ];
        let of_barcodes = of_barcodes.into_iter().flat_map(|kind| (0..=MAX_LISTED_DIM).map(kind));
        of_barcodes.chain(of_clouds).collect()
    }

    /// The descriptor with this name.
    ///
    /// # Errors
    /// [`Error::InvalidSetting`] that lists the names.
    pub fn named(name: &str) -> Result<Self> {
        Self::all().into_iter().find(|descriptor| descriptor.name() == name).ok_or_else(|| {
            let names: Vec<String> = Self::all().into_iter().map(Self::name).collect();
            let reason = format!("the descriptors are {}", names.join(", "));
            Error::InvalidSetting { setting: "descriptor", value: format!("{name:?}"), reason }
        })
    }

    /// Its name in settings and reports.
    pub fn name(self) -> String {
        match self {
            Self::Lifespans(dim) => format!("lifespans-{dim}"),
            Self::Count(dim) => format!("count-{dim}"),
            Self::MeanLifespan(dim) => format!("mean-lifespan-{dim}"),
            Self::Longest(dim) => format!("longest-{dim}"),
            Self::Entropy(dim) => format!("entropy-{dim}"),
            Self::Betti(dim) => format!("betti-{dim}"),
            Self::HopBetti(dim) => format!("hop-betti-{dim}"),
            Self::PhDimension => "phdim-0".into(),
            Self::PhDimensionR2 => "phdim-0-r2".into(),
            Self::PhDimensionPerClass => "phdim-0-class".into(),
            Self::TwoNn => "twonn".into(),
            Self::TwoNnPerClass => "twonn-class".into(),
            Self::TwoNnLikelihood => "twonn-ml".into(),
            Self::TwoNnPlateau => "twonn-plateau".into(),
            Self::Mle => "mle".into(),
            Self::MlePerClass => "mle-class".into(),
            Self::CorrelationDimension => "correlation-dimension".into(),
            Self::ParticipationRatio => "participation-ratio".into(),
        }
    }

    /// The highest dimension of the barcodes it needs; `None` if it needs none.
    pub fn barcode_dim(self) -> Option<usize> {
        match self {
            Self::Lifespans(dim)
            | Self::Count(dim)
            | Self::MeanLifespan(dim)
            | Self::Longest(dim)
            | Self::Entropy(dim)
            | Self::Betti(dim) => Some(dim),
            _ => None,
        }
    }

    /// The neighbours per point it needs of the pooled cloud; 0 if it needs none.
    pub(super) fn neighbours(self) -> usize {
        match self {
            Self::TwoNn | Self::TwoNnLikelihood => 2,
            Self::Mle | Self::CorrelationDimension => crate::descriptors::MLE_NEIGHBOURS,
            _ => 0,
        }
    }

    /// How it is shown.
    pub fn entry(self) -> CatalogEntry {
        let (label, formula, source) = self.words();
        let pooled = matches!(
            self,
            Self::PhDimension
                | Self::PhDimensionR2
                | Self::TwoNn
                | Self::TwoNnLikelihood
                | Self::TwoNnPlateau
                | Self::Mle
                | Self::CorrelationDimension
                | Self::ParticipationRatio
        );
        let unit = match self {
            Self::Lifespans(_) | Self::MeanLifespan(_) | Self::Longest(_) => "length (Rips diameter)",
            Self::Count(_) | Self::Betti(_) | Self::HopBetti(_) => "number",
            Self::Entropy(_) => "nats",
            Self::PhDimensionR2 => "share",
            _ => "dimension",
        };
        CatalogEntry {
            name: self.name(),
            label,
            formula,
            source,
            cloud: if pooled { "pooled" } else { "per class" },
            unit,
        }
    }

    fn words(self) -> (String, &'static str, &'static str) {
        const MAGAI: &str = "Magai 2023 (2306.03406)";
        const PH_DIMENSION: &str =
            "Schweinhart (1808.02196), Adams et al. 2020 (1808.01079); sizes of Magai and Ayzenberg 2022 (2204.08624)";
        const TWO_NN: &str = "Facco et al. 2017; fit of Ansuini et al. 2019 (1905.12784)";
        const LEVINA: &str = "Levina and Bickel 2004; MacKay and Ghahramani 2005";
        match self {
            Self::Lifespans(dim) => (
                format!("Lifespans {dim}"),
                "factor × Σ (death − birth)^α over the finite intervals; for H0 and α = 1 the length of a minimum spanning tree",
                MAGAI,
            ),
            Self::Count(dim) => {
                (format!("Intervals H{dim}"), "number of finite intervals of positive length", "Ripser's convention")
            }
            Self::MeanLifespan(dim) => {
                (format!("Mean lifespan H{dim}"), "Σ (death − birth) / number, over the finite intervals", MAGAI)
            }
            Self::Longest(dim) => (
                format!("Longest lifespan H{dim}"),
                "max (death − birth) over the finite intervals; 0 without one",
                "standard",
            ),
            Self::Entropy(dim) => (
                format!("Persistence entropy H{dim}"),
                "−Σ p ln p with p = lifespan / Σ lifespans, over the finite intervals",
                "Rucco et al. 2016",
            ),
            Self::Betti(dim) => (
                format!("Betti number {dim} at a scale"),
                "number of intervals with birth ≤ scale < death, essential ones included",
                "standard",
            ),
            Self::HopBetti(dim) => (
                format!("Betti number {dim}, hop count"),
                "Betti number at a scale of the Rips complex of hop counts in the graph of k nearest neighbours; unscaled points, repetitions removed, k counts the point itself",
                "Naitzat, Zhitnikov and Lim 2020 (2004.06093)",
            ),
            Self::PhDimension => (
                "PHdim₀".into(),
                "α / (1 − β), β the slope of ln E against ln n, E = median over subsets of n points of Σ (edge length)^α of their minimum spanning trees; unscaled points of all classes",
                PH_DIMENSION,
            ),
            Self::PhDimensionR2 => {
                ("R² of PHdim₀".into(), "share of the variance of ln E that the fitted line explains", PH_DIMENSION)
            }
            Self::PhDimensionPerClass => (
                "PHdim₀ per class".into(),
                "as PHdim₀, of the unscaled points of one class, where there are at least 80",
                PH_DIMENSION,
            ),
            Self::TwoNn | Self::TwoNnPerClass => (
                if self == Self::TwoNn { "TwoNN".into() } else { "TwoNN per class".into() },
                "slope through the origin of −ln(1 − F) against ln μ, μ = r₂/r₁ sorted, F = i/N, the largest 10 % left out; unscaled points",
                TWO_NN,
            ),
            Self::TwoNnLikelihood => {
                ("TwoNN, maximum likelihood".into(), "(N − 1) / Σ ln(r₂/r₁); unscaled points", TWO_NN)
            }
            Self::TwoNnPlateau => (
                "TwoNN against subsample size".into(),
                "mean of TwoNN over q disjoint subsamples of N/q points, q = 1, 2, 4, 8, 16; n is the size; a plateau means a stable estimate",
                "Ansuini et al. 2019 (1905.12784)",
            ),
            Self::Mle | Self::MlePerClass => (
                if self == Self::Mle { "MLE".into() } else { "MLE per class".into() },
                "1 / mean of 1/m, m = (k − 1) / Σ_{j<k} ln(T_k/T_j), k = 20 neighbours; unscaled points",
                LEVINA,
            ),
            Self::CorrelationDimension => (
                "Correlation dimension".into(),
                "ln(C(r₂)/C(r₁)) / ln(r₂/r₁), C(r) the share of pairs nearer than r, r₁ and r₂ the median distances to the 10th and 20th neighbour; unscaled points",
                "Grassberger and Procaccia 1983; radii of scikit-dimension",
            ),
            Self::ParticipationRatio => (
                "Participation ratio".into(),
                "(Σ λ)² / Σ λ² of the covariance's eigenvalues; unscaled points",
                "Gao et al. 2017",
            ),
        }
    }
}

/// Every descriptor as the page shows it.
pub fn catalog() -> Vec<CatalogEntry> {
    Descriptor::all().into_iter().map(Descriptor::entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_descriptors() {
        for descriptor in Descriptor::all() {
            assert_eq!(Descriptor::named(&descriptor.name()), Ok(descriptor));
        }
        let error = Descriptor::named("lifespan").unwrap_err().to_string();
        assert!(error.contains("lifespans-0") && error.contains("\"lifespan\""), "{error}");
    }
}
