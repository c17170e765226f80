//! The one error type: everything that can go wrong between a dropped file and a picture.

/// Shorthand for results of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Everything that can go wrong between a dropped file and a picture.
///
/// Messages are lower case without a full stop, numbers first and what to do last; [`Error::kind`] is the stable word
/// that scripts switch on.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    // --- everywhere ---
    /// The observer asked to stop.
    #[error("stopped on request")]
    Stopped,
    /// A setting has a value outside its range.
    #[error("{setting} = {value} is not possible: {reason}")]
    InvalidSetting {
        /// Name of the setting as the page shows it.
        setting: &'static str,
        /// The offending value.
        value: String,
        /// What would be possible.
        reason: String,
    },
    // --- data ---
    /// The first bytes and the name belong to no format we read.
    #[error(
        "{name} is in no format this page reads; try PNG, JPEG, .npy, .npz, IDX (MNIST), .csv or a distance matrix as text"
    )]
    UnknownFormat {
        /// File name.
        name: String,
    },
    /// A file of a known format that ends too early or contradicts itself.
    #[error("{name} is a damaged {format} file: {reason}; export or download it again")]
    Damaged {
        /// File name.
        name: String,
        /// Format in words.
        format: &'static str,
        /// What is wrong, with numbers.
        reason: String,
    },
    /// A file that is intact but holds something we do not read.
    #[error("{name}: {reason}")]
    Unsupported {
        /// File name.
        name: String,
        /// What it holds and what to do.
        reason: String,
    },
    /// A row of delimited text has another length than the rows before it.
    #[error("{name}, line {line}: {found} values where the lines before have {expected}; make all lines equally long")]
    RaggedRow {
        /// File name.
        name: String,
        /// Line number, counted from 1.
        line: u64,
        /// Values in the lines before.
        expected: usize,
        /// Values in this line.
        found: usize,
    },
    /// A cell that should be a number is none.
    #[error("{name}, line {line}, column {column}: {text:?} is not a number")]
    NotANumber {
        /// File name.
        name: String,
        /// Line number, counted from 1.
        line: u64,
        /// Column number, counted from 1.
        column: usize,
        /// The cell.
        text: String,
    },
    /// A value is NaN or infinite.
    #[error(
        "{what}: the value at sample {sample}, position {position} is {value}{}; replace or remove {}",
        and_more(*.n_more), if *.n_more == 0 { "it" } else { "them" }
    )]
    NotFinite {
        /// File or layer.
        what: String,
        /// Sample (row), counted from 0.
        sample: usize,
        /// Coordinate, counted from 0.
        position: usize,
        /// "NaN", "inf" or "-inf".
        value: String,
        /// How many more values are NaN or infinite.
        n_more: usize,
    },
    /// Two parts that belong together have different lengths.
    #[error("{first} has {n_first} entries but {second} has {n_second}; they must describe the same samples")]
    LengthMismatch {
        /// First part.
        first: String,
        /// Its length.
        n_first: usize,
        /// Second part.
        second: String,
        /// Its length.
        n_second: usize,
    },
    /// Nothing to analyse.
    #[error("{what} holds no samples")]
    Empty {
        /// File or selection.
        what: String,
    },
    /// More bytes than the page can hold.
    #[error("{name} has {megabytes} MB, more than the {limit} MB this page reads; take a part of it")]
    TooLarge {
        /// File name.
        name: String,
        /// Its size.
        megabytes: u64,
        /// The limit.
        limit: u64,
    },
    /// What is wrong with the distances of a file.
    #[error("{name}: {error}")]
    InFile {
        /// File name.
        name: String,
        /// What is wrong.
        error: Box<Error>,
    },
    // --- geometry and homology ---
    /// A matrix entry that is no distance.
    #[error("the distance between points {i} and {j} is {value}; distances must be numbers of at least 0")]
    InvalidDistance {
        /// Row.
        i: usize,
        /// Column.
        j: usize,
        /// The entry.
        value: String,
    },
    /// The matrix differs from its transpose.
    #[error("the distance matrix is not symmetric: entry ({i}, {j}) is {upper} but ({j}, {i}) is {lower}")]
    Asymmetric {
        /// Row.
        i: usize,
        /// Column.
        j: usize,
        /// Entry (i, j).
        upper: f32,
        /// Entry (j, i).
        lower: f32,
    },
    /// A point is not at distance zero from itself.
    #[error(
        "the distance of point {i} to itself is {value}, not 0; is this a similarity matrix? 1 − similarity would do"
    )]
    NonZeroDiagonal {
        /// Row.
        i: usize,
        /// Entry.
        value: f32,
    },
    /// The values do not fill a matrix.
    #[error("{n_values} values do not make a {what}; the nearest complete one has {nearest} points")]
    NotAMatrix {
        /// Number of values found.
        n_values: usize,
        /// Kind of matrix.
        what: &'static str,
        /// The largest n that these values fill.
        nearest: usize,
    },
    /// A metric is undefined for one of the points.
    #[error(
        "point {i} is {property}, for which the {metric} distance is undefined; choose the Euclidean distance or remove it"
    )]
    UndefinedMetric {
        /// Point.
        i: usize,
        /// "zero" or "constant".
        property: &'static str,
        /// Metric in words.
        metric: &'static str,
    },
    /// More memory than there is.
    #[error(
        "{n_points} points up to H{max_dim} need about {megabytes} MB, more than the {limit} MB available; at most {fits} points fit"
    )]
    TooManyPoints {
        /// Points asked for.
        n_points: usize,
        /// Highest homology dimension asked for.
        max_dim: usize,
        /// Predicted need.
        megabytes: u64,
        /// The limit.
        limit: u64,
        /// The largest number of points within the limit.
        fits: usize,
    },
    /// Simplices of this dimension on that many points cannot be numbered in 64 bits.
    #[error(
        "{n_points} points are too many for H{max_dim}: simplices are numbered in 64 bits, which is enough for {fits} points"
    )]
    TooManySimplices {
        /// Points asked for.
        n_points: usize,
        /// Highest homology dimension asked for.
        max_dim: usize,
        /// The largest number of points that is possible.
        fits: usize,
    },
    // --- network ---
    /// The file is no ONNX model, or a broken one.
    #[error("{name} is not a readable ONNX file: {reason}")]
    NotOnnx {
        /// File name.
        name: String,
        /// What is wrong and what to do.
        reason: String,
    },
    /// Weights that lie in files beside the network.
    #[error("{name} keeps its weights in {files}; open the network and these files together")]
    MissingWeights {
        /// File name.
        name: String,
        /// The files, comma separated.
        files: String,
    },
    /// Operators that the runtime lacks.
    #[error(
        "{name} cannot be run: it uses {operators}, first at node {node} (opset {opset}), which this page cannot; {advice}"
    )]
    UnsupportedOperators {
        /// File name.
        name: String,
        /// The operators, comma separated.
        operators: String,
        /// The first node that uses one.
        node: String,
        /// The file's operator set.
        opset: i64,
        /// What may help.
        advice: String,
    },
    /// The file asks for a newer operator set than we know.
    #[error(
        "{name} uses ONNX opset {opset}, but this page knows opsets up to {newest}; export it again with an older one: torch.onnx.export(model, x, \"model.onnx\", dynamo=False, opset_version=17)"
    )]
    UnsupportedOpset {
        /// File name.
        name: String,
        /// Its opset.
        opset: i64,
        /// Newest known one.
        newest: i64,
    },
    /// Samples that the network cannot take.
    #[error(
        "the network takes inputs of shape {network} but the data has samples of shape {data}; choose other data or another network"
    )]
    InputMismatch {
        /// Shape the network wants.
        network: String,
        /// Shape of one sample.
        data: String,
    },
    /// The network reads another kind of data.
    #[error("the network reads {network} but the data are {data}; choose other data or another network")]
    KindMismatch {
        /// What the network wants.
        network: &'static str,
        /// What there is.
        data: &'static str,
    },
    /// The file is no tokenizer that fits the network.
    #[error("{name} cannot be used as the network's tokenizer: {reason}; take the tokenizer.json that belongs to it")]
    NotATokenizer {
        /// File name.
        name: String,
        /// What is wrong.
        reason: String,
    },
    /// A text that gives a network nothing to look at.
    #[error("text {sample} gives no tokens: {reason}; change or remove it")]
    NoTokens {
        /// Number of the text, counted from 0.
        sample: usize,
        /// Why.
        reason: String,
    },
    /// The network could not be prepared or run.
    #[error("{name} cannot be run: {reason}")]
    NotRunnable {
        /// File name.
        name: String,
        /// What failed, where.
        reason: String,
    },
    /// A layer that is not in the network.
    #[error("the network has no layer {layer:?}; choose one of its {n_layers} layers")]
    UnknownLayer {
        /// The name asked for.
        layer: String,
        /// How many there are.
        n_layers: usize,
    },
}

