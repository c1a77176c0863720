"""The password rule of 等保 that Django does not bring."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class CharacterClassesValidator:
    """Asks for characters of several classes: small letters, capitals, digits, others."""

    def __init__(self, classes: int = 3) -> None:
        self.classes = classes

    def validate(self, password: str, user: object = None) -> None:
        found = {
            "small" if letter.islower() else "capital" if letter.isupper() else "digit" if letter.isdigit() else "other"
            for letter in password
        }
        if len(found) < self.classes:
            raise ValidationError(self.get_help_text(), code="password_classes")

    def get_help_text(self) -> str:
        return _("密码须包含大写字母、小写字母、数字、符号中的至少 %(classes)d 类。") % {"classes": self.classes}
