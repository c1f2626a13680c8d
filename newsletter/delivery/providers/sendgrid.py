"""SendGrid's v3 API, through its own package; up to 1,000 recipients a call.

The same content goes to all of a call; the tokens in it are SendGrid's substitutions. The API has no idempotency key,
so what is not surely refused may have been accepted. Therefore, in ``fenced`` mode, each call of a mailing has a batch
id and a time of its own at which its mails leave: until ten minutes before, it can be cancelled as a whole.
See https://www.twilio.com/docs/sendgrid/api-reference/cancel-scheduled-sends.
"""

import json
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from newsletter.delivery.messages import Recipient
from newsletter.delivery.providers import sendgrid_api as api
from newsletter.delivery.providers.base import (
    Accepted,
    Ambiguous,
    Answer,
    Barred,
    Capabilities,
    Checked,
    Fence,
    Hold,
    Needs,
    NoHold,
    Outcome,
    Provider,
    Submission,
    Unreachable,
    public_address_problems,
    same_for,
)
from newsletter.delivery.providers.sendgrid_content import body_of
from newsletter.outside.advice import Record
from newsletter.site import Site

FENCE = Fence(lead=timedelta(minutes=30), margin=timedelta(minutes=10), slots=10)
_FENCE_SCOPES = ("mail.batch.create", "user.scheduled_sends.create", "user.scheduled_sends.read")
"""What else the key must be allowed so that calls can be taken back."""
SPARE_SECONDS = 86_400.0
"""An id that was ready for longer is not used: SendGrid takes it for ten days, and a worker may rest for as long."""


class SendGrid(Provider):
    """Mails over SendGrid's API."""

    name = "sendgrid"

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self._settings = site.settings.providers.sendgrid
        self._account = api.Account(self._settings)
        self._spare: deque[tuple[str, float]] = deque()
        """Ids that are ready, and since when."""
        fenced = self._settings.mode == "fenced" and not self._settings.sandbox
        # Without a fence, a call that is cut off is unknown as a whole: then there is one at a time.
        self.capabilities = Capabilities(
            group=1_000,
            connections=4 if fenced or self._settings.sandbox else 1,
            fence=FENCE if fenced else None,
            dry_run=self._settings.sandbox,
        )

    def check(self) -> tuple[str, ...]:
        """There must be a key, and it must not travel in the clear."""
        return (*public_address_problems(self.site), *self._problems())

    def reach(self) -> Outcome:
        """Ask what the key may do (https://www.twilio.com/docs/sendgrid/api-reference/api-key-permissions)."""
        if problems := self._problems():
            return Barred(problems[0])
        try:
            _, found, _ = self._account.call("get", "scopes")
            scopes = set(json.loads(found)["scopes"])
        except api.Declined as error:
            return error.sure()
        except Exception as error:  # nothing was handed over, whatever it is
            return Unreachable(f"SendGrid gave no answer that can be read: {type(error).__name__}")
        needed = ("mail.send", *(_FENCE_SCOPES if self.capabilities.fence else ()))
        if missing := [scope for scope in needed if scope not in scopes]:
            return Barred(f"the API key lacks {', '.join(missing)}: give it these rights at SendGrid, or make another")
        return Checked("SendGrid knows the API key, and it may send")

    def needs(self, domain: str) -> Needs:
        """The records of the domain, as the account has them: one for bounces and SPF, two for keys
        (https://www.twilio.com/docs/sendgrid/api-reference/domain-authentication)."""
        if problems := self._problems():
            return Needs(problem=problems[0])
        try:
            _, found, _ = self._account.call("get", "whitelabel/domains")
            rows = json.loads(found)
            own = [row for row in rows if domain == row["domain"] or domain.endswith(f".{row['domain']}")]
            if not own:
                return Needs(problem=f"SendGrid does not know {domain}: add it there under Sender Authentication")
            best = max(own, key=lambda row: (bool(row.get("valid")), len(row["domain"])))
            parts = [part for part in best["dns"].values() if isinstance(part, dict)]
            return Needs(tuple(Record(part["type"].upper(), part["host"], part["data"]) for part in parts))
        except api.Declined as error:
            return Needs(problem=error.reason)
        except Exception as error:  # nothing hangs on it
            return Needs(problem=f"SendGrid gave no answer that can be read: {type(error).__name__}")

    def _problems(self) -> tuple[str, ...]:
        problems: list[str] = []
        if self._settings.api_key is None:
            problems.append("there is no API key: set api_key under [providers.sendgrid] in secrets.toml")
        elif self.site.settings.providers.allow_test_addresses and not (self._settings.host or self._settings.sandbox):
            problems.append(
                "allow_test_addresses is for tests against a stand-in, and this key would reach the real service: take "
                "it out of [providers] in newsletter.toml"
            )
        if not self._account.host.startswith("https://") and not self.site.settings.providers.allow_test_addresses:
            problems.append("the host of SendGrid's API must be https: the key would travel in the clear")
        return tuple(problems)

    def submit(self, submission: Submission) -> Answer:
        """One POST to mail/send; 202 is yes, or 200 in the sandbox, and nothing else."""
        body, asked, outcomes = body_of(submission, sandbox=self._settings.sandbox)
        if not asked:
            return Answer(outcomes)
        answer, ref = self._post(body, asked)
        if submission.hold:
            self._prepare()
        return Answer(outcomes | answer, ref)

    def hold(self, leaves_at: datetime) -> Hold:
        """A batch id of its own for one call."""
        try:
            return Hold(self._ready() or self._new_batch(), leaves_at)
        except api.Declined as error:
            raise NoHold(error.sure()) from None
        except Exception as error:  # nothing was handed over yet, whatever it is
            raise NoHold(Unreachable(f"SendGrid gives no batch id: {type(error).__name__}")) from None

    def revoke(self, hold: Hold) -> bool:
        """Cancel the batch. A second time is answered 400, as is one too many, so only what SendGrid then says of the
        batch counts."""
        asked = {"batch_id": hold.ref, "status": "cancel"}
        with suppress(Exception):
            self._account.call("post", "user/scheduled_sends", json.dumps(asked))
        try:
            _, found, _ = self._account.call("get", f"user/scheduled_sends/{hold.ref}")
            return any(one == asked for one in json.loads(found))
        except Exception:  # not confirmed
            return False

    def _post(self, body: str, asked: Sequence[Recipient]) -> tuple[dict[str, Outcome], str]:
        try:
            status, _, headers = self._account.call("post", "mail/send", body)
        except api.Declined as error:
            return error.outcomes(asked), ""
        except Exception as error:  # whatever it is, the call may have been taken
            return same_for(asked, Ambiguous(f"the connection to SendGrid broke: {type(error).__name__}")), ""
        if self._settings.sandbox and status == 200:
            return same_for(asked, Checked("200 nothing wrong, says SendGrid's sandbox; nobody was mailed")), ""
        if status != 202:
            return same_for(asked, Ambiguous(f"SendGrid answered {status}, not 202")), ""
        return same_for(asked, Accepted("202 queued by SendGrid")), headers.get("X-Message-Id") or ""

    def _new_batch(self) -> str:
        _, found, _ = self._account.call("post", "mail/batch")
        return str(json.loads(found)["batch_id"])

    def _prepare(self) -> None:
        """Have an id ready for the next call, so that nobody waits for it."""
        with suppress(Exception):
            self._spare.append((self._new_batch(), time.monotonic()))

    def _ready(self) -> str | None:
        while self._spare:
            ref, since = self._spare.popleft()
            if time.monotonic() - since < SPARE_SECONDS:
                return ref
        return None
