"""Masking takes out what tells who wrote a text, however it is spelled, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.needs.masking import REMOVED, Known, known_forms, leaks, mask, told
from tests.needs.support import ADDRESS, EMAIL, NAME, PERSON, PHONE, SHORT

KNOWN = Known(known_forms([NAME, "Jinan Luhong Forging Co., Ltd.", "91370100MA3ABCDE1X"]),
              frozenset([PERSON]), frozenset([ADDRESS, "历城区"]), frozenset([PHONE, EMAIL]))
SECRETS = (NAME, SHORT, PERSON, ADDRESS, "历城区", PHONE, EMAIL, "91370100MA3ABCDE1X",
           "13900001111", "0531-88001122", "someone@else.cn")
LETTERS = "我们要排产系统，交期拖；3条线60人MES预算20万元 "
words = st.text(alphabet=LETTERS, max_size=12)


def bare(text: str) -> str:
    return "".join(c for c in text if c not in " -—·.,，()（）")


@given(st.lists(st.tuples(words, st.sampled_from(SECRETS)), min_size=1, max_size=4), words)
def test_nothing_known_survives(pieces: list[tuple[str, str]], end: str) -> None:
    text = "，".join(before + "：" + secret for before, secret in pieces) + "。" + end
    masked = mask(text, KNOWN)
    for _before, secret in pieces:
        assert bare(secret) not in bare(masked)
    assert leaks(masked, KNOWN) == []


@given(st.sampled_from([NAME, SHORT, PERSON, PHONE]), st.data())
def test_spaces_and_signs_do_not_help(secret: str, data: st.DataObject) -> None:
    signs = st.sampled_from(["", " ", "-", "·", "　"])
    spaced = "".join(c + data.draw(signs) for c in secret)
    masked = mask(f"请找，{spaced}，谢谢", KNOWN)
    assert bare(secret) not in bare(masked).replace("　", "")


@given(st.lists(st.one_of(words, st.sampled_from(SECRETS)), max_size=6))
def test_masking_twice_changes_nothing_more(pieces: list[str]) -> None:
    once = mask("，".join(pieces), KNOWN)
    assert mask(once, KNOWN) == once


@pytest.mark.parametrize("text", [
    "预算1500000元，年产12000000件，2024-2025年上线", "60人，3条产线，两班倒",
    "温度控制不稳，施工车间的车工不够，高工也少", "要能接金蝶和用友，支持OPC UA和MQTT",
    "每月20000支注射器，合格率99.5%", "批记录要符合GMP附录，电子签名",
    "设备老，成本管总账，钢管工段每天300吨"])
def test_plain_words_of_a_workshop_stay(text: str) -> None:
    assert mask(text, KNOWN) == text


@pytest.mark.parametrize(("text", "gone"), [
    ("电话一三八零五三一七七六六", "一三八零五三一七七六六"), ("微信luhong_2020", "luhong_2020"),
    ("QQ：12345678", "12345678"),
    ("加ＱＱ１２３４５６７８", "１２３４５６７８"),
    ("找张厂长", "张厂长"), ("李工说的", "李工"),
    ("联系人：赵小明", "赵小明"), ("官网www.luhong.com", "www.luhong.com"),
    ("在经十路12345号3号楼", "经十路12345号"), ("电话 0531 8888 1234", "0531 8888 1234"),
    ("给山东某某重工股份有限公司供货", "某某重工股份有限公司"), ("ask Mr. Wang", "Wang"),
    ("LUHONG needs a MES", "LUHONG"), ("统一代码91370100MA3ABCDE1X", "91370100MA3ABCDE1X")])
def test_what_tells_goes(text: str, gone: str) -> None:
    known = Known(known_forms([NAME, "Luhong Forging Co., Ltd.", "Luhong"]), contacts=frozenset(
        [PHONE]))
    masked = mask(text, known)
    assert gone not in masked
    assert any(sign in masked for sign in REMOVED.values())


def test_guesses_are_masked_but_a_confirmed_wording_may_keep_them() -> None:
    assert mask("黄总说要快", KNOWN) != "黄总说要快"
    assert leaks("黄总说要快", KNOWN) == []


def test_a_named_need_keeps_names_and_loses_contact_data() -> None:
    masked = mask(f"{NAME}，电话{PHONE}", KNOWN, anonymous=False)
    assert NAME in masked
    assert PHONE not in masked


def test_short_forms_are_long_enough_to_mean_somebody() -> None:
    assert SHORT in known_forms([NAME])
    assert known_forms(["济南机械有限公司"]) & {"机械", "济南", "公司"} == frozenset()
    assert all(len(form) > 1 for form in known_forms(["济南一机械厂"]))


LAIWU = Known(known_forms(["莱芜旷泉棒材有限公司", "Laiwu Kuangquan Bar Co., Ltd."]))


@pytest.mark.parametrize("text", [
    "旷泉的轧机要联网", "我们旷-泉公司", "Kuangquan's mill", "kuang quan", "旷泉棒材"])
def test_a_firm_named_after_its_district_is_known_by_its_trade_name(text: str) -> None:
    assert leaks(text, LAIWU)


@pytest.mark.parametrize(("name", "short"), [
    ("济南市莱芜区华泰精工机械厂", "华泰"), ("山东省章丘鑫泰源特种作业装备有限公司", "鑫泰源"),
    ("济南泰安电气有限公司", "泰安电气"), ("济南市市中区鲁宏锻压厂", "鲁宏")])
def test_places_before_the_trade_name_do_not_hide_it(name: str, short: str) -> None:
    assert leaks(f"{short}要上系统", Known(known_forms([name])))


def test_places_and_trades_alone_stand_for_nobody() -> None:
    for text in ("莱芜的棒材厂要上MES", "济南钢铁行业", "Laiwu steel bar mill"):
        assert leaks(text, LAIWU) == []


@pytest.mark.parametrize(("text", "gone"), [
    ("小王负责排产", "小王"), ("张 总拍板", "张 总"), ("问刘姐", "刘姐"), ("老李退休了", "老李"),
    ("王班长", "王班长"), ("张总工", "总工"), ("contact: Zhang San", "Zhang San"),
    ("壹叁捌零零零零壹贰叁肆", "壹叁捌"), ("138oooo1234", "oooo"), ("(0531)76218888转802", "802"),
    ("薇信 abc12345", "abc12345"), ("zhangsan#163.com", "zhangsan"), ("a.b at c-d dot com", "c-d"),
    ("luhong点com", "luhong"), ("厂址：凤凰路东首院内", "凤凰路"), ("在3号楼201室", "201")])
def test_less_usual_spellings_are_found(text: str, gone: str) -> None:
    assert gone not in mask(text, Known())


@pytest.mark.parametrize("text", [
    "按GB/T 13306-2011和ISO 9001-2015", "长度6000-12000，转速1000-5000", "6000-12000mm",
    "2024-03-15至2024-12-31", "20240315到20241231", "车间主任和高级工程师说的",
    "小马达、老马达、小周期"])
def test_standards_sizes_dates_and_trades_stay(text: str) -> None:
    assert mask(text, KNOWN) == text


def test_a_title_is_made_of_what_was_not_taken_out() -> None:
    masked = mask("我们是莱芜旷泉棒材有限公司，在汇源大街88号，排产靠人，交期总拖，"
                  "想上排产系统。", LAIWU)
    assert told(masked, 30) == "排产靠人，交期总拖，想上排产系统"
    assert told(masked, 10) == "排产靠人，交期总拖"
    assert told("［已隐去］", 30) == ""
    assert told("长" * 40, 30) == "长" * 29 + "…"
