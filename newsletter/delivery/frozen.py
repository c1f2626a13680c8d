"""What a mailing freezes when it starts, as rows, and back as values."""

from dataclasses import asdict
from datetime import datetime
from hashlib import sha256

from newsletter.delivery.claims import Row
from newsletter.delivery.messages import Envelope, Recipient
from newsletter.models import Mailing
from newsletter.models import Rendering as RenderingRow
from newsletter.render.rendering import FieldUse, Rendering


def freeze_rendering(mailing: Mailing, rendering: Rendering, variant: str = "") -> RenderingRow:
    """``rendering`` as a row of ``mailing``; calendar files have addresses of their own and are not in it."""
    content = "\0".join((rendering.subject, rendering.html, rendering.text))
    return RenderingRow.objects.create(
        mailing=mailing,
        language=rendering.language,
        variant=variant,
        subject=rendering.subject,
        preheader=rendering.preheader,
        html=rendering.html,
        text=rendering.text,
        fields=[{**asdict(use), "moment": use.moment and use.moment.isoformat()} for use in rendering.fields],
        sha256=sha256(content.encode()).hexdigest(),
    )


def thaw_rendering(row: RenderingRow) -> Rendering:
    """The rendering as it was frozen."""
    uses = [
        FieldUse(**{**use, "moment": use["moment"] and datetime.fromisoformat(use["moment"])}) for use in row.fields
    ]
    return Rendering(row.language, row.subject, row.preheader, row.html, row.text, tuple(uses))


def freeze_envelope(envelope: Envelope) -> dict[str, str]:
    """``envelope`` without its date, which is the mailing's ``not_before``."""
    return {key: value for key, value in asdict(envelope).items() if key != "date"}


def thaw_envelope(mailing: Mailing) -> Envelope:
    """The envelope as it was frozen."""
    return Envelope(date=mailing.not_before, **mailing.envelope)


def recipient_of(row: Row) -> Recipient:
    """The reader that a delivery is for."""
    return Recipient(*row[2:7])  # public id, address, name, token, values
