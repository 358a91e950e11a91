@NullMarked
package io.doab.stream.kafka;

import org.jspecify.annotations.NullMarked;
