package table

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/catalogue"
	"github.com/echarpe/echarpe/internal/dynamo"
	"github.com/echarpe/echarpe/internal/guide"
)

// Publish applies the sample catalogue of the repository at root, as of an instant.
func Publish(ctx context.Context, root string, store *dynamo.Store, g *guide.Guide, desk *booking.Desk, at time.Time) error {
	source, err := os.ReadFile(filepath.Join(root, "infra/catalogue/sample.yaml"))
	if err != nil {
		return err
	}
	ground, err := catalogue.Survey(ctx, store, g, at)
	if err != nil {
		return err
	}
	c, err := catalogue.Read(source, ground)
	if err != nil {
		return err
	}
	_, err = c.Apply(ctx, ground, store, desk)
	return err
}
