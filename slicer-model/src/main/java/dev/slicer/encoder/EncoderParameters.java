package dev.slicer.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.slicer.checkpoint.ModelWeights;
import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.checkpoint.safetensors.SafetensorsWriter;
import dev.slicer.checkpoint.safetensors.TensorType;
import dev.slicer.checkpoint.safetensors.TensorView;
import dev.slicer.engine.Precision;
import dev.slicer.engine.SideBySide;
import dev.slicer.engine.TorchProgram;
import dev.slicer.engine.TorchProgram.Argument;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Parameters of an encoder with its classifier, in the order of the program, on the program's device. They belong to the
 * manager they were loaded into.
 */
public final class EncoderParameters {
    /** HuggingFace's {@code initializer_range}. */
    private static final double CLASSIFIER_STANDARD_DEVIATION = 0.02;

    /** Of a tensor that are read at a time: 4 MB. */
    private static final int PART_ELEMENTS = 1 << 20;

    private static final Set<TensorType> FLOATING_POINT = Set.of(TensorType.F32, TensorType.F16, TensorType.BF16);

    private final EncoderConfig config;
    private final List<ParameterLayout.Slot> slots;
    private final List<NDArray> arrays;

    private EncoderParameters(EncoderConfig config, List<ParameterLayout.Slot> slots, List<NDArray> arrays) {
        this.config = config;
        this.slots = slots;
        this.arrays = List.copyOf(arrays);
    }

    /**
     * Loads a token classifier for tagging, its matrices in {@code precision}.
     *
     * @throws CheckpointException naming the file and the tensor that is missing or of another shape
     */
    public static EncoderParameters loadClassifier(
            TorchProgram program, NDManager owner, ModelFiles model, Precision precision) {
        EncoderConfig config = EncoderConfig.read(model);
        int labels = config.labels()
                .orElseThrow(() -> new CheckpointException(model.path("config.json"), "has no id2label"))
                .size();
        try (ModelWeights weights = ModelWeights.open(model)) {
            return load(program, owner, weights, config, labels, precision, program.packs(precision), List.of());
        }
    }

    /**
     * Loads an encoder for fine-tuning, its matrices in {@code precision}, under a new classifier in fp32: weight normal with
     * standard deviation 0.02, bias zero.
     *
     * @param precision fp32 where the matrices are trained themselves
     */
    public static EncoderParameters loadEncoder(
            TorchProgram program, NDManager owner, Path model, int labels, long seed, Precision precision) {
        EncoderConfig config = EncoderConfig.read(model);
        Random random = new Random(seed);
        float[] weight = new float[Math.multiplyExact(labels, config.hiddenSize())];
        for (int i = 0; i < weight.length; i++) {
            weight[i] = (float) (random.nextGaussian() * CLASSIFIER_STANDARD_DEVIATION);
        }
        List<NDArray> classifier =
                List.of(owner.create(weight, new Shape(labels, config.hiddenSize())), owner.zeros(new Shape(labels)));
        try (ModelWeights weights = ModelWeights.open(model)) {
            return load(program, owner, weights, config, labels, precision, false, classifier);
        }
    }

    /**
     * Loads an encoder for analysis, its matrices in {@code precision}; the model may have a classifier or none.
     *
     * @throws CheckpointException naming the file and the tensor that is missing or of another shape
     */
    public static EncoderParameters loadBareEncoder(
            TorchProgram program, NDManager owner, ModelFiles model, Precision precision) {
        EncoderConfig config = EncoderConfig.read(model);
        // The program counts its layers with a classifier behind them.
        List<NDArray> blank = List.of(owner.zeros(new Shape(1, config.hiddenSize())), owner.zeros(new Shape(1)));
        try (ModelWeights weights = ModelWeights.open(model)) {
            return load(program, owner, weights, config, 1, precision, program.packs(precision), blank);
        }
    }

    private static EncoderParameters load(
            TorchProgram program,
            NDManager owner,
            ModelWeights weights,
            EncoderConfig config,
            int labels,
            Precision precision,
            boolean packed,
            List<NDArray> classifier) {
        List<ParameterLayout.Slot> slots = ParameterLayout.of(config, labels);
        Source source = new Source(program, weights, config.architecture().prefix() + ".", precision, packed);
        List<NDArray> arrays = new ArrayList<>();
        SideBySide.map(
                        together(slots.subList(0, slots.size() - classifier.size())),
                        program.cores(),
                        some -> TorchProgram.onCores(1, () -> load(owner, source, some)))
                .forEach(arrays::addAll);
        arrays.addAll(classifier);
        freeBuffers();
        return new EncoderParameters(config, slots, arrays);
    }

