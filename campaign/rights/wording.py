"""The wording of the rights grant. A grant keeps the text that it was given under; a change gets a new version."""

from __future__ import annotations

VERSION = "2026-2"
# Under the first wording nothing of what a picture shows may be changed.
_WITHOUT_BLURRING = frozenset({"2026-1"})

GERMAN = """\
Ich habe das Foto selbst gemacht und darf darüber bestimmen.

Ich erlaube dem Veranstalter des Wettbewerbs „Der schönste Blick der Stadt“, der Thüringer Tourismus GmbH, den
Städten und Gemeinden Thüringens und den Partnern des Thüringer Aktionsbündnisses „Innenstädte mit Zukunft“, das
Foto zu speichern, zu vervielfältigen und öffentlich zu zeigen: auf der Website des Wettbewerbs, in ihren
Internetauftritten und sozialen Netzwerken, in Ausstellungen, in der Berichterstattung und auf gedruckten
Materialien über den Wettbewerb. Sie dürfen es dafür verkleinern und Menschen und Autokennzeichen darauf
unkenntlich machen, sonst aber nicht im Inhalt verändern. Für andere Werbung fragen sie mich vorher.

Die Erlaubnis ist nicht ausschließlich, kostet nichts und gilt ohne räumliche Grenze bis fünf Jahre nach dem Ende
des Wettbewerbs. Beim Foto steht mein Name oder mein Instagram-Name. Alle anderen Rechte bleiben bei mir.

Wer auf dem Foto zu erkennen ist, ist damit einverstanden oder gehört nur zum Bild der Stadt.

Ich kann die Erlaubnis jederzeit für die Zukunft zurücknehmen; eine Nachricht genügt. Das Foto verschwindet dann
von der Website. Was schon gedruckt ist, muss nicht zurückgeholt werden.
"""

ENGLISH = """\
I took the photo myself and may decide about it.

I allow the organiser of the contest “Der schönste Blick der Stadt”, Thüringer Tourismus GmbH, the towns and
municipalities of Thuringia and the partners of the alliance “Innenstädte mit Zukunft” to store, copy and publicly
show the photo: on the contest's website, on their own websites and social networks, in exhibitions, in news about
the contest and on printed material about it. They may make it smaller for this and make people and number plates
in it unrecognisable, but not change anything else that it shows. For any other advertising they ask me first.

The permission is not exclusive, costs nothing and holds without limits of place until five years after the end of
the contest. My name or my Instagram name stands with the photo. All other rights stay with me.

Whoever can be recognised in the photo agrees, or is merely part of the townscape.

I can take the permission back for the future at any time; a message is enough. The photo then disappears from the
website. What has been printed already need not be called back.
"""

# Asked for apart, and never ticked beforehand.
GERMAN_ADVERTISING = """\
Die Thüringer Tourismus GmbH und die Städte und Gemeinden Thüringens dürfen das Foto zu denselben Bedingungen auch in
der Werbung für Thüringen und seine Städte zeigen, zum Beispiel auf Plakaten, in Anzeigen und in Prospekten.
"""

ENGLISH_ADVERTISING = """\
On the same terms, Thüringer Tourismus GmbH and the towns and municipalities of Thuringia may also show the photo in
advertising for Thuringia and its towns, for example on posters, in advertisements and in brochures.
"""


def full_text(*, advertising: bool = False) -> str:
    """Return what a grant is given under: the German text, which counts, and its English translation."""
    german, english = (GERMAN, ENGLISH) if not advertising else _with_advertising()
    return f"{german}\n---\n\n{english}"


def allows_blurring(version: str) -> bool:
    """Return whether people and number plates may be made unrecognisable under a wording."""
    return version not in _WITHOUT_BLURRING


def _with_advertising() -> tuple[str, str]:
    return f"{GERMAN}\n{GERMAN_ADVERTISING}", f"{ENGLISH}\n{ENGLISH_ADVERTISING}"
