"""The tables of config.toml: every key with its default, its limits and one line of help."""

from __future__ import annotations

from datetime import datetime
from email.utils import parseaddr
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from campaign.clock import from_berlin


def _http_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be an address that begins with http:// or https://")
    return value.rstrip("/")


def _hashtag(value: str) -> str:
    # Not casefolded: to Instagram ß and ss are different letters.
    tag = value.strip().removeprefix("#").lower()
    if not tag or not all(char.isalnum() or char == "_" for char in tag):
        raise ValueError("must be one hashtag: letters, digits and _ only")
    return tag


def _network(value: str) -> str:
    try:
        return str(ip_network(value))
    except ValueError:
        raise ValueError("must be a network such as 10.0.0.0/8 or 2001:db8::/32") from None


LocalTime = Annotated[datetime, AfterValidator(from_berlin)]
HttpUrl = Annotated[str, AfterValidator(_http_url)]
Network = Annotated[str, AfterValidator(_network)]


class Section(BaseModel):
    """A table of config.toml; a key that it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Site(Section):
    base_url: HttpUrl = Field("http://127.0.0.1:8000", description="public address of the web site")
    secret_key: SecretStr = Field(
        min_length=32, description="root of all signatures and keys, at least 32 random characters"
    )
    data_dir: Path = Field(Path("var"), description="folder for the SQLite file, pictures and mails")
    database_url: str | None = Field(
        None, description="postgresql+psycopg://user:password@host/name; empty: SQLite in data_dir"
    )
    redis_url: str | None = Field(None, description="redis://host/0: rate limits shared by several web processes")
    storage_url: str | None = Field(
        None, description="s3://bucket/prefix for pictures (keys by AWS_* variables); empty: data_dir/pictures"
    )
    trusted_proxies: int = Field(0, ge=0, le=5, description="number of proxies in front of the web server")
    metrics_networks: list[Network] = Field(["127.0.0.0/8", "::1/128"], description="networks that may read /metrics")

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str | None) -> str | None:
        if value and not value.startswith(("postgresql+psycopg://", "sqlite:///")):
            raise ValueError("must begin with postgresql+psycopg:// (or be left out for SQLite)")
        return value or None

    @property
    def database(self) -> str:
        """Return the SQLAlchemy address of the database."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'campaign.sqlite3'}"


class ContestSettings(Section):
    slug: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$", description="short name of the edition: a-z, 0-9, -")
    title: str = Field(min_length=1, max_length=200, description="title of the contest")
    hashtag: Annotated[str, AfterValidator(_hashtag)] = Field(description="hashtag of the campaign, without #")
    mention: str = Field("", pattern=r"^[A-Za-z0-9._]*$", description="Instagram account to mention, without @")
    collect_from: LocalTime = Field(description="local date and time from which posts take part")
    collect_until: LocalTime = Field(description="local date and time until which posts take part")
    vote_from: LocalTime = Field(description="local date and time when the vote opens")
    vote_until: LocalTime = Field(description="local date and time when the vote closes")
    counts_hidden_from: LocalTime | None = Field(None, description="from here on no count is public")
    publish_at: LocalTime = Field(description="local date and time when the results are announced")
    votes_per_ballot: int = Field(3, ge=1, le=10, description="picks that a ballot may hold")
    votes_per_town: int = Field(1, ge=1, le=10, description="picks of one town that a ballot may hold")
    entries_per_creator: int = Field(3, ge=1, le=100, description="entries that one person may have")
    uploads: bool = Field(True, description="whether photos may be handed in on the web site, without Instagram")

    @model_validator(mode="after")
    def _dates_in_order(self) -> ContestSettings:
        if self.collect_from >= self.collect_until:
            raise ValueError("contest.collect_from must lie before contest.collect_until")
        if self.vote_from >= self.vote_until:
            raise ValueError("contest.vote_from must lie before contest.vote_until")
        if self.publish_at < max(self.vote_until, self.collect_until):
            raise ValueError("contest.publish_at must not lie before the end of the vote and of collecting")
        if self.votes_per_town > self.votes_per_ballot:
            raise ValueError("contest.votes_per_town must not exceed contest.votes_per_ballot")
        return self


TieStep = Literal["ballots", "best_entry", "fewer_entries", "fewer_inhabitants"]


