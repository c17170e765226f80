//! All inputs of a network: what samples feed, and what is filled beside it.

use serde::Serialize;
use tract_onnx::pb;
use tract_onnx::pb::tensor_shape_proto::Dimension;
use tract_onnx::pb::tensor_shape_proto::dimension::Value as Size;
use tract_onnx::prelude::*;

use super::fill::Fill;

/// What a network takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Input {
    /// One tensor of numbers.
    Numbers {
        /// ONNX name.
        name: String,
        /// Sizes with the batch first; `None` where the file leaves them free.
        shape: Vec<Option<usize>>,
        /// The type that it wants.
        number: NumberType,
    },
    /// Ids of tokens, and beside them what tells tokens from filling.
    Tokens {
        /// ONNX name of the ids.
        name: String,
        /// Batch and number of tokens; `None` where the file leaves them free.
        shape: Vec<Option<usize>>,
        /// Those of tokens, in the file's order.
        #[serde(skip)]
        tensors: Vec<TokenTensor>,
    },
}

impl Input {
    /// Sizes with the batch first; `None` where the file leaves them free.
    pub fn shape(&self) -> &[Option<usize>] {
        let (Self::Numbers { shape, .. } | Self::Tokens { shape, .. }) = self;
        shape
    }
}

/// Types of numbers that a network takes; samples are turned into them at the last moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "named as in ONNX")]
pub enum NumberType {
    Float32,
    Float64,
    Uint8,
}

impl NumberType {
    fn of(elem_type: i32) -> Option<Self> {
        use pb::tensor_proto::DataType;
        let known =
            [(DataType::Float, Self::Float32), (DataType::Double, Self::Float64), (DataType::Uint8, Self::Uint8)];
        known.iter().find(|(code, _)| *code as i32 == elem_type).map(|(_, number)| *number)
    }

    pub(super) fn datum_type(self) -> DatumType {
        match self {
            Self::Float32 => f32::datum_type(),
            Self::Float64 => f64::datum_type(),
            Self::Uint8 => u8::datum_type(),
        }
    }
}

/// One of the inputs of a network that takes tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenTensor {
    /// What it holds.
    pub role: TokenRole,
    /// Whether its integers have 64 bits, else 32.
    pub is_wide: bool,
}

impl TokenTensor {
    pub(super) fn datum_type(self) -> DatumType {
        if self.is_wide { i64::datum_type() } else { i32::datum_type() }
    }
}

/// What an input of a network that takes tokens holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenRole {
    /// Which token of the vocabulary.
    Ids,
    /// 1 for tokens, 0 for filling.
    Mask,
    /// Which of two joined texts.
    Types,
    /// Where in the text, counted from 0.
    Positions,
}

impl TokenRole {
    /// Read off the names that exporters agree on; an only input holds ids.
    fn of(name: &str) -> Option<Self> {
        let name = name.to_lowercase();
        let is = |part: &str| name.contains(part);
        Some(match () {
            () if is("mask") => Self::Mask,
            () if is("type") || is("segment") => Self::Types,
            () if is("position") => Self::Positions,
            () if is("ids") || is("token") || is("input") => Self::Ids,
            () => return None,
        })
    }
}

/// An input that samples do not feed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OtherInput {
    /// ONNX name.
    pub name: String,
    /// Sizes; `None` where the file leaves them free.
    pub shape: Vec<Option<usize>>,
    /// What it is filled with where nobody says anything else: positions are counted, masks, scales and temperatures are
    /// 1, all others 0, as far as the name tells.
    pub usual: Fill,
    /// Whether samples could feed it.
    pub feedable: bool,
    /// Of each axis the one of the samples that has its size: that of the same symbol in the file, else by its place.
    #[serde(skip)]
    pub(super) like: Vec<Option<usize>>,
    /// Whether it has one row per sample of a batch.
    #[serde(skip)]
    pub(super) is_batched: bool,
    #[serde(skip)]
    pub(super) number: DatumType,
}

impl OtherInput {
    /// Sizes beside samples of these sizes, with the batch first; free ones that are those of no axis of theirs are 1.
    pub(super) fn sizes(&self, fed: &[usize]) -> Vec<usize> {
        let free = |axis: usize| self.like[axis].map_or(1, |like| fed[like]);
        self.shape.iter().enumerate().map(|(axis, size)| size.unwrap_or_else(|| free(axis))).collect()
    }
}

/// All inputs in the file's order.
#[derive(Debug, Clone)]
pub(super) struct Inputs {
    pub(super) fed: Input,
    slots: Vec<Slot>,
}

#[derive(Debug, Clone)]
enum Slot {
    Fed,
    Other(OtherInput),
}

/// An input as the file declares it.
struct Declared<'a> {
    name: &'a str,
    elem_type: i32,
    shape: Vec<Option<usize>>,
    /// Of each axis, where it is free and has one.
    symbols: Vec<Option<&'a str>>,
}

