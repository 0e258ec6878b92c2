from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from s2vbench.errors import InputError, OutputError, RunLockedError
from s2vbench.kaleido.data.cache_writer import CacheWriter
from s2vbench.kaleido.data.latents import LatentsCache, read_index
from tests.kaleido.data.tiny_data import message_of, small_facts, write_cache

Row = tuple[str, str, torch.Tensor, dict[str, list[torch.Tensor]]]


def rows_of(count: int) -> list[Row]:
    generator = torch.Generator().manual_seed(0)
    rows: list[Row] = []
    for i in range(count):
        cross = [torch.randn(2, 2, 3, generator=generator) for _ in range(i % 4)]
        own = [torch.randn(2, 1 + i % 3, 2, generator=generator) for _ in range(1 + i % 2)]
        latents_CTHW = torch.randn(2, 2, 2, 3, generator=generator)
        rows.append((f"näme {i}", f'a "quoted"\ncaption {i}, 狐', latents_CTHW, {"cross": cross, "in": own}))
    return rows


def write(folder: Path, rows: list[Row], shard_samples: int = 5) -> None:
    with CacheWriter(folder, small_facts(sets=("cross", "in")), shard_samples) as writer:
        for item in range(writer.next_item, len(rows)):
            writer.add(item, *rows[item])


@pytest.mark.parametrize("which", ["cross", "in"])
def test_what_is_read_is_what_was_written_in_half_precision(tmp_path: Path, which: str) -> None:
    rows = rows_of(13)
    write(tmp_path, rows)
    cache = LatentsCache(tmp_path, which)
    assert len(cache) == 13
    assert len(list(tmp_path.glob("*.safetensors"))) == 3
    for index in (12, 0, 7, 4, 5):
        name, caption, latents_CTHW, references = rows[index]
        found = cache.encoded(index)
        assert (found.name, found.caption) == (name, caption)
        assert torch.equal(found.latents_CTHW, latents_CTHW.half().float())
        assert len(found.references) == len(references[which])
        for one, other in zip(found.references, references[which], strict=True):
            assert torch.equal(one, other.half().float())
        assert len(cache.encoded(index, 1).references) == min(1, len(references[which]))
    layouts = [tuple((r.shape[1], r.shape[2]) for r in references[which]) for *_, references in rows]
    assert cache.layouts() == layouts
    with pytest.raises(IndexError):
        cache.encoded(13)


def test_a_cache_can_be_made_longer(tmp_path: Path) -> None:
    rows = rows_of(13)
    write(tmp_path / "twice", rows[:10])
    write(tmp_path / "twice", rows)
    write(tmp_path / "once", rows)
    for name in sorted(path.name for path in (tmp_path / "once").iterdir()):
        assert (tmp_path / "twice" / name).read_bytes() == (tmp_path / "once" / name).read_bytes(), name


def write_and_stop(folder: Path, rows: list[Row], kind: type[BaseException]) -> None:
    with CacheWriter(folder, small_facts(sets=("cross", "in")), 5) as writer:
        for item, row in enumerate(rows):
            writer.add(item, *row)
        raise kind


def test_an_error_keeps_whole_shards_and_ctrl_c_keeps_all(tmp_path: Path) -> None:
    rows = rows_of(8)
    for kind, kept in ((RuntimeError, 5), (KeyboardInterrupt, 8)):
        folder = tmp_path / kind.__name__
        with pytest.raises(kind):
            write_and_stop(folder, rows, kind)
        with CacheWriter(folder, small_facts(sets=("cross", "in")), 5) as writer:
            assert (writer.next_item, writer.samples) == (kept, kept)


def test_a_shard_that_the_index_does_not_list_is_written_again(tmp_path: Path) -> None:
    write(tmp_path, rows_of(5))
    (tmp_path / "shard-00001.safetensors").write_bytes(b"half a sh")
    (tmp_path / "shard-00001.jsonl").write_bytes(b"{")
    write(tmp_path, rows_of(7))
    assert LatentsCache(tmp_path, "in").encoded(6).name == "näme 6"


