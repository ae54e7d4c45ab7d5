"""The backend's only reader of the environment. What the settings mean for each room is left to that room."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Everything that can be set, each by an environment variable of the same name in capitals.

    The four URLs decide where things live; their defaults need no server. See docs/settings.md.
    """

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    # Where things live.
    sheaf_data: Path = Field(Path("data"), description="Folder of the embedded stores")
    database_url: str = Field("", description="postgresql+psycopg://…; empty: an SQLite file in SHEAF_DATA")
    objects_url: str = Field("", description="Folder or s3://bucket/prefix; empty: a folder in SHEAF_DATA")
    queue_url: str = Field(
        "memory://", description="memory:// (worker threads inside the backend), redis://… or sqs://namespace"
    )
    index_url: str = Field(
        "", description="Chroma: a folder, or http://host:port of its server; empty: a folder in SHEAF_DATA"
    )
    sheaf_inbox_queue: str = Field(
        "", description="SQS queue, by URL or name, that tells of files put into an S3 inbox; empty: none"
    )

    # The door.
    sheaf_host: str = Field("127.0.0.1", description="Address to bind; only loopback until there is authentication")
    sheaf_port: int = Field(8000, ge=0, le=65535, description="Port of the API")
    sheaf_trusted_hosts: str = Field(
        "", description="Names, beside loopback, under which the API may be addressed, joined by commas"
    )
    sheaf_page_port: int = Field(8501, ge=1, le=65535, description="Port of the web page")
    sheaf_max_file_mb: int = Field(200, ge=1, description="Largest file accepted, in megabytes")
    sheaf_max_pages: int = Field(2000, ge=1, description="Most pages of one document")
    sheaf_max_megapixels: int = Field(150, ge=1, description="Largest picture accepted, in megapixels")
    sheaf_max_members: int = Field(1000, ge=1, description="Most files in an archive or a mail, and in those in it")
    sheaf_max_unpacked_mb: int = Field(2000, ge=1, description="Largest an archive may be when unpacked, in megabytes")
    sheaf_max_nesting: int = Field(5, ge=1, description="Archives and mails that a file may lie in, one in the other")
    sheaf_min_free_mb: int = Field(
        500, ge=0, description="Uploads are refused when less disk space than this would be left"
    )

    # Reading.
    sheaf_languages: str = Field("eng", description="Tesseract languages of the installation, joined by +")
    sheaf_render_dpi: int = Field(300, ge=72, le=600, description="Resolution at which scanned PDF pages are read")
    sheaf_render_megapixels: int = Field(40, ge=1, description="A page is rendered no larger than this")
    sheaf_page_seconds: float = Field(90.0, gt=0, description="Deadline for one page, in seconds")
    sheaf_office_seconds: float = Field(
        120.0, gt=0, description="Deadline for LibreOffice to make a PDF of one file, in seconds"
    )
    sheaf_child_memory_mb: int = Field(3000, ge=512, description="Memory limit of one reading child, in megabytes")
    sheaf_readers: int = Field(
        default_factory=lambda: os.cpu_count() or 2, ge=1, description="Reading children; default: one a core"
    )

    # The work.
    sheaf_lease_seconds: float = Field(
        60.0, gt=0, description="A step whose worker gave no sign for this long is sent again"
    )
    sheaf_start_seconds: float = Field(
        60.0, ge=0, description="How long servers that do not answer yet are waited for at the start"
    )
    sheaf_sweep_seconds: float = Field(10.0, gt=0, description="How often unfinished work is looked for")
    sheaf_attempts: int = Field(5, ge=1, description="Tries of one step before it is parked")
    sheaf_pages_per_step: int = Field(4, ge=1, description="Pages one read step covers")

    # Models.
    sheaf_entity_model: str = Field(
        "", description="Folder of a model made by `make train`; empty: the one in nlp/models"
    )
    sheaf_embedding_model: str = Field(
        "", description="sentence-transformers folder; empty: the packaged all-MiniLM-L6-v2"
    )
    sheaf_document_types: str = Field(
        "", description="YAML of document types and fields of your own, besides ours ([types.md](types.md))"
    )

    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.sheaf_data.absolute() / 'sheaf.db'}"

    def objects(self) -> str:
        return self.objects_url or str(self.sheaf_data.absolute() / "objects")

    def index(self) -> str:
        return self.index_url or str(self.sheaf_data.absolute() / "index")

    def entity_model(self) -> Path | None:
        return Path(self.sheaf_entity_model) if self.sheaf_entity_model else None

    def embedding_model(self) -> Path | None:
        return Path(self.sheaf_embedding_model) if self.sheaf_embedding_model else None

    def document_types(self) -> Path | None:
        return Path(self.sheaf_document_types) if self.sheaf_document_types else None

    def trusted_hosts(self) -> tuple[str, ...]:
        return tuple(name for part in self.sheaf_trusted_hosts.split(",") if (name := part.strip().lower()))

    def languages(self) -> tuple[str, ...]:
        return tuple(part for part in self.sheaf_languages.split("+") if part)


def without_password(url: str) -> str:
    """The URL as it may be shown and logged: without what tells who we are, even where that has signs of its own."""
    scheme, mark, rest = url.partition("://")
    return scheme + mark + rest.rpartition("@")[2].partition("?")[0]


@lru_cache
def load() -> Settings:
    """The settings of this process, read once."""
    return Settings()
