from django.apps import AppConfig


class DemonstrationConfig(AppConfig):
    name = "demonstration"
    verbose_name = "示例数据"

    def ready(self) -> None:
        from demonstration import main_job  # noqa: F401 - registers its job
