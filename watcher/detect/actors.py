"""The armed sides and how they belong together. Pure values; built by rulebook/, used by every later room."""

from __future__ import annotations

from collections.abc import Iterator

from watcher.model import Actor, ActorId


class Actors:
    """All sides, by id.

    Raises:
        ValueError: for an id given twice, an ``inside`` that is no actor, or a circle of actors.
    """

    def __init__(self, actors: tuple[Actor, ...]) -> None:
        self._actors: dict[ActorId, Actor] = {}
        for actor in actors:
            if actor.id in self._actors:
                raise ValueError(f"actor '{actor.id}' is given twice")
            self._actors[actor.id] = actor
        self._families = {actor.id: self._climb(actor) for actor in actors}

    def __iter__(self) -> Iterator[Actor]:
        return iter(self._actors.values())

    def __len__(self) -> int:
        return len(self._actors)

    def __getitem__(self, actor_id: ActorId) -> Actor:
        return self._actors[actor_id]

    def get(self, actor_id: ActorId) -> Actor | None:
        return self._actors.get(actor_id)

    def related(self, one: ActorId | None, other: ActorId | None) -> bool:
        """Whether they are the same side or one is part of the other; nobody is related to None."""
        if one is None or other is None:
            return False
        return one == other or one in self._families.get(other, ()) or other in self._families.get(one, ())

    def allied(self, one: ActorId, other: ActorId) -> bool:
        """Whether the file says that one fights beside the other."""
        first, second = self._actors.get(one), self._actors.get(other)
        return bool(first and other in first.allies) or bool(second and one in second.allies)

    def _climb(self, actor: Actor) -> tuple[ActorId, ...]:
        path: list[ActorId] = []
        current = actor
        while current.inside is not None:
            if current.inside not in self._actors:
                raise ValueError(f"actor '{current.id}' is part of '{current.inside}', which is no actor")
            if current.inside in path or current.inside == actor.id:
                raise ValueError(f"actor '{actor.id}' is part of itself")
            path.append(current.inside)
            current = self._actors[current.inside]
        return tuple(path)
