package dev.slicer.service.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slicer.json.Json;
import dev.slicer.words.UsersWords;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;

/**
 * Requests that make no sense, to every address that a service describes. Whatever is refused must be refused with a problem
 * in the words of the one who asked. They are written by hand, as clients' libraries do not write such.
 */
public final class BadRequests {
    private static final Set<String> METHODS =
            Set.of("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PURGE");

    private static final List<String> BODIES = List.of(
            "",
            " ",
            "null",
            "7",
            "\"a\"",
            "{",
            "[",
            "]",
            "{}",
            "[]",
            "abc",
            "{\"a\":",
            "{'a':1}",
            "{\"a\":1 \"b\":2}",
            "{\"a\":1,\"a\":2}",
            "1 2",
            "{} {}",
            "[NaN]",
            "[01]",
            "{\"a\":+1}",
            "\"\\x\"",
            "\"\\u12\"",
            "// a\n{}",
            "\u001f\u008b\b\u0000",
            "{\"a\":\"\u0001\"}",
            "\u0000\u0000\u0000\u0000",
            "\"\\ud83d\"",
            "é",
            "[".repeat(100_000),
            "{\"a\":".repeat(2_000),
            "[" + "9".repeat(5_000) + "]",
            "{\"" + "n".repeat(60_000) + "\":1}",
            "[1e1000000000]",
            "[" + "{},".repeat(2_000) + "0]",
            // As YAML
            "name: [a",
            "a: b: c",
            "\ta: b",
            "a: *b",
            "a: &b [*b]",
            "a: !!java.lang.String b",
            "%YAML 9.9\n---\na: b",
            "- - -",
            "a: b\na: c",
            "? ");

    private static final List<String> VALUES = List.of(
            "1",
            "-1",
            "1.5",
            "99999999999999999999",
            "1e999",
            "\"x\"",
            "\"\"",
            "true",
            "{}",
            "[]",
            "null",
            "[null]",
            "[[1]]",
            "{\"x\":null}");

    private static final List<String> MEDIA_TYPES = List.of(
            "text/plain",
            "application/xml",
            "x",
            "a/b/c",
            "",
            "application/json; charset=nonsense",
            "application/",
            "multipart/form-data",
            "application/x-www-form-urlencoded",
            "application/octet-stream");

    private static final List<String> CODINGS = List.of(
            "gzip", "br", "zstd", "deflate", "x-gzip", "GZIP", "gzip, gzip", "identity, gzip", "nonsense", "\"");

    private static final List<String> IDS = List.of(
            "..%2F..%2Fetc%2Fpasswd",
            "..%5C..%5Cboot.ini",
            "%00",
            "a%0D%0Ab",
            "%zz",
            "%",
            "%C0%AE",
            "a|b",
            "{id}",
            "<b>",
            "a\"b",
            "a;b=c",
            "é",
            "😀",
            "~",
            ".",
            "..",
            "a".repeat(3_000),
            "-",
            "%F0%9F%98%80",
            "$%7Bjndi:x%7D");

    private static final List<String> TARGETS = List.of(
            "/nothing",
            "/q/nothing",
            "/v1",
            "/v1/nothing",
            "/v1/../../etc/passwd",
            "/%2e%2e/%2e%2e/etc/passwd",
            "//",
            "/%zz",
            "/a%",
            "/?",
            "/nothing?%zz=%",
            "/nothing#a",
            "nothing",
            "http://[",
            "*",
            "/\\..\\",
            "/nothing/" + "a".repeat(10_000));

    private static final List<String> HEADERS = List.of(
            "Content-Length: x",
            "Content-Length: -1",
            "Content-Length: 99999999999999999999",
            "Transfer-Encoding: x",
            "Accept: application/xml",
            "Accept: x",
            "Accept: a/b/c",
            "Accept: application/json;q=9",
            "Accept: ,",
            "Accept: \"",
            "Accept-Language: #",
            "Request-Timeout: x",
            "Request-Timeout: -1",
            "Request-Timeout: NaN",
            "Request-Timeout: 1e999",
            "Cookie: =;\"",
            "X-Long: " + "a".repeat(20_000),
            "Expect: nonsense",
            "If-Modified-Since: x",
            "Range: x",
            ": x",
            "x");

    /** Of every answer. */
    private static final Map<String, String> HEADERS_OF_ANSWERS = Map.of(
            "x-content-type-options", "nosniff",
            "referrer-policy", "no-referrer",
            "cross-origin-opener-policy", "same-origin",
            "cross-origin-resource-policy", "same-origin");

    /** What browsers that are made to send a request by a page of another site say. */
    private static final List<List<String>> FROM_OTHER_SITES = List.of(
            List.of("Sec-Fetch-Site: cross-site"),
            List.of("Sec-Fetch-Site: same-site"),
            List.of("Origin: https://elsewhere.example"),
            List.of("Origin: http://127.0.0.1:1"),
            List.of("Origin: null"),
            List.of("Sec-Fetch-Site: cross-site", "Origin: https://elsewhere.example"));

