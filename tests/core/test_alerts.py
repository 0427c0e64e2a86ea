"""Who is told of what: the rules."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from hanse_harvesters import alert_rules
from hanse_harvesters.alert_rules import AlertRules, occasion, rules
from hanse_harvesters.errors import ConfigError

SITE = AlertRules(mail=("site@example.org",), on=("failed",), more_than=3)


def test_a_source_says_what_is_its_own_and_the_site_the_rest() -> None:
    found = rules({"mail": ["a@example.org"], "on": ["held", "issues"]}, default=SITE)
    assert found == AlertRules(("a@example.org",), (), ("held", "issues"), 3)
    assert rules({}, default=SITE) == SITE
    assert rules({"mail": []}, default=SITE).targets() == []


def test_everybody_is_told_once() -> None:
    found = rules({"mail": ["a@example.org", "a@example.org"], "webhook": ["https://x.example/h"]})
    assert found.targets() == [("mail", "a@example.org"), ("webhook", "https://x.example/h")]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"mail": ["Amt <amt@example.org>"]}, "alerts.mail"),
        ({"mail": ["amt@example.org\nBcc: all@example.org"]}, "alerts.mail"),
        ({"mail": ["nobody"]}, "no mail address"),
        ({"webhook": ["ftp://example.org/x"]}, "alerts.webhook"),
        ({"webhook": ["http://127.0.0.1:5000/x"]}, "alerts.webhook"),
        ({"webhook": ["http://[::ffff:169.254.169.254]/"]}, "alerts.webhook"),
        ({"on": ["sometimes"]}, "failed, held, issues, always"),
        ({"more_than": -1}, "alerts.more_than"),
        ({"more_than": "many"}, "alerts.more_than"),
        ({"sms": ["1"]}, "unknown key"),
        (["mail"], "alerts"),
        ({"mail": [f"a{n}@example.org" for n in range(21)]}, "more than 20"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(raw: object, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        rules(raw)


def test_a_private_receiver_needs_the_operators_list() -> None:
    url = "http://127.0.0.1:5000/x"
    found = rules({"webhook": [url]}, allowed_private=frozenset({"127.0.0.1:5000"}))
    assert found.webhook == (url,)


@pytest.mark.parametrize(
    ("status", "complete", "new", "said"),
    [
        ("failed", False, 9, "failed"),
        ("partial", False, 9, "failed"),
        ("held", True, 9, "held"),
        ("success", True, 4, "issues"),
        ("success", True, 3, "always"),
        ("success", True, None, "always"),
        ("success", False, 9, "always"),
    ],
)
def test_the_gravest_occasion_counts(
    status: str, complete: bool, new: int | None, said: str
) -> None:
    every = AlertRules(on=alert_rules.OCCASIONS, more_than=3)
    assert occasion(every, status=status, complete=complete, new_issues=new) == said


def test_an_occasion_nobody_asked_for_is_none() -> None:
    assert occasion(AlertRules(), status="success", complete=True, new_issues=99) == ""
    assert occasion(AlertRules(on=("held",)), status="failed", complete=False, new_issues=1) == ""


def test_mended_issues_offset_no_new_ones() -> None:
    assert alert_rules.new_issues({"a": 5, "b": 1}, {"a": 2, "b": 9, "c": 4}) == 3


def test_a_receiver_can_check_who_sent_it() -> None:
    own = hmac.new(b"geheim", b"{}", hashlib.sha256).hexdigest()
    assert alert_rules.signature("geheim", b"{}") == f"sha256={own}"
