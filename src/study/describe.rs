//! One layer, from points to the rows of a report.

use serde::Serialize;

use super::Clouds;
use super::descriptor::Descriptor;
use super::measure::{Group, MeasuredCloud, classes, measure_groups};
use super::settings::{Checked, DescribeSettings};
use crate::data::Labels;
use crate::descriptors::spread::{deviation, mean};
use crate::descriptors::{
    Defined, EmpiricalRank, LineFit, MIN_POINTS, MLE_NEIGHBOURS, Neighbourhoods, PhDimension, PhDimensionSettings,
    TWO_NN_DISCARD, Undefined, betti_number, correlation_dimension, levina_bickel, lifespan_sum, longest_lifespan,
    mean_lifespan, n_finite, participation_ratio, persistence_entropy, ph_dimension, plateau, two_nn_fit,
    two_nn_likelihood,
};
use crate::geometry::{PointCloud, hop_distances};
use crate::homology::{Barcode, RipsParams, rips_barcode};
use crate::parallel;
use crate::progress::{Observer, Progress, Stage};
use crate::random::Random;
use crate::{Error, Result};

/// Class of rows about all classes in one cloud.
pub const ALL: &str = "all";
/// Class of rows that average over classes.
pub const MEAN: &str = "mean";

/// Numbers of parts that TwoNN is compared over.
const PLATEAU_PARTS: [usize; 5] = [1, 2, 4, 8, 16];
/// More hops than this count as no connection (Naitzat et al.).
const HOP_LIMIT: u16 = 10;
/// Stands for no connection.
const NO_PATH: u16 = 1000;

/// One number of a layer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// See [`super::catalog`].
    pub descriptor: String,
    /// [`ALL`], [`MEAN`], or the class's name.
    pub class: String,
    /// Batch, from 0.
    pub repetition: usize,
    /// The number; `None` if it is undefined, which `note` explains.
    pub value: Option<f64>,
    /// Lower end of the spread: one sample standard deviation of the classes around a mean, the dimension at one standard
    /// error of the slope around a PHdim, one standard deviation of the subsamples around a plateau's point.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Points in the cloud; in the mean over classes the mean number.
    pub n: usize,
    /// What is particular.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A line fitted for a PHdim.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fit {
    /// Whose.
    pub descriptor: String,
    /// Of which rows.
    pub class: String,
    /// Batch, from 0.
    pub repetition: usize,
    /// Numbers of points n.
    pub sizes: Vec<usize>,
    /// Sums E.
    pub sums: Vec<f64>,
    /// β in ln E = intercept + β ln n.
    pub slope: f64,
    /// The line's value at n = 1, a logarithm.
    pub intercept: f64,
    /// Share of the variance that it explains.
    pub r2: f64,
}

/// A barcode behind rows.
#[derive(Debug, Clone, PartialEq)]
pub struct DescribedCloud {
    /// [`ALL`] or the class's name.
    pub name: String,
    /// Batch, from 0.
    pub repetition: usize,
    /// Rows of the layer's points, increasing.
    pub index: Vec<usize>,
    /// Of the scaled points.
    pub barcode: Barcode,
}

/// All numbers asked for of one layer, and what is behind them.
#[derive(Debug, Clone, PartialEq)]
pub struct Description {
    /// In the order of repetitions, descriptors, classes.
    pub rows: Vec<Row>,
    /// Of the barcodes that rows needed.
    pub clouds: Vec<DescribedCloud>,
    /// Of the PHdims.
    pub fits: Vec<Fit>,
    /// What the barcodes were computed with.
    pub rips: RipsParams,
}

