"""Masked-language modelling of RoBERTa-style encoders on the glosses, before they learn the task."""

import time

import torch
from torch.nn import functional as F

import datasets
import glosses

MASKED_SHARE = 0.15
RATE = 2e-3
BATCH = 64


def pretrain(run, network):
    """Predict hidden tokens from the others; of those chosen 80 % are masked, 10 % replaced, 10 % left."""
    ids, mask = glosses.encode(run.family, glosses.unlabelled())
    labels = torch.zeros(len(ids), dtype=torch.int64)
    data = datasets.Data((ids, mask), labels, (), None, (), None, (), ())
    tokenizer = glosses.load_tokenizer(run.family)
    n_vocabulary, mask_id = tokenizer.get_vocab_size(), tokenizer.token_to_id(glosses.MASKS[run.family])
    special = glosses.N_SPECIAL
    # The output layer shares the token embeddings' weights.
    bias = torch.nn.Parameter(torch.zeros(n_vocabulary))
    transform = torch.nn.Sequential(torch.nn.Linear(48, 48), torch.nn.GELU(), torch.nn.LayerNorm(48))
    parameters = [*network.parameters(), *transform.parameters(), bias]
    optimiser = torch.optim.AdamW(parameters, RATE, weight_decay=0.01, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, RATE, total_steps=run.pretrain * data.n_batches(BATCH) + 1
    )
    start, step, losses = time.process_time(), 0, []
    for epoch in range(run.pretrain):
        for (tokens, attended), _ in data.batches(BATCH):
            network.train()
            chosen = (torch.rand(tokens.shape) < MASKED_SHARE) & (tokens >= special)
            how = torch.rand(tokens.shape)
            hidden = torch.where(chosen & (how < 0.8), mask_id, tokens)
            random = torch.randint(special, n_vocabulary, tokens.shape)
            hidden = torch.where(chosen & (how >= 0.9), random, hidden)
            x = network.features(hidden, attended)[1][chosen]
            loss = F.cross_entropy(transform(x) @ network.tokens.weight.T + bias, tokens[chosen])
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            optimiser.step()
            schedule.step()
            step += 1
            losses.append(loss.item())
            if step % 200 == 0:
                print(f"{run.name}  pretraining epoch {epoch}  step {step}  loss {sum(losses) / len(losses):.4f}"
                      f"  {time.process_time() - start:5.0f} s", flush=True)
                losses.clear()
