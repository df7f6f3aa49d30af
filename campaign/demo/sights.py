"""What the demo's posts show: real sights by the subject of the drawn picture, and words for any town."""

from dataclasses import dataclass
from functools import cache

from campaign.towns.gazetteer import Municipality, load_gazetteer


@dataclass(frozen=True)
class Sight:
    """A sight: the municipality's key, the name people give the town, and the sight with its article."""

    ags: str
    town: str
    german: str
    english: str


_NAMED = """
merchants_bridge|16051000|Erfurt|Die Krämerbrücke|The Krämerbrücke
merchants_bridge|16051000|Erfurt|Die Rückseite der Krämerbrücke|The back of the Krämerbrücke
stone_bridge|16063104|Creuzburg|Die Werrabrücke|The old Werra bridge
stone_bridge|16073077|Saalfeld|Die Saalebrücke|The bridge over the Saale
stone_bridge|16053000|Jena|Die Camsdorfer Brücke|The Camsdorf bridge
stone_bridge|16063082|Vacha|Die alte Werrabrücke|The old bridge at Vacha
stone_bridge|16071003|Bad Berka|Die Ilmbrücke|The bridge over the Ilm
stone_bridge|16055000|Weimar|Die Sternbrücke|The Sternbrücke
stone_bridge|16063076|Treffurt|Die Brücke über die Werra|The bridge over the Werra
stone_bridge|16076022|Greiz|Die Brücke über die Weiße Elster|The Elster bridge
stone_bridge|16068051|Sömmerda|Die Unstrutbrücke|The Unstrut bridge
stone_bridge|16069051|Themar|Die Werrabrücke|The Werra bridge
timber_bridge|16076094|Wünschendorf|Die Holzbrücke über die Elster|The covered bridge over the Elster
timber_bridge|16071009|Buchfart|Die überdachte Holzbrücke|The covered bridge
timber_bridge|16070048|Stadtilm|Der Holzsteg über die Ilm|The footbridge over the Ilm
viaduct|16076079|Weida|Das Oschütztalviadukt|The Oschütztal viaduct
viaduct|16070048|Stadtilm|Das Viadukt|The viaduct
viaduct|16070034|Angelroda|Das Viadukt|The viaduct
viaduct|16075133|Wurzbach|Das Eisenbahnviadukt|The railway viaduct
castle|16063105|Eisenach|Die Wartburg|Wartburg castle
castle|16074044|Kahla|Die Leuchtenburg|Leuchtenburg castle
castle|16069063|Heldburg|Die Veste Heldburg|The castle of Heldburg
castle|16075088|Ranis|Burg Ranis|Ranis castle
castle|16076079|Weida|Die Osterburg|The Osterburg
castle|16073005|Bad Blankenburg|Burg Greifenstein|Greifenstein castle
castle|16073076|Rudolstadt|Die Heidecksburg|Heidecksburg palace
castle|16069043|Schleusingen|Die Bertholdsburg|The Bertholdsburg
castle|16071046|Kranichfeld|Das Oberschloss|The upper castle
castle|16063076|Treffurt|Burg Normannstein|Normannstein castle
castle|16073028|Gräfenthal|Schloss Wespenstein|Wespenstein castle
castle|16074011|Dornburg|Die Dornburger Schlösser|The three palaces
castle|16075127|Ziegenrück|Die Burg über der Saale|The castle above the Saale
castle|16077001|Altenburg|Das Residenzschloss|The palace on its rock
castle|16065088|Heldrungen|Die Wasserburg|The moated castle
castle|16062041|Nordhausen|Die Burgruine Hohnstein im Südharz|A ruin in the southern Harz
park|16067029|Gotha|Schloss Friedenstein|Friedenstein palace
park|16055000|Weimar|Schloss Belvedere|Belvedere palace
park|16076022|Greiz|Das Sommerpalais|The summer palace
park|16066042|Meiningen|Schloss Elisabethenburg|Elisabethenburg palace
park|16065067|Sondershausen|Das Schloss|The palace
park|16052000|Gera|Die Orangerie|The orangery
park|16074018|Eisenberg|Schloss Christiansburg|Christiansburg palace
park|16077001|Altenburg|Der Schlosspark|The palace gardens
park|16075135|Ebersdorf|Der Schlosspark|The palace park
park|16064003|Bad Langensalza|Das Friederikenschlösschen|The Friederiken palace
lake|16076087|Zeulenroda|Das Zeulenrodaer Meer|The lake at Zeulenroda
lake|16075135|Saalburg|Der Bleilochstausee|The Bleiloch lake
lake|16077001|Altenburg|Der Große Teich|The great pond
lake|16063003|Bad Salzungen|Der Burgsee|The Burgsee
lake|16068058|Weißensee|Der Gondelteich|The boating pond
lake|16063099|Bad Liebenstein|Der Teich am Kurpark|The pond by the spa gardens
lake|16070029|Ilmenau|Der Große Teich|The great pond
gate|16064046|Mühlhausen|Das Innere Frauentor|The inner Frauentor gate
gate|16053000|Jena|Das Johannistor|The Johannistor
gate|16063105|Eisenach|Das Nikolaitor|The Nikolaitor
gate|16070004|Arnstadt|Der Riedturm|The Riedturm gate
gate|16064003|Bad Langensalza|Das Klagetor|The Klagetor
gate|16068051|Sömmerda|Das Erfurter Tor|The Erfurt gate
gate|16075085|Pößneck|Der Weiße Turm|The white tower
gate|16073077|Saalfeld|Das Obere Tor|The upper gate
gate|16075062|Bad Lobenstein|Der Alte Turm|The old tower
market|16051000|Erfurt|Der Fischmarkt|The Fischmarkt
market|16055000|Weimar|Der Markt|The market square
market|16067029|Gotha|Der Hauptmarkt|The main market
market|16066063|Schmalkalden|Der Altmarkt|The Altmarkt
market|16069052|Ummerstadt|Der Marktplatz|The smallest market square I know
market|16052000|Gera|Der Simsonbrunnen auf dem Markt|The Samson fountain
market|16077001|Altenburg|Der Skatbrunnen|The card players' fountain
market|16064046|Mühlhausen|Der Untermarkt|The Untermarkt
market|16075073|Neustadt an der Orla|Der Markt mit dem Rathaus|The town hall square
market|16069024|Hildburghausen|Das Historische Rathaus|The historic town hall
stairs|16051000|Erfurt|Die Domstufen|The cathedral steps
stairs|16062041|Nordhausen|Die Treppe zum Petersberg|The steps to the Petersberg
stairs|16054000|Suhl|Die Stufen zur Kreuzkirche|The steps to the Kreuzkirche
tram|16051000|Erfurt|Die Straßenbahn am Anger|The tram on the Anger
tram|16053000|Jena|Die Straßenbahn am Holzmarkt|The tram at Holzmarkt
tram|16052000|Gera|Die Straßenbahn in der Sorge|The tram in the old town
tram|16067029|Gotha|Die Thüringerwaldbahn|The forest tram
tram|16062041|Nordhausen|Die Straßenbahn am Rathaus|The tram by the town hall
vineyard|16071004|Bad Sulza|Der Weinberg|The vineyard
vineyard|16074011|Dornburg|Die Weinberge unter den Schlössern|The vineyards below the palaces
vineyard|16053000|Jena|Der Weinberg über der Saale|The vineyard above the Saale
vineyard|16074011|Camburg|Der Weg durch die Reben|The path through the vines
hill_town|16072011|Lauscha|Die Häuser am Hang|The houses on the slope
hill_town|16073106|Leutenberg|Die Stadt unter der Friedensburg|The town below its castle
quay|16051000|Erfurt|Klein-Venedig|Little Venice
skyline|16051000|Erfurt|Dom und Severikirche|The cathedral and St Severus
skyline|16053000|Jena|Der JenTower über den Dächern|The JenTower above the roofs
skyline|16065003|Bad Frankenhausen|Der schiefe Turm|The leaning tower
roofs|16054000|Suhl|Der Blick vom Ottilienstein|The view from the Ottilienstein
valley|16061045|Heiligenstadt|Das Eichsfeld|The Eichsfeld hills
valley|16072011|Lauscha|Das Tal der Glasbläser|The glassblowers' valley
"""

