"""Tables of our own (docs/architecture.md, "The data"): sources, runs, records, …"""

from ckanext.hanse.model.alert import Alert
from ckanext.hanse.model.change import Change, Gone
from ckanext.hanse.model.checked_url import CheckedUrl, UrlHost, UrlUse
from ckanext.hanse.model.correction import Correction
from ckanext.hanse.model.dataset_state import DatasetState
from ckanext.hanse.model.deletion import Deletion
from ckanext.hanse.model.dump import Dump, DumpState
from ckanext.hanse.model.edition_verdict import EditionSaid, EditionVerdict
from ckanext.hanse.model.erasure import Erasure
from ckanext.hanse.model.former import Former
from ckanext.hanse.model.link import Link, LinkVerdict
from ckanext.hanse.model.model_dataset import AssignedHow, ModelAbsence, ModelAssignment
from ckanext.hanse.model.push import Push, PushToken
from ckanext.hanse.model.record import TWINS, RecordState, SourceRecord
from ckanext.hanse.model.run import HarvestRun, RunKind, RunStatus
from ckanext.hanse.model.score_point import ScoreKind, ScorePoint
from ckanext.hanse.model.source import HarvestSource
from ckanext.hanse.model.uploaded_list import UploadedList

__all__ = [
    "TWINS",
    "Alert",
    "AssignedHow",
    "Change",
    "CheckedUrl",
    "Correction",
    "DatasetState",
    "Deletion",
    "Dump",
    "DumpState",
    "EditionSaid",
    "EditionVerdict",
    "Erasure",
    "Former",
    "Gone",
    "HarvestRun",
    "HarvestSource",
    "Link",
    "LinkVerdict",
    "ModelAbsence",
    "ModelAssignment",
    "Push",
    "PushToken",
    "RecordState",
    "RunKind",
    "RunStatus",
    "ScoreKind",
    "ScorePoint",
    "SourceRecord",
    "UploadedList",
    "UrlHost",
    "UrlUse",
]
