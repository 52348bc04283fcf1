"""Does the list find what a person means who types a number, a name, or digits of another width?"""

import pytest

from measures.models import Measure, Policy
from measures.search import search_measures
from tests import builders, cast
from tests.cast import DAY


def found(words: str) -> list[str]:
    """Of the policy that comes first by its code, which is the only one outside of the demo."""
    policy = Policy.objects.first()
    measures = Measure.objects.filter(section__edition__policy=policy)
    measures = measures.select_related("section").in_document_order()
    return [measure.code for measure in search_measures(measures, words, DAY).distinct()]


@pytest.mark.parametrize("words", ["二（一）", "二(一)", " 二（一） ", "二 （一）"])
def test_measure_is_found_by_its_number(demo: None, words: str) -> None:
    assert found(words) == ["二（一）"]


@pytest.mark.parametrize(
    "words", ["人社局", "市人社局", "市人力资源和社会保障局", "廊坊市人力资源和社会保障局"]
)
def test_measures_are_found_by_the_names_of_whom_they_bind(demo: None, words: str) -> None:
    assert len(found(words)) == 18


@pytest.mark.parametrize(
    ("words", "name"),
    [("房管局", "市房管局"), ("外专局", "市外专局"), ("文廣新局", "市文广新局"), ("總工會", "市总工会")],
)
def test_part_of_a_name_finds_what_the_whole_name_finds(demo: None, words: str, name: str) -> None:
    """Of today and of before a reorganisation, also in Traditional characters."""
    assert set(found(words)) >= set(found(name)) != set()


@pytest.mark.parametrize("between", [" ", "　", "  "])
def test_each_of_several_words_is_found_wherever_it_stands(demo: None, between: str) -> None:
    """Words of the text, names of departments, a number, in any order; what has one of them alone is not."""
    both = set(found("竞赛")) & set(found("市总工会"))
    assert 0 < len(both) < len(found("市总工会"))
    assert set(found(f"竞赛{between}市总工会")) == set(found(f"市总工会{between}竞赛")) == both
    assert found(f"二（一）{between}市总工会") == ["二（一）"]
    assert found(f"竞赛{between}没有这个词") == []


@pytest.mark.django_db
def test_one_character_names_no_department() -> None:
    builders.a_measure(leads=("zgh",))
    assert found("总工") != []
    assert found("工") == []


@pytest.mark.parametrize(("words", "plainly", "number"), [("２０１９", "2019", 1), ("10％", "10%", 1)])
def test_width_of_digits_and_signs_does_not_matter(demo: None, words: str, plainly: str, number: int) -> None:
    assert found(words) == found(plainly)
    assert len(found(words)) == number


@pytest.mark.parametrize("words", ['"师带徒"', "“师带徒”", "＂师带徒＂"])
def test_kind_of_quotation_marks_does_not_matter(demo: None, words: str) -> None:
    assert len(found(words)) == 2


@pytest.mark.django_db
def test_measure_is_found_by_a_number_beyond_99() -> None:
    section = builders.a_section(ordinal=105)
    builders.a_measure(section=section, ordinal=9)
    wanted = builders.a_measure(section=section, ordinal=210)
    assert wanted.code == "一百零五（二百一十）"
    assert found("一百零五(二百一十)") == found(" 一百零五（二百一十）") == [wanted.code]


def test_words_of_a_number_that_no_measure_has_find_nothing(demo: None) -> None:
    assert found("九（九）") == []


@pytest.mark.django_db
def test_department_whose_responsibility_has_ended_is_not_found_by_its_name() -> None:
    measure = builders.a_measure(leads=("zgh",), participants=("czj",))
    cast.a_department("czj")
    assert found("市财政局") == [measure.code]
    measure.responsibilities.filter(department__slug="czj").update(valid_to=builders.OPENED)
    assert found("市财政局") == []
