"""Training of the embedded model's tokenizer and text encoder (`UMT5EncoderModel` at small size) on drawn captions.

python -m s2vbench.kaleido.mini.language BANK OUT --steps 6000

The encoder learns to fill in masked words from those around them, and is then left as it is, as the 14B model's is.
Shape letters: B batch, L tokens, D width, V vocabulary.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from torch import Tensor
from torch.nn.functional import cross_entropy
from transformers import PreTrainedTokenizerFast, UMT5Config, UMT5EncoderModel

from s2vbench.kaleido.mini.bank import captions_in, size_of

LENGTH: Final = 96
VOCABULARY: Final = 2048
PAD, END, UNKNOWN, MASK = "<pad>", "</s>", "<unk>", "<extra_id_0>"
CONFIG: Final[dict[str, Any]] = {
    "vocab_size": VOCABULARY,
    "d_model": 128,
    "d_kv": 32,
    "d_ff": 256,
    "num_layers": 3,
    "num_heads": 4,
    "relative_attention_num_buckets": 32,
    "relative_attention_max_distance": 64,
    "dropout_rate": 0.0,
    "pad_token_id": 0,
    "eos_token_id": 1,
}
MASKED_SHARE: Final = 0.25


def captions_of(bank: Path) -> list[str]:
    """Captions of all clips of a bank."""
    return [caption for index in range(size_of(bank)) for caption in captions_in(bank, index)]


def train_tokenizer(texts: list[str]) -> PreTrainedTokenizerFast:
    """A byte-pair tokenizer of lower-case text that ends every text with `</s>`, as T5's do."""
    tokenizer = Tokenizer(models.BPE(unk_token=UNKNOWN))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Metaspace(), pre_tokenizers.Punctuation()])
    tokenizer.decoder = decoders.Metaspace()
    # Letters and digits of their own, so that words of other captions fall apart into something.
    alphabet = [chr(code) for code in range(ord("a"), ord("z") + 1)] + list("0123456789-',.:;!?")
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY, special_tokens=[PAD, END, UNKNOWN, MASK], initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(single=f"$A {END}", special_tokens=[(END, 1)])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token=PAD,
        eos_token=END,
        unk_token=UNKNOWN,
        mask_token=MASK,
        model_max_length=LENGTH,
    )


def masked_loss(encoder: UMT5EncoderModel, ids_BL: Tensor, mask_id: int, dice: torch.Generator) -> Tensor:
    """Cross-entropy of masked tokens, guessed with the embedding's own rows."""
    real_BL = ids_BL > 1
    masked_BL = real_BL & (torch.rand(ids_BL.shape, generator=dice) < MASKED_SHARE)
    seen_BL = torch.where(masked_BL, mask_id, ids_BL)
    hidden_BLD = encoder(input_ids=seen_BL, attention_mask=(ids_BL != 0).long()).last_hidden_state
    logits_NV = hidden_BLD[masked_BL] @ encoder.get_input_embeddings().weight.T
    return cross_entropy(logits_NV.float(), ids_BL[masked_BL])


def train(options: argparse.Namespace) -> None:
    """Train tokenizer and encoder, and save them as transformers does; a line of log every 100 steps."""
    torch.manual_seed(options.seed)
    texts = captions_of(options.bank)
    tokenizer = train_tokenizer(texts)
    options.out.mkdir(parents=True, exist_ok=True)
    tokenizer.save_pretrained(options.out / "tokenizer")
    ids_NL = tokenizer(texts, max_length=LENGTH, truncation=True, padding="max_length", return_tensors="pt").input_ids
    held_NL, ids_NL = ids_NL[:256], ids_NL[256:]
    encoder = UMT5EncoderModel(UMT5Config(**CONFIG))
    torch.nn.init.normal_(encoder.get_input_embeddings().weight, std=0.3)
    optimiser = torch.optim.AdamW(encoder.parameters(), lr=options.rate, betas=(0.9, 0.98), weight_decay=0.01)
    rows, dice = np.random.default_rng(options.seed), torch.Generator().manual_seed(options.seed)
    mask_id, start = tokenizer.convert_tokens_to_ids(MASK), time.time()
    for step in range(options.steps):
        for group in optimiser.param_groups:
            group["lr"] = options.rate * min(1.0, (step + 1) / 100, 2 * (1 - step / options.steps))
        picked = torch.from_numpy(rows.integers(len(ids_NL), size=32))
        with torch.autocast("cpu", torch.bfloat16):
            loss = masked_loss(encoder, ids_NL[picked], mask_id, dice)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
        optimiser.step()
        if step % 100 == 0 or step == options.steps - 1:
            with torch.no_grad():
                held = masked_loss(encoder, held_NL, mask_id, torch.Generator().manual_seed(0))
            record = {
                "step": step,
                "loss": float(loss.detach()),
                "held_out": float(held),
                "time_s": time.time() - start,
            }
            with (options.out / "log.jsonl").open("a") as file:
                file.write(json.dumps(record) + "\n")
    encoder.save_pretrained(options.out / "text_encoder")


def main() -> None:
    """Train the embedded model's tokenizer and text encoder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bank", type=Path, help="folder written by s2vbench.kaleido.mini.bank")
    parser.add_argument("out", type=Path)
    parser.add_argument("--steps", type=int, default=6000)
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--seed", type=int, default=0)
    train(parser.parse_args())


if __name__ == "__main__":
    main()
