package dev.slicer.models.fetching;

import java.nio.file.Path;

/** Where published artifacts come from. */
public interface ArtifactSource {
    /**
     * Finds the artifact locally or fetches it.
     *
     * @param coordinates {@code group:artifact:version}
     * @throws ModelException when it cannot be had
     */
    Path fetch(String coordinates, DownloadListener listener);
}
