"""What entries about personal data are called."""

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "privacy.request_receive": _("Request about personal data received"),
    "privacy.request_fulfil": _("Request about personal data fulfilled"),
    "privacy.request_answer": _("Request about personal data answered before erasing"),
    "privacy.request_refuse": _("Request about personal data refused"),
    "privacy.consent_give": _("Consent given"),
    "privacy.consent_withdraw": _("Consent withdrawn"),
    "privacy.consent_text_add": _("Text of a consent added"),
    "privacy.breach_open": _("Breach opened"),
    "privacy.breach_change": _("Breach changed"),
    "privacy.erase": _("Personal data erased"),
    "privacy.erased": _("Erasure of personal data carried out"),
    "privacy.restriction_lift": _("Restriction lifted"),
    "privacy.retention": _("Personal data removed at the end of its time"),
    "privacy.retention_run": _("Retention carried out"),
    "privacy.dossier_collect": _("Personal data put together for its owner"),
}
KINDS = {
    "privacy.restriction": _("restriction of processing"),
    "privacy.request": _("request about personal data"),
    "privacy.breach": _("breach of personal data"),
    "privacy.breachstep": _("step of a breach"),
    "privacy.consentevent": _("consent of a person"),
    "privacy.consenttext": _("text of a consent"),
    "privacy.erasure": _("erasure of personal data"),
    "privacy.requeststep": _("step of a request"),
    "privacy.retentionrun": _("run of the retention"),
}
