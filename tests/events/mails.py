"""Mails as they come to a mailbox for bounces."""

ID = "dE_liv-ery0000000000id"
TOKEN = "tO_k-en0000000000token"
assert len(ID) == len(TOKEN) == 22
VERP = f"bounces+{ID}@example.org"
READER = "reader0@example.org"

RETURNED = f"""\
Message-ID: <{ID}@news.example.org>
From: USHRN <news@example.org>
To: Reader <{READER}>
Subject: News
List-Unsubscribe: <https://news.example.org/u/{TOKEN}>

Dear reader,
"""


def mail(body: str = "", *, to: str = "bounces@example.org", **headers: str) -> bytes:
    """A plain mail."""
    made = {"From": "Somebody <reader0@example.org>", "To": to, "Date": "Wed, 28 Oct 2020 10:00:00 +0000"}
    made |= {name.replace("_", "-"): value for name, value in headers.items()}
    return ("".join(f"{name}: {value}\n" for name, value in made.items()) + f"\n{body}\n").encode()


def dsn(
    status: str = "5.1.1",
    said: str = "smtp; 550 5.1.1 <reader0@example.org>: user unknown",
    *,
    action: str = "failed",
    to: str = VERP,
    returned: str = RETURNED,
    recipient: str = READER,
) -> bytes:
    """A delivery status notification as Postfix writes it."""
    return f"""\
Return-Path: <>
Delivered-To: {to}
Date: Wed, 28 Oct 2020 10:00:00 +0000 (UTC)
From: MAILER-DAEMON@mx.example.net (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {to}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
    boundary="B/mx.example.net"
Message-Id: <20201028100000.B@mx.example.net>

--B/mx.example.net
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.net.

--B/mx.example.net
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
Arrival-Date: Wed, 28 Oct 2020 09:59:00 +0000 (UTC)

Final-Recipient: rfc822; {recipient}
Original-Recipient: rfc822;{recipient}
Action: {action}
Status: {status}
Diagnostic-Code: {said}

--B/mx.example.net
Content-Description: Undelivered Message
Content-Type: message/rfc822

{returned}
--B/mx.example.net--
""".encode()


def arf(kind: str = "abuse", *, returned: str = RETURNED) -> bytes:
    """A complaint report (RFC 5965), its recipient redacted."""
    return f"""\
From: <abusedesk@example.com>
Date: Wed, 28 Oct 2020 10:00:00 +0000
Subject: FW: News
To: <bounces@example.org>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="part1"

--part1
Content-Type: text/plain; charset="US-ASCII"

This is an email abuse report.

--part1
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeGenerator/1.0
Version: 1
Original-Rcpt-To: redacted@example.com

--part1
Content-Type: message/rfc822
Content-Disposition: inline

{returned.replace(READER, "redacted@example.com")}
--part1--
""".encode()


QMAIL = f"""\
Return-Path: <>
From: MAILER-DAEMON@mx.example.net
To: {VERP}
Subject: failure notice
Date: 28 Oct 2020 10:00:00 -0000

Hi. This is the qmail-send program at mx.example.net.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{READER}>:
192.0.2.1 does not like recipient.
Remote host said: 550 5.1.1 user unknown
Giving up on 192.0.2.1.

--- Below this line is a copy of the message.

{RETURNED}
""".encode()

EXIM = f"""\
Return-path: <>
X-Failed-Recipients: {READER}
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mx.example.net>
To: news@example.org
Subject: Mail delivery failed: returning message to sender
Date: Wed, 28 Oct 2020 10:00:00 +0000

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {READER}
    mailbox is full: retry timeout exceeded

------ This is a copy of the message, including all the headers. ------

{RETURNED}
""".encode()
