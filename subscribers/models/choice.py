"""What readers choose beside a list: topics; and the parts of an audience that editors name: segments."""

from django.db import models

from subscribers.models.subscriber import Subscriber


class Topic(models.Model):
    """A matter that readers choose mail about, on whatever lists they are."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)


class TopicChoice(models.Model):
    """A reader chose a topic."""

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="choices", db_index=False)
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="choices")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscriber", "topic"], name="one_choice_a_topic")]


class Segment(models.Model):
    """A part of the readers, by conditions on what is known of them."""

    slug = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    conditions = models.JSONField()
    """See ``subscribers.segments``."""
    created_at = models.DateTimeField(auto_now_add=True)
