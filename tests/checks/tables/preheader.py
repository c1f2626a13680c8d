"""Preheaders."""

from tests.checks.build import Case

SUBJECT = "Watch the review of the United States on November 9"


def _preheader(text: str | None, says: str = "", subject: str = SUBJECT) -> Case:
    return Case(issue={"preheader": text, "subject": subject}, says=says, at=(None, "preheader"))


BAD = [
    _preheader(None, "There is no preheader"),
    _preheader("{{first_name}}", "There is no preheader"),
    _preheader(SUBJECT, "repeats the subject"),
    _preheader(SUBJECT.upper() + "!", "repeats the subject"),
    _preheader(f"{SUBJECT}: please watch", "repeats the subject"),
    _preheader("Watch the review of the United States on November", "repeats the subject"),
    _preheader("Watch the review, {{first_name|friend}}", "repeats the subject", "Watch the review, friend!"),
    _preheader("Lobbying is done.", "has only 17 characters"),
    _preheader("x" * 111, "has 111 characters"),
    _preheader("LOBBYING IS DONE. HELP EVERY EYE FOLLOW THE REVIEW.", "shouts"),
    _preheader("Lobbying is done. Help every eye follow the review!!", "shouts"),
]

NEAR = [
    _preheader(text)
    for text in (
        "Lobbying is done. Help every eye follow the review.",
        "x" * 40,
        "x" * 110,
        "Watch the review with us, then join the debrief on November 17.",
        "Watch it live on UN TV, or see the recording afterwards.",
        "On November 9 the United States answer nine missions in Geneva.",
        "Watch the review of the United States on November 9 on UN TV, or the recording.",
        "{{first_name|friend}}, nine missions took up what you told them.",
        "Nine missions took up what you told them, {{first_name}} and others.",
        "The USHRN, the ACLU and the NAACP met with missions in Geneva.",
        "Plus: the debrief on November 17, and two reports to read.",
        "Lobbying is done! Help every eye follow the review!",
        "人权理事会普遍定期审议的最新消息以及如何观看直播",
        "انتهت لقاءات الضغط. ساعدونا في متابعة الاستعراض.",
        "Las reuniones terminaron. ¡Ayude a que todos sigan el examen!",
        "Les rencontres sont terminées. Aidez à suivre l'examen.",
        "The review: what it is, who speaks, and what you can do.",
        "Four years of work, three hours of session, one recording.",
        "Who asked what, who answered, and what follows in March?",
        "Share it on X, Facebook or Bluesky; write to your senator.",
        "United States, November 9: the review, and how to watch it.",
        "Watch the review: where, when, and with whom you can meet.",
        "Plus what the OHCHR, UNHCR and UNICEF told the Council.",
        "November 9 is near: see who speaks, and send your questions!",
        "L’examen des États-Unis commence : où et comment le suivre.",
        "El examen de los Estados Unidos: quién habla y qué sigue.",
        "Why it matters now? Because the Council votes in March.",
        "In Geneva, nine missions asked about housing; two about schools.",
        "The review of the United States is on November 9: watch it with us in ten cities.",
        "From lobbying to follow-up: what happens after the review?",
    )
]
