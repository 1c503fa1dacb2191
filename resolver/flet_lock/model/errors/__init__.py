"""What can go wrong, as facts; `reports/wording/` has the sentences. One file per subject.

FletLockError
├── UsageError                      exit 2: an option or its value makes no sense
├── ExtraMissing                    exit 2: a library that one command needs is not installed
├── ProjectError                    exit 2: faults in the project's files, all, with places
├── NoApp                           exit 2: no app is in the folder
├── ProjectNotWritten               exit 2: --fix: disk full, read-only folder
├── CatalogueError                  exit 2: the table of Python releases cannot be read
├── UnsupportedPython               exit 2: no bundled Python fits
├── UnsupportedFlet                 exit 2: it builds in a way that nothing here knows
├── IndexFailure                    an index could not be asked: never "no such package"
│   ├── IndexUnreachable            exit 2: no answer: network, TLS, time-out, 5xx after retries
│   ├── IndexRefused                exit 2: 401, 403: credentials are wrong or missing
│   ├── IndexGarbage                exit 2: an answer that is not an index page
│   ├── IntegrityError              exit 2: bytes do not have the promised hash or size
│   └── OfflineMiss                 exit 2: --offline, and the cache does not have it
├── DirectReferenceFailure          exit 1: a named file, folder or repository cannot be used
├── ResolutionError
│   ├── CannotLock                  exit 1: blockers, all of them
│   └── BudgetExceeded              exit 2: it could not be found out within the budget
├── LockError
│   ├── LockMissing                 exit 1 (check): there is no lock
│   ├── LockUnreadable              exit 2: the lock file is damaged, with the place
│   ├── LockEdited                  exit 1: the lock is not as flet-lock wrote it
│   ├── UnknownSources              exit 1: it takes files from where nobody said it may
│   └── LockNotWritten              exit 2: disk full, read-only folder
├── InstallError                    a lock could not be installed; the old tree is as it was
│   ├── SlicesNotLocked             exit 1: the lock was not made for them
│   ├── LockOutOfStep               exit 1: the project has changed since
│   ├── PythonNotLocked             exit 1: the build bundles another Python
│   ├── GenerationNotLocked         exit 1: another generation of Flet builds
│   ├── BuildRefused                exit 1: this Flet cannot build the app right
│   ├── FileAltered                 exit 1: bytes are not those that were locked
│   ├── FileGone                    exit 2: nothing is where the lock says
│   ├── FilesNotCached              exit 2: --offline, and the cache does not have them
│   ├── WheelRefused                exit 1: faults of one wheel, all of them
│   ├── PathsClash                  exit 1: packages that own one path
│   ├── SourceNotBuilt              exit 1: no wheel, or not a pure one, came out of a source
│   ├── NotExportable               exit 1: what the other format cannot say
│   ├── TargetOccupied              exit 2: other things than slices are in the folder
│   ├── CommandNotStarted           exit 2: no such program, or not one that can be run
│   ├── LauncherMissing             exit 2: flet-lock-pip is not where it can be used
│   ├── FletCliMissing              exit 2: flet would install its own command line first
│   └── InstallNotWritten           exit 2: disk full, read-only folder
└── Interrupted                     exit 130: Ctrl-C
"""