impl Declared<'_> {
    fn number(&self) -> Option<NumberType> {
        NumberType::of(self.elem_type).filter(|_| !self.shape.is_empty())
    }

    /// As a tensor of tokens; whether its integers have 64 bits.
    fn token(&self) -> Option<bool> {
        let is_wide = self.elem_type == pb::tensor_proto::DataType::Int64 as i32;
        let is_integer = is_wide || self.elem_type == pb::tensor_proto::DataType::Int32 as i32;
        (is_integer && self.shape.len() == 2).then_some(is_wide)
    }

    /// Whether samples can feed it.
    fn is_feedable(&self) -> bool {
        self.number().is_some() || self.token().is_some() && TokenRole::of(self.name) == Some(TokenRole::Ids)
    }

    /// How likely it is that samples feed it: pictures before token ids, these before other numbers; of several the one
    /// with the most axes, then values. Masks and the like come last.
    fn rank(&self) -> (bool, u8, usize, usize) {
        let is_ids = self.token().is_some() && self.shape[1] != Some(1);
        let kind = if self.shape.len() == 4 { 2 } else { u8::from(is_ids) };
        (usual_fill(self.name) == Fill::ZEROS, kind, self.shape.len(), self.shape.iter().flatten().product())
    }

    /// Beside samples that feed `fed`.
    fn other(&self, fed: &Self) -> std::result::Result<OtherInput, String> {
        use pb::tensor_proto::DataType;
        let name = self.name;
        if name.to_lowercase().starts_with("past") {
            return Err(format!(
                "its input {name:?} holds what it computed before; export it without that (use_cache=False)"
            ));
        }
        let numbers = [
            (DataType::Float, f32::datum_type()),
            (DataType::Double, f64::datum_type()),
            (DataType::Int64, i64::datum_type()),
            (DataType::Int32, i32::datum_type()),
            (DataType::Int8, i8::datum_type()),
            (DataType::Uint8, u8::datum_type()),
            (DataType::Bool, bool::datum_type()),
        ];
        let number = numbers.iter().find(|(code, _)| *code as i32 == self.elem_type).map(|&(_, number)| number);
        let number = number.ok_or_else(|| format!("its input {name:?} holds no plain numbers"))?;
        let like = |(axis, symbol): (usize, Option<&str>)| {
            let same = symbol.and_then(|_| fed.symbols.iter().position(|&other| other == symbol));
            same.or((axis == 0 || axis == 1 && fed.token().is_some()).then_some(axis))
        };
        let like: Vec<Option<usize>> = self.symbols.iter().copied().enumerate().map(like).collect();
        let is_batched = like.first() == Some(&Some(0)) && self.shape.first() == fed.shape.first();
        Ok(OtherInput {
            name: name.into(),
            shape: self.shape.clone(),
            usual: usual_fill(name),
            feedable: self.is_feedable(),
            like,
            is_batched,
            number,
        })
    }
}

/// What an input of this name is filled with where nobody says anything else.
fn usual_fill(name: &str) -> Fill {
    let name = name.to_lowercase();
    let is = |part: &&str| name.contains(*part);
    match () {
        () if is(&"position") => Fill::Range,
        () if ["mask", "scale", "temperature"].iter().any(is) => Fill::Number(1.0),
        () => Fill::ZEROS,
    }
}

impl Inputs {
    /// Of these, samples feed `feed`; `None` for the one that is most likely.
    ///
    /// # Errors
    /// In words, what an input is that nothing can be made of.
    pub(super) fn read(graph: &pb::GraphProto, feed: Option<&str>) -> std::result::Result<Self, String> {
        let declared: Vec<Declared<'_>> = graph.input.iter().map(declared).collect::<std::result::Result<_, _>>()?;
        let feedable = || declared.iter().filter(|d| d.is_feedable());
        let fed = match (feed, declared.as_slice()) {
            (_, []) => return Err("it has no input".into()),
            (_, [only]) => only,
            (Some(name), _) => feedable()
                .find(|d| d.name == name)
                .ok_or_else(|| format!("samples cannot feed an input {name:?}; choose another"))?,
            // Of equals the first.
            (None, [first, ..]) => feedable().rev().max_by_key(|d| d.rank()).unwrap_or(first),
        };
        let is_alone = declared.len() == 1;
        let mut slots = Vec::with_capacity(declared.len());
        let mut tensors: Vec<TokenTensor> = Vec::new();
        for input in &declared {
            let role = if is_alone { Some(TokenRole::Ids) } else { TokenRole::of(input.name) };
            let role = role.filter(|role| (*role == TokenRole::Ids) == (input.name == fed.name));
            let is_new = role.filter(|role| tensors.iter().all(|tensor| tensor.role != *role));
            let token = if fed.number().is_some() { None } else { is_new.zip(input.token()) };
            slots.push(match token {
                Some((role, is_wide)) => {
                    tensors.push(TokenTensor { role, is_wide });
                    Slot::Fed
                }
                None if input.name == fed.name && fed.number().is_some() => Slot::Fed,
                None if input.name == fed.name => return Err(no_samples(input, declared.len())),
                None => Slot::Other(input.other(fed)?),
            });
        }
        let (name, shape) = (fed.name.to_string(), fed.shape.clone());
        let fed = match fed.number() {
            Some(number) => Input::Numbers { name, shape, number },
            None => Input::Tokens { name, shape, tensors },
        };
        Ok(Self { fed, slots })
    }