/// Describes the points of one layer; `labels` holds one class per point, `None` makes all points one class.
///
/// The order of work is that of Magai 2023: barcodes of each class after scaling over all classes; PHdim and the other
/// dimensions of all points, unscaled.
///
/// # Errors
/// [`Error::InvalidSetting`], those of distances and reduction, [`Error::Stopped`] if the observer asks. Numbers that do
/// not exist for these points are no errors but rows without a value.
pub fn describe(
    points: &PointCloud,
    labels: Option<&Labels>,
    settings: &DescribeSettings,
    observer: &mut Observer<'_>,
) -> Result<Description> {
    let checked = settings.check()?;
    if let Some(labels) = labels.filter(|labels| labels.of_sample().len() != points.n_points()) {
        return Err(Error::LengthMismatch {
            first: "the layer".into(),
            n_first: points.n_points(),
            second: "the labels".into(),
            n_second: labels.of_sample().len(),
        });
    }
    let layer = Layer::new(points, labels, settings, checked);
    let mut description =
        Description { rows: Vec::new(), clouds: Vec::new(), fits: Vec::new(), rips: layer.checked.rips.clone() };
    let total = layer.repetitions * 2;
    for repetition in 0..layer.repetitions {
        let part = |done: usize| {
            let done = repetition * 2 + done;
            move |p: Progress| Progress { stage: p.stage, done, total }
        };
        let (first, second) = (part(0), part(1));
        layer.barcodes(repetition, &mut description, &mut |p| observer(first(p)))?;
        layer.dimensions(repetition, &mut description, &mut |p| observer(second(p)))?;
    }
    crate::progress::report(observer, Stage::Reducing(layer.checked.rips.max_dim()), total, total)?;
    Ok(description)
}

/// What every part of a description needs.
struct Layer<'a> {
    points: &'a PointCloud,
    labels: Option<&'a Labels>,
    settings: &'a DescribeSettings,
    checked: Checked,
    /// Scaled points, if barcodes are needed.
    scaled: Option<PointCloud>,
    /// All classes that count, with all their points.
    classes: Vec<Group>,
    repetitions: usize,
}

impl<'a> Layer<'a> {
    fn new(
        points: &'a PointCloud,
        labels: Option<&'a Labels>,
        settings: &'a DescribeSettings,
        checked: Checked,
    ) -> Self {
        let needs_barcodes = checked.descriptors.iter().any(|d| d.barcode_dim().is_some());
        let scaled = needs_barcodes.then(|| settings.scaling.apply(points));
        let mut classes =
            labels.map_or_else(|| vec![Group { class: None, index: (0..points.n_points()).collect() }], classes);
        if let Some(first) = settings.first_classes {
            classes.retain(|group| group.class.is_none_or(|class| usize::from(class) < first));
        }
        Self { points, labels, settings, checked, scaled, classes, repetitions: settings.repetitions }
    }

    fn wants(&self, descriptor: Descriptor) -> bool {
        self.checked.descriptors.contains(&descriptor)
    }

    fn name(&self, class: Option<u16>) -> String {
        match (class, self.labels) {
            (Some(class), Some(labels)) => labels.classes()[usize::from(class)].clone(),
            _ => ALL.into(),
        }
    }

    /// The clouds of one batch.
    fn groups(&self, repetition: usize) -> Vec<Group> {
        let groups = self.batch(repetition);
        match self.settings.clouds {
            Clouds::PerClass => groups,
            Clouds::Pooled => {
                let mut index: Vec<usize> = groups.into_iter().flat_map(|group| group.index).collect();
                index.sort_unstable();
                vec![Group { class: None, index }]
            }
        }
    }

    /// At most `per_class` points of each class: disjoint parts of a shuffle as far as its points reach, then fresh draws.
    fn batch(&self, repetition: usize) -> Vec<Group> {
        let per_class = self.settings.per_class;
        let mut seeds = Random::new(u64::from(self.settings.seed));
        let choose = |group: &Group| {
            let seed = seeds.next_u64();
            let n = group.index.len();
            if n <= per_class {
                return group.clone();
            }
            let mut places = if repetition < n / per_class {
                Random::new(seed).shuffled(n)[repetition * per_class..(repetition + 1) * per_class].to_vec()
            } else {
                Random::new(seed.wrapping_add(repetition as u64)).subset(n, per_class)
            };
            places.sort_unstable();
            Group { class: group.class, index: places.into_iter().map(|place| group.index[place]).collect() }
        };
        self.classes.iter().map(choose).collect()
    }

