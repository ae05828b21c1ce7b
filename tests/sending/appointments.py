"""Reads the appointments in the mails of a folder, each as its reader's calendar would, and says what they are, by their sequence."""
import email.policy
import pathlib
import sys

import icalendar

lines = []
for path in pathlib.Path(sys.argv[1]).iterdir():
    mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert mail.get_content_type() == "multipart/alternative", mail.get_content_type()
    text, part = mail.iter_parts()
    assert text.get_content_type() == "text/plain" and part.get_content_type() == "text/calendar"
    data = part.get_payload(decode=True)
    # A mailbox on the disk ends lines in its own way.
    assert all(len(line) <= 75 for line in data.splitlines()) and data.splitlines()[-1] == b"END:VCALENDAR", data
    calendar = icalendar.Calendar.from_ical(data)
    assert not calendar.errors and part.get_param("method") == calendar["METHOD"]
    (event,) = calendar.events
    assert not event.errors
    start, end = event.decoded("DTSTART"), event.decoded("DTEND")
    lines.append(
        f"{event['SEQUENCE']} {calendar['METHOD']} {event['STATUS']} {start:%Y-%m-%d %H:%M %Z} {(end - start).seconds // 60} min "
        f"{event['UID']} {event['ORGANIZER']} {event['ATTENDEE']} {event['ATTENDEE'].params['RSVP']} {event['SUMMARY']}"
    )
print("\n".join(sorted(lines)))
