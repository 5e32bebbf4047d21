package dev.slicer.fuzzing;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Bytes that are made of valid ones by chance and given to a reader, which may refuse them in the ways that it declares and in no
 * other, in a bounded time and with a bounded part of the heap. The same seed gives the same bytes.
 */
public final class Fuzz {
    /** Of each kind of thing that is read. */
    public static final int INPUTS = 10_000;

    private static final Duration LONGEST = Duration.ofSeconds(5);
    /** Of an input of a few kilobytes; what is larger is made of numbers that the input has. */
    private static final long MOST_BYTES = 64L << 20;

    private static final int MOST_CHANGES = 4;
    private static final int LONGEST_INPUT = 1 << 16;
    private static final int SHOWN = 2_000;

    private static final List<String> WORDS = List.of(
            "{",
            "}",
            "[",
            "]",
            "\"",
            ":",
            ",",
            "\\",
            "\\u",
            "\\ud83d",
            "null",
            "true",
            "-",
            "0",
            "-1",
            "1e999",
            "1e-999",
            "9223372036854775807",
            "9223372036854775808",
            "99999999999999999999999",
            "0.1",
            "NaN",
            "\u0000",
            "\n",
            "\r\n",
            "\n\n",
            "\t",
            " ",
            "\uFEFF",
            "\u2028",
            "\u200d",
            "\ud83d\ude00",
            "O",
            "B-",
            "I-PER",
            "-DOCSTART-",
            "# ",
            "../",
            "%s",
            "[[[[[[[[",
            "{\"a\":{\"a\":{\"a\":",
            "&a ",
            "*a",
            "<<: ",
            "!!",
            "- ",
            "---\n");

    /** Reads bytes that may be anything. */
    @FunctionalInterface
    public interface Reader {
        void read(byte[] bytes) throws Exception;
    }

    private final SplittableRandom random;
    private final List<byte[]> valid;

    private Fuzz(long seed, List<byte[]> valid) {
        this.random = new SplittableRandom(seed);
        this.valid = List.copyOf(valid);
    }

    /** Bytes of which some are wrong, the next ones with each call. */
    public static Supplier<byte[]> inputs(long seed, List<byte[]> valid) {
        return new Fuzz(seed, valid)::input;
    }

    /**
     * Has as many inputs read as {@link #INPUTS} says.
     *
     * @param refusals what the reader may throw
     */
    public static void run(long seed, List<byte[]> valid, Set<Class<? extends Exception>> refusals, Reader reader) {
        Fuzz fuzz = new Fuzz(seed, valid);
        ExecutorService thread = Executors.newSingleThreadExecutor(work -> {
            Thread fuzzing = new Thread(work, "fuzzing");
            fuzzing.setDaemon(true);
            return fuzzing;
        });
        try {
            // What is loaded and remembered once is no input's.
            thread.submit(() -> valid.forEach(bytes -> read(bytes, reader, refusals)))
                    .get();
            for (int i = 0; i < INPUTS; i++) {
                byte[] input = fuzz.input();
                String which = "input " + i + " of seed " + seed + ", " + shown(input);
                long bytes = allocatedBy(thread, () -> read(input, reader, refusals), which);
                if (bytes > MOST_BYTES) {
                    throw new AssertionError(which + " took " + bytes + " bytes of memory");
                }
            }
        } catch (ExecutionException | InterruptedException e) {
            throw new AssertionError("what is valid was neither read nor refused", e);
        } finally {
            thread.shutdownNow();
        }
    }

    private static long allocatedBy(ExecutorService thread, Runnable reading, String which)
            throws InterruptedException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try {
            return thread.submit(() -> {
                        long before = threads.getCurrentThreadAllocatedBytes();
                        reading.run();
                        return threads.getCurrentThreadAllocatedBytes() - before;
                    })
                    .get(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError(which + " took more than " + LONGEST.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw new AssertionError(which + " was neither read nor refused", e.getCause());
        }
    }

    private static void read(byte[] bytes, Reader reader, Set<Class<? extends Exception>> refusals) {
        try {
            reader.read(bytes);
        } catch (Exception e) {
            if (refusals.stream().noneMatch(refusal -> refusal.isInstance(e))) {
                throw new AssertionError(e);
            }
        }
    }

    private static String shown(byte[] input) {
        return input.length + " bytes: "
                + new String(input, 0, Math.min(SHOWN, input.length), StandardCharsets.ISO_8859_1);
    }

    private byte[] input() {
        byte[] bytes = pick(valid).clone();
        for (int changes = 1 + random.nextInt(MOST_CHANGES); changes > 0; changes--) {
            bytes = changed(bytes);
        }
        return bytes;
    }

    private byte[] changed(byte[] bytes) {
        int at = random.nextInt(bytes.length + 1);
        int end = Math.min(bytes.length, at + 1 + random.nextInt(1 + bytes.length / 4));
        return switch (random.nextInt(10)) {
            case 0 -> Arrays.copyOf(bytes, at);
            case 1 -> withBit(bytes);
            case 2 -> withByte(bytes);
            case 3 -> joined(bytes, 0, at, word(), bytes, at);
            case 4 -> joined(bytes, 0, at, word(), bytes, end);
            case 5 -> joined(bytes, 0, at, new byte[0], bytes, end);
            case 6 -> joined(bytes, 0, end, new byte[0], bytes, at);
            case 7 -> joined(bytes, 0, at, repeated(Arrays.copyOfRange(bytes, at, end)), bytes, end);
            case 8 -> {
                byte[] other = pick(valid);
                yield joined(bytes, 0, at, new byte[0], other, random.nextInt(other.length + 1));
            }
            default -> withNumber(bytes);
        };
    }

    private byte[] withBit(byte[] bytes) {
        byte[] changed = bytes.clone();
        if (changed.length > 0) {
            changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
        }
        return changed;
    }

    private byte[] withByte(byte[] bytes) {
        byte[] changed = bytes.clone();
        if (changed.length > 0) {
            changed[random.nextInt(changed.length)] = (byte) random.nextInt();
        }
        return changed;
    }

    /** Little-endian, as lengths are written before what has them. */
    private byte[] withNumber(byte[] bytes) {
        byte[] changed = bytes.clone();
        int at = random.nextBoolean() ? 0 : random.nextInt(bytes.length + 1);
        long number = random.nextBoolean() ? random.nextLong() : random.nextLong(1L << random.nextInt(1, 62));
        for (int i = 0; i < Long.BYTES && at + i < changed.length; i++) {
            changed[at + i] = (byte) (number >>> Byte.SIZE * i);
        }
        return changed;
    }

    private byte[] word() {
        byte[] word = pick(WORDS).getBytes(StandardCharsets.UTF_8);
        return random.nextInt(8) == 0 ? repeated(word) : word;
    }

    private byte[] repeated(byte[] part) {
        ByteArrayOutputStream many = new ByteArrayOutputStream();
        for (int i = random.nextInt(1 << random.nextInt(1, 12)); i >= 0 && many.size() < LONGEST_INPUT; i--) {
            many.writeBytes(part);
        }
        return many.toByteArray();
    }

    private static byte[] joined(byte[] head, int from, int to, byte[] middle, byte[] tail, int at) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.write(head, from, to - from);
        whole.writeBytes(middle);
        whole.write(tail, Math.min(at, tail.length), tail.length - Math.min(at, tail.length));
        byte[] bytes = whole.toByteArray();
        return bytes.length > LONGEST_INPUT ? Arrays.copyOf(bytes, LONGEST_INPUT) : bytes;
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}