    /** What is loaded at once: the weight of a product with its bias, all else alone. */
    private static List<List<ParameterLayout.Slot>> together(List<ParameterLayout.Slot> slots) {
        List<List<ParameterLayout.Slot>> together = new ArrayList<>();
        for (int i = 0; i < slots.size(); ) {
            int end = i + (slots.get(i).kind() == ParameterLayout.Kind.PRODUCT ? 2 : 1);
            together.add(slots.subList(i, end));
            i = end;
        }
        return together;
    }

    private static List<NDArray> load(NDManager owner, Source source, List<ParameterLayout.Slot> some) {
        TorchProgram program = source.program();
        try (NDManager scope = program.newScope()) {
            List<NDArray> loaded = new ArrayList<>();
            if (some.get(0).kind() == ParameterLayout.Kind.WORDS) {
                loaded.add(words(scope, source, some.get(0)));
            } else if (some.size() > 1 && source.packed()) {
                NDArray weight = read(scope, source, some.get(0));
                loaded.addAll(program.pack(scope, source.precision(), weight, read(scope, source, some.get(1))));
            } else {
                some.forEach(slot -> loaded.add(stored(scope, source, slot)));
            }
            loaded.forEach(array -> array.attach(owner));
            return loaded;
        }
    }

    /**
     * Where parameters come from, and what matrices are to be like.
     *
     * @param packed whether products have their weights packed
     */
    private record Source(
            TorchProgram program, ModelWeights weights, String prefix, Precision precision, boolean packed) {
        /** In fp32. */
        Source(TorchProgram program, ModelWeights weights, EncoderConfig config) {
            this(program, weights, config.architecture().prefix() + ".", Precision.FP32, false);
        }

        /** Of what is not packed. */
        Precision unpacked() {
            return precision == Precision.INT8 ? Precision.BF16 : precision;
        }

        /** @throws CheckpointException where there is no such tensor or it has another shape or type */
        TensorView tensor(String name, long[] shape) {
            String stored = storedName(weights.names(), name, prefix);
            if (stored.isEmpty()) {
                throw new CheckpointException(weights.file(name), "has no tensor '" + name + "'");
            }
            TensorView view = weights.tensor(stored);
            long[] found = view.shape();
            boolean matches = found.length == shape.length;
            for (int i = 0; matches && i < shape.length; i++) {
                matches = shape[i] < 0 || shape[i] == found[i];
            }
            if (!matches) {
                throw new CheckpointException(
                        weights.file(stored),
                        "tensor '" + stored + "' has shape " + Arrays.toString(found) + ", expected "
                                + Arrays.toString(shape));
            }
            if (!FLOATING_POINT.contains(view.type())) {
                throw new CheckpointException(
                        weights.file(stored),
                        "tensor '" + stored + "' has type " + view.type() + ", expected F32, F16 or BF16");
            }
            return view;
        }
    }

    /** Vectors (biases, LayerNorm) cost nothing in fp32 and lose precision in less. */
    private static NDArray stored(NDManager scope, Source source, ParameterLayout.Slot slot) {
        Precision stored = slot.decayed() ? source.unpacked() : Precision.FP32;
        NDArray type = scope.create(new int[] {stored.scalarType()});
        // Not in inference mode: its tensors cannot be trained afterwards.
        return source.program()
                .call(scope, "to_precision", true, Argument.of(read(scope, source, slot)), Argument.of(type))
                .get(0);
    }

    /** The table is never whole in fp32 where less is asked for: it is half of a multilingual model. */
    private static NDArray words(NDManager scope, Source source, ParameterLayout.Slot slot) {
        TorchProgram program = source.program();
        TensorView view = source.tensor(slot.names().get(0), slot.partShape());
        boolean packed = source.precision() == Precision.INT8 && program.packs(Precision.INT8);
        NDArray table = packed
                ? program.blankWords(scope, view.shape()[0], view.shape()[1])
                : program.blank(scope, source.unpacked(), view.shape());
        inParts(
                program,
                view,
                (part, first, rows) -> program.place(table, first, packed ? program.packWords(part, rows) : rows));
        return table;
    }

    /** What tensors were read through, up to 4 MB for each, stays in memory outside the heap until it is collected. */
    private static void freeBuffers() {
        System.gc();
    }

