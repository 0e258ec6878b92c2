"""`s2vbench kaleido encode` and `s2vbench kaleido dataset`: training data."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from s2vbench.errors import EXIT_OK, EXIT_SOME_FAILED, InputError

if TYPE_CHECKING:
    from s2vbench.kaleido.data.sources import ClipShape, Source

WORLD = "world"
_Count = Annotated[int | None, typer.Option("--count", help="How many clips of the world.", min=1, show_default=False)]
_WidthPx = Annotated[
    int | None, typer.Option("--width-px", help="Width of the clips.", show_default="as the model, else 896")
]
_HeightPx = Annotated[
    int | None, typer.Option("--height-px", help="Height of the clips.", show_default="as the model, else 512")
]
_NumFrames = Annotated[
    int | None, typer.Option("--num-frames", help="Length of the clips, 4k + 1.", show_default="as the model, else 81")
]
_Fps = Annotated[
    float | None, typer.Option("--fps", help="Frames a second.", min=0.1, show_default="as the model, else 16")
]
_MostReferences = Annotated[
    int, typer.Option("--most-references", help="World: at most so many subjects in a clip.", min=1, max=3)
]
_CloseUp = Annotated[
    bool, typer.Option("--close-up", help="World: the camera comes near the subjects, for very small videos.")
]
_Offset = Annotated[int, typer.Option("--offset", help="World: the number of the first clip.", min=0)]
_Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]


def encode(
    source: Annotated[str, typer.Argument(help="A folder with videos, labels and references in it, or: world.")],
    vae: Annotated[
        str, typer.Option("--vae", help="Folder, hub id or name (kaleido:mini) of a model, or folder of its VAE.")
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder of the cache.")],
    count: _Count = None,
    pairs: Annotated[
        Literal["cross", "in", "both"],
        typer.Option("--pairs", help="World: references from elsewhere, cut from the clip, or a set of each."),
    ] = "cross",
    width_px: _WidthPx = None,
    height_px: _HeightPx = None,
    num_frames: _NumFrames = None,
    fps: _Fps = None,
    most_references: _MostReferences = 3,
    close_up: _CloseUp = False,
    offset: _Offset = 0,
    skip_frames: Annotated[
        int, typer.Option("--skip-frames", help="Folder: frames left out at both ends of a video.", min=0)
    ] = 3,
    most_bad: Annotated[
        float, typer.Option("--most-bad", help="Share of samples that may be of no use, 0 to 1; more stop the run.")
    ] = 0.05,
    precision: Annotated[Literal["fp32", "bf16"], typer.Option("--precision", help="Of the VAE.")] = "fp32",
    device: Annotated[
        str, typer.Option("--device", help="cpu, cuda, cuda:1, ...; auto takes a GPU if there is one.")
    ] = "auto",
    batch_size: Annotated[int, typer.Option("--batch-size", help="Clips that the VAE takes in one go.", min=1)] = 4,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            help="Processes that draw and decode; 0: none beside this one.",
            min=0,
            show_default="half of the processors",
        ),
    ] = None,
    json: _Json = False,
) -> int:
    """Encode training data once: clips, and each reference by itself, into a cache of latents.

    Running the same command again goes on where it ended; a larger --count adds to the cache. Samples of no use are
    skipped and listed in problems.json; the exit code is 4 then.

    Examples:

    - `s2vbench kaleido encode my-data --vae models/kaleido --out caches/mine`

    - `s2vbench kaleido encode world --count 2000 --pairs both --vae kaleido:mini --out caches/world`
    """
    from s2vbench.cli.progress import video_progress
    from s2vbench.kaleido.data.encode import EncodeRequest, default_workers
    from s2vbench.kaleido.data.encode import encode as encode_source
    from s2vbench.kaleido.data.encoder import LatentEncoder, load_vae
    from s2vbench.kaleido.settings import check_size

    shape = _shape(vae, width_px, height_px, num_frames, fps)
    check_size(shape.height_px, shape.width_px, shape.num_frames)
    if source == WORLD:
        items = _world(shape, count, pairs, most_references=most_references, close_up=close_up, offset=offset)
    elif count is None:
        items = _folder(Path(source), shape, skip_frames)
    else:
        raise InputError(f"--count {count}: only for source {WORLD}; a folder is encoded whole")
    request = EncodeRequest(
        items,
        source,
        out,
        batch_size=batch_size,
        workers=default_workers() if workers is None else workers,
        most_share=most_bad,
    )
    encoder = LatentEncoder(load_vae(vae, device=_device(device), precision=precision))
    with video_progress("encoding") as progress:
        result = encode_source(request, encoder, progress)
    if result.skipped:
        sys.stderr.write(f"{result.skipped} of {len(items)} samples are of no use; {out / 'problems.json'} says why\n")
    if json:
        import json as json_module

        document = {"out": str(out), "samples": result.samples, "skipped": result.skipped}
        typer.echo(json_module.dumps(document, indent=2))
    else:
        typer.echo(f"{result.samples} samples: {out}")
    return EXIT_SOME_FAILED if result.skipped else EXIT_OK


def dataset(
    out: Annotated[Path, typer.Argument(help="Folder for it.")],
    count: Annotated[int, typer.Option("--count", help="How many clips.", min=1)],
    width_px: Annotated[int, typer.Option("--width-px", help="Width of the videos.", min=16)] = 896,
    height_px: Annotated[int, typer.Option("--height-px", help="Height of the videos.", min=16)] = 512,
    num_frames: Annotated[
        int, typer.Option("--num-frames", help="Length of the clips; the videos are 6 frames longer.", min=1)
    ] = 81,
    fps: Annotated[float, typer.Option("--fps", help="Frames a second.", min=0.1)] = 16.0,
    in_pair: Annotated[
        bool, typer.Option("--in-pair", help="Cut references from the clip itself; else they are from elsewhere.")
    ] = False,
    most_references: _MostReferences = 3,
    close_up: _CloseUp = False,
    offset: _Offset = 0,
) -> int:
    """Write clips of the rendered world as a folder of training data: videos, labels, references.

    It shows the layout that `s2vbench kaleido encode` and `s2vbench train` read, and is something to try them on. The
    videos have the three frames at both ends that reading leaves out.

    Example:

    - `s2vbench kaleido dataset my-data --count 24 --width-px 112 --height-px 64 --num-frames 9 --fps 8 --close-up`
    """
    from s2vbench.cli.counting import count_progress
    from s2vbench.kaleido.data.export import export_world
    from s2vbench.kaleido.data.folder import SKIP_FRAMES
    from s2vbench.kaleido.data.world import WorldSamples

    world = WorldSamples(
        num_frames + 2 * SKIP_FRAMES,
        height_px,
        width_px,
        fps,
        cross_paired=not in_pair,
        most_references=most_references,
        close_up=close_up,
    )
    with count_progress("drawn", "clips") as progress:
        written = export_world(out, world, range(offset, offset + count), lambda done: progress(done, count))
    typer.echo(f"{written} clips: {out}")
    return EXIT_OK


def _world(
    shape: ClipShape,
    count: int | None,
    pairs: Literal["cross", "in", "both"],
    *,
    most_references: int,
    close_up: bool,
    offset: int,
) -> Source:
    from s2vbench.kaleido.data.sources import WorldSource
    from s2vbench.kaleido.data.world import WorldSamples

    if count is None:
        raise InputError(f"source {WORLD} has no end; say how many clips with --count")
    world = WorldSamples(
        shape.num_frames,
        shape.height_px,
        shape.width_px,
        shape.fps,
        most_references=most_references,
        close_up=close_up,
        offset=offset,
    )
    return WorldSource(world, pairs, count)


def _folder(folder: Path, shape: ClipShape, skip_frames: int) -> Source:
    from s2vbench.kaleido.data.sources import FolderSource

    return FolderSource(folder, shape, skip_frames)


def _shape(
    vae: str, width_px: int | None, height_px: int | None, num_frames: int | None, fps: float | None
) -> ClipShape:
    """What was asked for; the rest as the model beside the VAE makes its videos, or as the release."""
    from s2vbench.kaleido.data.sources import ClipShape
    from s2vbench.kaleido.generator import place_named
    from s2vbench.kaleido.settings import SETTINGS_FILE, Settings, read_settings

    model = Path(place_named(vae))
    settings = read_settings(model) if (model / SETTINGS_FILE).is_file() else Settings()
    return ClipShape(
        settings.num_frames if num_frames is None else num_frames,
        settings.height_px if height_px is None else height_px,
        settings.width_px if width_px is None else width_px,
        settings.fps if fps is None else fps,
    )


def _device(name: str) -> str:
    from s2vbench.kaleido.data.encoder import device_named

    return device_named(name)
