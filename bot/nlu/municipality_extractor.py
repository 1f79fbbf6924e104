"""The Rasa component that finds a municipality in whatever form it was typed."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_END,
    ENTITY_ATTRIBUTE_START,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message

from services_catalog import find_all
from services_catalog.words import is_word


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class MunicipalityExtractor(GraphComponent, EntityExtractorMixin):  # type: ignore[misc]
    """Adds the entity ``municipality``, whose value is the name in its basic form."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> MunicipalityExtractor:
        """Make the component; it learns nothing."""
        # The word list takes seconds to load: not while somebody waits for the first answer.
        is_word("talo")
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Add what is found to the entities of ``messages``."""
        for message in messages:
            found = [
                {
                    ENTITY_ATTRIBUTE_TYPE: "municipality",
                    ENTITY_ATTRIBUTE_START: place.start,
                    ENTITY_ATTRIBUTE_END: place.end,
                    ENTITY_ATTRIBUTE_VALUE: place.name,
                }
                for place in find_all(message.get(TEXT))
            ]
            found = self.add_extractor_name(found)
            known = message.get(ENTITIES, [])
            message.set(ENTITIES, [*known, *found], add_to_output=True)
        return messages
