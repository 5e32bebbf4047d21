package dev.slicer.encoder;

import java.util.ArrayList;
import java.util.List;

/**
 * The order of the program's parameters and the names each has in a HuggingFace model. Query, key and value are one
 * parameter here: one matrix product instead of three.
 */
final class ParameterLayout {

    /**
     * @param names tensors of the model that make up the parameter, concatenated along the first dimension
     * @param shape of each of them
     * @param kind what it is used for
     */
    record Slot(List<String> names, List<Long> shape, Kind kind) {
        /** Whether weight decay applies: not to biases and LayerNorm (paper, Section 4). */
        boolean decayed() {
            return kind != Kind.VECTOR;
        }

        long[] partShape() {
            return shape.stream().mapToLong(Long::longValue).toArray();
        }
    }

    enum Kind {
        /** The word embeddings, by far the largest. */
        WORDS,
        /** Other rows that are looked up, or the classifier. */
        TABLE,
        /** Weight of a layer's matrix product; its bias comes next. */
        PRODUCT,
        /** One of the two factors of what is added to a product's weight. */
        ADAPTER,
        VECTOR
    }

    private final String prefix;
    private final List<Slot> slots = new ArrayList<>();

    private ParameterLayout(String prefix) {
        this.prefix = prefix;
    }

    /** The encoder's parameters followed by the classifier's. */
    static List<Slot> of(EncoderConfig config, int labels) {
        ParameterLayout layout = new ParameterLayout(config.architecture().prefix() + ".");
        long d = config.hiddenSize();
        long inner = config.intermediateSize();
        layout.table("embeddings.word_embeddings.weight", config.vocabularySize(), d, Kind.WORDS);
        layout.table("embeddings.position_embeddings.weight", config.maxPositions(), d, Kind.TABLE);
        // Every text is one segment: only type 0 is ever read, but all types are kept for the checkpoint.
        layout.table("embeddings.token_type_embeddings.weight", -1, d, Kind.TABLE);
        layout.norm("embeddings.LayerNorm", d);
        for (int i = 0; i < config.layers(); i++) {
            String layer = "encoder.layer." + i + ".";
            layout.linear(
                    d, d, layer + "attention.self.query", layer + "attention.self.key", layer + "attention.self.value");
            layout.linear(d, d, layer + "attention.output.dense");
            layout.norm(layer + "attention.output.LayerNorm", d);
            layout.linear(inner, d, layer + "intermediate.dense");
            layout.linear(d, inner, layer + "output.dense");
            layout.norm(layer + "output.LayerNorm", d);
        }
        layout.slots.add(new Slot(List.of("classifier.weight"), List.of((long) labels, d), Kind.TABLE));
        layout.slots.add(new Slot(List.of("classifier.bias"), List.of((long) labels), Kind.VECTOR));
        return List.copyOf(layout.slots);
    }

    /**
     * Low-rank adapters of the products among the slots: for each, A and then B (Hu et al. 2022). A weight that is concatenated has as
     * many of both as it has parts, by the names that HuggingFace's PEFT has for them within a model.
     */
    static List<Slot> adapters(List<Slot> slots, int rank) {
        List<Slot> adapters = new ArrayList<>();
        for (Slot slot : slots) {
            if (slot.kind() == Kind.PRODUCT) {
                long out = slot.shape().get(0);
                long in = slot.shape().get(1);
                adapters.add(new Slot(named(slot, "lora_A"), List.of((long) rank, in), Kind.ADAPTER));
                adapters.add(new Slot(named(slot, "lora_B"), List.of(out, (long) rank), Kind.ADAPTER));
            }
        }
        return adapters;
    }

    private static List<String> named(Slot slot, String factor) {
        return slot.names().stream()
                .map(name -> name.replaceFirst("weight$", factor + ".weight"))
                .toList();
    }

    private void table(String name, long rows, long columns, Kind kind) {
        slots.add(new Slot(List.of(prefix + name), List.of(rows, columns), kind));
    }

    private void norm(String name, long size) {
        slots.add(new Slot(List.of(prefix + name + ".weight"), List.of(size), Kind.VECTOR));
        slots.add(new Slot(List.of(prefix + name + ".bias"), List.of(size), Kind.VECTOR));
    }

    private void linear(long out, long in, String... names) {
        List<String> weights = new ArrayList<>();
        List<String> biases = new ArrayList<>();
        for (String name : names) {
            weights.add(prefix + name + ".weight");
            biases.add(prefix + name + ".bias");
        }
        slots.add(new Slot(List.copyOf(weights), List.of(out, in), Kind.PRODUCT));
        slots.add(new Slot(List.copyOf(biases), List.of(out), Kind.VECTOR));
    }
}
