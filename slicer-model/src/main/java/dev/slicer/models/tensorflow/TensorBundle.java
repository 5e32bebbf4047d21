package dev.slicer.models.tensorflow;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Index of a TensorFlow checkpoint ({@code tensor_bundle.proto}): where each fp32 tensor lies in the one data file.
 *
 * @param tensors in the order of their data
 */
record TensorBundle(List<Tensor> tensors) {
    private static final int DT_FLOAT = 1;

    /**
     * @param offset first byte in the data file
     * @param checksum masked CRC-32C of the bytes
     */
    record Tensor(String name, long[] shape, long offset, long bytes, int checksum) {}

    static TensorBundle parse(ByteBuffer index) {
        List<Tensor> tensors = new ArrayList<>();
        for (LevelDbTable.Entry entry : LevelDbTable.entries(index)) {
            if (entry.key().length == 0) {
                checkHeader(new ProtobufReader(entry.value()));
            } else {
                String name = new String(entry.key(), StandardCharsets.UTF_8);
                tensors.add(tensor(name, new ProtobufReader(entry.value())));
            }
        }
        tensors.sort(Comparator.comparingLong(Tensor::offset));
        for (int i = 1; i < tensors.size(); i++) {
            Tensor before = tensors.get(i - 1);
            if (before.offset + before.bytes > tensors.get(i).offset) {
                throw new FormatException("tensors " + before.name + " and " + tensors.get(i).name + " overlap");
            }
        }
        return new TensorBundle(List.copyOf(tensors));
    }

    /** BundleHeaderProto: num_shards = 1, endianness = 2 (0 is little). */
    private static void checkHeader(ProtobufReader header) {
        while (header.hasNext()) {
            switch (header.nextField()) {
                case 1 -> require(header.varint() == 1, "tensors in more than one data file are not supported");
                case 2 -> require(header.varint() == 0, "big-endian tensors are not supported");
                default -> header.skip();
            }
        }
    }

    /** BundleEntryProto: dtype = 1, shape = 2, shard_id = 3, offset = 4, size = 5, crc32c = 6, slices = 7. */
    private static Tensor tensor(String name, ProtobufReader entry) {
        long type = 0;
        long[] shape = {};
        long offset = 0;
        long size = 0;
        int checksum = 0;
        while (entry.hasNext()) {
            switch (entry.nextField()) {
                case 1 -> type = entry.varint();
                case 2 -> shape = shape(entry.message());
                case 3 -> require(entry.varint() == 0, "tensor " + name + " is in another data file");
                case 4 -> offset = entry.varint();
                case 5 -> size = entry.varint();
                case 6 -> checksum = entry.fixed32();
                case 7 -> throw new FormatException("tensor " + name + " is in slices");
                default -> entry.skip();
            }
        }
        require(type == DT_FLOAT, "tensor " + name + " has type " + type + " where float32 was expected");
        try {
            long bytes = Arrays.stream(shape).reduce(Float.BYTES, Math::multiplyExact);
            require(bytes == size, "tensor " + name + " has " + size + " bytes where its shape needs " + bytes);
            require(offset >= 0, "tensor " + name + " has a negative offset");
            Math.addExact(offset, size);
        } catch (ArithmeticException overflow) {
            throw new FormatException("tensor " + name + " is impossibly large");
        }
        return new Tensor(name, shape, offset, size, checksum);
    }

    /** TensorShapeProto: dim = 2, each with size = 1. */
    private static long[] shape(ProtobufReader proto) {
        List<Long> sizes = new ArrayList<>();
        while (proto.hasNext()) {
            if (proto.nextField() == 2) {
                sizes.add(size(proto.message()));
            } else {
                proto.skip();
            }
        }
        return sizes.stream().mapToLong(Long::longValue).toArray();
    }

    private static long size(ProtobufReader dimension) {
        long size = 0;
        while (dimension.hasNext()) {
            if (dimension.nextField() == 1) {
                size = dimension.varint();
                require(size >= 0, "a dimension has the size " + size);
            } else {
                dimension.skip();
            }
        }
        return size;
    }

    private static void require(boolean condition, String problem) {
        if (!condition) {
            throw new FormatException(problem);
        }
    }
}
