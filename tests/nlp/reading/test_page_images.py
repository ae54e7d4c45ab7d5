"""Pictures of pages: small, of the promised size, in the format that suits the page, and true to it."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from nlp.reading.page_images import page_images
from tests.papers import picture


def page(colour: str = "black") -> Image.Image:
    image = Image.open(io.BytesIO(picture("A clean page", "of black letters", width=1200, height=1700))).convert("RGB")
    ImageDraw.Draw(image).text((300, 900), "PAID", fill=colour, font=ImageFont.load_default(size=60))
    return image


def photo() -> Image.Image:
    light = Image.linear_gradient("L").resize((1200, 900))
    return Image.merge("RGB", (light, light.rotate(90).resize(light.size), Image.effect_noise(light.size, 40)))


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


@pytest.mark.parametrize(("shown", "media_type"), [(page(), "image/png"), (photo(), "image/webp")])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_the_format_suits_the_page_and_is_said(shown: Image.Image, media_type: str, mode: str) -> None:
    made = page_images(shown.convert(mode), 800, 100)
    assert made.media_type == media_type
    for content, longest in ((made.image, 800), (made.thumbnail, 100)):
        image = opened(content)
        assert image.format == media_type.removeprefix("image/").upper()
        assert max(image.size) == longest
    assert opened(made.image).size == (made.width, made.height)


@pytest.mark.parametrize(("shown", "most"), [(page(), 3), (page("red"), 3), (photo(), 14)])
def test_pictures_are_true(shown: Image.Image, most: float) -> None:
    made = opened(page_images(shown, 2000, 100).image).convert("RGB")
    off = np.abs(np.asarray(made).astype(int) - np.asarray(shown).astype(int))
    assert off.mean() < most
    ink = np.asarray(shown) < 128
    assert (ink == (np.asarray(made) < 128)).mean() > 0.85


def test_a_stamp_keeps_its_colour() -> None:
    stamped = np.asarray(opened(page_images(page("red"), 2000, 100).image).convert("RGB")).astype(int)
    red = (stamped[..., 0] - stamped[..., 1] > 150) & (stamped[..., 0] - stamped[..., 2] > 150)
    wanted = np.asarray(page("red")).astype(int)
    assert red.sum() > 0.9 * ((wanted[..., 0] - wanted[..., 1]) > 200).sum()


def test_a_small_picture_is_not_enlarged() -> None:
    made = page_images(page().resize((60, 85)), 1600, 240)
    assert (made.width, made.height) == opened(made.thumbnail).size == (60, 85)
