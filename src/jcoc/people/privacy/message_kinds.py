"""What people are told about their requests."""

from django.utils.translation import gettext_lazy as _

from jcoc.trail.channels.kinds import SERVICE, MessageKind

kinds = (
    MessageKind(
        "privacy.answer",
        purpose=SERVICE,
        template="privacy/messages/answer",
        title=_("Answer to a request about personal data"),
        purpose_title=_("Service messages"),
        example={
            "name": "Siti Contoh",
            "asked": "memperbaikinya",
            "state": "selesai",
            "answer": "Alamat Anda sudah diperbaiki.",
        },
    ),
)
