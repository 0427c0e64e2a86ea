"""The one issue for each host that does not answer, before the issues of a source's records."""

from __future__ import annotations

from collections.abc import Iterator

from ckanext.hanse.link_checks import figures
from ckanext.hanse.link_checks.figures import DownHost, Which
from ckanext.hanse.sources import issues as record_issues
from ckanext.hanse.sources.issues import Filter, SourceIssue
from hanse_harvesters.issue import Issue, rules
from hanse_harvesters.quality.groups import IssueGroup, Unit

#: The rule of such an issue.
HOST_RULE = "link-host-dead"


def of_source(source_id: int, asked: Filter) -> list[SourceIssue]:
    """Return those of a source's hosts that match the filter."""
    hosts = figures.down_hosts(figures.of_source(source_id))
    issues = [(host, host.issue()) for host in hosts]
    return [_row(host, issue) for host, issue in issues if _matches(host, issue, asked)]


def count(source_id: int, asked: Filter) -> int:
    """Return the number of issues, those of hosts among them."""
    return len(of_source(source_id, asked)) + record_issues.count(source_id, asked)


def page(source_id: int, asked: Filter, *, limit: int, offset: int = 0) -> list[SourceIssue]:
    """Return a page of the issues: hosts first, then those of records, the most severe first."""
    hosts = of_source(source_id, asked)
    first = hosts[offset : offset + limit]
    rest = max(0, offset - len(hosts))
    return first + record_issues.page(source_id, asked, limit=limit - len(first), offset=rest)


def every(source_id: int, asked: Filter) -> Iterator[SourceIssue]:
    """Yield all issues, with one chunk in memory."""
    yield from of_source(source_id, asked)
    yield from record_issues.every(source_id, asked)


def groups(which: Which) -> list[IssueGroup]:
    """Return the group of all such issues, counted in files; none if every host answers."""
    hosts = figures.down_hosts(which)
    if not hosts:
        return []
    issue, files = hosts[0].issue(), sum(host.links for host in hosts)
    return [IssueGroup(issue.rule, issue.field, files, Unit.FILE, len(hosts))]


def _row(host: DownHost, issue: Issue) -> SourceIssue:
    return SourceIssue("", "", "", "", "", host.host, issue)


def _matches(host: DownHost, issue: Issue, asked: Filter) -> bool:
    severity = rules()[issue.rule].severity.value
    return (
        asked.rule in ("", issue.rule)
        and asked.severity in ("", severity)
        and not asked.field
        and all(word.casefold() in host.host for word in asked.q.split())
    )
