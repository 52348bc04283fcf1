"""With which settings do the benchmarks run? The site's own, with one more address: the bare view."""

import os
from pathlib import Path

from langfang_policy.settings import *  # noqa: F403  # Django reads every name of this module
from langfang_policy.settings import STORAGES, TEMPLATES

FOLDER = Path(os.environ["BENCHMARK_FOLDER"])

ROOT_URLCONF = "tests.benchmarks.urls"
TEMPLATES[0]["DIRS"].append(Path(__file__).parent / "templates")  # type: ignore[attr-defined]  # a list of paths
_KEPT = {
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    "OPTIONS": {"location": FOLDER / "documents"},
}
_FORGOTTEN = {"BACKEND": "tests.benchmarks.forgetful.Forgetful"}
STORAGES["documents"] = _FORGOTTEN if "BENCHMARK_KEEPS_NO_DOCUMENT" in os.environ else _KEPT
STORAGES["evidence"] = {**_KEPT, "OPTIONS": {"location": FOLDER / "evidence"}}
# The names of files carry hashes, as in service; they are made in the folder of the run.
STATIC_ROOT = FOLDER / "static"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
LOGGING = {"version": 1, "disable_existing_loggers": False, "root": {"level": "ERROR"}}