    /** In fp32. */
    private static NDArray read(NDManager scope, Source source, ParameterLayout.Slot slot) {
        NDList parts = new NDList();
        for (String name : slot.names()) {
            TensorView view = source.tensor(name, slot.partShape());
            NDArray whole = source.program().blank(scope, Precision.FP32, view.shape());
            inParts(
                    source.program(),
                    view,
                    (part, first, rows) -> source.program().place(whole, first, rows));
            parts.add(whole);
        }
        return parts.size() == 1 ? parts.get(0) : NDArrays.concat(parts, 0);
    }

    /** What is done with some rows of a tensor, in fp32. */
    private interface Rows {
        void take(NDManager part, int first, NDArray rows);
    }

    /** Some rows at a time, through memory that is used again: Java's side of the engine has no bfloat16. */
    private static void inParts(TorchProgram program, TensorView view, Rows taker) {
        long[] shape = view.shape();
        int rows = Math.toIntExact(shape[0]);
        int width = view.elements() / Math.max(1, rows);
        int rowsAtOnce = Math.max(1, Math.min(rows, PART_ELEMENTS / width));
        ByteBuffer buffer =
                ByteBuffer.allocateDirect(rowsAtOnce * width * Float.BYTES).order(ByteOrder.nativeOrder());
        for (int first = 0; first < rows; first += rowsAtOnce) {
            int count = Math.min(rowsAtOnce, rows - first);
            view.read(first * width, buffer.clear().asFloatBuffer().limit(count * width));
            shape[0] = count;
            try (NDManager part = program.newScope()) {
                ByteBuffer bytes = buffer.slice(0, count * width * Float.BYTES).order(ByteOrder.nativeOrder());
                taker.take(part, first, part.create(bytes, new Shape(shape), DataType.FLOAT32));
            }
        }
    }

    /** Models are saved with or without the encoder's prefix, and old ones call LayerNorm's parameters gamma and beta. */
    private static String storedName(Set<String> names, String name, String prefix) {
        String bare = name.startsWith(prefix) ? name.substring(prefix.length()) : name;
        for (String candidate : List.of(name, bare)) {
            String old = candidate
                    .replace("LayerNorm.weight", "LayerNorm.gamma")
                    .replace("LayerNorm.bias", "LayerNorm.beta");
            if (names.contains(candidate)) {
                return candidate;
            }
            if (names.contains(old)) {
                return old;
            }
        }
        return "";
    }

    public EncoderConfig config() {
        return config;
    }

    /** In the order that the program expects; do not close them. */
    public List<NDArray> arrays() {
        return arrays;
    }

    /** All but the word embeddings, which come first. */
    public EncoderParameters withoutWords() {
        return new EncoderParameters(config, slots.subList(1, slots.size()), arrays.subList(1, arrays.size()));
    }

    /**
     * New low-rank adapters of the matrix products (LoRA, Hu et al. 2022), and after them the classifier, which stays this one's own. A is
     * uniform within ±1/√in, as in the code of the paper's authors, and B zero: at first nothing is added to any weight.
     *
     * @param owner manager that the adapters belong to
     */
    public EncoderParameters adaptersAndClassifier(NDManager owner, int rank, long seed) {
        List<ParameterLayout.Slot> ofAll = new ArrayList<>(ParameterLayout.adapters(slots, rank));
        Random random = new Random(seed);
        List<NDArray> all = new ArrayList<>();
        for (int i = 0; i < ofAll.size(); i++) {
            long[] part = ofAll.get(i).partShape();
            Shape shape = new Shape(ofAll.get(i).names().size() * part[0], part[1]);
            boolean isFirst = i % 2 == 0;
            all.add(isFirst ? owner.create(uniform(random, shape), shape) : owner.zeros(shape));
        }
        int classifier = slots.size() - 2;
        ofAll.addAll(slots.subList(classifier, slots.size()));
        all.addAll(arrays.subList(classifier, arrays.size()));
        return new EncoderParameters(config, ofAll, all);
    }

