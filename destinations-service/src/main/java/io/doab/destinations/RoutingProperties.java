package io.doab.destinations;

import java.util.List;
import java.util.Map;

import jakarta.validation.constraints.NotEmpty;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * The routing table.
 *
 * @param routes stream to the names of its destinations, written
 * destinations.routes[stream].
 */
@Validated
@ConfigurationProperties("destinations")
record RoutingProperties(@NotEmpty Map<String, List<String>> routes) {

}
