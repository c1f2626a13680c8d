"""The tables of who may be mailed."""

from subscribers.models.consent import Consent, Suppression
from subscribers.models.importing import Import, ImportRow
from subscribers.models.subscriber import MailingList, Subscriber, Subscription

__all__ = ["Consent", "Import", "ImportRow", "MailingList", "Subscriber", "Subscription", "Suppression"]
