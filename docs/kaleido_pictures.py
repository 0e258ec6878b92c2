"""Draw the pictures of `docs/kaleido.md`.

python docs/kaleido_pictures.py [--to docs/pictures]
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle

from s2vbench.kaleido.plots import save_positions
from s2vbench.kaleido.positions import SCHEMES

INK, FAINT, PAPER, RULE = "#1a1a1a", "#5c6166", "#f5f6f7", "#8a9097"
FIRST, SECOND, VIDEO, TEXT = "#0072B2", "#D55E00", "#b3b9c2", "#009E73"
"""References and video as in the plots of positions."""
WIDTH, HEIGHT = 10.0, 7.75
SQUARE = 0.17


@dataclass(frozen=True)
class Box:
    """A labelled box by its centre, in inches from the upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def top(self) -> tuple[float, float]:
        """Middle of its upper edge."""
        return self.x, self.y - self.height / 2

    @property
    def bottom(self) -> tuple[float, float]:
        """Middle of its lower edge."""
        return self.x, self.y + self.height / 2

    @property
    def left(self) -> tuple[float, float]:
        """Middle of its left edge."""
        return self.x - self.width / 2, self.y

    @property
    def right(self) -> tuple[float, float]:
        """Middle of its right edge."""
        return self.x + self.width / 2, self.y


TIME = Box(8.4, 6.45, 2.7, 0.5)


def page() -> tuple[Figure, Axes]:
    """An empty page, one unit an inch, y downwards."""
    figure = Figure((WIDTH, HEIGHT), facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, WIDTH), ylim=(HEIGHT, 0))
    axes.axis("off")
    return figure, axes


def box(axes: Axes, place: Box, title: str, note: str = "", *, edge: str = RULE, face: str = PAPER) -> Box:
    """A box with a title and a smaller line below it."""
    corner = (place.x - place.width / 2, place.y - place.height / 2)
    shape = FancyBboxPatch(
        corner, place.width, place.height, boxstyle="round,pad=0,rounding_size=0.06", ec=edge, fc=face, lw=1.2
    )
    axes.add_patch(shape)
    axes.text(place.x, place.y - (0.11 if note else 0), title, ha="center", va="center", size=10, color=INK)
    if note:
        axes.text(place.x, place.y + 0.12, note, ha="center", va="center", size=8.5, color=FAINT)
    return place


def arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float], colour: str = RULE) -> None:
    """From one point to another."""
    axes.add_patch(
        FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=11, color=colour, lw=1.3, shrinkA=1, shrinkB=1)
    )


def tokens(axes: Axes, x: float, y: float, colour: str, columns: int) -> None:
    """Some tokens of one picture, in two rows."""
    for row in range(2):
        for column in range(columns):
            corner = (x + column * SQUARE, y + row * SQUARE)
            axes.add_patch(Rectangle(corner, SQUARE, SQUARE, fc=colour, ec="white", lw=1))


def inputs(axes: Axes) -> tuple[Box, Box, Box]:
    """What comes in, down to latents and text states."""
    first = box(axes, Box(1.25, 0.45, 1.9, 0.5), "reference 1", "letterboxed on white", edge=FIRST, face="white")
    second = box(axes, Box(3.35, 0.45, 1.9, 0.5), "reference 2", "letterboxed on white", edge=SECOND, face="white")
    noise = box(axes, Box(5.6, 0.45, 2.1, 0.5), "noise", "training: a clip mixed with noise", face="white")
    prompt = box(axes, Box(8.5, 0.45, 2.1, 0.5), "prompt", edge=TEXT, face="white")
    vae = box(axes, Box(2.3, 1.35, 4.0, 0.5), "Wan 2.1 VAE, frozen", "each reference alone: one clean latent frame")
    umt5 = box(axes, Box(8.5, 1.35, 2.1, 0.5), "UMT5 encoder, frozen", "512 tokens, zeros after the last")
    arrow(axes, first.bottom, (first.x, vae.top[1]), FIRST)
    arrow(axes, second.bottom, (second.x, vae.top[1]), SECOND)
    arrow(axes, prompt.bottom, umt5.top, TEXT)
    return vae, noise, umt5


