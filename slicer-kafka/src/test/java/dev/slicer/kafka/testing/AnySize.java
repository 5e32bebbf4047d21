package dev.slicer.kafka.testing;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/**
 * A value as others may send it: from nothing to 12 MiB, whatever it is compressed to.
 *
 * @param codec of the producer, Kafka's name of it
 * @param compressible whether the codec can make it small
 */
public record AnySize(int bytes, String codec, boolean compressible) {
    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;
    private static final int MOST = 12 * MIB;

    /** Sizes at which something changes, and those beside. */
    private static final List<Integer> BORDERS =
            List.of(0, 64 * KIB, 1_032_204, 1_048_588, 4 * MIB - 64 * KIB, 4 * MIB, MOST);

    private static final int BESIDE = 300;

    public static Arbitrary<AnySize> any() {
        Arbitrary<Integer> borders = Combinators.combine(
                        Arbitraries.of(BORDERS), Arbitraries.integers().between(-BESIDE, BESIDE))
                .as((border, beside) -> Math.min(MOST, Math.max(0, border + beside)));
        Arbitrary<Integer> between = Arbitraries.integers().between(0, MOST).withoutEdgeCases();
        return Combinators.combine(
                        Arbitraries.oneOf(borders, between), Arbitraries.of(codecs()), Arbitraries.of(true, false))
                .as(AnySize::new);
    }

    /** Those of Kafka's codecs that the tests' classpath has. */
    private static List<String> codecs() {
        return List.of("none", "gzip", "lz4", "snappy", "zstd");
    }

    /**
     * A JSON object of this size; where it is too small for one, blanks.
     *
     * @param members of the object, with {@code %s} where what makes it large belongs
     */
    public byte[] json(String members) {
        String object = "{" + members + "}";
        int padding = bytes - object.replace("%s", "").getBytes(StandardCharsets.UTF_8).length;
        return (padding < 0 ? " ".repeat(bytes) : object.replace("%s", padding(padding)))
                .getBytes(StandardCharsets.UTF_8);
    }

    private String padding(int length) {
        byte[] letters = new byte[length];
        Arrays.fill(letters, (byte) 'a');
        if (!compressible) {
            Random random = new Random(length);
            for (int i = 0; i < length; i++) {
                letters[i] = (byte) ('A' + random.nextInt(26));
            }
        }
        return new String(letters, StandardCharsets.US_ASCII);
    }
}
