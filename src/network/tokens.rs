//! Texts to the token ids that a network takes, as its `tokenizer.json` says.

use tokenizers::{TruncationDirection, TruncationParams, TruncationStrategy};

use crate::{Error, Result};

/// What vocabularies call the token that fills up short texts.
const PAD_NAMES: [&str; 4] = ["[PAD]", "<pad>", "<|padding|>", "<|endoftext|>"];

/// One text as a network sees it: at least one token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tokens {
    /// Rows of the network's table.
    pub ids: Vec<u32>,
    /// Which of two joined texts a token belongs to; all 0 for single texts.
    pub types: Vec<u32>,
    /// The part of the text behind each token, the token's own name where there is none (`[CLS]`).
    pub words: Vec<String>,
    /// Whether the text had more tokens than were taken.
    pub cut: bool,
}

/// The vocabulary and rules of one network.
pub struct Tokenizer {
    inner: tokenizers::Tokenizer,
    pad: u32,
}

impl Tokenizer {
    /// Reads a `tokenizer.json` as Hugging Face's library writes it. Padding and truncation in the file are ignored:
    /// batches are filled up, and texts are cut to `max_tokens` tokens, those that frame them included.
    ///
    /// # Errors
    /// [`Error::NotATokenizer`] with the library's reason.
    pub fn read(bytes: &[u8], name: &str, max_tokens: usize) -> Result<Self> {
        let broken = |reason: String| Error::NotATokenizer { name: name.into(), reason };
        let mut inner = tokenizers::Tokenizer::from_bytes(bytes).map_err(|error| broken(error.to_string()))?;
        if inner.get_vocab_size(true) == 0 {
            return Err(broken("its vocabulary is empty".into()));
        }
        let declared = inner.get_padding().map(|padding| padding.pad_id);
        let pad = declared.or_else(|| PAD_NAMES.iter().find_map(|name| inner.token_to_id(name))).unwrap_or(0);
        inner.with_padding(None);
        inner.with_truncation(None).map_err(|error| broken(error.to_string()))?;
        // What frames an empty text frames every text, and must leave room for it.
        let n_frame = inner.encode("", true).map_err(|error| broken(error.to_string()))?.len();
        if max_tokens <= n_frame {
            return Err(broken(format!("it frames texts with {n_frame} tokens, but the network takes {max_tokens}")));
        }
        let cut = TruncationParams {
            max_length: max_tokens,
            strategy: TruncationStrategy::LongestFirst,
            stride: 0,
            direction: TruncationDirection::Right,
        };
        inner.with_truncation(Some(cut)).map_err(|error| broken(error.to_string()))?;
        Ok(Self { inner, pad })
    }

    /// One more than the largest id.
    pub fn n_ids(&self) -> usize {
        self.inner.get_vocab(true).values().max().map_or(0, |&id| id as usize + 1)
    }

    /// The id that fills up short texts; the attention mask hides it.
    pub fn pad(&self) -> u32 {
        self.pad
    }

    /// Cuts one text into tokens. `sample` numbers it in messages.
    ///
    /// # Errors
    /// [`Error::NoTokens`] if nothing is left of it.
    pub fn encode(&self, text: &str, sample: usize) -> Result<Tokens> {
        let failed = |reason: String| Error::NoTokens { sample, reason };
        let encoding = self.inner.encode(text, true).map_err(|error| failed(error.to_string()))?;
        if encoding.is_empty() {
            return Err(failed("it has none".into()));
        }
        let pieces = encoding.get_tokens().iter().zip(encoding.get_offsets()).zip(encoding.get_special_tokens_mask());
        let words = pieces.map(|((token, &(start, end)), &special)| match text.get(start..end).map(str::trim) {
            Some(word) if special == 0 && !word.is_empty() => word.to_string(),
            _ => token.clone(),
        });
        Ok(Tokens {
            words: words.collect(),
            ids: encoding.get_ids().to_vec(),
            types: encoding.get_type_ids().to_vec(),
            cut: !encoding.get_overflowing().is_empty(),
        })
    }
}
