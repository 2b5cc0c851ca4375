"""What entries about logging in are called."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "authentication.login": _("Logged in"),
    "authentication.login_failed": _("Log-in refused"),
    "authentication.logout": _("Logged out"),
    "authentication.locked": _("Log-in paused after failures"),
    "authentication.unlock": _("Pause of a log-in lifted"),
    "authentication.unlock_address": _("Pause of an address lifted"),
    "authentication.identity_unknown": _("Log-in by the city’s identity without an account"),
    "authentication.identity_failed": _("Log-in by the city’s identity failed"),
    "authentication.identity_link": _("City’s identity linked"),
    "authentication.identity_unlink": _("City’s identity unlinked"),
    "authentication.one_time_issue": _("One-time access issued"),
    "authentication.one_time_use": _("One-time access used"),
    "authentication.one_time_withdraw": _("One-time access withdrawn"),
    "authentication.password_change": _("Password changed"),
    "authentication.recovery_codes_renew": _("Recovery codes renewed"),
    "authentication.second_factor_activate": _("Second factor activated"),
    "authentication.second_factor_remove": _("Second factor removed"),
    "authentication.second_factor_use": _("Second factor used"),
    "authentication.session_end": _("Session ended"),
    "authentication.sessions_end": _("Sessions ended"),
}
KINDS = {
    "authentication.onetimeaccess": _("one-time access"),
    "mfa.authenticator": _("second factor"),
    "socialaccount.socialaccount": _("linked identity"),
    "account.emailaddress": _("e-mail address of an account"),
    "socialaccount.socialapp": _("identity provider"),
    "socialaccount.socialtoken": _("token of an identity provider"),
}
