"""The wording of the rights grant. A grant keeps the text that it was given under; a change gets a new version."""

from __future__ import annotations

VERSION = "2026-1"

GERMAN = """\
Ich habe das Foto selbst gemacht und darf darüber bestimmen.

Ich erlaube dem Veranstalter des Wettbewerbs „Der schönste Blick der Stadt“, der Thüringer Tourismus GmbH, den
Städten und Gemeinden Thüringens und den Partnern des Thüringer Aktionsbündnisses „Innenstädte mit Zukunft“, das
Foto zu speichern, zu vervielfältigen und öffentlich zu zeigen: auf der Website des Wettbewerbs, in ihren
Internetauftritten und sozialen Netzwerken, in Ausstellungen, in der Berichterstattung und auf gedruckten
Materialien über den Wettbewerb. Sie dürfen es dafür verkleinern, aber nicht im Inhalt verändern. Für andere
Werbung fragen sie mich vorher.

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
the contest and on printed material about it. They may make it smaller for this, but not change what it shows. For
any other advertising they ask me first.

The permission is not exclusive, costs nothing and holds without limits of place until five years after the end of
the contest. My name or my Instagram name stands with the photo. All other rights stay with me.

Whoever can be recognised in the photo agrees, or is merely part of the townscape.

I can take the permission back for the future at any time; a message is enough. The photo then disappears from the
website. What has been printed already need not be called back.
"""


def full_text() -> str:
    """Return what a grant is given under: the German text, which counts, and its English translation."""
    return f"{GERMAN}\n---\n\n{ENGLISH}"
