"""Letters to people: written, read, let go, sent or printed, recorded; on the files of `gateway.governance`."""
