"""Samples: RFC 3464, appendix E, with its recipients' addresses replaced by made-up ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jcoc.trail.channels.bounces import NotABounce, Report, is_dead, read

ID = "5f0c2f3e-9a54-4f0e-8a53-0d3f1f4c7b21"

E1_SIMPLE = b"""\
Date: Thu, 7 Jul 1994 17:16:05 -0400
From: Mail Delivery Subsystem <MAILER-DAEMON@CS.EXAMPLE.EDU>
Message-Id: <199407072116.RAA14128@CS.EXAMPLE.EDU>
Subject: Returned mail: Cannot send message for 5 days
To: <owner@example.org>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
      boundary="RAA14128.773615765/CS.UTK.EDU"

--RAA14128.773615765/CS.UTK.EDU

The original message was received at Sat, 2 Jul 1994 17:10:28 -0400
from root@localhost

   ----- The following addresses had delivery problems -----
<one@larry.example.edu>  (unrecoverable error)

----- Transcript of session follows -----
<one@larry.example.edu>... Deferred: Connection timed out
      with larry.example.edu.
Message could not be delivered for 5 days
Message will be deleted from queue

--RAA14128.773615765/CS.UTK.EDU
content-type: message/delivery-status

Reporting-MTA: dns; cs.example.edu

Original-Recipient: rfc822;one@larry.example.edu
Final-Recipient: rfc822;one@larry.example.edu
Action: failed
Status: 4.0.0
Diagnostic-Code: smtp; 426 connection timed out
Last-Attempt-Date: Thu, 7 Jul 1994 17:15:49 -0400

--RAA14128.773615765/CS.UTK.EDU
content-type: message/rfc822

[original message goes here]
--RAA14128.773615765/CS.UTK.EDU--
"""

E2_SEVERAL = b"""\
Date: Fri, 8 Jul 1994 09:21:47 -0400
From: Mail Delivery Subsystem <MAILER-DAEMON@CS.EXAMPLE.EDU>
Subject: Returned mail: User unknown
To: <owner@example.org>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
      boundary="JAA13167.773673707/CS.UTK.EDU"

--JAA13167.773673707/CS.UTK.EDU
content-type: text/plain; charset=us-ascii

   ----- The following addresses had delivery problems -----
<one@vnet.example.com>  (unrecoverable error)
<three@sdcc13.example.edu>  (unrecoverable error)

--JAA13167.773673707/CS.UTK.EDU
content-type: message/delivery-status

Reporting-MTA: dns; cs.example.edu

Original-Recipient: rfc822;one@vnet.example.com
Final-Recipient: rfc822;one@vnet.example.com
Action: failed
Status: 5.0.0 (permanent failure)
Diagnostic-Code: smtp;
 550 'one@vnet.example.com' is not a
 registered gateway user
Remote-MTA: dns; vnet.example.com

Original-Recipient: rfc822;two@hpnjld.example.com
Final-Recipient: rfc822;two@hpnjld.example.com
Action: delayed
Status: 4.0.0 (hpnjld.example.com: host name lookup failure)

Original-Recipient: rfc822;three@sdcc13.example.edu
Final-Recipient: rfc822;three@sdcc13.example.edu
Action: failed
Status: 5.0.0
Diagnostic-Code: smtp; 550 user unknown
Remote-MTA: dns; sdcc13.example.edu

--JAA13167.773673707/CS.UTK.EDU
content-type: message/rfc822

[original message goes here]
--JAA13167.773673707/CS.UTK.EDU--
"""


def notice(
    *, to: str = "bounces@example.go.id", status: str = "", rest: str = "", action: str = "failed"
) -> bytes:
    return f"""\
From: MAILER-DAEMON@mx.example.net
To: {to}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; warga@example.net
Action: {action}
Status: {status or "5.1.1"}
Diagnostic-Code: smtp; 550 5.1.1 no such user

--b
{rest or "Content-Type: text/plain"}

--b--
""".encode()


def test_rfc_sample_of_one_recipient() -> None:
    found = read(E1_SIMPLE)
    assert found.reports == (Report("one@larry.example.edu", "failed", "4.0.0", "426 connection timed out"),)
    assert found.message_ids == ()
    assert not is_dead(found.reports[0])


def test_rfc_sample_of_several_recipients() -> None:
    one, two, three = read(E2_SEVERAL).reports
    assert (one.action, one.status) == ("failed", "5.0.0")
    assert one.diagnostic == "550 'one@vnet.example.com' is not a registered gateway user"
    assert (two.action, two.status, two.diagnostic) == ("delayed", "4.0.0", "")
    assert three == Report("three@sdcc13.example.edu", "failed", "5.0.0", "550 user unknown")
    assert [is_dead(each) for each in (one, two, three)] == [True, False, True]


@pytest.mark.parametrize(
    ("status", "action", "dead"),
    [
        ("5.1.1", "failed", True),
        ("5.1.10", "failed", True),
        ("5.2.1", "failed", True),
        ("5.2.2", "failed", False),  # the box is full
        ("5.7.1", "failed", False),  # policy
        ("4.4.1", "failed", False),
        ("5.1.1", "delayed", False),
        ("2.0.0", "delivered", False),
    ],
)
def test_which_addresses_are_dead(status: str, action: str, dead: bool) -> None:
    (report,) = read(notice(status=status, action=action)).reports
    assert (report.status, report.action) == (status, action)
    assert is_dead(report) is dead


@pytest.mark.parametrize(
    "raw",
    [
        notice(to=f"bounces+{ID.replace('-', '')}@example.go.id"),
        notice(to=f'"JCOC" <bounces+{ID.replace("-", "").upper()}@example.go.id>'),
        notice(rest=f"Content-Type: text/rfc822-headers\n\nSubject: Kode\nX-JCOC-Message: {ID}\n"),
        notice(rest=f"Content-Type: message/rfc822\n\nSubject: Kode\nX-JCOC-Message: {ID}\n\nisi"),
    ],
    ids=["return path", "return path in capitals", "headers sent back", "message sent back"],
)
def test_our_id_is_found_wherever_it_stands(raw: bytes) -> None:
    assert read(raw).message_ids == (ID,)


def test_internationalised_notifications_are_read() -> None:
    raw = notice().replace(b"message/delivery-status\n", b"message/global-delivery-status\n")
    assert read(raw).reports[0].status == "5.1.1"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"Subject: Halo\n\nApa kabar?",
        notice(action="shrugged"),
        b"x" * (1024 * 1024 + 1),
        bytes(range(256)),
    ],
    ids=["nothing", "a letter", "unknown action", "too large", "bytes"],
)
def test_what_is_no_notification_is_refused(raw: bytes) -> None:
    with pytest.raises(NotABounce):
        read(raw)


@given(st.integers(0, len(E2_SEVERAL)), st.binary(max_size=40))
def test_damage_is_refused_and_never_more(at: int, noise: bytes) -> None:
    try:
        found = read(E2_SEVERAL[:at] + noise + E2_SEVERAL[at + len(noise) :])
    except NotABounce:
        return
    assert 1 <= len(found.reports) <= 4