    private static float[] uniform(Random random, Shape shape) {
        float[] values = new float[Math.toIntExact(shape.size())];
        double bound = 1 / Math.sqrt(shape.get(1));
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) ((2 * random.nextDouble() - 1) * bound);
        }
        return values;
    }

    /** Other tensors of the same layout: gradients, moments, averages. */
    public EncoderParameters withArrays(List<NDArray> others) {
        return new EncoderParameters(config, slots, others);
    }

    /** Whether weight decay applies to the i-th parameter: not to biases and LayerNorm. */
    public boolean decayed(int i) {
        return slots.get(i).decayed();
    }

    /** Whether the i-th parameter is the weight of a layer's matrix product. */
    public boolean isOfProduct(int i) {
        return slots.get(i).kind() == ParameterLayout.Kind.PRODUCT;
    }

    /**
     * Reads back what {@link #write} wrote, into these arrays.
     *
     * @throws CheckpointException naming the file and the tensor that is missing or of another shape
     */
    public void restore(TorchProgram program, Path safetensors) {
        try (ModelWeights weights = ModelWeights.ofFile(safetensors)) {
            Source saved = new Source(program, weights, config);
            for (int i = 0; i < slots.size(); i++) {
                try (NDManager scope = program.newScope()) {
                    NDArray whole = read(scope, saved, slots.get(i));
                    program.call(scope, "assign", true, Argument.of(arrays.get(i)), Argument.of(whole));
                }
            }
        }
        freeBuffers();
    }

    /** Writes the parameters, which must be fp32, under HuggingFace's names. */
    public void write(Path safetensors) {
        write(safetensors, (writer, i) -> write(writer, slots.get(i).names(), arrays.get(i)));
    }

    /**
     * Writes the encoder as {@link #write} does, in fp32 as the model has it that it was loaded from, with what adapters add to its
     * products. That model is read again, one parameter after the other, so that nobody has to hold it in fp32.
     *
     * @param trained as {@link #adaptersAndClassifier} made them
     * @throws CheckpointException naming the file of the model that cannot be read any more
     */
    public void writeAdapted(TorchProgram program, Path model, EncoderParameters trained, Path safetensors) {
        List<NDArray> learnt = trained.arrays();
        int encoder = slots.size() - 2;
        int adapters = learnt.size() - 2;
        int[] products = IntStream.range(0, encoder).filter(this::isOfProduct).toArray();
        try (ModelWeights weights = ModelWeights.open(model)) {
            Source base = new Source(program, weights, config);
            write(safetensors, (writer, i) -> {
                int product = Arrays.binarySearch(products, i);
                if (i >= encoder) {
                    write(writer, slots.get(i).names(), learnt.get(adapters + i - encoder));
                } else if (product < 0) {
                    copy(base, slots.get(i), writer);
                    if (slots.get(i).kind() == ParameterLayout.Kind.WORDS) {
                        freeBuffers();
                    }
                } else {
                    try (NDManager scope = program.newScope()) {
                        NDArray merged = program.call(
                                        scope,
                                        "merged",
                                        false,
                                        Argument.of(read(scope, base, slots.get(i))),
                                        Argument.of(learnt.get(2 * product)),
                                        Argument.of(learnt.get(2 * product + 1)))
                                .get(0);
                        write(writer, slots.get(i).names(), merged);
                    }
                }
            });
        }
        freeBuffers();
    }

    private static void copy(Source source, ParameterLayout.Slot slot, SafetensorsWriter writer) {
        for (String name : slot.names()) {
            TensorView view = source.tensor(name, slot.partShape());
            int elements = view.elements();
            for (int first = 0; first < elements; first += PART_ELEMENTS) {
                float[] values = new float[Math.min(PART_ELEMENTS, elements - first)];
                view.read(first, values);
                writer.write(name, values);
            }
        }
    }

    /** Writes the i-th parameter. */
    private interface Elements {
        void write(SafetensorsWriter writer, int i);
    }

    private void write(Path safetensors, Elements elements) {
        List<SafetensorsWriter.Entry> entries = new ArrayList<>();
        for (int i = 0; i < slots.size(); i++) {
            long[] shape = arrays.get(i).getShape().getShape().clone();
            shape[0] /= slots.get(i).names().size();
            for (String name : slots.get(i).names()) {
                entries.add(new SafetensorsWriter.Entry(name, shape));
            }
        }
        try (SafetensorsWriter writer = SafetensorsWriter.create(safetensors, entries)) {
            for (int i = 0; i < slots.size(); i++) {
                elements.write(writer, i);
            }
            writer.finish();
        }
    }

    private static void write(SafetensorsWriter writer, List<String> names, NDArray array) {
        ByteBuffer data = array.toByteBuffer(true);
        int part = data.remaining() / names.size();
        for (int j = 0; j < names.size(); j++) {
            writer.write(names.get(j), data.slice(j * part, part).order(ByteOrder.LITTLE_ENDIAN));
        }
    }
}
