"""Ballots of one network, one domain or one mail server that name the same entry and do not look like people's."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence

from campaign.voting.detection.crowd import HOUR, KINDS_OF_GROUPS, Crowd, shown
from campaign.voting.detection.tails import binomial_tail
from campaign.voting.detection.values import Cast, Finding, ReasonClass, finding


def networks(crowd: Crowd) -> list[Finding]:
    """Hold what clusters in a /24 or /64, or in a /16 or /48; networks that many people share are left out."""
    allowed = crowd.facts.allowed_networks

    def narrow(cast: Cast) -> str:
        return "" if cast.network in allowed else cast.network

    def wide(cast: Cast) -> str:
        return "" if {cast.network, cast.wide_network} & allowed else cast.wide_network

    most = crowd.thresholds.network_most
    found = _clusters(crowd, ReasonClass.NETWORK, narrow, most, kinds=KINDS_OF_GROUPS + "P")
    return found + _clusters(crowd, ReasonClass.NETWORK, wide, None, kinds=KINDS_OF_GROUPS + "P")


def domains(crowd: Crowd) -> list[Finding]:
    """Hold what clusters at a domain that is no provider's, or at the mail server of such domains."""

    def domain(cast: Cast) -> str:
        return "" if cast.traits.provider else cast.traits.domain_key

    def server(cast: Cast) -> str:
        return "" if cast.traits.provider else cast.traits.mx_key

    # The scheme of a club's or a firm's addresses is its own affair: their shapes are not compared.
    found = _clusters(crowd, ReasonClass.DOMAIN, domain, crowd.thresholds.domain_most, kinds="CFHO")
    found += _clusters(crowd, ReasonClass.MAIL_SERVER, server, None, kinds="CFHO")
    return found + _sisters(crowd, crowd.groups(domain, crowd.thresholds.group_lift.fewest))


def _clusters(
    crowd: Crowd, reason: ReasonClass, key: Callable[[Cast], str], most: int | None, *, kinds: str
) -> list[Finding]:
    found = []
    for group in crowd.groups(key, crowd.thresholds.group_fewest).values():
        for entry, places in _focus(crowd, group):
            held, marks = crowd.unlike_people(places, entry, kinds=kinds)
            if most is not None and len(places) >= most and not _as_all_then(crowd, group, entry):
                held = places
            if held:
                evidence = {
                    "entry": entry,
                    "ballots": len(held),
                    "of_cluster": len(group),
                    "networks": len({crowd.casts[place].network for place in places}),
                    "marks": shown(marks),
                }
                found.append(finding(reason, crowd.pick(held), evidence))
    return found


def _sisters(crowd: Crowd, by_domain: Mapping[str, Sequence[int]]) -> list[Finding]:
    """Hold domains at one mail server of which each names the same entry: a club has one domain, a cheat several."""
    together: defaultdict[tuple[str, int], list[list[int]]] = defaultdict(list)
    for group in by_domain.values():
        server = crowd.casts[group[0]].traits.mx_key
        for entry, places in _focus(crowd, group) if server else ():
            together[server, entry].append(places)
    found = []
    for (_, entry), sisters in together.items():
        if len(sisters) >= crowd.thresholds.domain_sisters:
            held = sorted(place for places in sisters for place in places)
            evidence = {"entry": entry, "ballots": len(held), "domains": len(sisters)}
            found.append(finding(ReasonClass.MAIL_SERVER, crowd.pick(held), evidence))
    return found


def _focus(crowd: Crowd, group: Sequence[int]) -> list[tuple[int, list[int]]]:
    """Return the entries that a group names far more often than all others do, with its ballots for them."""
    bar, focus = crowd.thresholds.group_lift, crowd.thresholds.group_focus
    chosen = []
    for entry, found in Counter(pick for place in group for pick in crowd.casts[place].picks).items():
        if found < max(bar.fewest, focus * len(group)):
            continue
        elsewhere = (len(crowd.by_entry[entry]) - found + 1) / (len(crowd.casts) - len(group) + 1)
        if found >= bar.lift * elsewhere * len(group) and binomial_tail(found, len(group), elsewhere) <= bar.alpha:
            chosen.append((entry, [place for place in group if entry in crowd.casts[place].picks]))
    return chosen


def _as_all_then(crowd: Crowd, group: Sequence[int], entry: int) -> bool:
    """Return whether the others named the entry as often in the same hours: then it was a rush."""
    hours = Counter(int(crowd.seconds[place] // HOUR) for place in group)
    named = Counter(int(crowd.seconds[place] // HOUR) for place in group if entry in crowd.casts[place].picks)
    expected = sum(
        ballots
        * (len(crowd.windows_of[entry].get((HOUR, hour), ())) - named[hour])
        / max(1, crowd.by_hour[hour] - ballots)
        for hour, ballots in hours.items()
    )
    return named.total() < crowd.thresholds.group_lift.lift * expected
