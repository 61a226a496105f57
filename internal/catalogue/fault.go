package catalogue

import (
	"fmt"
	"sort"
	"strings"
)

// Fault is one thing to mend in the file.
type Fault struct {
	Line    int    // of the file, from 1
	Message string // French: what is wrong and how to mend it
	Path    string // of the field, "sessions.1.capacity", from 1; "" for a fault of no field
	Rest    string // the message without the names of its part and of its field
}

// String is what staff read.
func (f Fault) String() string { return fmt.Sprintf("ligne %d : %s", f.Line, f.Message) }

// Faults are all the faults of a file, by line.
type Faults []Fault

// Error lists the faults, one a line.
func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i, fault := range f {
		lines[i] = fault.String()
	}
	return strings.Join(lines, "\n")
}

// faultList gathers faults while a file is read.
type faultList struct{ faults Faults }

func (l *faultList) add(line int, format string, args ...any) {
	l.faults = append(l.faults, Fault{Line: line, Message: fmt.Sprintf(format, args...)})
}

// err gives the faults in the order of the file, nil when there are none.
func (l *faultList) err() error {
	if len(l.faults) == 0 {
		return nil
	}
	sort.SliceStable(l.faults, func(i, j int) bool { return l.faults[i].Line < l.faults[j].Line })
	return l.faults
}
