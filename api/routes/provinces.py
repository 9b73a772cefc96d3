"""The province that an address names."""

from api.errors import BadLength, UnknownProvince
from api.store.connect import Reader
from api.store.features import select_province

LONGEST = 200  # letters of a name


async def read_province(reader: Reader, text: str | None) -> str | None:
    """The uid of a province, old or new, by code, slug or name; None where none is asked for.

    Raises BadLength, UnknownProvince.
    """
    name = (text or "").strip()
    if not name:
        return None
    if len(name) > LONGEST:
        raise BadLength("province", most=LONGEST)
    uid = await select_province(reader, name)
    if uid is None:
        raise UnknownProvince("province", value=name)
    return uid
