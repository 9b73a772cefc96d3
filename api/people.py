"""Who asks: a person with an account, and what that person may do where."""

from dataclasses import dataclass, field
from typing import Literal

Role = Literal["editor", "reviewer", "admin"]
ROLES: tuple[Role, ...] = ("editor", "reviewer", "admin")


@dataclass(frozen=True)
class Grant:
    """A role in a province of today; `province_uid` None is every province. `province` is its name, for messages."""

    role: Role
    province_uid: str | None = None
    province: str = field(default="", compare=False)


@dataclass(frozen=True)
class Person:
    """Somebody who has signed in. `account` is the account's number, `name` what others see."""

    account: int
    login: str
    name: str
    grants: frozenset[Grant] = field(default=frozenset())

    def may(self, role: Role, province_uid: str | None) -> bool:
        """Whether this person has a role in a province; None is a zone whose province nobody knows, which only those
        of every province may touch. An admin may do what editors and reviewers may.
        """
        return any(
            grant.role in (role, "admin") and grant.province_uid in (None, province_uid) for grant in self.grants
        )
