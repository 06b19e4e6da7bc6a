"""The privacy terms in force, in both languages, as Markdown."""

from __future__ import annotations

from marketplace.core.i18n import LocalizedText

PRIVACY_VERSION = "2026-11-30"
"""Stored with each consent; change it with the text, and people are asked again."""
_ZH = """\
本页说明平台保存您的哪些个人信息、用来做什么、保存多久、谁能看到，以及您怎样查看、更正和删除。

## 保存什么

- 姓名、用户名；手机号和电子邮箱由您决定填不填。
- 您在哪个单位、担任什么角色。
- 密码只保存不可还原的摘要；动态口令密钥加密保存。
- 登录记录：时间、网络地址、浏览器，供您查看自己在哪些设备登录过。
- 登录过的浏览器里留一个加签的标识，保存一年：有人在别处试猜密码时，不会把您挡在门外。
- 您办理业务的记录：谁、以什么角色、何时、做了什么。

## 用来做什么

- 让您登录，把该办的事放到您的工作台，并通知到您。
- 让单位之间能够联系：您作为联系人填写的信息，只给业务相关方看。
- 依规留痕，便于核查和审计。

不用于广告，不出售，不提供给与办理业务无关的人。不登录时，搜索和需求匹配不需要您的个人信息；描述需求的文字不写入日志。

## 谁能看到

- 本单位管理员看到本单位人员的姓名、用户名和角色。
- 为您办理业务的行业运营方、区县专员和市级管理员，看到办理所需的信息。
- 安全管理员管理账号；审计员只能查看，不能修改。

## 保存多久

账号停用后信息保留到您申请删除或法规要求的期限届满。删除时姓名、手机号和邮箱一并清除；审计记录中改为代号。

## 您的权利

- 在“账号”页查看、更正自己的信息，结束任意一处登录。
- 向安全管理员申请导出或删除个人信息。
- 随时撤回同意；撤回后账号停用，此前办理的业务仍然有效。

依据《中华人民共和国个人信息保护法》制定。本页内容变更时版本号随之变更，并再次征求您的同意。
"""
_EN = """\
What personal data the platform keeps, what for, how long, who sees it, and how you look at it,
correct it and have it erased.

## What is kept

- Name and user name; mobile number and e-mail only if you give them.
- The organisation you work for, and your role there.
- Of the password only a digest that cannot be turned back; the key of the authenticator app is
  encrypted.
- Sign-ins: time, network address, browser, so that you can see where you are signed in.
- A signed mark in each browser in which you signed in, for a year: whoever guesses at your password
  elsewhere does not shut you out there. It opens nothing.
- What you did on the platform: who, in which role, what, when.

## What for

- To let you sign in, put what you have to do on your desk, and tell you.
- To let organisations reach each other: what you enter as a contact is shown only to those
  concerned.
- To keep a record that can be checked and audited, as the rules demand.

Not for advertising, not for sale, not for anybody who has nothing to do with your business.
Without an account, searching and matching need no personal data; texts of needs are not written
to logs.

## Who sees it

- Your organisation's administrator sees names, user names and roles of its people.
- Industry operators, district officers and the city administration see what they need for your
  business with them.
- The security administrator looks after accounts; auditors read and change nothing.

## How long

After an account is closed its data stay until you ask for erasure or the legal term ends.
Erasure removes name, mobile number and e-mail; in the audit trail a code stands instead.

## Your rights

- On the page “Account” you look at and correct your data, and end any sign-in.
- Ask the security administrator for an export or for erasure.
- Withdraw your consent at any time; the account is then closed, and what was done before stays
  valid.

On the basis of the Personal Information Protection Law of the People's Republic of China. When
this page changes, its version changes, and you are asked again.
"""
PRIVACY_TERMS = LocalizedText(_ZH, _EN)
