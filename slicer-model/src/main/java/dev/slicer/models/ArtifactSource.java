package dev.slicer.models;

import java.nio.file.Path;

/** Where published artifacts come from. */
interface ArtifactSource {
    /**
     * Finds the artifact locally or fetches it.
     *
     * @param coordinates {@code group:artifact:version}
     * @throws ModelException when it cannot be had
     */
    Path fetch(String coordinates, DownloadListener listener);
}
