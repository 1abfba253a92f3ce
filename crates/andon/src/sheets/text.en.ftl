print-unchanged = Nothing has changed since the last print ({ $n } patients left out).
print-ward = Print this ward's pack (PDF)
print-changed = Only patients with news
print-patient = Print this patient's summary (PDF)
