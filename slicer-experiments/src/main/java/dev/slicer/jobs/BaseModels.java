package dev.slicer.jobs;

import dev.slicer.models.DownloadListener;
import java.nio.file.Path;

/** Brings base models to this machine, as {@link dev.slicer.models.ModelStore} does. */
@FunctionalInterface
public interface BaseModels {
    /**
     * @param reference as a request has it
     * @return folder in HuggingFace's layout
     */
    Path fetch(String reference, DownloadListener listener);
}
