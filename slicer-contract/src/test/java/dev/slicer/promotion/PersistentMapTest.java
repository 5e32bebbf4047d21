package dev.slicer.promotion;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PersistentMapTest {
    private record Version(PersistentMap<Integer, String> map, TreeMap<Integer, String> expected) {}

    /** Negative keys are taken out. */
    @Property
    void shouldBeWhatASortedMapIsAtEachOfItsVersions(
            @ForAll @Size(max = 200) List<@IntRange(min = -40, max = 40) Integer> steps) {
        // Given
        List<Version> versions = new ArrayList<>();
        versions.add(new Version(PersistentMap.empty(), new TreeMap<>()));

        // When
        for (int i = 0; i < steps.size(); i++) {
            int step = steps.get(i);
            Version last = versions.get(versions.size() - 1);
            TreeMap<Integer, String> expected = new TreeMap<>(last.expected());
            if (step < 0) {
                expected.remove(-step);
                versions.add(new Version(last.map().without(-step), expected));
            } else {
                expected.put(step, "v" + i);
                versions.add(new Version(last.map().with(step, "v" + i), expected));
            }
        }

        // Then: also those before the last
        for (Version version : versions) {
            assertThat(version.map().values())
                    .isEqualTo(List.copyOf(version.expected().values()));
            assertThat(version.map().last())
                    .isEqualTo(
                            Optional.ofNullable(version.expected().lastEntry()).map(Map.Entry::getValue));
            for (int key = -1; key <= 40; key++) {
                assertThat(version.map().get(key))
                        .isEqualTo(Optional.ofNullable(version.expected().get(key)));
            }
        }
    }

    @Test
    void shouldStayShallowWhenKeysComeInOrder() {
        // Given: a tree that were a list would overflow the stack
        PersistentMap<Integer, Integer> map = PersistentMap.empty();

        // When
        for (int i = 0; i < 200_000; i++) {
            map = map.with(i, i);
        }
        for (int i = 0; i < 199_999; i++) {
            map = map.without(i);
        }

        // Then
        assertThat(map.values()).containsExactly(199_999);
    }
}
