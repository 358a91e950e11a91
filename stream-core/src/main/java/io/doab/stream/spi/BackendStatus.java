package io.doab.stream.spi;

import java.util.List;
import java.util.Map;

/**
 * What a backend says of itself.
 *
 * @param up whether it answers
 * @param details what an operator wants to know: server, version, the reason when it is
 * down
 * @param warnings settings under which a promise is weaker than it should be
 */
public record BackendStatus(boolean up, Map<String, String> details, List<String> warnings) {

}
