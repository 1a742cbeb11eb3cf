"""Mail as developers read it on the console."""

from __future__ import annotations

from io import StringIO

from django.core.mail import EmailMultiAlternatives

from electroports.console_mail import ReadableConsoleBackend


def test_the_text_is_printed_and_files_are_named() -> None:
    mail = EmailMultiAlternatives("Order confirmed", "Hello Achieng,\nit is paid.\n", to=["achieng@example.com"])
    mail.attach_alternative("<p>it is paid.</p>", "text/html")
    mail.attach("EP-7K3QXM.pdf", b"%PDF-1.4", "application/pdf")
    printed = StringIO()

    ReadableConsoleBackend(stream=printed).send_messages([mail])

    assert printed.getvalue().strip("-\n").splitlines() == [
        "Mail to achieng@example.com: Order confirmed",
        "",
        "Hello Achieng,",
        "it is paid.",
        "",
        "Attached: EP-7K3QXM.pdf",
    ]
