"""A release as Croissant 1.1: files with checksums, tables with their columns, lineage back to the crawl, and care.

The context is that of appendix 1 of the specification (MLCommons, 2026), with PROV-O beside it. What is said of
responsible use takes the terms of Croissant RAI 1.0.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from curation.release.words import LIMITS, USES, covered_days, how_texts_were_made, licence_of, name_of
from curation.schema import arrow_schema

Node = dict[str, Any]

_TERMS = (
    "annotation", "arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "excludes", "extract", "field",
    "fileObject", "fileProperty", "fileSet", "format", "includes", "isArray", "isLiveDataset", "jsonPath", "key", "md5",
    "parentField", "path", "readLines", "recordSet", "references", "regex", "repeated", "replace", "samplingRate",
    "sdVersion", "separator", "source", "subField", "transform", "unArchive", "value",
)  # fmt: skip
CONTEXT: Node = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
    **{term: f"cr:{term}" for term in _TERMS},
}
_TYPES: tuple[tuple[Any, str], ...] = (
    (pa.types.is_string, "sc:Text"),
    (pa.types.is_boolean, "sc:Boolean"),
    (pa.types.is_integer, "sc:Integer"),
    (pa.types.is_floating, "sc:Float"),
    (pa.types.is_timestamp, "sc:DateTime"),
)

_PARQUET = ["application/vnd.apache.parquet", "application/x-parquet"]
"""As registered, and as mlcroissant 1.1 knows it."""


def render_croissant(tables: Mapping[str, type], manifest: Mapping[str, Any]) -> str:
    """Describe a release, given its tables (folder → record) and its manifest, as JSON-LD."""
    release = manifest["config"]["release"]
    days = covered_days(manifest)
    node = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "@id": f"urn:saring:{manifest['version']}",
        "conformsTo": ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"],
        "name": name_of(manifest),
        "description": how_texts_were_made(manifest),
        "url": release["url"] or f"urn:saring:{manifest['version']}",
        "license": licence_of(manifest),
        "creator": {"@type": "Organization", "name": release["publisher"] or "unpublished"},
        "datePublished": manifest["version"][:10] if days else "1970-01-01",
        "version": _semantic(manifest["version"]),
        "inLanguage": [code for code in manifest["counts"]["documents_by_language"] if code],
        "keywords": ["news", "Indonesia", "text corpus"],
        "isLiveDataset": False,
        "citeAs": f"{name_of(manifest)}, made by saring {manifest['pipeline_version']}.",
        **_lineage(manifest),
        **_care(manifest, days),
        "distribution": list(_distribution(tables, manifest)),
        "recordSet": [_record_set(name, record) for name, record in tables.items()],
    }
    return json.dumps(node, ensure_ascii=False, indent=1) + "\n"


def _semantic(version: str) -> str:
    """Write a version as semver.org 2.0 wants it: numbers without leading zeros, the digest as build metadata."""
    *day, digest = version.split("-")
    return ".".join(str(int(number)) for number in day) + f"+{digest}" if len(day) == 3 else f"0.0.0+{digest}"


def _lineage(manifest: Mapping[str, Any]) -> Node:
    """Say in PROV-O which archives the release was made from, by what, and what each of those came from."""
    software = {"@type": "prov:SoftwareAgent", "prov:label": f"saring {manifest['pipeline_version']}"}
    return {
        "prov:wasDerivedFrom": [
            {
                "@type": "prov:Entity",
                "@id": f"urn:sha256:{source['sha256']}",
                "prov:label": source["name"],
                "sha256": source["sha256"],
                "prov:wasGeneratedBy": {
                    "@type": "prov:Activity",
                    "prov:label": "crawl" if source["kind"] == "warc" else "text table, made elsewhere",
                },
            }
            for source in manifest["inputs"]
        ],
        "prov:wasGeneratedBy": [
            {
                "@type": "prov:Activity",
                "@id": f"urn:saring:{stage}-{digest}",
                "prov:label": stage,
                "prov:wasAssociatedWith": software,
            }
            for stage, digest in manifest["stages"].items()
        ],
    }


def _care(manifest: Mapping[str, Any], days: tuple[str, ...]) -> Node:
    counts = manifest["counts"]
    masked = ", ".join(f"{number:,} {kind}" for kind, number in counts["masks_by_kind"].items()) or "none were found"
    return {
        "rai:dataCollection": "Articles of targeted news sites, crawled by their sitemaps, feeds and listings,"
        " robots.txt obeyed, and archived as WARC; or archives and text tables that others made.",
        "rai:dataCollectionType": ["Web Scraping"],
        "rai:dataCollectionTimeframe": list(days),
        "rai:dataCollectionMissingData": f"{counts['rejects']:,} of {counts['rows']:,} rows were rejected; the table"
        " `rejects` has each with its reason.",
        "rai:dataCollectionRawData": "Each document names its WARC file, offset and payload digest in `capture`.",
        "rai:dataPreprocessingProtocol": [
            f"stage {stage}, state of code and settings {digest}" for stage, digest in manifest["stages"].items()
        ],
        "rai:dataUseCases": list(USES),
        "rai:dataLimitations": list(LIMITS),
        "rai:dataBiases": ["Outlets, places and subjects are those of the sites that were chosen."],
        "rai:personalSensitiveInformation": [
            "News names people; that is its content and stays.",
            f"Contact data of these kinds are masked: {', '.join(manifest['config']['personal']['mask']) or 'none'}.",
            f"Masked in this release: {masked}.",
        ],
        "rai:dataReleaseMaintenancePlan": "A version never changes. What has to go is left out of every later version;"
        f" ask {manifest['config']['release']['contact'] or 'whoever gave you this release'}.",
    }


def _distribution(tables: Mapping[str, type], manifest: Mapping[str, Any]) -> Iterator[Node]:
    for name in tables:
        for file in (file for file in manifest["files"] if file["path"].startswith(f"{name}/")):
            yield {
                "@type": "cr:FileObject",
                "@id": file["path"],
                "name": file["path"],
                "contentUrl": file["path"],
                "contentSize": f"{file['size']} B",
                "encodingFormat": _PARQUET,
                "sha256": file["sha256"],
            }
        yield {
            "@type": "cr:FileSet",
            "@id": f"{name}-files",
            "name": f"{name}-files",
            "description": f"All files of the table {name}.",
            "encodingFormat": _PARQUET,
            "includes": f"{name}/**/*.parquet",
        }


def _record_set(name: str, record: type) -> Node:
    schema = arrow_schema(record)
    fields = [_field(f"{name}/{column.name}", column, f"{name}-files", column.name) for column in schema]
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": (record.__doc__ or "").strip(),
        **({"key": {"@id": f"{name}/id"}} if name == "documents" else {}),
        "field": fields,
    }


def _field(place: str, column: pa.Field, files: str, root: str) -> Node:
    inner = column.type.value_type if pa.types.is_list(column.type) else column.type
    note = (column.metadata or {}).get(b"description", b"").decode()
    path = place.split("/", 2)[2:]
    source = {"fileSet": {"@id": files}, "extract": {"column": root}}
    node: Node = {"@type": "cr:Field", "@id": place, "name": place, "description": note or column.name}
    if pa.types.is_list(column.type):
        node |= {"isArray": True, "arrayShape": "-1"}
    if pa.types.is_struct(inner):
        return node | {"subField": [_field(f"{place}/{child.name}", child, files, root) for child in inner]}
    if path:
        source["transform"] = {"jsonPath": ".".join(path[0].split("/"))}
    return node | {"dataType": next(name for fits, name in _TYPES if fits(inner)), "source": source}
