"""What somebody may do, and what is said where that is not enough."""

from api.errors import RoleMissing
from api.language import N_
from api.people import Person, Role

ROLES: dict[Role, str] = {"editor": N_("editor"), "reviewer": N_("reviewer"), "admin": N_("admin")}


def need_role(person: Person, role: Role, province_uid: str | None, province_name: str) -> None:
    """Raises RoleMissing, which says which role is needed where, and what the account has."""
    if not person.may(role, province_uid):
        province = province_name or N_("a province that is not known")
        raise RoleMissing(ROLES[role], province, person.login, held_by(person) or [(N_("no role"),)])


def held_by(person: Person) -> list[tuple[str, ...]]:
    """A person's roles and where, in words that are translated where they are shown."""
    return sorted((ROLES[one.role], one.province or one.province_uid or N_("all provinces")) for one in person.grants)
