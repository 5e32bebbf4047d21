package dev.slicer.trainer.sharing;

import java.time.Duration;
import java.util.Optional;

/** Where a trainer gets its requests from, one at a time. */
@FunctionalInterface
public interface RequestQueue {
    /** Waits for a request, but no longer than the limit; the one before must have been accepted or released. */
    Optional<HeldRequest> next(Duration limit);
}
