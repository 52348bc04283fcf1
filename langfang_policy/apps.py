"""The project itself as an app: it has no models, only what stands above both apps (checks, commands)."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "langfang_policy"

    def ready(self) -> None:
        from langfang_policy import checks  # noqa: F401  # importing registers them