    /// Rows and clouds of everything that is made of barcodes.
    fn barcodes(&self, repetition: usize, out: &mut Description, observer: &mut Observer<'_>) -> Result<()> {
        let hops = self.checked.descriptors.iter().filter_map(|&d| match d {
            Descriptor::HopBetti(dim) => Some(dim),
            _ => None,
        });
        let hop_dim = hops.max();
        if self.scaled.is_none() && hop_dim.is_none() {
            return Ok(());
        }
        let groups = self.groups(repetition);
        let measured = match &self.scaled {
            Some(scaled) => measure_groups(scaled, &groups, self.settings.metric, &self.checked.rips, observer)?,
            None => Vec::new(),
        };
        let hopped = match hop_dim {
            Some(dim) => {
                parallel::each(&groups, Group::len, observer, |group, observer| self.hop_barcode(group, dim, observer))?
            }
            None => Vec::new(),
        };
        for &descriptor in &self.checked.descriptors {
            let values: Vec<Defined> = match descriptor {
                Descriptor::HopBetti(dim) => {
                    let at =
                        |barcode: &Barcode| Ok(betti_number(barcode.dim(dim), self.settings.hops.threshold) as f64);
                    hopped.iter().map(at).collect()
                }
                _ if descriptor.barcode_dim().is_some() => {
                    measured.iter().map(|cloud| self.of_barcode(descriptor, &cloud.barcode)).collect()
                }
                _ => continue,
            };
            let sizes: Vec<(Option<u16>, usize)> = groups.iter().map(|g| (g.class, g.index.len())).collect();
            out.rows.extend(self.class_rows(descriptor, repetition, &sizes, &values));
        }
        out.clouds.extend(measured.into_iter().map(|cloud: MeasuredCloud| DescribedCloud {
            name: self.name(cloud.class),
            repetition,
            index: cloud.index,
            barcode: cloud.barcode,
        }));
        Ok(())
    }

    fn of_barcode(&self, descriptor: Descriptor, barcode: &Barcode) -> Defined {
        let value = match descriptor {
            Descriptor::Lifespans(dim) => self.settings.factor * lifespan_sum(barcode.dim(dim), self.settings.alpha),
            Descriptor::Count(dim) => n_finite(barcode.dim(dim)) as f64,
            Descriptor::MeanLifespan(dim) => mean_lifespan(barcode.dim(dim)).ok_or(Undefined::NoInterval { dim })?,
            Descriptor::Longest(dim) => longest_lifespan(barcode.dim(dim)).unwrap_or(0.0),
            Descriptor::Entropy(dim) => persistence_entropy(barcode.dim(dim)),
            Descriptor::Betti(dim) => {
                betti_number(barcode.dim(dim), self.settings.betti_scale.unwrap_or_default()) as f64
            }
            _ => unreachable!("only descriptors of barcodes come here"),
        };
        Ok(value)
    }

    /// The barcode of a cloud's hop counts, cut off at the scale that is looked at.
    fn hop_barcode(&self, group: &Group, dim: usize, observer: &mut Observer<'_>) -> Result<Barcode> {
        let cloud = self.points.select(&group.index).distinct();
        let hops = hop_distances(&cloud, self.settings.hops.k - 1, HOP_LIMIT, NO_PATH)?;
        let params = RipsParams::new(dim)?
            .with_modulus(self.settings.modulus)?
            .with_threshold(Some(self.settings.hops.threshold))?;
        rips_barcode(&hops, &params, observer)
    }

    /// One row per class and their mean; a single cloud has one row.
    fn class_rows(
        &self,
        descriptor: Descriptor,
        repetition: usize,
        clouds: &[(Option<u16>, usize)],
        values: &[Defined],
    ) -> Vec<Row> {
        let row = |class: String, value: &Defined, n: usize| Row {
            descriptor: descriptor.name(),
            class,
            repetition,
            value: value.as_ref().ok().copied(),
            low: None,
            high: None,
            n,
            note: value.as_ref().err().map(ToString::to_string),
        };
        let mut rows: Vec<Row> =
            clouds.iter().zip(values).map(|(&(class, n), value)| row(self.name(class), value, n)).collect();
        if clouds.iter().any(|(class, _)| class.is_some()) {
            let defined: Vec<f64> = values.iter().filter_map(|value| value.as_ref().ok().copied()).collect();
            let average = mean(&defined);
            let spread = average.and_then(|mean| deviation(&defined, mean));
            let n = clouds.iter().map(|&(_, n)| n).sum::<usize>() as f64 / clouds.len() as f64;
            let missing = values.len() - defined.len();
            rows.push(Row {
                descriptor: descriptor.name(),
                class: MEAN.into(),
                repetition,
                value: average,
                low: average.zip(spread).map(|(mean, sd)| mean - sd),
                high: average.zip(spread).map(|(mean, sd)| mean + sd),
                n: n.round() as usize,
                note: (missing > 0).then(|| format!("undefined for {missing} of {} classes", values.len())),
            });
        }
        rows
    }

