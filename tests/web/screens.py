"""Every address of the site and how it is looked at: as a screen, or why it is none."""

SCREENS: dict[str, list[str]] = {
    # Anybody, without an account.
    "archive": ["/archive/"],
    "post": ["/archive/sent/", "/archive/first/"],
    "own-link": ["/u/own"],
    "sign-up": ["/s/long"],
    "sign-in": ["/sign-in/"],
    "choose-password": ["{invited}"],
    "hand-in": ["{hand_in}"],
    "hand-in-kind": ["{hand_in}engage/", "{hand_in}image/"],
    "hand-in-thanks": ["{hand_in}thanks/"],
    # Somebody's own.
    "account": ["/account/"],
    "second-factor": ["/account/second-factor/"],
    # The site.
    "setup-step": [f"/setup/{step}/" for step in ("organisation", "look", "sender", "site", "provider", "samples")],
    "people": ["/people/"],
    "person-new": ["/people/new/"],
    "person": ["/people/{operator}/", "/people/2/", "/people/4/", "/people/7/"],
    "settings": ["/settings/"],
    "settings-section": ["/settings/site/", "/settings/providers.sendgrid/", "/settings/attributes/"],
    "audit": ["/audit/", "/audit/?actor=nobody"],
    "health": ["/health/"],
    # The pool.
    "items": ["/items/", "/items/?state=used", "/items/?state=dropped"],
    "item-new": ["/items/new/"],
    "item-new-kind": [f"/items/new/{kind}/" for kind in ("event", "engage", "image")],
    "item-links": ["/items/links/"],
    "item": ["/items/{item}/", "/items/{dropped}/", "/items/{used}/"],
    # Issues.
    "issues": ["/", "/?stage=draft", "/?search=nothing+of+that+kind"],
    "issue-new": ["/issues/new/", "/issues/new/?promises=yes"],
    "published": ["/published/"],
    "issue": [
        "/issues/news/",
        "/issues/news/?item=tune-in",
        "/issues/news/?item=the-delegation",
        "/issues/news/?item=raise-it-now",
        "/issues/news/?item=~introduction",
        "/issues/hostile/",
    ],
    "issue-languages": ["/issues/news/languages/", "/issues/hostile/languages/"],
    "translation": [
        "/issues/news/in/ar/?item=tune-in",
        "/issues/news/in/ar/?item=raise-it-now",
        "/issues/news/in/ar/?item=~front",
    ],
    "translation-remove": ["/issues/news/in/ar/remove/"],
    "issue-add": ["/issues/news/add/"],
    "issue-add-kind": ["/issues/news/add/event/", "/issues/news/add/engage/"],
    "issue-checks": ["/issues/news/checks/"],
    "preview": ["/issues/news/preview/", "/issues/news/preview/?view=inbox", "/issues/hostile/preview/?view=text"],
    "revisions": ["/issues/news/revisions/"],
    "revision": ["/issues/news/revisions/1/", "/issues/news/revisions/2/"],
    "tests": ["/issues/news/tests/", "/issues/hostile/tests/"],
    "approval": ["/issues/news/approval/", "/issues/waiting/approval/", "/issues/ready/approval/"],
    "send": ["/issues/ready/send/", "/issues/waiting/send/", "/issues/news/send/", "/issues/sent/send/"],
    # Mailings.
    "mailings": ["/mailings/"],
    "mailing": ["/mailings/{sent}/", "/mailings/{paused}/"],
    "report": ["/mailings/{sent}/report/", "/mailings/{first}/report/", "/mailings/{paused}/report/"],
    # Readers.
    "lists": ["/lists/"],
    "list": ["/lists/upr/", "/lists/arabic/"],
    "subscribers": ["/subscribers/"],
    "subscriber": ["/subscribers/{reader}/", "/subscribers/{left}/"],
    "subscriber-add": ["/subscribers/new/"],
    "imports": ["/imports/"],
    "import-new": ["/imports/new/"],
    "import": ["/imports/1/"],
    "import-job": ["{looked}", "{done}"],
    "segments": ["/segments/"],
    "segment": ["/segments/some/"],
}
"""The name of an address, and the screens that it shows to an administrator of a site on which much has happened."""

EMPTY = [
    "/",
    "/issues/new/",
    "/items/",
    "/items/new/",
    "/items/links/",
    "/mailings/",
    "/published/",
    "/lists/",
    "/subscribers/",
    "/subscribers/new/",
    "/imports/",
    "/imports/new/",
    "/segments/",
    "/people/",
    "/settings/",
    "/audit/",
    "/health/",
    "/archive/",
    "/nothing-of-that-name/",
]
"""What a site shows on which nothing has happened."""

NO_SCREENS: dict[str, str] = {
    # Links in mails: tests/web/test_browser.py looks at their pages in every language.
    "unsubscribe": "looked at",
    "preferences": "looked at",
    "confirm": "looked at",
    "link": "looked at",
    # Before there is an account, tests/web/test_setup_browser.py; with a second factor, below.
    "setup": "looked at",
    "sign-in-code": "looked at",
    # Mails, and frames that show one.
    "mailed": "a mail",
    "preview-mail": "a mail",
    "setup-sample-mail": "a mail",
    # Files.
    "feed": "a file",
    "events": "a file",
    "media": "a file",
    "favicon.ico": "a file",
    "style": "a file",
    "audit-csv": "a file",
    "report-figures": "a file",
    "preview-logo": "a file",
    "setup-logo": "a file",
    "health-here": "a file",
    "import-errors": "a file",
    # Parts of a screen that it asks for by itself.
    "issue-items": "a part",
    "issue-item": "a part",
    "translation-item": "a part",
    "translation-items": "a part",
    "issue-live": "a part",
    "send-people": "a part",
    # Forms lead there, and it leads on.
    **dict.fromkeys(
        [
            "approval-decide", "approval-submit", "approval-withdraw", "comment", "comment-resolve", "import-give-up",
            "issue-accept", "issue-comment", "issue-comment-settle", "issue-duplicate", "issue-mend", "issue-move",
            "issue-put-back", "issue-remove", "issue-save", "issue-shape", "issue-take", "issue-withdraw", "item-drop",
            "items-into", "keep-private", "mailing-cancel", "mailing-pause", "mailing-resolve", "mailing-resume",
            "mailing-retry", "report-recipients", "reviewer", "revision-restore", "send-start", "setup-samples-remove",
            "sign-out", "subscriber-change", "subscriber-download", "tests-find", "tests-send", "upload",
            "webhook-sendgrid", "preview-readers", "issue-follow", "issue-language-put-back",
            "translation-done", "translation-save", "translation-shape",
        ],
        "a form",
    ),
}  # fmt: skip
"""Addresses that are no screen, and what they are."""
