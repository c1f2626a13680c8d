"""What visitors ask for on the pages, until it is done."""

from django.db import models

from subscribers.models.subscriber import MailingList, Subscription


class SignUp(models.Model):
    """A form that a visitor sent, as it waits to be looked at; deleted in the transaction in which that is done.

    The page writes this one row whoever is asked for, so that its answer tells nobody who is known.
    """

    list = models.ForeignKey(MailingList, on_delete=models.CASCADE, related_name="+", db_index=False)
    email = models.CharField(max_length=254)
    language = models.CharField(max_length=12, blank=True)
    details = models.JSONField(default=dict)
    """``first_name``, and ``topics`` by their slugs."""
    source = models.CharField(max_length=200)
    wording = models.TextField(blank=True)
    at = models.DateTimeField()


class FormerToken(models.Model):
    """A token in mails of a subscription that is now part of another: its links work for that one."""

    token = models.CharField(max_length=22, unique=True)
    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="former_tokens")
