"""The Rasa component that understands topics."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.neighbours import Matrix
from bot.nlu.text_model import TextModel
from bot.nlu.two_needs import Ranking, second_topic
from bot.nlu.vectors import sentence_vectors, unpack
from services_catalog import Catalogue, load_catalogue

_RANKED = 10


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(GraphComponent, IntentClassifier):  # type: ignore[misc]
    """Sets ``intent``, ``intent_ranking`` and, when two troubles are told, ``second_intent``."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings of config.yml: a file that keeps vectors between trainings."""
        return {"vector_cache": "var/cache/vectors.npz"}

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: TextModel | None = None,
    ) -> None:
        """Hold a trained model, or none before training."""
        self._config = config
        self._storage = model_storage
        self._resource = resource
        self._model = model
        self._catalogue: Catalogue = load_catalogue()
        self._topics = {topic.id: topic for topic in self._catalogue.topics}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TopicClassifier:
        """Make an untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> TopicClassifier:
        """Load the trained component."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, TextModel.load(folder))

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the topics from the examples."""
        examples = [e for e in training_data.intent_examples if e.get(TEXT) and e.get(INTENT)]
        texts = [example.get(TEXT) for example in examples]
        vectors = sentence_vectors().many(texts, Path(self._config["vector_cache"]))
        self._model = TextModel.fit(texts, [e.get(INTENT) for e in examples], vectors)
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Return the examples as they are: nothing after this component learns from it."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Understand ``messages``."""
        for message in messages:
            if message.get(TEXT).startswith("/"):
                # A button's command is no text: Rasa reads it by itself, after all components.
                message.set(INTENT, _entry("", 1.0), add_to_output=True)
            else:
                self._understand(message)
        return messages

    def _understand(self, message: Message) -> None:
        text = message.get(TEXT)
        # The gateway has read the message already; the vector must not stay in the tracker.
        packed = (message.get("metadata") or {}).pop("vector", None)
        vector = unpack(packed) if packed else sentence_vectors()(text)
        ranking = self._ranked([text], vector[np.newaxis])[0]
        message.set(INTENT, _entry(*ranking[0]), add_to_output=True)
        message.set("intent_ranking", [_entry(*entry) for entry in ranking], add_to_output=True)
        second = second_topic(
            text,
            ranking,
            self._ranked,
            lambda topic: self._topics[topic].need,
            lambda topic: self._catalogue.need(self._topics[topic].need).service_need,
        )
        message.set("second_intent", _entry(*second) if second else None, add_to_output=True)

    def _ranked(self, texts: Sequence[str], vectors: Matrix | None = None) -> list[Ranking]:
        assert self._model is not None
        rows = self._model.probabilities(texts, vectors)
        names = self._model.labels
        return [[(names[i], float(row[i])) for i in np.argsort(-row)[:_RANKED]] for row in rows]


def _entry(name: str, confidence: float) -> dict[str, Any]:
    return {"name": name, "confidence": confidence}