class ResultSettings(Section):
    town_score: Literal["picks", "picks_per_1000"] = Field(
        "picks", description="what ranks a town: picks, or picks per 1,000 inhabitants"
    )
    size_classes: list[int] = Field(
        [5000, 20000], description="upper limits of the size classes in inhabitants, ascending"
    )
    minimum_ballots: int = Field(20, ge=0, description="ballots that a town needs to be ranked")
    ties: list[TieStep] = Field(
        ["ballots", "best_entry"],
        description="what decides between equal scores, in this order; towns still equal share the rank",
    )

    @field_validator("size_classes")
    @classmethod
    def _ascending(cls, value: list[int]) -> list[int]:
        if value != sorted(set(value)) or any(limit <= 0 for limit in value):
            raise ValueError("must be positive and ascending, each limit once")
        return value


class InstagramSettings(Section):
    api_base_url: HttpUrl = Field("https://graph.facebook.com", description="address of the Graph API")
    api_version: str = Field("v26.0", pattern=r"^v\d+\.\d+$", description="version of the Graph API")
    user_id: str | None = Field(None, pattern=r"^\d+$", description="id of the Instagram professional account")
    access_token: SecretStr | None = Field(None, description="user token with instagram_basic and IPCA")
    app_id: str | None = Field(None, pattern=r"^\d+$", description="id of the Meta app")
    app_secret: SecretStr | None = Field(None, description="secret of the Meta app: every call is signed with it")
    webhook_verify_token: SecretStr | None = Field(None, description="word that Meta's webhook handshake must repeat")
    ingest_minutes: float = Field(15, gt=0, le=720, description="minutes between two passes")
    media_hosts: list[str] = Field(
        ["cdninstagram.com", "fbcdn.net"],
        description="host suffixes from which pictures may be fetched; 127.0.0.1:PORT allows plain http there",
    )
    videos: Literal["still", "refuse"] = Field(
        "still", description="videos and reels: still takes them once staff add a still picture, refuse does not"
    )
    check_existence: bool = Field(True, description="ask now and then whether the posts of shown entries still exist")
    ask_permission: bool = Field(
        False, description="ask people who mention us for the right to show their photo, by a comment under their post"
    )
    asks_per_hour: int = Field(6, ge=1, le=60, description="such comments within an hour")

    @field_validator("user_id", "access_token", "app_id", "app_secret", "webhook_verify_token", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        # Secrets are pasted and read from files: with a line's end, or left empty.
        return value.strip() or None if isinstance(value, str) else value


class MailSettings(Section):
    smtp_url: SecretStr = Field(
        SecretStr("file:"),
        description="smtp://user:pass@host:port, smtps://..., or file: for mails written to data_dir/mail",
    )
    sender: str = Field(
        "Der schönste Blick <noreply@example.org>", description="From line of all mails: Name <address>"
    )
    check_domains: bool = Field(
        False, description="ask the DNS whether the domain of a voter's address takes mail, and refuse it if not"
    )

    @field_validator("smtp_url")
    @classmethod
    def _known_transport(cls, value: SecretStr) -> SecretStr:
        parts = urlsplit(value.get_secret_value())
        if parts.scheme != "file" and (parts.scheme not in ("smtp", "smtps") or not parts.hostname):
            raise ValueError("must begin with smtp://, smtps:// or file:")
        try:
            _ = parts.port
        except ValueError:
            raise ValueError("has a port that is not a number up to 65535") from None
        return value

    @field_validator("sender")
    @classmethod
    def _with_address(cls, value: str) -> str:
        address = parseaddr(value)[1]
        if "@" not in address.strip("@"):
            raise ValueError("must hold a mail address: Name <address@domain>")
        return value


class OrganiserSettings(Section):
    name: str = Field("Thüringer Tourismus GmbH", description="who organises the contest")
    address: str = Field("", description="street, postcode and town, for the legal notice")
    email: str = Field("", description="address that visitors may write to")
    phone: str = Field("", description="telephone number for the legal notice")
    represented_by: str = Field("", description="who represents the organiser")
    commercial_register: str = Field("", description="court and number of the commercial register")
    vat_id: str = Field("", description="VAT id")
    privacy_contact: str = Field("", description="address of the data protection officer")
