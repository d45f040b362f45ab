"""What odd disks, clocks, neighbours and strangers' files do to a library."""