    private static final List<List<String>> OF_FORMS = List.of(
            List.of(),
            List.of("Content-Type: text/plain"),
            List.of("Content-Type: TEXT/PLAIN; charset=utf-8"),
            List.of("Content-Type: application/x-www-form-urlencoded"),
            List.of("Content-Type: multipart/form-data; boundary=a"));

    private final URI service;
    private final JsonNode paths;
    private final Map<String, JsonNode> bodies;
    private int refused;

    private BadRequests(URI service, JsonNode paths, Map<String, JsonNode> bodies) {
        this.service = service;
        this.paths = paths;
        this.bodies = bodies;
    }

    private record Answer(int status, String contentType, String head, String body) {
        /** By their names in small letters. */
        Map<String, String> headers() {
            Map<String, String> headers = new TreeMap<>();
            head.lines().skip(1).forEach(line -> {
                int colon = line.indexOf(':');
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            });
            return headers;
        }
    }

    /**
     * Sends all of them.
     *
     * @param bodies what makes sense, by address; each is sent with one field after the other exchanged, to all addresses
     * @return how many were refused
     */
    public static int sendAll(URI service, Map<String, String> bodies) throws IOException {
        JsonNode description;
        try (InputStream served =
                service.resolve("/q/openapi?format=json").toURL().openStream()) {
            description = Json.mapper().readTree(served);
        }
        Map<String, JsonNode> sensible = new TreeMap<>();
        for (Map.Entry<String, String> body : bodies.entrySet()) {
            sensible.put(body.getKey(), Json.mapper().readTree(body.getValue()));
        }
        assertThat(sensible.keySet()).isSubsetOf(names(description.path("paths")));
        BadRequests requests = new BadRequests(service, description.path("paths"), sensible);
        requests.sendAll();
        return requests.refused;
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private void sendAll() throws IOException {
        for (String target : TARGETS) {
            for (String method : METHODS) {
                check(method, target, List.of(), "");
            }
        }
        for (Map.Entry<String, JsonNode> path : paths.properties()) {
            wrongMethods(path.getKey(), names(path.getValue()));
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                String method = operation.getKey().toUpperCase(Locale.ROOT);
                assertThat(names(operation.getValue().path("responses")))
                        .as("described answers of %s %s", method, path.getKey())
                        .anyMatch(status -> status.startsWith("2"));
                if (!method.equals("GET")) {
                    fromOtherSites(method, sensible(path.getKey()));
                }
                boolean endless =
                        operation.getValue().at("/responses/200/content").has("text/event-stream");
                if (!endless) {
                    wrongHeaders(method, path.getKey());
                    wrongIds(method, path.getKey());
                    check(method, sensible(path.getKey()) + "?nonsense=1&nonsense=%zz", List.of(), "");
                }
                for (String mediaType :
                        names(operation.getValue().path("requestBody").path("content"))) {
                    wrongBodies(method, sensible(path.getKey()), mediaType);
                }
            }
        }
    }

    private void fromOtherSites(String method, String target) throws IOException {
        for (List<String> origin : FROM_OTHER_SITES) {
            List<String> headers = new ArrayList<>(origin);
            headers.add("Content-Type: application/json");
            Answer answer = check(method, target, headers, "{}");
            assertThat(answer.body())
                    .as("%s %s %s", method, target, origin)
                    .contains("urn:dev.slicer:problem:cross-site");
        }
        if (method.equals("POST")) {
            for (List<String> form : OF_FORMS) {
                Answer answer = check(method, target, form, "{}");
                assertThat(answer.status()).as("%s %s", target, form).isEqualTo(415);
                assertThat(answer.body()).as("%s %s", target, form).contains("a form on any site can send");
            }
        }
    }

    private static String sensible(String path) {
        return path.replaceAll("\\{[^}]*}", "slicer");
    }

    private void wrongMethods(String path, List<String> offered) throws IOException {
        for (String method : METHODS) {
            if (!offered.contains(method.toLowerCase(Locale.ROOT))) {
                Answer answer = check(method, sensible(path), List.of(), "");
                if (answer.status() == 405) {
                    assertThat(answer.head())
                            .as("methods that are named where %s %s is refused", method, path)
                            .containsIgnoringCase("\r\nAllow: "
                                    + String.join(", ", new TreeSet<>(offered)).toUpperCase(Locale.ROOT) + "\r\n");
                }
            }
        }
    }

    private void wrongIds(String method, String path) throws IOException {
        if (path.contains("{")) {
            for (String id : IDS) {
                check(
                        method,
                        path.replaceAll("\\{[^}]*}", Matcher.quoteReplacement(id)),
                        List.of("Content-Type: application/json"),
                        "{}");
            }
        }
    }

    private void wrongHeaders(String method, String path) throws IOException {
        for (String header : HEADERS) {
            check(method, sensible(path), List.of(header, "Content-Type: application/json"), "{}");
        }
        for (String mediaType : MEDIA_TYPES) {
            check(method, sensible(path), List.of("Content-Type: " + mediaType), "{}");
        }
        for (String coding : CODINGS) {
            for (String mediaType : List.of("application/json", "application/x-ndjson", "application/yaml")) {
                Answer answer = check(
                        method,
                        sensible(path),
                        List.of("Content-Type: " + mediaType, "Content-Encoding: " + coding),
                        "\u001f\u008b\b\u0000");
                assertThat(answer.status()).as("%s %s %s", method, path, coding).isEqualTo(415);
                assertThat(answer.head().toLowerCase(Locale.ROOT)).contains("accept-encoding: identity");
                assertThat(answer.body())
                        .contains(Json.mapper().writeValueAsString(coding).replaceAll("^\"|\"$", ""));
            }
        }
    }

