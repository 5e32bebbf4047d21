package dev.slicer.checkpoint;

import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.checkpoint.safetensors.SafetensorsReader;
import dev.slicer.checkpoint.tokenizer.TokenizerFiles;
import dev.slicer.encoder.EncoderConfig;
import dev.slicer.fuzzing.Fuzz;
import dev.slicer.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A checkpoint's files may come from anywhere: each is read or refused, whatever is in it. */
class CheckpointFuzzTest {
    private static final Set<Class<? extends Exception>> REFUSALS = Set.of(CheckpointException.class);

    private Path folder;

    /** In memory where that is to be had, since some ten thousand files are written. */
    @BeforeEach
    void makeFolder() throws IOException {
        Path memory = Path.of("/dev/shm");
        folder = Files.isWritable(memory)
                ? Files.createTempDirectory(memory, "slicer-fuzz")
                : Files.createTempDirectory("slicer-fuzz");
    }

    @AfterEach
    void deleteFolder() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    @Test
    void shouldReadOrRefuseHeadersOfWeights() {
        String header =
                "{\"__metadata__\":{\"format\":\"pt\"},\"a\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]},"
                        + "\"b\":{\"dtype\":\"BF16\",\"shape\":[],\"data_offsets\":[8,10]}}";
        byte[] weights = ByteBuffer.allocate(Long.BYTES + header.length() + 10)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length())
                .put(header.getBytes(StandardCharsets.UTF_8))
                .array();
        fuzz(5, "model.safetensors", List.of(weights), file -> {
            try (SafetensorsReader reader = SafetensorsReader.open(file)) {
                reader.names().forEach(name -> reader.tensor(name).shape());
            }
        });
    }

    @Test
    void shouldReadOrRefuseTokenizers() throws IOException {
        fuzz(6, "tokenizer.json", golden("tokenizer.json"), TokenizerFiles::ofFile);
    }

    @Test
    void shouldReadOrRefuseSettingsOfTokenizers() throws IOException {
        Files.write(folder.resolve("tokenizer.json"), golden("tokenizer.json").get(0));
        fuzz(7, "tokenizer_config.json", golden("tokenizer_config.json"), file -> TokenizerFiles.read(folder));
    }

    @Test
    void shouldReadOrRefuseConfigurations() {
        byte[] config = """
                {"model_type": "bert", "vocab_size": 100, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4,
                 "intermediate_size": 64, "max_position_embeddings": 64, "type_vocab_size": 2, "layer_norm_eps": 1e-12,
                 "hidden_act": "gelu", "id2label": {"0": "O", "1": "B-PER", "2": "I-PER"}}
                """.getBytes(StandardCharsets.UTF_8);
        fuzz(8, "config.json", List.of(config), file -> EncoderConfig.read(folder));
    }

    @Test
    void shouldReadOrRefuseManifests() {
        byte[] manifest = """
                {"id": "a", "createdAt": "2026-03-01T12:00:00Z", "files": [{"name": "config.json", "bytes": 3, "sha256":
                 "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}], "baseModel": "mbert",
                 "hiddenSize": 32, "h": 8, "hyperparameters": {"batchSize": 8}, "seed": 1, "labels": ["O", "B-PER"],
                 "dataFingerprints": {"sample:en.train": "sha256:1"}, "scores": {"dev": 0.5}}
                """.getBytes(StandardCharsets.UTF_8);
        fuzz(
                9,
                Manifest.FILE_NAME,
                List.of(manifest),
                file -> Objects.requireNonNull(Manifest.read(ModelFiles.in(folder))));
    }

    private interface FileReader {
        void read(Path file) throws Exception;
    }

    private void fuzz(long seed, String name, List<byte[]> valid, FileReader reader) {
        Path file = folder.resolve(name);
        Fuzz.run(seed, valid, REFUSALS, bytes -> {
            Files.write(file, bytes);
            reader.read(file);
        });
    }

    /** The files of that name that other tests compare with transformers. */
    private static List<byte[]> golden(String name) throws IOException {
        List<byte[]> files = new ArrayList<>();
        try (InputStream json =
                TokenizerFiles.class.getResourceAsStream("/dev/slicer/tokenization/tokenizer-files.json")) {
            Json.mapper().readTree(json).forEach(one -> {
                if (one.path("files").has(name)) {
                    files.add(one.path("files").path(name).asText().getBytes(StandardCharsets.UTF_8));
                }
            });
        }
        return files;
    }
}
