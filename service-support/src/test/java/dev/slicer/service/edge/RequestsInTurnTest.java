package dev.slicer.service.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The first request is under way when the handler is added; its answer comes first. */
class RequestsInTurnTest {
    private final Reads reads = new Reads();
    private final EmbeddedChannel connection = new EmbeddedChannel(reads, new RequestsInTurn());

    /** How often more bytes are asked for. */
    private static final class Reads extends ChannelOutboundHandlerAdapter {
        private int asked;

        @Override
        public void read(ChannelHandlerContext connection) {
            asked++;
            connection.read();
        }
    }

    @Test
    void shouldLetTheNextRequestInWhenTheOneBeforeItIsAnswered() {
        // Given
        connection.writeInbound(LastHttpContent.EMPTY_LAST_CONTENT);
        send("/second");
        send("/third");
        assertThat(letIn()).containsExactly("end");

        // When / Then
        answer(HttpResponseStatus.OK);
        assertThat(letIn()).containsExactly("/second", "end");
        answer(HttpResponseStatus.OK);
        assertThat(letIn()).containsExactly("/third", "end");
    }

    @Test
    void shouldLeaveWhatFollowsWithItsSenderUntilThoseBeforeItAreLetIn() {
        // Given
        send("/second");
        int before = reads.asked;

        // When
        connection.read();
        connection.config().setAutoRead(false);
        connection.config().setAutoRead(true);

        // Then
        connection.runPendingTasks();
        assertThat(reads.asked).isEqualTo(before);
        answer(HttpResponseStatus.OK);
        assertThat(letIn()).containsExactly("/second", "end");
        assertThat(reads.asked).isGreaterThan(before);
    }

    @Test
    void shouldLetNothingInWhileAnswersAreNotFetched() {
        // Given
        send("/second");
        connection.unsafe().outboundBuffer().setUserDefinedWritability(1, false);

        // When / Then
        answer(HttpResponseStatus.OK);
        assertThat(letIn()).isEmpty();
        connection.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
        connection.runPendingTasks();
        assertThat(letIn()).containsExactly("/second", "end");
    }

    @Test
    void shouldKeepABodyBackThatIsNotAskedForYet() {
        // Given
        connection.writeInbound(
                request("/second"), new DefaultHttpContent(Unpooled.buffer().writeInt(1)));
        connection.config().setAutoRead(false);

        // When / Then
        answer(HttpResponseStatus.OK);
        assertThat(letIn()).isEmpty();
        connection.config().setAutoRead(true);
        connection.runPendingTasks();
        assertThat(letIn()).containsExactly("/second", "content");
    }

    @Test
    void shouldNotTakeAWordInBetweenForTheAnswer() {
        // Given
        send("/second");

        // When / Then
        answer(HttpResponseStatus.CONTINUE);
        assertThat(letIn()).isEmpty();
        answer(HttpResponseStatus.OK);
        assertThat(letIn()).containsExactly("/second", "end");
    }

    @Test
    void shouldFreeWhatIsNotLetInWhenTheConnectionIsClosed() {
        // Given
        HttpContent body = new DefaultLastHttpContent(Unpooled.buffer().writeInt(1));
        connection.writeInbound(request("/second"), body);

        // When
        connection.close();

        // Then
        assertThat(body.refCnt()).isZero();
    }

    private void send(String path) {
        connection.writeInbound(request(path), LastHttpContent.EMPTY_LAST_CONTENT);
    }

    private static HttpRequest request(String path) {
        return new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, path);
    }

    private void answer(HttpResponseStatus status) {
        connection.writeOneOutbound(answered(status));
        connection.flushOutbound();
        connection.runPendingTasks();
    }

    private static DefaultFullHttpResponse answered(HttpResponseStatus status) {
        return new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status);
    }

    private List<String> letIn() {
        List<String> all = new ArrayList<>();
        for (Object message = connection.readInbound(); message != null; message = connection.readInbound()) {
            all.add(
                    message instanceof HttpRequest request
                            ? request.uri()
                            : message instanceof LastHttpContent ? "end" : "content");
        }
        return all;
    }
}