    /// Rows and fits of the dimensions.
    fn dimensions(&self, repetition: usize, out: &mut Description, observer: &mut Observer<'_>) -> Result<()> {
        self.ph_dimensions(repetition, out, observer)?;
        // The rest does not depend on draws, except where it is made of a batch.
        let groups = || self.batch(repetition);
        for descriptor in [Descriptor::TwoNnPerClass, Descriptor::MlePerClass] {
            if self.wants(descriptor) {
                let groups = groups();
                let values = parallel::each(&groups, Group::len, observer, |group, _| {
                    Ok(self.class_dimension(descriptor, group))
                })?;
                let sizes: Vec<(Option<u16>, usize)> = groups.iter().map(|g| (g.class, g.index.len())).collect();
                out.rows.extend(self.class_rows(descriptor, repetition, &sizes, &values));
            }
        }
        if repetition == 0 {
            self.pooled_dimensions(out);
        }
        Ok(())
    }

    fn ph_dimensions(&self, repetition: usize, out: &mut Description, observer: &mut Observer<'_>) -> Result<()> {
        let seed = self.checked.ph_dimension.seed.wrapping_add(repetition as u64);
        let settings = PhDimensionSettings { seed, ..self.checked.ph_dimension.clone() };
        let wants_pooled = self.wants(Descriptor::PhDimension) || self.wants(Descriptor::PhDimensionR2);
        let wants_classes = self.wants(Descriptor::PhDimensionPerClass);
        if !wants_pooled && !wants_classes {
            return Ok(());
        }
        let cloud = self.settings.phdim.scaling.apply(self.points);
        if wants_pooled {
            let found = ph_dimension(&cloud, &settings, observer)?;
            out.fits.extend(fit_of(Descriptor::PhDimension, ALL, repetition, &found));
            if self.wants(Descriptor::PhDimension) {
                out.rows.push(ph_row(Descriptor::PhDimension, ALL.into(), repetition, cloud.n_points(), &found));
            }
            if self.wants(Descriptor::PhDimensionR2) {
                out.rows.push(Row {
                    descriptor: Descriptor::PhDimensionR2.name(),
                    class: ALL.into(),
                    repetition,
                    value: found.fit.map(|fit| fit.r2),
                    low: None,
                    high: None,
                    n: cloud.n_points(),
                    note: found
                        .fit
                        .is_none()
                        .then(|| found.dimension.as_ref().err().map(ToString::to_string))
                        .flatten(),
                });
            }
        }
        if wants_classes {
            let groups = self.batch(repetition);
            let found = parallel::each(&groups, Group::len, observer, |group, observer| {
                if group.index.len() < MIN_POINTS {
                    return Ok(None);
                }
                ph_dimension(&cloud.select(&group.index), &settings, observer).map(Some)
            })?;
            let descriptor = Descriptor::PhDimensionPerClass;
            let too_few = |n_points| Err(Undefined::TooFewPoints { n_points, needed: MIN_POINTS });
            let values: Vec<Defined> = groups
                .iter()
                .zip(&found)
                .map(|(group, found)| found.as_ref().map_or(too_few(group.index.len()), |f| f.dimension.clone()))
                .collect();
            for (group, found) in groups.iter().zip(&found) {
                let found = found.as_ref();
                out.fits.extend(found.and_then(|f| fit_of(descriptor, &self.name(group.class), repetition, f)));
            }
            let sizes: Vec<(Option<u16>, usize)> = groups.iter().map(|g| (g.class, g.index.len())).collect();
            out.rows.extend(self.class_rows(descriptor, repetition, &sizes, &values));
        }
        Ok(())
    }

