"""Colours of states: one map, so that the same state has the same colour on every page."""

_BY_TONE = {
    "green": "done paid active accepted approved applied settled confirmed matched covered posted in_force received "
    "released booked balanced",
    "blue": "running checking applying submitted ordered built processing opened",
    "azure": "waiting checked uploaded due",
    "orange": "open overdue returned draft pending hold suspended rebuild partial amber edge unstable",
    "red": "failed refused rejected missing red breach terminated dead",
    "secondary": "cancelled withdrawn void undone ended closed reversed inactive merged expired",
    "yellow": "yellow warning attention",
    "purple": "illustrative",
}
STATES: dict[str, str] = {state: tone for tone, states in _BY_TONE.items() for state in states.split()}

_MESSAGES = {
    "error": ("danger", "alert-circle"),
    "warning": ("warning", "alert-triangle"),
    "success": ("success", "circle-check"),
}


def of_state(state: str) -> str:
    """Tabler colour of a state; a state the map does not know is grey, never an error."""
    return STATES.get(state, "secondary")


def of_message(tags: str) -> tuple[str, str]:
    """Tabler alert colour and icon for the tags of a Django message."""
    for tag, look in _MESSAGES.items():
        if tag in tags.split():
            return look
    return ("info", "info-circle")
