"""What can be wrong with a wish for assessments."""

from api.errors.parameters import BadParameter


class UnknownLight(BadParameter):
    message = (
        "“{value}” is no light. Give one of {known}, and with a colon the state: on, off or unknown, such as "
        "outdated:unknown."
    )
