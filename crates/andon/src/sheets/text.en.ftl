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
print-hidden = (name not shown)
printing-title = Printing
printing-troubles = Not printed
printing-troubles-help = Check paper, power and cable. What is planned is tried again by itself until it comes out. In a hurry, print now on another printer.
printing-plans = Printed every day
printing-no-plans = Nothing is planned. IT sets plans by command, for example:
printing-plan = Plan
printing-what = What
printing-at = At
printing-printer = Printer
printing-last = Last came out
printing-now = Print now
printing-now-button = Print now
printing-ward = Ward (for ward packs)
printing-which = Whose (for ward packs)
printing-everybody = Everybody
printing-no-printers = No printer is registered. IT registers printers by command.
printing-no-printer = There is no such plan or printer. Choose one from the list.
printing-jobs = Handed to printers
printing-no-jobs = Nothing yet.
printing-when = When
printing-run = Run, pages
printing-run-no = Run { $n }
printing-pages = { $n ->
    [one] { $n } page
   *[other] { $n } pages
}
printing-state = Result
printing-printers = Printers
printing-printers-help = andon printer list tells whether each would print now.
plan-wards = Ward packs
plan-appointments = Appointments
plan-packets = Visit packets
plan-cards = First-hour cards
plan-all-wards = All wards
plan-never = Not yet
plan-last = last came out { $n }
plan-due = today's has not come out
printer-ready = ready
job-sent = printing
job-printed = came out
job-stuck = stands still
job-failed = did not come out
trouble-unchanged = nobody changed
trouble-unreachable = The printer cannot be reached (check power, cable, address)
trouble-stopped = The printer is stopped
trouble-not-accepting = The printer accepts no jobs
trouble-no-pdf = This printer takes no PDF (go through a CUPS queue)
trouble-refused = The printer refused
trouble-address = The printer's address is wrong
trouble-no-folder = The folder is not there
trouble-no-stick = The stick is not in
trouble-other-stick = Another stick is in
trouble-not-written = It cannot be written (check space and write protection)
trouble-ended = The printer gave up
trouble-too-long = It did not come out in time and was taken back
memo-title = Handover memos
memo-help = Printed with the ward's next pack. Not part of the record. Save it empty to end it.
memo-ward = Ward { $n }
memo-save = Save
