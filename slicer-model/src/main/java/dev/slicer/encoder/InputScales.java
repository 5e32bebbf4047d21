package dev.slicer.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How inputs of int8 products become whole numbers from 0 to 255, for all sub-tokens alike: by the range that those of each product
 * were seen to have.
 *
 * @param ranges of the products, in the order in which they are computed; none where each sub-token has a scale of its own
 */
record InputScales(List<Range> ranges) {
    static final InputScales BY_SUB_TOKEN = new InputScales(List.of());

    private static final int STEPS = 255;
    /** Rows of a bias in which passes note lowest and highest input. */
    private static final int LOWEST = 2;

    private static final int HIGHEST = 3;

    InputScales {
        ranges = List.copyOf(ranges);
    }

    /**
     * @param lowest at most 0, which has to be one of the whole numbers
     * @param highest at least 0
     */
    record Range(float lowest, float highest) {
        double scale() {
            return Math.max(((double) highest - lowest) / STEPS, 1e-12);
        }

        Range covering(Range other) {
            return new Range(Math.min(lowest, other.lowest), Math.max(highest, other.highest));
        }

        /** The whole number that stands for 0. */
        long zero() {
            return Math.round(-lowest / scale());
        }
    }

    /** Parameters with which passes note the ranges of what they multiply; each sub-token still has a scale of its own. */
    static EncoderParameters measuring(NDManager owner, EncoderParameters parameters) {
        List<NDArray> arrays = new ArrayList<>(parameters.arrays());
        biases(parameters).forEach(bias -> {
            NDArray own = arrays.get(bias);
            long width = own.getShape().get(1);
            float[] rows = Arrays.copyOf(own.toFloatArray(), Math.toIntExact((HIGHEST + 1) * width));
            arrays.set(bias, owner.create(rows, new Shape(HIGHEST + 1, width)));
        });
        return parameters.withArrays(arrays);
    }

    /** @param measured of {@link #measuring}, after some passes */
    static InputScales of(EncoderParameters measured) {
        return new InputScales(biases(measured)
                .mapToObj(measured.arrays()::get)
                .map(bias -> new Range(bias.getFloat(LOWEST, 0), bias.getFloat(HIGHEST, 0)))
                .toList());
    }

    /** For what either was seen for. */
    InputScales covering(InputScales other) {
        if (ranges.isEmpty()) {
            return other;
        }
        return new InputScales(IntStream.range(0, ranges.size())
                .mapToObj(i -> ranges.get(i).covering(other.ranges.get(i)))
                .toList());
    }

    private static IntStream biases(EncoderParameters parameters) {
        return IntStream.range(0, parameters.arrays().size())
                .filter(parameters::isOfProduct)
                .map(weight -> weight + 1);
    }

    /** Scale and zero of each product's input. */
    double[] forProgram() {
        return ranges.stream()
                .flatMap(range -> List.of(range.scale(), (double) range.zero()).stream())
                .mapToDouble(Double::doubleValue)
                .toArray();
    }
}
