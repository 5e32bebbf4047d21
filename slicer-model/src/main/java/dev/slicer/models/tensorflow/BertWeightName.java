package dev.slicer.models.tensorflow;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A weight of Google's BERT under HuggingFace's name.
 *
 * @param kernel whether it is a dense layer's kernel, [in, out] in TensorFlow and [out, in] in PyTorch
 */
record BertWeightName(String name, boolean kernel) {
    private static final String ROOT = "module/";
    private static final Pattern LAYER = Pattern.compile("layer_(\\d+)");

    /** Empty for the language-modelling head, which named entity recognition has no use for. */
    static Optional<BertWeightName> ofTensorFlow(String tensor) {
        if (!tensor.startsWith(ROOT)) {
            throw new FormatException("tensor " + tensor + " is none of BERT's");
        }
        String path = tensor.substring(ROOT.length());
        if (path.startsWith("cls/")) {
            return Optional.empty();
        }
        int slash = path.lastIndexOf('/');
        if (!path.startsWith("bert/")) {
            throw new FormatException("tensor " + tensor + " is none of BERT's");
        }
        String parent =
                LAYER.matcher(path.substring(0, slash)).replaceAll("layer/$1").replace('/', '.');
        String leaf = path.substring(slash + 1);
        return Optional.of(
                switch (leaf) {
                    case "kernel" -> new BertWeightName(parent + ".weight", true);
                    case "bias", "beta" -> new BertWeightName(parent + ".bias", false);
                    case "gamma" -> new BertWeightName(parent + ".weight", false);
                    case "word_embeddings", "position_embeddings", "token_type_embeddings" ->
                        new BertWeightName(parent + "." + leaf + ".weight", false);
                    default -> throw new FormatException("tensor " + tensor + " is none of BERT's");
                });
    }
}
