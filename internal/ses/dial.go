package ses

import (
	"errors"
	"net"
)

// refusedConnection tells whether the connection itself could not be made.
func refusedConnection(err error) bool {
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Op == "dial"
	}
	var dns *net.DNSError
	return errors.As(err, &dns)
}