    fn class_dimension(&self, descriptor: Descriptor, group: &Group) -> Defined {
        let neighbourhoods = Neighbourhoods::new(&self.points.select(&group.index), MLE_NEIGHBOURS);
        match descriptor {
            Descriptor::TwoNnPerClass => two_nn_fit(&neighbourhoods, TWO_NN_DISCARD, EmpiricalRank::default()),
            _ => levina_bickel(&neighbourhoods, MLE_NEIGHBOURS),
        }
    }

    fn pooled_dimensions(&self, out: &mut Description) {
        let k = self.checked.descriptors.iter().map(|d| d.neighbours()).max().unwrap_or(0);
        let neighbourhoods = (k > 0).then(|| Neighbourhoods::new(self.points, k));
        for &descriptor in &self.checked.descriptors {
            let value = match (descriptor, &neighbourhoods) {
                (Descriptor::TwoNn, Some(near)) => two_nn_fit(near, TWO_NN_DISCARD, EmpiricalRank::default()),
                (Descriptor::TwoNnLikelihood, Some(near)) => two_nn_likelihood(near),
                (Descriptor::Mle, Some(near)) => levina_bickel(near, MLE_NEIGHBOURS),
                (Descriptor::CorrelationDimension, Some(near)) => correlation_dimension(near),
                (Descriptor::ParticipationRatio, _) => participation_ratio(self.points),
                (Descriptor::TwoNnPlateau, _) => {
                    out.rows.extend(self.plateau());
                    continue;
                }
                _ => continue,
            };
            let repeated = neighbourhoods.as_ref().map_or(0, |near| self.points.n_points() - near.n_points());
            let about_repeated = (repeated > 0 && descriptor.neighbours() > 0)
                .then(|| format!("{repeated} repeated points counted once"));
            out.rows.push(Row {
                descriptor: descriptor.name(),
                class: ALL.into(),
                repetition: 0,
                value: value.as_ref().ok().copied(),
                low: None,
                high: None,
                n: self.points.n_points(),
                note: value.err().map(|undefined| undefined.to_string()).or(about_repeated),
            });
        }
    }

    fn plateau(&self) -> Vec<Row> {
        let estimate =
            |cloud: &PointCloud| two_nn_fit(&Neighbourhoods::new(cloud, 2), TWO_NN_DISCARD, EmpiricalRank::default());
        plateau(self.points, &PLATEAU_PARTS, u64::from(self.settings.seed), estimate)
            .into_iter()
            .map(|point| {
                let value = point.mean.as_ref().ok().copied();
                let end = |sign: f64| value.zip(point.deviation).map(|(mean, sd)| mean + sign * sd);
                Row {
                    descriptor: Descriptor::TwoNnPlateau.name(),
                    class: ALL.into(),
                    repetition: 0,
                    value,
                    low: end(-1.0),
                    high: end(1.0),
                    n: point.n_points,
                    note: point.mean.err().map(|undefined| undefined.to_string()),
                }
            })
            .collect()
    }
}

fn ph_row(descriptor: Descriptor, class: String, repetition: usize, n: usize, found: &PhDimension) -> Row {
    Row {
        descriptor: descriptor.name(),
        class,
        repetition,
        value: found.dimension.as_ref().ok().copied(),
        low: found.range.map(|(low, _)| low),
        high: found.range.and_then(|(_, high)| high),
        n,
        note: found.dimension.as_ref().err().map(ToString::to_string),
    }
}

fn fit_of(descriptor: Descriptor, class: &str, repetition: usize, found: &PhDimension) -> Option<Fit> {
    let LineFit { slope, intercept, r2, .. } = found.fit?;
    Some(Fit {
        descriptor: descriptor.name(),
        class: class.into(),
        repetition,
        sizes: found.sizes.clone(),
        sums: found.sums.clone(),
        slope,
        intercept,
        r2,
    })
}
