"""Copies of pictures for people: JPEGs that every program opens, with the credit inside and nothing of the camera."""

from __future__ import annotations

import io
from typing import Final
from xml.sax.saxutils import escape

from PIL import Image

QUALITY: Final = 92
# Adobe, XMP Specification Part 1 (serialisation) and Part 2 (Dublin Core): who made it, and whose rights they are.
_XMP: Final = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    "<dc:creator><rdf:Seq><rdf:li>{credit}</rdf:li></rdf:Seq></dc:creator>"
    '<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">{credit}</rdf:li></rdf:Alt></dc:rights>'
    "</rdf:Description></rdf:RDF></x:xmpmeta>"
    '<?xpacket end="w"?>'
)


def jpeg_copy(derivative: bytes, credit: str) -> bytes:
    """Return a derivative of ours as a JPEG of the same size that names whom it is credited to (XMP)."""
    stream = io.BytesIO()
    with Image.open(io.BytesIO(derivative)) as picture:
        xmp = _XMP.format(credit=escape(credit)).encode()
        picture.convert("RGB").save(stream, "JPEG", quality=QUALITY, subsampling=0, optimize=True, xmp=xmp)
    return stream.getvalue()
