command-title = Headquarters
command-category-info = information
command-category-report = report
command-category-request = request
command-category-order = order
command-category-decision = decision
command-category-outside = outside
command-category-press = press
command-category-safety = safety
command-means-phone = telephone
command-means-face = in person
command-means-runner = runner
command-means-fax = fax
command-means-radio = radio
command-means-meeting = meeting
command-means-paper = paper
command-state-open = to do
command-state-doing = in hand
command-state-done = done
command-board = Board
command-chronology = Chronology
command-wall = Wall
command-todo = To do { $n }
command-doubtful-lines = { $n ->
    [one] One line was changed by two stations apart: decide which it is.
   *[other] { $n } lines were changed by two stations apart: decide which it is.
}
command-doubtful = to be decided
command-doubtful-hint = Two stations changed this line without knowing of each other. Find out, and record its state or text anew. Until then its safer state is shown.
command-number = Incident
command-confirmed = Second name
command-second-late = Thirty minutes have passed since the declaration, and there is no second name.
command-policy-version = Policy, version { $n }
command-policy = Policy
command-policy-next = Next version of the policy
command-policy-hint = Earlier versions stay. The beginning of the present one stands on every page.
command-confirm = Second name
command-confirm-hint = Somebody else than who declared it confirms within 30 minutes.
command-confirm-by = Confirm as { $n }
command-level-set = Change the hospital level
command-level-later = decided later
command-plan = Kind of plan
command-why = Why
command-set = Record
command-over = End, or take the declaration back
command-end = It is over
command-cancel = Take the declaration back
command-others = Declared at other stations
command-join = It is the same incident
command-nothing = No stop is declared.
command-use = Use downtime charts
command-use-hint = Anyone, at once. It is written down that they are in use. Call the night supervisor.
command-declare = Declare a stop
command-declare-hint = Night supervisor, doctor or clerk on duty, or above. A second name is due within 30 minutes.
command-what = What is down
command-emr = EMR
command-kind = Kind
command-words = What happened, who was told
command-past = Earlier incidents
command-drill = Drill
command-show-headquarters = Headquarters
command-show-open = To do
command-show-key = ★ Key lines
command-show-doubtful = To be decided
command-show-all = All
command-older = { $n ->
    [one] One earlier line
   *[other] { $n } earlier lines
}
command-no-lines = There are no lines yet.
command-no = No.
command-at = Time
command-from-to = From → to
command-from = From
command-to = To
command-text = What
command-task = Task
command-task-who = Task (who does what)
command-due = Due
command-state = State
command-category = Category
command-means = Means
command-log = Department (empty: headquarters)
command-key = Key line
command-key-on = Make it a ★ key line
command-key-off = No longer a ★ key line
command-read-back = Read back
command-about = About that time
command-about-mark = approx.
command-entered = entered { $n }
command-answers = answers { $n }
command-attached = Attached
command-struck = Struck
command-correct = Correct
command-strike = Strike the line
command-promote = Show at headquarters
command-new-text = New text
command-done-what = What was done
command-write = Write a line
command-write-button = Write
command-written = is recorded.
command-write-hint = Enter records it. Leave the time empty for now, or write 0030. Write no patient's name: number and ward.
command-no-time = Not a time. Write 0030, or 10/31 00:30.
stations-title = Stations
stations-hint = What has come here of each station's log. Stations with an address exchange by themselves on the network. Where one is not reached or numbers are missing, carry a file exported there and take it in (andon log export, import).
stations-name = Station
stations-up-to = Received up to
stations-missing = Missing
stations-received = Last received
stations-program = Program
stations-own = this station
stations-nothing = nothing yet
stations-life = life { $n }
stations-age = { $n ->
    [one] (1 minute ago)
   *[other] ({ $n } minutes ago)
}
stations-ahead = { $n ->
    [one] its clock is 1 minute ahead
   *[other] its clock is { $n } minutes ahead
}
stations-forks = two entries under one number: { $n }
stations-revoked = no longer the hospital's, counts up to No. { $n }
stations-after = { $n ->
    [one] one later entry does not count
   *[other] { $n } later entries do not count
}
stations-line = Network (address, last contact)
stations-no-contact = no contact yet
stations-since = since { $n }
stations-away = { $n ->
    [one] not reached for 1 minute
   *[other] not reached for { $n } minutes
}
stations-why-unreached = nobody answers
stations-why-another = another machine is there
stations-why-unknown = does not know this station
stations-why-refused = does not take it
stations-why-broken = the line breaks
stations-why-here = this station cannot do it
command-print = Print on A4
command-print-wall = Print on A3, for the wall
command-level = Hospital level
devices-title = Devices under examination
devices-hint = Not looked at → off the network → infected, suspected or a vendor's "nothing found" → preserved → wiped → verified → returned. Nothing is wiped before it was preserved. A vendor's "nothing found" is no verification.
devices-all = All
devices-find = Find
devices-none = None.
devices-number = Number
devices-name = Name or asset number
devices-place = Place, owner
devices-owner = Owner (department, vendor)
devices-address = Address, serial number
devices-rolls-over = Log rolls over
devices-until = rolls over { $n }
devices-register = Register a device
device-who = Who (vendor, forensic firm, police)
device-tool = Tool
device-hash = Hash
device-seal = Seal
device-power = Power as found
device-clock = Clock offset
device-papers = Numbers of papers
device-words = Anything else, why
device-kind-pc = PC
device-kind-server = server
device-kind-storage = storage
device-kind-network = network
device-kind-printer = printer
device-kind-medical = medical device
device-kind-media = medium (CD, USB)
device-kind-log = log
device-kind-other = other
device-state-unknown = not looked at
device-state-isolated = off the network
device-state-infected = infected
device-state-suspected = suspected
device-state-declared-clean = nothing found (vendor's word)
device-state-preserved = preserved
device-state-not-preserved = no preservation needed
device-state-wiped = wiped
device-state-verified = verified
device-state-returned = returned
