package spread

// InChunksOf makes a few sessions need several writes.
func InChunksOf(n int) (back func()) {
	was := atOnce
	atOnce = n
	return func() { atOnce = was }
}