def sequence(axes: Axes, vae: Box, noise: Box) -> None:
    """Patch embedding, and the one sequence with the ids of its tokens."""
    patches = box(
        axes,
        Box(3.4, 2.25, 6.2, 0.5),
        "patch embedding, 1 x 2 x 2 latents a token",
        "the same for references and video",
    )
    arrow(axes, (1.25, vae.bottom[1]), (1.25, patches.top[1]), FIRST)
    arrow(axes, (3.35, vae.bottom[1]), (3.35, patches.top[1]), SECOND)
    arrow(axes, noise.bottom, (noise.x, patches.top[1]))
    top = 3.0
    rows = (
        (0.75, FIRST, 4, "reference 1", "(0, 80 + y, 80 + x)"),
        (2.25, SECOND, 4, "reference 2", "(1, 80 + y, 80 + x)"),
    )
    for x, colour, columns, name, ids in rows:
        tokens(axes, x, top, colour, columns)
        label(axes, x + columns * SQUARE / 2, top, name, ids)
    for frame in range(3):
        tokens(axes, 3.75 + frame * 0.95, top, VIDEO, 4)
    label(axes, 5.04, top, "video, frames f = 0, 1, 2, ...", "(f, y, x)")
    for x in (1.09, 2.59, 5.04):
        arrow(axes, (x, patches.bottom[1]), (x, top))
    for row, line in enumerate(("one sequence; ids (t, h, w)", "by R-RoPE, here as the", "release has them")):
        axes.text(6.65, 2.95 + 0.22 * row, line, ha="left", va="center", size=9, color=INK)


def label(axes: Axes, x: float, top: float, name: str, ids: str) -> None:
    """Name and ids below tokens."""
    axes.text(x, top + 0.50, name, ha="center", va="center", size=8.5, color=FAINT)
    axes.text(x, top + 0.69, ids, ha="center", va="center", size=9, color=INK)


def blocks(axes: Axes, umt5: Box) -> Box:
    """The transformer's blocks, with what reaches into them from the side."""
    frame = Box(3.4, 5.05, 6.2, 1.9)
    corner = (frame.x - frame.width / 2, frame.y - frame.height / 2)
    axes.add_patch(Rectangle(corner, frame.width, frame.height, fc="white", ec=RULE, lw=1.2, ls=(0, (4, 2))))
    axes.text(0.4, 4.25, "40 x", ha="left", va="center", size=10, color=INK)
    itself = box(
        axes, Box(3.55, 4.45, 5.1, 0.5), "self-attention over all tokens", "q and k turned by their ids; no mask"
    )
    text = box(axes, Box(3.55, 5.05, 5.1, 0.42), "cross-attention to the text", edge=TEXT)
    ffn = box(axes, Box(3.55, 5.65, 5.1, 0.42), "feed-forward")
    arrow(axes, (3.4, 3.82), (3.4, itself.top[1]))
    arrow(axes, (3.4, itself.bottom[1]), (3.4, text.top[1]))
    arrow(axes, (3.4, text.bottom[1]), (3.4, ffn.top[1]))
    axes.plot([umt5.x, umt5.x], [umt5.bottom[1], text.y], color=TEXT, lw=1.3)
    arrow(axes, (umt5.x, text.y), text.right, TEXT)
    axes.plot([6.75, 6.75], [itself.y, TIME.y], color=RULE, lw=1.3)
    for part in (itself, ffn):
        arrow(axes, (6.75, part.y), part.right)
    return frame


def outputs(axes: Axes, frame: Box) -> None:
    """What comes out."""
    head = box(axes, Box(3.4, 6.45, 6.2, 0.42), "norm, projection; the references' tokens are dropped")
    time = box(axes, TIME, "1000 sigma", "scales and shifts, one for all tokens", face="white")
    arrow(axes, time.left, head.right)
    velocity = box(axes, Box(3.4, 7.3, 3.0, 0.5), "velocity of the video's latents", "noise minus clip", face="white")
    arrow(axes, (3.4, frame.bottom[1]), head.top)
    arrow(axes, head.bottom, velocity.top)
    lines = (
        "Sampling: 50 Euler steps from noise, each with the prompt and with",
        "the negative one (references in both), then the VAE's decoder.",
        "Training: mean squared error of the velocity.",
    )
    for row, line in enumerate(lines):
        axes.text(5.2, 7.1 + 0.2 * row, line, ha="left", va="center", size=8.5, color=FAINT)


def architecture(to: Path) -> None:
    """From references, noise and prompt to a velocity."""
    figure, axes = page()
    vae, noise, umt5 = inputs(axes)
    sequence(axes, vae, noise)
    outputs(axes, blocks(axes, umt5))
    file = to / "kaleido-architecture.svg"
    figure.savefig(file, metadata={"Date": None})
    print(file)  # noqa: T201


def positions(to: Path) -> None:
    """What `s2vbench kaleido positions --scheme all --out FILE` draws."""
    file = to / "kaleido-positions.png"
    save_positions(file, SCHEMES, [(32, 56)] * 2, (21, 32, 56))
    print(file)  # noqa: T201


def main() -> None:
    """Draw all of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=Path, default=Path(__file__).parent / "pictures")
    to = parser.parse_args().to
    to.mkdir(parents=True, exist_ok=True)
    mpl.rcParams.update({"font.family": "DejaVu Sans", "svg.hashsalt": "s2vbench"})
    architecture(to)
    positions(to)


if __name__ == "__main__":
    main()
