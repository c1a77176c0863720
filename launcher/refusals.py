"""What the launcher cannot use, said in one line instead of a trace."""


class Unusable(Exception):
    """A setting, a folder or a program that cannot be used; the text says which, why, and what to do."""