_ANYWHERE = {
    "skyline": ("Die Türme der Stadt|The towers of town", "Der Blick von den Wiesen|The view from the meadows"),
    "market": ("Der Marktplatz|The market square", "Der Brunnen auf dem Markt|The fountain on the square"),
    "bench": (
        "Die Bank über der Stadt|The bench above the town",
        "Mein Platz am Waldrand|My place at the edge of the forest",
    ),
    "stairs": (
        "Die Treppe zur Kirche|The steps to the church",
        "Hundert Stufen zur Kirche|A hundred steps to the church",
    ),
    "hill_town": ("Die Häuser am Hang|The houses on the slope", "Die Oberstadt|The upper town"),
    "lane": ("Die Gasse hinter der Kirche|The lane behind the church", "Meine liebste Gasse|My favourite lane"),
    "valley": ("Die Stadt im Tal|The town in its valley", "Der Weg nach Hause|The way home"),
    "quay": ("Die Häuser am Wasser|The houses by the water", "Der Mühlgraben|The millrace"),
    "roofs": (
        "Die Dächer der Altstadt|The roofs of the old town",
        "Der Blick vom Kirchturm|The view from the church tower",
    ),
    "archway": (
        "Der Durchgang zum Kirchplatz|The archway to the church square",
        "Der Blick durchs Tor|A look through the gate",
    ),
    "houses": ("Die alten Bürgerhäuser|The old merchants' houses", "Drei Häuser in einer Reihe|Three houses in a row"),
}


@cache
def _named(subject: str) -> tuple[Sight, ...]:
    rows = [line.split("|") for line in _NAMED.strip().splitlines()]
    return tuple(Sight(*row[1:]) for row in rows if row[0] == subject)


@cache
def _towns() -> tuple[Municipality, ...]:
    return tuple(place for place in load_gazetteer().municipalities if place.is_town)


def sight_for(subject: str, turn: int, shuffle: int) -> Sight:
    """Return the sight of the `turn`-th picture of a subject; all sights and towns come before any repeats.

    `shuffle` (any number) sets where the walk through the towns begins.
    """
    named, words = _named(subject), _ANYWHERE.get(subject, ())
    if named and (not words or turn % 3 == 0):
        return named[(turn // (3 if words else 1) + shuffle) % len(named)]
    towns = _towns()
    offset = sorted(_ANYWHERE).index(subject) * 29
    town = towns[(turn * 47 + offset + shuffle * 13) % len(towns)]
    german, english = words[turn % len(words)].split("|")
    return Sight(town.ags, town.short_name, german, english)
