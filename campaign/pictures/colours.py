"""Colours as the photographer saw them: from the picture's own profile to sRGB. Runs in the child process only."""

from __future__ import annotations

import io
from typing import Final

from PIL import Image, ImageCms

# Profiles for print take up to three megabytes; a larger one is not worth its memory.
MAX_PROFILE_BYTES: Final = 4_000_000
# ICC.1:2022, 7.2.6: the profile's data colour space, by Pillow's mode.
_SPACES: Final = {"L": "GRAY", "RGB": "RGB", "CMYK": "CMYK"}
_SRGB: Final = ImageCms.createProfile("sRGB")


def to_srgb(picture: Image.Image, profile: object) -> Image.Image:
    """Return the picture in sRGB if its profile can be read and fits its mode, else as it is."""
    if not isinstance(profile, bytes) or not 128 <= len(profile) <= MAX_PROFILE_BYTES:
        return picture
    alpha = picture.getchannel("A") if picture.mode in ("LA", "RGBA") else None
    colours = picture if alpha is None else picture.convert(picture.mode[:-1])
    try:
        converted = _convert(colours, profile)
    except Exception:
        # A broken profile costs exact colours, not the picture.
        return picture
    if alpha is not None and converted is not None:
        converted.putalpha(alpha)
    return picture if converted is None else converted


def _convert(colours: Image.Image, profile: bytes) -> Image.Image | None:
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    if source.profile.xcolor_space.strip() != _SPACES.get(colours.mode):
        return None
    if "sRGB" in (source.profile.profile_description or ""):
        return None
    return ImageCms.profileToProfile(colours, source, _SRGB, outputMode="RGB")
