"""Every detail that the record of accounts keeps is said in the reader's words."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from departments.account_details import said_details
from departments.accounts import record
from departments.models import AccountAct, AccountEvent
from tests import cast


@pytest.mark.parametrize(
    ("act", "written", "said"),
    [
        (AccountAct.ACCOUNT_CHANGED, "new", "新建账号"),
        (AccountAct.ACCOUNT_CHANGED, "is_active, telephone", "有效、电话"),
        (AccountAct.ACCOUNT_CHANGED, "is_superuser, a_former_field", "管理员、a_former_field"),
        (AccountAct.ACCOUNT_CHANGED, "", ""),
        (AccountAct.ROLE_CHANGED, "市总工会 reviewer 2020-07-01–", "市总工会 审核人 2020-07-01–"),
        (AccountAct.SESSIONS_ENDED, "2", "2处登录"),
        (AccountAct.SIGN_IN_FAILED, "locked: address", "已锁定：该网络地址密码错误过多"),
        (AccountAct.SIGN_IN_FAILED, "locked: name", "已锁定：该用户名密码错误过多"),
        (AccountAct.SIGN_IN_FAILED, "locked: name_at_address", "已锁定：该用户名在该网络地址密码错误过多"),
        (AccountAct.SIGN_IN, "", ""),
    ],
)
def test_details_are_said_in_words(act: AccountAct, written: str, said: str) -> None:
    with translation.override("zh-hans"):
        assert said_details(AccountEvent(act=act, details=written)) == said


@pytest.mark.django_db
def test_administration_says_them(as_admin: Client) -> None:
    record(AccountAct.ACCOUNT_CHANGED, cast.reporter().person, None, details="is_active, telephone")
    page = as_admin.get(reverse("admin:departments_accountevent_changelist")).content.decode()
    assert "有效、电话" in page
    assert "is_active" not in page
