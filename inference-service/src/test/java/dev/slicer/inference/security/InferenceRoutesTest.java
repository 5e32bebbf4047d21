package dev.slicer.inference.security;

import dev.slicer.service.testing.GuardedRoutes;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.ext.web.Router;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(SecuredProfile.class)
class InferenceRoutesTest {
    @Inject
    Router router;

    @TestHTTPResource("/")
    URI service;

    @Test
    void shouldLetEachRoleInWhereItBelongsAndNobodyElse() throws IOException, InterruptedException {
        new GuardedRoutes(service, "inference").checkAll("dev.slicer.inference", router);
    }
}
