"""Pictures as a telephone would have sent them: JPEG with EXIF, position, XMP packet and comment.

Instagram removes these data before it serves a picture. The demo leaves them in on purpose, so that everybody
can see that the contest's own pictures carry none of them.
"""

import io
from dataclasses import dataclass
from datetime import datetime
from random import Random

from PIL import ExifTags, Image

from campaign.demo.drawing.views import draw

CAMERAS = (("Lichtblick", "LB-7"), ("Panorama Werke", "Taube 3"), ("Saaleoptik", "Kompakt 12"), ("Fernrohr", "Eins"))
COMMENT = b"Aufgenommen auf dem Heimweg"
UPRIGHT, TURNED = 1, 6


@dataclass(frozen=True)
class Shot:
    """One picture: its number, what it shows, when and where (WGS84 degrees) it was taken."""

    seed: int
    taken: datetime
    subject: str | None = None
    place: tuple[float, float] = (50.97734, 11.03536)

    @property
    def turned(self) -> bool:
        """Whether the camera was held sideways, so that the file needs its orientation tag."""
        return self.seed % 4 == 1


def photo_bytes(shot: Shot, *, width: int = 1440) -> bytes:
    """Return the JPEG file of a shot; `width` is the width in pixels of the upright picture."""
    image = draw(shot.seed, width=width, subject=shot.subject)
    if shot.turned:
        image = image.transpose(Image.Transpose.ROTATE_90)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=88, exif=_exif(shot), xmp=_xmp(shot), comment=COMMENT)
    return file.getvalue()


def _exif(shot: Shot) -> Image.Exif:
    make, model = Random(f"camera {shot.seed}").choice(CAMERAS)
    moment = shot.taken.strftime("%Y:%m:%d %H:%M:%S")
    exif = Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = make, model
    exif[ExifTags.Base.Orientation] = TURNED if shot.turned else UPRIGHT
    exif[ExifTags.Base.DateTime] = moment
    detail = exif.get_ifd(ExifTags.IFD.Exif)
    detail[ExifTags.Base.DateTimeOriginal] = moment
    detail[ExifTags.Base.BodySerialNumber] = f"{make[:2].upper()}{shot.seed:08d}"
    position = exif.get_ifd(ExifTags.IFD.GPSInfo)
    latitude, longitude = shot.place
    position[ExifTags.GPS.GPSLatitudeRef], position[ExifTags.GPS.GPSLatitude] = "N", _degrees(latitude)
    position[ExifTags.GPS.GPSLongitudeRef], position[ExifTags.GPS.GPSLongitude] = "E", _degrees(longitude)
    return exif


def _degrees(value: float) -> tuple[float, float, float]:
    """Return degrees, minutes and seconds (EXIF 2.32, GPSLatitude)."""
    minutes = (value - int(value)) * 60
    return float(int(value)), float(int(minutes)), round((minutes - int(minutes)) * 60, 2)


def _xmp(shot: Shot) -> bytes:
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
        f' xmp:CreateDate="{shot.taken.isoformat()}" xmp:CreatorTool="Dunkelkammer {shot.seed}"/>'
        '</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()
