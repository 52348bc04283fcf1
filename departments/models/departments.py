"""Which bodies can a clause bind, under which names, and who has succeeded whom?"""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from departments.models.versions import KeptVersions
from langfang_policy.characters import refuse_hidden_characters, refuse_hidden_characters_in_lines


class DepartmentKind(models.TextChoices):
    GOVERNMENT = "government", _("government department")
    PARTY = "party", _("party department")
    CONGRESS = "congress", _("people's congress")
    CPPCC = "cppcc", _("people's political consultative conference")
    MASS_ORGANISATION = "mass_organisation", _("mass organisation")


class DepartmentQuerySet(models.QuerySet["Department"]):
    def get_by_natural_key(self, slug: str) -> "Department":
        return self.get(slug=slug)


class Department(models.Model):
    """A body that a clause can bind. `name` is the wording of the clauses."""

    slug = models.SlugField(_("short code"), max_length=20, unique=True)
    name = models.CharField(
        _("name in the clauses"), max_length=60, unique=True, validators=[refuse_hidden_characters]
    )
    short_name = models.CharField(
        _("short name"), max_length=20, unique=True, validators=[refuse_hidden_characters]
    )
    full_name = models.CharField(_("full name"), max_length=80, validators=[refuse_hidden_characters])
    kind = models.CharField(_("kind"), max_length=20, choices=DepartmentKind.choices)
    position = models.PositiveSmallIntegerField(_("protocol order"), default=0)  # not a place in a measure
    # Two people or two numbers stand in one cell of an office's list, on two lines.
    contact = models.CharField(
        _("contact person"), max_length=40, blank=True, validators=[refuse_hidden_characters_in_lines]
    )
    telephone = models.CharField(
        _("telephone"), max_length=40, blank=True, validators=[refuse_hidden_characters_in_lines]
    )
    rankable = models.BooleanField(
        _("may be ranked"), default=False, help_text=_("Only government departments are ever ranked.")
    )
    allow_self_review = models.BooleanField(
        _("may review its own text"),
        default=False,
        help_text=_("For departments with one person only; the record then says: reviewed by the writer."),
    )

    objects = DepartmentQuerySet.as_manager()
    history = KeptVersions()

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering: ClassVar = ["position", "slug"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="department_name_not_empty",
                condition=~Q(name="") & ~Q(short_name="") & ~Q(full_name=""),
                violation_error_message=_("A department needs its name, short name and full name."),
            ),
            models.CheckConstraint(
                name="department_kind_is_known",
                condition=Q(kind__in=DepartmentKind.values),
                violation_error_message=_("This kind of department is not known."),
            ),
            models.CheckConstraint(
                name="department_only_government_is_ranked",
                condition=Q(rankable=False) | Q(kind="government"),
                violation_error_message=_("Only government departments may be ranked."),
            ),
        ]

    def __str__(self) -> str:
        return self.short_name

    def clean(self) -> None:
        """Line ends as files have them; browsers send others."""
        self.contact, self.telephone = (text.replace("\r\n", "\n") for text in (self.contact, self.telephone))

    def natural_key(self) -> tuple[str]:
        return (self.slug,)


class DepartmentAliasManager(models.Manager["DepartmentAlias"]):
    def get_by_natural_key(self, name: str) -> "DepartmentAlias":
        return self.get(name=name)


class DepartmentAlias(models.Model):
    """Another name under which texts mention a department."""

    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="aliases", verbose_name=_("department")
    )
    name = models.CharField(_("alias"), max_length=80, unique=True, validators=[refuse_hidden_characters])

    objects = DepartmentAliasManager()

    class Meta:
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")
        ordering: ClassVar = ["department__position", "name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="departmentalias_name_not_empty",
                condition=~Q(name=""),
                violation_error_message=_("An alias cannot be empty."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.name,)


class Succession(models.Model):
    """From a date on, `successor` performs what clauses lay on `predecessor`. The clause stays as it is."""

    predecessor = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="successions", verbose_name=_("named in the text")
    )
    successor = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="inheritances", verbose_name=_("performs today")
    )
    valid_from = models.DateField(_("from"))
    basis = models.CharField(_("basis"), max_length=200, validators=[refuse_hidden_characters])

    history = KeptVersions()

    class Meta:
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        ordering: ClassVar = ["valid_from", "predecessor__position"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["predecessor", "successor"],
                name="succession_once",
                violation_error_message=_("This succession is already recorded."),
            ),
            models.CheckConstraint(
                name="succession_not_to_itself",
                condition=~Q(predecessor=F("successor")),
                violation_error_message=_("A department cannot succeed itself."),
            ),
            models.CheckConstraint(
                name="succession_has_basis",
                condition=~Q(basis=""),
                violation_error_message=_("Say on what document the succession rests."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"

    def clean(self) -> None:
        """No way leads back: two departments that perform for each other would leave nobody."""
        heirs, found = {self.successor_id}, {self.successor_id}
        while heirs:
            rows = Succession.objects.filter(predecessor__in=heirs).exclude(pk=self.pk)
            heirs = set(rows.values_list("successor", flat=True)) - found
            found |= heirs
        if self.predecessor_id in found and self.predecessor_id != self.successor_id:
            raise ValidationError(
                {"successor": _("This department is itself succeeded by the one that it would succeed.")}
            )
