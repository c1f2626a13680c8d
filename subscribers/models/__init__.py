"""The tables of who may be mailed."""

from subscribers.models.consent import Consent, OptOutLog, Suppression
from subscribers.models.importing import Import, ImportRow
from subscribers.models.subscriber import MailingList, Subscriber, Subscription

__all__ = ["Consent", "Import", "ImportRow", "MailingList", "OptOutLog", "Subscriber", "Subscription", "Suppression"]
