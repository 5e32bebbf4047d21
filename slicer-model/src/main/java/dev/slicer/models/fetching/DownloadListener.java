package dev.slicer.models.fetching;

import java.util.OptionalLong;

/** Is told how the fetching of a base model goes; called often, on the thread that does the work or on one of its own. */
@FunctionalInterface
public interface DownloadListener {
    /**
     * @param phase what is being done, for people to read
     * @param bytesDone bytes of this phase so far
     * @param bytesTotal bytes of the whole phase, empty where it is not known
     */
    void report(String phase, long bytesDone, OptionalLong bytesTotal);

    static DownloadListener none() {
        return (phase, bytesDone, bytesTotal) -> {};
    }
}
