print-unchanged = { $n ->
    [one] Nothing has changed since the last print ({ $n } patient left out).
   *[other] Nothing has changed since the last print ({ $n } patients left out).
}
print-ward = Print this ward's pack (PDF)
print-changed = Only patients with news
print-patient = Print this patient's summary (PDF)
print-number = Patient no. { $n }
print-failed = Some sheets are missing or not whole
print-failed-help = The pack is without these sheets. Use the chart on the screen and write by hand.
print-flawed-help = These sheets were made. What is missing is written on them too.
print-rest = Print what was made (PDF)