    /// Those that samples do not feed.
    pub(super) fn others(&self) -> impl Iterator<Item = &OtherInput> {
        self.slots.iter().filter_map(|slot| match slot {
            Slot::Fed => None,
            Slot::Other(other) => Some(other),
        })
    }

    /// Whether samples are tokens.
    pub(super) fn is_tokens(&self) -> bool {
        matches!(self.fed, Input::Tokens { .. })
    }

    /// Whether the file fixes all sizes but those of batches.
    pub(super) fn is_fixed(&self) -> bool {
        let others = self.others().map(|other| other.shape.as_slice());
        std::iter::once(self.fed.shape()).chain(others).all(|shape| shape.iter().skip(1).all(Option::is_some))
    }

    /// With other inputs of these sizes, in their order.
    pub(super) fn with_others(&self, others: Vec<OtherInput>) -> Self {
        let mut others = others.into_iter();
        let slots = self.slots.iter().map(|slot| match slot {
            Slot::Fed => Slot::Fed,
            Slot::Other(other) => Slot::Other(others.next().unwrap_or_else(|| other.clone())),
        });
        Self { fed: self.fed.clone(), slots: slots.collect() }
    }

    /// The types and sizes of all, for samples of `sizes` with the batch first.
    pub(super) fn facts(&self, sizes: &[usize]) -> Vec<InferenceFact> {
        let fed: Vec<DatumType> = match &self.fed {
            Input::Numbers { number, .. } => vec![number.datum_type()],
            Input::Tokens { tensors, .. } => tensors.iter().map(|tensor| tensor.datum_type()).collect(),
        };
        let mut fed = fed.into_iter();
        let fact = |slot: &Slot| match slot {
            Slot::Fed => fed.next().unwrap_or(f32::datum_type()).fact(sizes).into(),
            Slot::Other(other) => other.number.fact(other.sizes(sizes)).into(),
        };
        self.slots.iter().map(fact).collect()
    }

    /// The tensors of samples and those of the others, each in their order, in the order of the file.
    pub(super) fn in_order(&self, fed: impl IntoIterator<Item = TValue>, others: Vec<TValue>) -> TVec<TValue> {
        let (mut fed, mut others) = (fed.into_iter(), others.into_iter());
        let next = |slot: &Slot| match slot {
            Slot::Fed => fed.next(),
            Slot::Other(_) => others.next(),
        };
        self.slots.iter().filter_map(next).collect()
    }
}

fn declared(input: &pb::ValueInfoProto) -> std::result::Result<Declared<'_>, String> {
    let Some(pb::type_proto::Value::TensorType(tensor)) = input.r#type.as_ref().and_then(|t| t.value.as_ref()) else {
        return Err(format!("its input {:?} is no tensor", input.name));
    };
    let Some(shape) = &tensor.shape else {
        return Err(format!("its input {:?} has no shape; export it with an example input", input.name));
    };
    let size = |dim: &Dimension| match dim.value {
        Some(Size::DimValue(v)) if v > 0 => usize::try_from(v).ok(),
        _ => None,
    };
    Ok(Declared {
        name: &input.name,
        elem_type: tensor.elem_type,
        shape: shape.dim.iter().map(size).collect(),
        symbols: shape.dim.iter().map(symbol).collect(),
    })
}

fn symbol(dim: &Dimension) -> Option<&str> {
    match &dim.value {
        Some(Size::DimParam(symbol)) => Some(symbol.as_str()).filter(|symbol| !symbol.is_empty()),
        _ => None,
    }
}

/// Why samples cannot feed the input that is left for them.
fn no_samples(input: &Declared<'_>, n_inputs: usize) -> String {
    let name = input.name;
    if input.shape.is_empty() {
        return format!("its input {name:?} has no shape; export it with an example input");
    }
    match (n_inputs, input.token()) {
        (1, _) => format!(
            "its input {name:?} takes neither float32 numbers nor token ids (integers, batch × tokens); export it with \
             float32 inputs"
        ),
        (_, Some(_)) => "none of its inputs holds token ids; name one of them input_ids".into(),
        (n, None) => format!(
            "of its {n} inputs none takes float32 numbers or token ids ({name:?} does not); networks with an input of \
             numbers, or with input_ids, run here"
        ),
    }
}
