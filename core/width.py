"""Full-width forms to half width, and nothing more. Pure.

NFKC would do it too, but it also turns 5² into 52 and ½ into 1⁄2: in amounts and numbers that is a forgery, not a form.
"""

_TABLE: dict[int, str] = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0xFFE5: "¥"}


def half_width(text: str) -> str:
    """'１２３．５' becomes '123.5'; all other characters stay as they are."""
    return text if text.isascii() else text.translate(_TABLE)
