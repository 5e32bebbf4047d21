package dev.slicer.service.security;

import dev.slicer.access.ApiKey;
import dev.slicer.access.KeyEntry;
import dev.slicer.access.KeyFile;
import dev.slicer.access.KeyFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.jboss.logging.Logger;

/** The keys of the mode {@code api-key}, as their file has them. A file that cannot be used leaves the keys as they were. */
final class KeyRing {
    private static final Logger LOG = Logger.getLogger(KeyRing.class);

    private final Path file;
    private final Clock clock;
    private volatile KeyFile keys;
    private volatile Optional<String> problem = Optional.empty();

    KeyRing(Path file, Clock clock) throws KeyFileException {
        this.file = file;
        this.clock = clock;
        this.keys = KeyFile.read(file);
    }

    Optional<KeyEntry> find(String presented) {
        return ApiKey.parse(presented).flatMap(key -> keys.find(key, clock.instant()));
    }

    /** Reads the file again: nothing else tells surely whether it has changed, or can be read by now. */
    synchronized void refresh() {
        try {
            KeyFile read = KeyFile.read(file);
            if (!read.entries().equals(keys.entries()) || problem.isPresent()) {
                LOG.infof("%s: %d keys are accepted", file, read.entries().size());
            }
            keys = read;
            problem = Optional.empty();
        } catch (KeyFileException e) {
            Optional<String> found = Optional.of(e.getMessage());
            if (!found.equals(problem)) {
                LOG.errorf("%s; the keys of before stay as they are", e.getMessage());
            }
            problem = found;
        }
    }

    int count() {
        return keys.entries().size();
    }

    /** Why the file as it is now is not used. */
    Optional<String> problem() {
        return problem;
    }
}
