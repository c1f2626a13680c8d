"""The tables of who may be mailed."""

from subscribers.models.choice import Segment, Topic, TopicChoice
from subscribers.models.consent import Consent, OptOutLog, Suppression
from subscribers.models.feedback import Feedback
from subscribers.models.importing import Import, ImportRow
from subscribers.models.link import MailedLink, Throttle
from subscribers.models.signup import FormerToken, SignUp
from subscribers.models.subscriber import MailingList, Subscriber, Subscription

__all__ = [
    "Consent",
    "Feedback",
    "FormerToken",
    "Import",
    "ImportRow",
    "MailedLink",
    "MailingList",
    "OptOutLog",
    "Segment",
    "SignUp",
    "Subscriber",
    "Subscription",
    "Suppression",
    "Throttle",
    "Topic",
    "TopicChoice",
]
