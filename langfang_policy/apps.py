"""What stands above both apps? Checks and commands; the project is an app for them, without models."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "langfang_policy"

    def ready(self) -> None:
        from langfang_policy import checks  # noqa: F401  # importing registers them
