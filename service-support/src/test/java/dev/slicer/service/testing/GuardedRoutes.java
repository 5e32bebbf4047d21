package dev.slicer.service.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.slicer.access.Role;
import dev.slicer.json.Json;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All routes of a service, from its description, its resources' annotations and its router, held against the table of
 * {@code docs/security.md}: each has a row, and lets in those roles that the row names and no other caller.
 */
public final class GuardedRoutes {
    private static final String DOCUMENT = "../docs/security.md";
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Z]+) (\\S+)` \\| (.*) \\|$");
    private static final Pattern NAME = Pattern.compile("`([a-z]+)`");
    private static final String NOBODY_NEEDED = "nobody is asked";
    private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS");

    private final URI service;
    private final Map<String, Set<Role>> table;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** @param name of the service, as the document marks its table */
    public GuardedRoutes(URI service, String name) throws IOException {
        this.service = service;
        String document = Files.readString(java.nio.file.Path.of(DOCUMENT));
        List<MatchResult> part = Pattern.compile("(?s)<!-- routes: " + name + " -->(.*?)<!-- end of routes -->")
                .matcher(document)
                .results()
                .toList();
        assertThat(part).as("tables of %s in %s", name, DOCUMENT).hasSize(1);
        this.table = ROW.matcher(part.get(0).group(1))
                .results()
                .collect(Collectors.toMap(
                        row -> row.group(1) + " " + row.group(2),
                        row -> roles(row.group(3)),
                        (a, b) -> a,
                        TreeMap::new));
    }

    private static Set<Role> roles(String cell) {
        Set<Role> roles = NAME.matcher(cell)
                .results()
                .map(name -> Role.of(name.group(1)))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Role.class)));
        assertThat(roles.isEmpty()).as(cell).isEqualTo(cell.equals(NOBODY_NEEDED));
        return roles;
    }

    /** @param resources the package of the service's resources */
    public void checkAll(String resources, Router router) throws IOException, InterruptedException {
        Set<String> routes = new TreeSet<>(described());
        routes.addAll(annotated(resources));
        routes.addAll(routed(router));
        assertThat(table.keySet()).as("routes in %s", DOCUMENT).containsAll(routes);
        assertThat(table.keySet())
                .as("routes of the service that %s names", DOCUMENT)
                .allMatch(row -> routes.contains(row)
                        || routes.stream().anyMatch(route -> route.endsWith("/") && row.startsWith(route)));
        for (Map.Entry<String, Set<Role>> row : table.entrySet()) {
            check(row.getKey(), row.getValue());
        }
    }

    private void check(String route, Set<Role> roles) throws IOException, InterruptedException {
        boolean open = roles.isEmpty();
        if (open) {
            assertThat(status(route, "")).as(route + " without a key").isNotIn(401, 403);
        } else {
            assertThat(status(route, "")).as(route + " without a key").isEqualTo(401);
        }
        // Who says who they are must be believed, also where nobody asks.
        assertThat(status(route, "slk_0123456789ab_" + "A".repeat(43)))
                .as(route + " with an unknown key")
                .isEqualTo(401);
        for (Role role : Role.values()) {
            if (open || roles.contains(role)) {
                assertThat(status(route, KeyFiles.of(role)))
                        .as(route + " with " + role)
                        .isNotIn(401, 403);
            } else {
                assertThat(status(route, KeyFiles.of(role)))
                        .as(route + " with " + role)
                        .isEqualTo(403);
            }
        }
    }

    private int status(String route, String key) throws IOException, InterruptedException {
        String[] parts = route.split(" ");
        HttpRequest.Builder request = HttpRequest.newBuilder(service.resolve(
                        parts[1].replaceAll("\\{[^}]*}", "slicer").replace("*", "nothing")))
                .method(parts[0], HttpRequest.BodyPublishers.ofString(parts[0].equals("POST") ? "{" : ""))
                .header("Content-Type", "application/json");
        if (!key.isEmpty()) {
            request.header("Authorization", "Bearer " + key);
        }
        // Some answers do not end.
        HttpResponse<InputStream> response = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        response.body().close();
        return response.statusCode();
    }

    private Set<String> described() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(service.resolve("/q/openapi?format=json"))
                .header("Authorization", "Bearer " + KeyFiles.of(Role.READ))
                .build();
        JsonNode paths = Json.mapper()
                .readTree(http.send(request, HttpResponse.BodyHandlers.ofByteArray())
                        .body())
                .path("paths");
        Set<String> routes = new TreeSet<>();
        paths.properties()
                .forEach(path -> path.getValue()
                        .fieldNames()
                        .forEachRemaining(method -> routes.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
        assertThat(routes).isNotEmpty();
        return routes;
    }

    /** Those too that the description leaves out. */
    private static Set<String> annotated(String resources) {
        Set<String> routes = new TreeSet<>();
        for (JavaClass type : new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(resources)) {
            type.tryGetAnnotationOfType(Path.class)
                    .ifPresent(base -> type.getMethods()
                            .forEach(method ->
                                    methods(method).forEach(http -> routes.add(http + " " + joined(base, method)))));
        }
        return routes;
    }

    private static Stream<String> methods(JavaMethod method) {
        return method.getAnnotations().stream()
                .map(annotation -> annotation.getRawType().getSimpleName())
                .filter(METHODS::contains);
    }

    private static String joined(Path base, JavaMethod method) {
        String below =
                method.tryGetAnnotationOfType(Path.class).map(Path::value).orElse("");
        String whole = below.isEmpty() ? base.value() : base.value() + "/" + below;
        return whole.replaceAll("/+", "/").replaceAll("\\{([^:}]+):[^}]*}", "{$1}");
    }

    /** Filters, which have no path, are passed by what has one. What ends with a slash has more below it. */
    private static Set<String> routed(Router router) {
        Set<String> routes = new TreeSet<>();
        for (Route route : router.getRoutes()) {
            if (route.getPath() != null) {
                Set<HttpMethod> methods = route.methods() == null ? Set.of(HttpMethod.GET) : route.methods();
                methods.forEach(method -> routes.add(method + " " + route.getPath()));
            }
        }
        return routes;
    }
}
