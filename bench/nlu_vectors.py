"""Sentence vectors for Rasa's own classifiers; needed by the comparison alone."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bench.nlu_rows import VECTORS
from bot.nlu.vectors import sentence_vectors


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceVectorFeaturizer(DenseFeaturizer, GraphComponent):
    """Gives a message its sentence vector, and every word of it the same."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Return what has to come before."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings."""
        return {**DenseFeaturizer.get_default_config()}

    def __init__(self, execution_context: ExecutionContext, config: dict[str, Any]) -> None:
        """Make the component; it learns nothing."""
        super().__init__(execution_context.node_name, config)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceVectorFeaturizer:
        """Make the component."""
        return cls(execution_context, config)

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Accept every config."""

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Give the examples their vectors."""
        messages = [m for m in training_data.training_examples if m.get(TEXT)]
        vectors = sentence_vectors().many([m.get(TEXT) for m in messages], VECTORS)
        for message, vector in zip(messages, vectors, strict=True):
            self._set(message, vector)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Give messages their vectors."""
        for message in messages:
            self._set(message, sentence_vectors()(message.get(TEXT)))
        return messages

    def _set(self, message: Message, vector: Any) -> None:
        tokens = len(message.get("text_tokens") or ()) or 1
        self.add_features_to_message(
            np.repeat(vector[np.newaxis], tokens, axis=0), vector[np.newaxis], TEXT, message
        )
