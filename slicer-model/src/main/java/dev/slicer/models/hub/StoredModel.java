package dev.slicer.models.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.files.FileDigest;
import dev.slicer.io.IoProblem;
import dev.slicer.json.Json;
import dev.slicer.models.fetching.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a folder of the store was when it was finished; lies in it as {@code slicer-model.json}.
 *
 * @param source where the model came from, for people
 */
public record StoredModel(String source, List<FileDigest> files) {
    private static final String FILE = "slicer-model.json";

    public StoredModel {
        files = List.copyOf(files);
    }

    /** Takes the sizes and hashes of all files of a folder and writes them beside them. */
    public static StoredModel record(String source, Path folder) {
        try (Stream<Path> paths = Files.list(folder)) {
            List<FileDigest> files = paths.filter(Files::isRegularFile)
                    .sorted()
                    .map(FileDigest::of)
                    .toList();
            StoredModel model = new StoredModel(source, files);
            Files.write(
                    folder.resolve(FILE),
                    Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(model));
            return model;
        } catch (IOException failure) {
            throw new ModelException("cannot write " + folder.resolve(FILE) + ": " + IoProblem.of(failure), failure);
        }
    }

    /**
     * Whether the folder holds a finished model, by the sizes of its files; the hashes were checked when it was made, and
     * reading hundreds of megabytes at each start would cost seconds.
     */
    public static boolean isFinished(Path folder) {
        Path file = folder.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try {
            Json.mapper().readValue(file.toFile(), StoredModel.class).files.forEach(each -> each.verifySize(folder));
            return true;
        } catch (CheckpointException | JsonProcessingException damaged) {
            return false;
        } catch (IOException failure) {
            throw new ModelException("cannot read " + file + ": " + IoProblem.of(failure), failure);
        }
    }
}
