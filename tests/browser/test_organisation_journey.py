"""An organisation is registered, an officer checks it, its file is filled."""

from __future__ import annotations

from playwright.sync_api import expect

from seeds.loader import sample_credit_code

PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49"
                    "444154789c6360000002000001e221bc330000000049454e44ae426082")


def test_found_check_and_fill(signed_in):
    _owner, boss = signed_in(name="旅厂长")
    boss.goto("/organisations/new")
    boss.locator("#name_zh").fill("济南旅程机械厂")
    boss.locator("#credit_code").fill(sample_credit_code("journey"))
    boss.locator("#district").select_option("370116")
    boss.locator("#industry").select_option("steel")
    boss.locator("#file").set_input_files(
        {"name": "执照.png", "mimeType": "image/png", "buffer": PNG})
    boss.get_by_role("button", name="登记").click()
    expect(boss.locator("main")).to_contain_text("未核验")

    _visitor, officer = signed_in(role="district_officer", district="370116")
    officer.goto("/officer/organisations")
    officer.get_by_role("link", name="济南旅程机械厂").click()
    expect(officer.locator("img.paper")).to_be_visible()
    officer.locator("#compared").check()
    officer.get_by_role("button", name="核验通过").click()
    expect(officer.locator("main")).to_contain_text("已核验")

    boss.goto("/desk/file")
    boss.locator("#staff").fill("60")
    boss.locator("#revenue_wan").fill("2400")
    boss.locator("[name='level-OP-05']").select_option("1")
    boss.locator("#file-form .btn-primary").click()
    expect(boss.locator("#size")).to_contain_text("小型")
    expect(boss.locator("#staff")).to_have_value("60")
