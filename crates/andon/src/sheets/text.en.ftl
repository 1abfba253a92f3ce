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
sheets-title = Sheets
sheets-open =
  { $n ->
    [one] { $n } sheet is still open.
   *[other] { $n } sheets are still open.
  }
sheets-blank =
  { $n ->
    [one] { $n } blank one is unused.
   *[other] { $n } blank ones are unused.
  }
sheets-all = Show all
sheets-only-open = Only what is open
sheets-print = Print forms
sheets-form = Form
sheets-batch = Scan batch header
sheets-patient = Patient number (check no.)
sheets-patient-hint = E.g. 0004821-88. Left empty, blank numbered forms are printed.
sheets-copies = Copies, each with a number of its own
sheets-count = Pages of the stack (batch header only)
sheets-print-button = Print (PDF)
sheets-list-open = Sheets still open
sheets-list-all = All sheets
sheets-none = None.
sheets-number = Sheet no.
sheets-whose = Patient
sheets-state = Now
sheets-say = Note
sheets-words = With whom / why
sheets-mark = Note
sheets-hidden = { $n } more are not shown.
sheets-act-none = Choose what was done.
sheets-void-why = A void sheet needs a reason: write it under with whom / why.
sheet-act-out = out (with whom)
sheet-act-back = back
sheet-act-delivered = handed over
sheet-act-destroyed = collected and shredded
sheet-act-void = void (reason)
sheet-act-written = written on
sheet-blank = blank, unused
sheet-issued = printed
sheet-out = out
sheet-back = back
sheet-filed = on the chart
sheet-delivered = handed over
sheet-superseded = superseded: collect
sheet-destroyed = shredded
sheet-void = void
scans-title = Scans
scans-newest = Last page came:
scans-none = none yet
scans-unread =
  { $n ->
    [one] { $n } file being read
   *[other] { $n } files being read
  }
scans-again = Reload
scans-waiting = Waiting for a person
scans-nothing = No page waits.
scans-page = Page
scans-open = Open page { $n }
scans-why = Why
scans-came = Came, by
scans-upload = Hand in files
scans-files = Scanned files
scans-files-hint = PDF, TIFF, JPEG, PNG, 64 MB together. Larger stacks by the shared folder or andon scan.
scans-upload-button = Take in
scans-filed = Filed of late
scan-title = Scanned page
scan-filed-under = On the chart of patient { $n }.
scan-next = Next that waits
scan-file = Whose page it is
scan-look = Compare name and birth date with the paper before you go on.
scan-number = Patient no.
scan-check = Check no.
scan-yes = Put on this patient's chart
scan-patient = Patient number - check number
scan-patient-hint = E.g. 0004821-88. Without the check number, birth date and kana are needed too.
scan-birth = Date of birth (without check number)
scan-kana = Name in kana (without check number)
scan-what = What it is (empty: name of the form)
scan-brought = Who brought it (paper that is not ours)
scan-checked = Who compared it with the patient
scan-nobody = Why it is no patient's
scan-button = Check
scan-neighbours = Pages before and after
scan-picture = Picture
scan-boxes = Suggestions (to be checked)
scan-boxes-help = Ticks and digits as a machine reads them. Compare with the picture; they are no values of the chart and are not stored.
scan-boxes-unsure = { $n } slots not read
scan-boxes-one-code = only one code was read: places are less sure
scan-box-slot = Slot
scan-box-said = Suggestion
scan-box-unsure = look
scan-box-look = ? { $n }
scan-box-empty = empty
scan-check-wrong = The check number does not fit the patient number. Look at the paper again. Nothing was filed.
scan-nobody-why = Type a patient number, or why the page is no patient's.
scan-patient-none = No patient of this number is in this copy. Look at the number again, or search.
scan-birth-kana = Without a check number, both birth date and kana must be as on the chart.
scan-no-code = no readable code
scan-other-code = not a code of our sheets
scan-unknown-sheet = number not given out by this station
scan-code-unlike = code and ledger differ
scan-sheet-ended = sheet noted as void or shredded
scan-two-patients = codes of two patients on one page
scan-two-sheets = two sheets on one page
scan-no-patient = blank form without a patient label
scan-batch-stopped = batch stopped (two patients on one of its pages)
scan-count-unlike = not as many pages as the header says
scan-batch-header = batch header
scan-ward-sheet = sheet of a ward or department
scan-reader-stopped = reading stopped half-way (the original is kept)
scan-not-a-picture = neither picture nor PDF (kept)
scan-broken = broken file or page (kept)
scan-locked = PDF with a password (kept)
scan-too-big = page too large (kept)
scan-no-size = page without a size (kept)
scan-depth = picture format not handled (kept)
scan-colours = colour format not handled (kept)
head-refused-page = No such page
refused-page = There is no scan of this number: choose from the list of scans.
head-refused-picture = Cannot be drawn
refused-picture = This page cannot be drawn. The original is kept.
