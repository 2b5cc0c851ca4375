from typing import Any

from django.db import connection

from jcoc.trail.audit import services, triggers
from jcoc.trail.audit.reading import verify_chain
from jcoc.trail.audit.rowcheck import check_rows
from jcoc.trail.local import CommandFailed, Progress, local_command


@local_command("audit.verify")
def verify(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """arguments: rows (whether to check them), heads ([[number, hash, public key, name of the file], …])."""
    share = 0.5 if arguments["rows"] else 1.0
    key = services.public_key()
    sentences = [
        f"{name}: signed with another key than this installation's."
        for _seq, _hash, public, name in arguments["heads"]
        if public != key
    ]
    signed = {seq: digest for seq, digest, _public, _name in arguments["heads"]}
    if len(signed) < len({(seq, digest) for seq, digest, *_ in arguments["heads"]}):
        sentences.append("Two of the signed heads name the same entry with another hash.")
    verdict = verify_chain(lambda fraction, text: progress(fraction * share, text), signed=signed)
    sentences += [str(fault) for fault in verdict.faults]
    told = {"entries": verdict.entries, "hash": verdict.hash, "untold": verdict.untold, "rows": 0}
    if arguments["rows"]:
        rows = check_rows(lambda fraction, text: progress(0.5 + fraction / 2, text))
        sentences += [str(fault) for fault in rows.faults]
        told |= {"rows": rows.rows, "untold": verdict.untold + rows.untold}
    if missing := triggers.missing(connection):
        sentences.append(
            f"The database no longer refuses changes of the audit trail: {', '.join(missing)} is not in force."
        )
    return told | {"faults": sentences}


@local_command("audit.sign_head")
def sign_head(arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    try:
        return services.sign_head(progress).as_document()
    except services.NotSigned as error:
        raise CommandFailed(str(error)) from None
