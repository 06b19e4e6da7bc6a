"""Sentences written where no request is at hand, said in the visitor's language.

Operations and schemas speak English. What of it reaches a page is listed here, with `{}` for each
number, so that the message catalogue holds it; `said` translates by that pattern.
"""

from __future__ import annotations

import re

from flask_babel import gettext

_NUMBER = re.compile(r"\d[\d,.]*\d|\d")
_CHOOSE = "choose from "


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "extract, translate later"
    return text


PHRASES = frozenset((
    N_("write a range as 5..20, ..20 or 5.."),
    N_("write finite numbers"),
    N_("write a number of yuan, for example 50000"),
    N_("write 0 or more"),
    N_("write a whole number"),
    N_("choose 1 or more"),
    N_("choose {} to {}, or narrow the search"),
    N_("write at most {} characters"),
    N_("write {} to {} characters"),
    N_("write ids of solutions, separated by commas"),
    N_("compare at most {} solutions"),
    N_("That page is out of reach."),
    N_("A pause needs a reason that visitors can read."),
    N_("Search is being prepared or does not answer; please try again in a minute."),
    N_("There is no such page."),
    N_("The query is longer than {} characters."),
    # Accounts
    N_("Too many wrong tries. Please try again in {} min, or ask for a recovery slip."),
    N_("Too many wrong tries from this address. Please try again in {} min."),
    N_("Many people are signing in just now; please try again in a few seconds."),
    N_("use at least {} different characters"),
    N_("use letters as well as figures"),
    N_("choose another: this password is among the first that are tried"),
    N_("leave your name, user name and mobile number out of it"),
    N_("type the same password twice"),
    N_("this is not your present password"),
    N_("read the privacy terms and agree to them"),
    N_("look at name and code once more; after {} wrong codes, {} days or first use a slip is void: "
       "ask for a new one"),
    N_("This invitation has been used or has expired. Ask whoever gave it to you for a new one."),
    N_("This invitation has been used already."),
    N_("This invitation is for somebody else. Sign in as the person it names."),
    N_("This invitation asks to join an organisation."),
    N_("This invitation opens an account."),
    N_("This organisation has been deactivated."),
    N_("You can hand out only the industries you run."),
    N_("Your present role may not hand out this role."),
    N_("write {} to {} letters and figures, a letter first"),
    N_("write a mobile number of {} figures"),
    N_("write an e-mail address such as name@example.com"),
    N_("choose another user name, this one is taken"),
    N_("this mobile number belongs to another account"),
    N_("this e-mail address belongs to another account"),
    N_("choose one of the offered terms"),
    N_("choose one of your roles"),
    N_("choose a district"),
    N_("You have {} tokens. Revoke one that is no longer used."),
    N_("You do not hold this role."),
    N_("This account is closed."),
    N_("This account is closed already."),
    N_("This account is open already, or was erased."),
    N_("The person does not hold this role."),
    N_("This is the last security administrator. Name another one first."),
    N_("This account has no second factor."),
    N_("There is no such record."),
    N_("Your present role may not do this."),
    N_("There is no such page for your present role. If you have another role, switch to it at the "
       "top of the page."),
    N_("Your role needs a second factor. Set it up in your account first."),
    N_("is required"),
    # Messages and how they leave the house
    N_("There is no such message."),
    N_("There is no such delivery."),
    N_("You do not hold this role."),
    N_("This way is not offered."),
    N_("Only failed deliveries can be sent again."),
    N_("unknown whether sent: the process ended while sending"),
    N_("unknown whether sent: the connection broke"),
    N_("unknown whether sent: no answer"),
    N_("no connection"),
    N_("the gateway answered {}"),
    N_("the account has no address for this channel any more"),
    # The operator's console
    N_("say at one field at least what to change"),
    N_("is no field of this solution"),
    N_("The submission was not returned."),
    N_("The decision was not saved."),
    N_("A suspension needs a reason that visitors can read."),
    N_("is no listed solution of this industry"),
    N_("is named twice"),
    N_("choose a last day from today up to a year ahead"),
    N_("write {} to {} words, separated by commas"),
    N_("write one word"),
    N_("write words of {} to {} characters"),
    N_("remove some first: {} entries are the most"),
    N_("is in the dictionary already"),
    N_("mean the same already"),
    N_("give a weight of {} to {}"),
    N_("make them add up to {}"),
    N_("Going back needs a reason."),
    N_("There is no such version."),
    N_("There is no such sub-platform among those you run."),
    N_("This solution is not listed at present."),
    N_("This solution is not suspended."),
    N_("This provider is listed or suspended already."),
    N_("This provider is not listed at present."),
    N_("This provider is not suspended."),
    N_("The organisation's licence has not been checked yet."),
    N_("The provider's listing is suspended. Lift that suspension first."),
    N_("These weights cannot be used."),
    # Flask-Security
    N_("You must reauthenticate to access this endpoint"),
    N_("Reauthentication successful"),
    N_("Password does not match"),
    N_("Invalid password"),
    N_("Invalid code"),
    N_("Recovery code invalid"),
    N_("Your code has been confirmed"),
    N_("You successfully changed your two-factor method."),
    N_("You currently do not have permissions to access this page"),
    N_("Marked method is not valid"),
    N_("You successfully disabled two-factor authorization."),
    N_("Setup must be completed within {} minutes. Please start over."),
    N_("Input not appropriate for requested API"),
    N_("Not a valid choice."),
    N_("Authentication failed - identity or password/passcode invalid"),
    N_("Password not provided"),
    N_("You must sign in to view this resource."),
    N_("You do not have permission to view this resource."),
    N_("You can only access this endpoint when not logged in."),
    N_("Please reauthenticate to access this page."),
    N_("The CSRF token is missing."),
    N_("The CSRF tokens do not match."),
    N_("The CSRF token is invalid."),
    N_("The CSRF session token is missing."),
    N_("You have twenty subscriptions; end one first."),
    N_("You have this subscription already."),
    N_("Only providers and enterprises subscribe."),
    N_("This subscription cannot be kept."),
    N_("This field is required."),
))
_by_pattern = {_NUMBER.sub("{}", text): text for text in PHRASES}


def said(text: object) -> str:
    """`text` in the current language when it is one of `PHRASES`, else unchanged."""
    words = str(text)
    if words.startswith(_CHOOSE) and not words[len(_CHOOSE):len(_CHOOSE) + 1].isdigit():
        return gettext("choose from %(values)s", values=words.removeprefix(_CHOOSE))
    known = _by_pattern.get(_NUMBER.sub("{}", words))
    if known is None:
        return words
    translated = gettext(known)
    return translated.format(*_NUMBER.findall(words)) if "{}" in translated else translated
