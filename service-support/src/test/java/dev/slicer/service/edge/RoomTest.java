package dev.slicer.service.edge;

import static dev.slicer.service.edge.Room.Answer.CLIENT_HAS_TOO_MUCH;
import static dev.slicer.service.edge.Room.Answer.FULL;
import static dev.slicer.service.edge.Room.Answer.TAKEN;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoomTest {
    private final Room room = new Room(1000);

    @Test
    void shouldGiveOneClientHalfOfItAtMost() {
        assertThat(room.take(new Client("a"), 500)).isEqualTo(TAKEN);
        assertThat(room.take(new Client("a"), 1)).isEqualTo(CLIENT_HAS_TOO_MUCH);
    }

    @Test
    void shouldAlwaysLeaveSomeForTheNextClient() {
        // When: each takes all that it gets
        int clients = 0;
        for (int size = 500; size > 0; size /= 2) {
            assertThat(room.take(new Client("client " + clients++), size)).isEqualTo(TAKEN);
        }

        // Then
        assertThat(clients).isGreaterThan(8);
        assertThat(room.taken()).isLessThan(1000);
        assertThat(room.take(new Client("client 1"), 100)).isEqualTo(FULL);
    }

    @Test
    void shouldHaveAllOfItAgainWhenAllWasGivenBack() {
        // Given
        room.take(new Client("a"), 300);
        room.take(new Client("a"), 100);
        room.take(new Client("b"), 200);

        // When
        room.give(new Client("a"), 400);
        room.give(new Client("b"), 200);

        // Then
        assertThat(room.taken()).isZero();
        assertThat(room.take(new Client("c"), 500)).isEqualTo(TAKEN);
    }
}
