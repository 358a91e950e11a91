@NullMarked
package io.doab.stream.redis;

import org.jspecify.annotations.NullMarked;