fn and_more(n_more: usize) -> String {
    match n_more {
        0 => String::new(),
        1 => ", and one more is not finite".into(),
        n => format!(", and {n} more are not finite"),
    }
}

impl Error {
    /// [`Error::NotFinite`] if a value is NaN or infinite; `size` values make a sample.
    pub(crate) fn find_not_finite(what: impl FnOnce() -> String, values: &[f32], size: usize) -> Result<()> {
        let Some(first) = values.iter().position(|v| !v.is_finite()) else { return Ok(()) };
        let n_more = values[first + 1..].iter().filter(|v| !v.is_finite()).count();
        let (sample, position) = (first / size, first % size);
        Err(Self::NotFinite { what: what(), sample, position, value: values[first].to_string(), n_more })
    }

    /// With the name of the file, where it says nothing but what is wrong with distances.
    pub(crate) fn in_file(self, name: &str) -> Self {
        match self {
            Self::InvalidDistance { .. }
            | Self::Asymmetric { .. }
            | Self::NonZeroDiagonal { .. }
            | Self::NotAMatrix { .. }
            | Self::TooManyPoints { .. } => Self::InFile { name: name.into(), error: Box::new(self) },
            other => other,
        }
    }

    /// A stable word for the kind of failure, for scripts to switch on.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Stopped => "stopped",
            Self::InvalidSetting { .. } => "invalid-setting",
            Self::UnknownFormat { .. } => "unknown-format",
            Self::Damaged { .. } => "damaged",
            Self::Unsupported { .. } => "unsupported",
            Self::RaggedRow { .. } => "ragged-row",
            Self::NotANumber { .. } => "not-a-number",
            Self::NotFinite { .. } => "not-finite",
            Self::LengthMismatch { .. } => "length-mismatch",
            Self::Empty { .. } => "empty",
            Self::TooLarge { .. } => "too-large",
            Self::InFile { error, .. } => error.kind(),
            Self::InvalidDistance { .. } => "invalid-distance",
            Self::Asymmetric { .. } => "asymmetric",
            Self::NonZeroDiagonal { .. } => "non-zero-diagonal",
            Self::NotAMatrix { .. } => "not-a-matrix",
            Self::UndefinedMetric { .. } => "undefined-metric",
            Self::TooManyPoints { .. } => "too-many-points",
            Self::TooManySimplices { .. } => "too-many-simplices",
            Self::NotOnnx { .. } => "not-onnx",
            Self::MissingWeights { .. } => "missing-weights",
            Self::UnsupportedOperators { .. } => "unsupported-operators",
            Self::UnsupportedOpset { .. } => "unsupported-opset",
            Self::InputMismatch { .. } => "input-mismatch",
            Self::KindMismatch { .. } => "kind-mismatch",
            Self::NotATokenizer { .. } => "not-a-tokenizer",
            Self::NoTokens { .. } => "no-tokens",
            Self::NotRunnable { .. } => "not-runnable",
            Self::UnknownLayer { .. } => "unknown-layer",
        }
    }
}