    private void wrongBodies(String method, String target, String mediaType) throws IOException {
        List<String> header = List.of("Content-Type: " + mediaType);
        for (String body : BODIES) {
            check(method, target, header, body);
        }
        for (JsonNode sensible : bodies.values()) {
            List<String> wrong = new ArrayList<>();
            exchangeEach(sensible, () -> wrong.add(sensible.toString()));
            for (String body : wrong) {
                check(method, target, header, body);
            }
        }
    }

    private static void exchangeEach(JsonNode within, Runnable whenExchanged) throws IOException {
        if (within instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> field : List.copyOf(object.properties())) {
                JsonNode before = field.getValue();
                for (String value : VALUES) {
                    object.set(field.getKey(), Json.mapper().readTree(value));
                    whenExchanged.run();
                }
                object.remove(field.getKey());
                object.set(field.getKey() + "s", before);
                whenExchanged.run();
                object.remove(field.getKey() + "s");
                object.set(field.getKey(), before);
                exchangeEach(before, whenExchanged);
            }
        } else if (within instanceof ArrayNode array && !array.isEmpty()) {
            exchangeEach(array.get(0), whenExchanged);
        }
    }

    private Answer check(String method, String target, List<String> headers, String body) throws IOException {
        String request = method + " " + target + " " + headers + " " + body;
        String where = request.length() > 500 ? request.substring(0, 500) + "…" : request;
        Answer answer = send(method, target, headers, body.getBytes(StandardCharsets.UTF_8));
        assertThat(answer.status()).as(where + " -> " + answer.body()).isBetween(200, 499);
        if (answer.status() < 400) {
            checkHeaders(answer, where);
            return answer;
        }
        refused++;
        UsersWords.assertSpokenIn(answer.body(), where);
        if (answer.body().isEmpty()) {
            // What is no HTTP is refused before there is a request that could be answered.
            assertThat(answer.status()).as(where).isIn(400, 413, 414, 431);
            return answer;
        }
        checkHeaders(answer, where);
        if (answer.contentType().startsWith("application/problem+json")) {
            JsonNode problem = Json.mapper().readTree(answer.body());
            assertThat(problem.path("type").asText()).as(where).startsWith("urn:dev.slicer:problem:");
            assertThat(problem.path("status").asInt()).as(where).isEqualTo(answer.status());
            assertThat(problem.path("title").asText()).as(where).isNotBlank();
            assertThat(problem.path("detail").asText()).as(where).isNotBlank().hasSizeLessThan(1_100);
        } else {
            // As other protocols have it.
            assertThat(answer.contentType()).as(where + " -> " + answer.body()).startsWith("application/json");
            assertThat(Json.mapper().readTree(answer.body()).path("error").asText())
                    .as(where)
                    .isNotBlank();
        }
        return answer;
    }

    private static void checkHeaders(Answer answer, String where) {
        assertThat(answer.headers()).as(where).containsAllEntriesOf(HEADERS_OF_ANSWERS);
        assertThat(answer.headers().get("content-security-policy"))
                .as(where)
                .contains("default-src 'none'")
                .contains("frame-ancestors 'none'");
        assertThat(answer.headers().get("cache-control")).as(where).isIn("no-store", "no-cache");
        assertThat(answer.headers()).as("%s: without TLS", where).doesNotContainKey("strict-transport-security");
    }

    private Answer send(String method, String target, List<String> headers, byte[] body) throws IOException {
        StringBuilder head = new StringBuilder(
                method + " " + target + " HTTP/1.1\r\nHost: " + service.getAuthority() + "\r\nConnection: close\r\n");
        headers.forEach(header -> head.append(header).append("\r\n"));
        if (headers.stream().noneMatch(header -> header.matches("(Content-Length|Transfer-Encoding).*"))) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        try (Socket socket = new Socket(service.getHost(), service.getPort())) {
            socket.setSoTimeout(20_000);
            OutputStream out = socket.getOutputStream();
            out.write(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
            try {
                out.write(body);
            } catch (SocketException refusedAlready) {
                return read(socket, method + " " + target);
            }
            return read(socket, method + " " + target);
        }
    }

    private static Answer read(Socket socket, String request) throws IOException {
        String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int end = all.indexOf("\r\n\r\n");
        assertThat(end).as(request + " was answered by: " + all).isPositive();
        String head = all.substring(0, end);
        String body = all.substring(end + 4);
        String contentType = head.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-type:"))
                .map(line -> line.substring("content-type:".length()).strip())
                .findFirst()
                .orElse("");
        return new Answer(Integer.parseInt(head.substring(9, 12)), contentType, head, body);
    }
}