def test_items_without_samples_are_remembered(tmp_path: Path) -> None:
    with CacheWriter(tmp_path, small_facts(), 2) as writer:
        for item in (3, 8, 11):
            writer.add(item, str(item), "c", torch.zeros(2, 2, 2, 3), {"given": []})
        assert writer.next_item == 9
    assert [LatentsCache(tmp_path).encoded(i).name for i in range(3)] == ["3", "8", "11"]


def test_another_vae_is_refused(tmp_path: Path) -> None:
    write_cache(tmp_path, [1])
    assert len(LatentsCache(tmp_path, vae="0123456789abcdef")) == 1
    with pytest.raises(InputError, match=r"of another VAE \(digest 0123456789abcdef, this model's is ff\)"):
        LatentsCache(tmp_path, vae="ff")


def test_a_set_of_references_must_be_named_and_be_there(tmp_path: Path) -> None:
    write(tmp_path, rows_of(2))
    with pytest.raises(InputError, match="holds the sets of references cross and in; name one"):
        LatentsCache(tmp_path)
    with pytest.raises(InputError, match="no set of references 'given', only cross and in"):
        LatentsCache(tmp_path, "given")


def test_damaged_caches_are_one_line_each(tmp_path: Path) -> None:
    assert "not a latents cache (no index.json)" in message_of(LatentsCache, tmp_path / "nothing")
    write_cache(tmp_path, [1, 0, 2, 1, 1])
    shard, index = tmp_path / "shard-00001.safetensors", tmp_path / "index.json"
    whole, listed = shard.read_bytes(), index.read_text()
    shard.write_bytes(whole[:-7])
    assert f"shard-00001.safetensors: the shard has {len(whole) - 7} bytes where" in message_of(LatentsCache, tmp_path)
    shard.unlink()
    assert "shard-00001.safetensors: the shard cannot be read" in message_of(LatentsCache, tmp_path)
    shard.write_bytes(b"\xff" * len(whole))
    assert "not a readable shard" in message_of(LatentsCache(tmp_path).encoded, 4)
    shard.write_bytes(whole)
    (tmp_path / "shard-00001.jsonl").write_bytes(b"{}")
    assert "sample 0 has no readable line" in message_of(LatentsCache(tmp_path).encoded, 4)
    index.write_text(listed[:40])
    assert "not the index of a latents cache of this version" in message_of(LatentsCache, tmp_path)
    document = json.loads(listed)
    index.write_text(json.dumps(document | {"samples": 0, "shards": []}))
    assert "holds no samples yet" in message_of(LatentsCache, tmp_path)
    for name in ("cache", "file"):
        assert "\n" not in message_of(LatentsCache, tmp_path / name)


def test_a_cache_of_other_settings_is_not_added_to(tmp_path: Path) -> None:
    write_cache(tmp_path, [1])
    with pytest.raises(InputError, match=r"made with other settings \(fps: 8.0 -> 9.0\)"):
        CacheWriter(tmp_path, small_facts(fps=9.0))
    other = small_facts().vae.model_copy(update={"digest": "ff"})
    with pytest.raises(InputError, match=r"\(vae: digest 0123456789abcdef -> ff\)"):
        CacheWriter(tmp_path, small_facts(vae=other))
    # The failed tries left no lock behind.
    write_cache(tmp_path, [1, 1])
    index = read_index(tmp_path)
    assert index is not None
    assert index.samples == 2


def test_two_writers_at_once_are_refused(tmp_path: Path) -> None:
    with CacheWriter(tmp_path, small_facts()), pytest.raises(RunLockedError, match="another process writes"):
        CacheWriter(tmp_path, small_facts())


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot write"):
        CacheWriter(tmp_path / "file" / "cache", small_facts())


def test_large_latents_make_small_shards(tmp_path: Path) -> None:
    released = small_facts(shape=(16, 21, 64, 112))
    with CacheWriter(tmp_path, released) as writer:
        assert writer.shard_samples * 2 * 16 * (21 + 6) * 64 * 112 <= 256 << 20
        assert writer.shard_samples > 30
