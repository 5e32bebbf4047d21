package dev.slicer.service.security;

import dev.slicer.access.ApiKey;
import dev.slicer.access.KeyEntry;
import dev.slicer.access.KeyFile;
import dev.slicer.access.KeyFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.Optional;
import org.jboss.logging.Logger;

/** The keys of the mode {@code api-key}, as their file has them. A file that cannot be used leaves the keys as they were. */
final class KeyRing {
    private static final Logger LOG = Logger.getLogger(KeyRing.class);

    /** What changes with the file, also where a volume exchanges it for another one. */
    private record Version(FileTime modified, long bytes, Optional<Object> file) {
        static Optional<Version> of(Path path) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
                return Optional.of(new Version(
                        attributes.lastModifiedTime(), attributes.size(), Optional.ofNullable(attributes.fileKey())));
            } catch (IOException gone) {
                return Optional.empty();
            }
        }
    }

    private final Path file;
    private final Clock clock;
    private Optional<Version> seen;
    private volatile KeyFile keys;
    private volatile Optional<String> problem = Optional.empty();

    KeyRing(Path file, Clock clock) throws KeyFileException {
        this.file = file;
        this.clock = clock;
        this.seen = Version.of(file);
        this.keys = KeyFile.read(file);
    }

    Optional<KeyEntry> find(String presented) {
        return ApiKey.parse(presented).flatMap(key -> keys.find(key, clock.instant()));
    }

    /** Reads the file where it has changed since the last time. */
    synchronized void refresh() {
        Optional<Version> now = Version.of(file);
        if (now.equals(seen)) {
            return;
        }
        seen = now;
        try {
            keys = KeyFile.read(file);
            problem = Optional.empty();
            LOG.infof(
                    "%s has changed: %d keys are accepted", file, keys.entries().size());
        } catch (KeyFileException e) {
            problem = Optional.of(e.getMessage());
            LOG.errorf("%s; the keys of before stay as they are", e.getMessage());
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
