"""What do people type to sign in, to choose a password, or to give one to somebody else?

Only accounts; reference data is edited in admin.
"""

from typing import Any

from django import forms
from django.contrib.auth.forms import (
    AdminPasswordChangeForm,
    AdminUserCreationForm,
    AuthenticationForm,
    PasswordChangeForm,
)
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from departments import passwords
from departments.models import User
from langfang_policy.characters import refuse_hidden_characters


class SignInForm(AuthenticationForm):
    """Never says which of the two was wrong."""

    error_messages = {
        "invalid_login": _("The user name or the password is not right. Mind capital letters."),
        "inactive": _("This account is no longer in use. Ask the administrator."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("User name")
        # Django counts only in the browser; the lock-out's record has no room for more.
        longest = User._meta.get_field("username").max_length or 0
        self.fields["username"].validators += [MaxLengthValidator(longest), refuse_hidden_characters]
        self.fields["password"].label = _("Password")


class OwnPasswordForm(PasswordChangeForm):
    """Also ends the duty to change a first password."""

    error_messages = {
        **PasswordChangeForm.error_messages,
        "password_incorrect": _("This is not your present password."),
        "password_mismatch": _("The two new passwords are not the same."),
        "password_unchanged": _("Choose a password other than the present one."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = _("Present password")
        self.fields["new_password1"].label = _("New password")
        self.fields["new_password1"].help_text = passwords.rules()
        self.fields["new_password2"].label = _("New password again")
        self.fields["new_password2"].help_text = ""

    def clean_new_password1(self) -> str:
        password: str = self.cleaned_data["new_password1"]
        if self.user.check_password(password):
            raise ValidationError(self.error_messages["password_unchanged"], code="password_unchanged")
        return password

    def save(self, commit: bool = True) -> User:
        self.user.must_change_password = False
        return super().save(commit)


class NewPersonForm(AdminUserCreationForm):  # type: ignore[type-arg]  # generic in the stubs only
    """For the administrator: a new account, whose first password must be changed."""

    class Meta(AdminUserCreationForm.Meta):
        model = User
        fields = ("username", "name")

    def save(self, commit: bool = True) -> User:
        self.instance.must_change_password = True
        saved: User = super().save(commit)
        return saved


class ResetPasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg]  # generic in the stubs only
    """For the administrator: a new password for somebody else, who must change it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # An account is switched off by deactivating the person, not by taking the password away.
        self.fields.pop("usable_password", None)
        for field in self.fields.values():
            field.required = True

    def save(self, commit: bool = True) -> User:
        self.user.must_change_password = True
        saved: User = super().save(commit)
        return saved


class StepInForm(forms.Form):
    """Whom a visitor of a demo database wants to be."""

    person = forms.ModelChoiceField(User.objects.filter(is_active=True), to_field_name="uuid")


class CodeForm(forms.Form):
    """The code of a telephone, or one of the recovery codes."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "text",
                "spellcheck": "false",
            }
        ),
    )
