package io.doab.destinations;

import java.util.List;
import java.util.Map;
import java.util.Set;

import jakarta.validation.constraints.NotEmpty;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The routing table.
 *
 * @param routes stream to the names of its destinations, written
 * destinations.routes[stream].
 * @param off names of destinations that do not run here; their events wait for them.
 */
@Validated
@ConfigurationProperties("destinations")
record RoutingProperties(@NotEmpty Map<String, List<String>> routes, @DefaultValue Set<String> off) {

}
